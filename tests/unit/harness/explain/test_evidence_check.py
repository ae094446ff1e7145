"""Whether a JSON value is evidence."""

from __future__ import annotations

import copy
from typing import Any, cast

import pytest

from tests.unit.harness.explain.explained import orders
from treaty.contract.json_value import dumps, loads
from treaty.explain.evidence_check import is_evidence
from treaty.normalize.evidence_form import evidence_document
from treaty.normalize.pipeline import normalize


def written() -> dict[str, Any]:
    """Give evidence as it is read from its file, with findings."""
    session = orders()
    session.call("a>b", "GET /orders/99", None, 500, redacted=("response.body",))
    result = normalize(session.exchanges)
    return cast("dict[str, Any]", loads(dumps(evidence_document(result.evidence(), result.findings, [("s", 0)]))))


def test_what_normalisation_writes_is_evidence() -> None:
    assert is_evidence(written())


@pytest.mark.parametrize(
    ("way", "value"),
    [
        (("format",), 2),
        (("format",), True),
        (("sessions",), [{"name": "s"}]),
        (("edges",), {}),
        (("edges", 0, "interactions"), []),
        (("edges", 0, "interactions", "x"), {"description": "y"}),
        (("findings", 0, "examples"), ["3"]),
    ],
)
def test_what_differs_from_it_anywhere_is_none(way: tuple[str | int, ...], value: object) -> None:
    document = copy.deepcopy(written())
    target: Any = document
    for step in way[:-1]:
        target = target[step]
    target[way[-1]] = value
    assert not is_evidence(document)


def test_other_json_is_none() -> None:
    assert not is_evidence(None)
    assert not is_evidence([])
    assert not is_evidence({})
