"""Errors as problem documents."""

from __future__ import annotations

import json

import pytest

from treaty.errors import ConfigInvalid, NothingToDo, NotThere, ProviderUnknown, StubUnable, TreatyError, UsageError
from treaty_stubs.admin.problems import json_answer, problem, problem_of


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ProviderUnknown("x"), 404),
        (NotThere("x"), 404),
        (StubUnable("x"), 409),
        (NothingToDo("x"), 409),
        (UsageError("x"), 422),
        (ConfigInvalid("x"), 422),
    ],
)
def test_the_kind_of_an_error_decides_the_status(error: TreatyError, status: int) -> None:
    answer = problem_of(error)
    assert answer.status_code == status
    assert json.loads(bytes(answer.body)) == {
        "type": "about:blank",
        "title": "x",
        "status": status,
        "code": error.code,
    }


def test_all_parts_of_an_error_are_told() -> None:
    answer = problem_of(UsageError("what", where="where", why="why", hint="hint"))
    assert json.loads(bytes(answer.body)).items() >= {"where": "where", "detail": "why", "hint": "hint"}.items()
    assert answer.media_type == "application/problem+json"


def test_documents_end_with_a_line_break() -> None:
    """So that a terminal shows them well."""
    assert bytes(json_answer({"a": 1}).body) == b'{\n  "a": 1\n}\n'
    assert bytes(problem(400, "x", more=["y"]).body).endswith(b'"more": [\n    "y"\n  ]\n}\n')
