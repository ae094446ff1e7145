"""What is said of the members of lists that the set-up made."""

from __future__ import annotations

from typing import Any

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import views_of
from treaty.contract.json_value import JsonValue


def told(*members: JsonValue, closing: bool = False) -> list[dict[str, JsonValue]]:
    """Give what is said of the members of a list, after two tickets and the closing of the first."""
    session = Session()
    for number, subject in ((1, "It burns"), (2, "A typo")):
        session.call("a>b", "POST /tickets", {"subject": subject}, 201, {"id": number})
    if closing:
        session.call("a>b", "POST /tickets/1/close", None, 200, {"id": 1})
    session.call("a>b", "GET /tickets", None, 200, list(members))
    (view,) = (view for view in views_of(session, "a>b") if view.request["method"] == "GET")
    facts: Any = view.interaction["comments"]["treaty"]["closed"]
    fact = facts["body.$[*].id"]
    return [fact["like"][name] for name in fact["contains"] if name in fact.get("like", {})]


def test_what_the_set_up_sent_comes_back_with_its_thing() -> None:
    assert told({"id": 1, "subject": "It burns", "stars": 3}, {"id": 2, "subject": "A typo", "stars": 4}) == [
        {"$.subject": "It burns"},
        {"$.subject": "A typo"},
    ]


def test_what_a_call_explains_is_told_of_each() -> None:
    """One was closed, and the other was not."""
    assert told({"id": 1, "open": False}, {"id": 2, "open": True}, closing=True) == [
        {"$.open": False},
        {"$.open": True},
    ]


def test_what_nothing_explains_is_told_of_none() -> None:
    """Both were made alike, so that the difference depends on others."""
    assert told({"id": 1, "open": False}, {"id": 2, "open": True}) == []


def test_what_a_thing_is_among_others_is_told_of_none() -> None:
    assert told({"id": 1, "latest": False, "is_last": True}, {"id": 2, "latest": False, "is_last": True}) == []
