"""One value under two names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import View, views_of
from treaty.contract.json_value import JsonValue


def shown(*answers: JsonValue) -> View:
    session = Session()
    for answer in answers:
        session.call("a>b", "POST /things", {"text": "x y"}, 201, answer)
    (view,) = views_of(session, "a>b")
    return view


def test_an_id_and_its_text_are_one_value() -> None:
    """The example shows it, too."""
    view = shown({"id": 17, "id_str": "17"}, {"id": 18, "id_str": "18"})
    assert view.causes["body.$.id_str"] == {"cause": "created", "of": "response.body.$.id"}
    assert view.answer["id_str"] == str(view.answer["id"])


def test_in_lists_each_member_agrees_with_itself() -> None:
    view = shown([{"id": 17, "id_str": "17"}, {"id": 18, "id_str": "18"}])
    assert view.causes["body.$[*].id_str"]["of"] == "response.body.$[*].id"
    assert [each["id_str"] for each in view.answer] == [str(each["id"]) for each in view.answer]


def test_rare_values_need_no_name() -> None:
    rare = "0b0e7f1c-7d4f-4f3e-9c55-2f4f7d1a9f10"
    assert shown({"owner": rare, "creator": rare}).causes["body.$.creator"]["of"] == "response.body.$.owner"


@pytest.mark.parametrize(
    "answers",
    [
        ({"id": 1, "user_id": 1},),
        ({"id": 1, "number": 1}, {"id": 2, "number": 2}),
        ({"id": 17, "id_str": "17"}, {"id": 18, "id_str": "81"}),
        ({"id": True, "uuid": True},),
    ],
    ids=["another kind", "counters in step", "contradicted", "booleans"],
)
def test_what_is_equal_by_chance_is_noted_nowhere(answers: Any) -> None:
    assert not any("response." in str(note) for note in shown(*answers).causes.values())
