"""Answers of a session whose objects have ids as keys."""

from __future__ import annotations

from typing import Any

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import view_of


def response(session: Session, description: str) -> dict[str, Any]:
    """Give what is promised of an answer."""
    found: dict[str, Any] = view_of(session, "a>b", description).interaction["response"]
    return found


def stock(*numbers: int) -> Session:
    """Record things that are made, and an object with their ids as keys."""
    session = Session()
    for number in numbers:
        session.call("a>b", "POST /items", {"n": 3}, 201, {"id": number})
    session.call("a>b", "GET /stock", None, 200, {"stock": {str(number): {"n": 3} for number in numbers}})
    return session


def test_an_object_keyed_by_the_ids_of_things_has_any_such_keys() -> None:
    """Its bytes do not depend on them."""
    promised = response(stock(5, 6), "GET /stock -> 200")
    assert list(promised["body"]["content"]["stock"]) == ["9007001", "9007002"]
    assert "$.stock.*.n" in promised["matchingRules"]["body"]
    assert promised == response(stock(70, 71), "GET /stock -> 200")


def test_an_object_of_fixed_numbers_stays_one() -> None:
    """No things have these ids."""
    session = Session()
    session.call("a>b", "GET /votes", None, 200, {"votes": {"1": 10, "2": 20}})
    promised = response(session, "GET /votes -> 200")
    assert promised["body"]["content"]["votes"].keys() == {"1", "2"}
    assert "$.votes.*" not in promised["matchingRules"]["body"]
