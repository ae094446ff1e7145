"""What reads that name nothing show since other calls."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import View, views_of


def reads(session: Session, path: str) -> list[View]:
    return [
        view for view in views_of(session, "a>b") if view.request["method"] == "GET" and view.request["path"] == path
    ]


def looked(*between: str, after: Any = "grid") -> list[View]:
    """Look at a page, make calls, and look again."""
    session = Session()
    session.call("a>b", "GET /home", None, 200, {"layout": "list"})
    for line in between:
        session.call("a>b", line, {"enabled": True}, 200, {"done": "yes"})
    session.call("a>b", "GET /home", None, 200, {"layout": after})
    return reads(session, "/home")


def test_the_one_call_between_two_looks_is_a_switch() -> None:
    """What came before it holds where nobody has called it."""
    before, after = sorted(looked("PUT /flags/new"), key=lambda view: len(view.steps))
    assert before.interaction["comments"]["treaty"]["closed"]["body.$.layout"] == {"value": "list"}
    assert after.steps == ["call PUT /flags/new -> 200"]
    assert (after.answer, after.rule("$.layout")) == ({"layout": "grid"}, [])


@pytest.mark.parametrize("between", [(), ("PUT /flags/new", "PUT /flags/old")], ids=["none", "two"])
def test_without_one_call_between_nothing_is_known(between: tuple[str, ...]) -> None:
    assert [view.steps for view in looked(*between)] == [[]]


def test_what_stays_the_same_was_not_switched() -> None:
    assert [view.steps for view in looked("PUT /flags/new", after="list")] == [[]]


def counted(*shown: int, deleting: bool = False) -> list[View]:
    """Make an order before each look but the first; give what the looks at the numbers became."""
    session = Session()
    for number, value in enumerate(shown):
        if number:
            session.call("a>b", "POST /orders", {"item": "chair"}, 201, {"id": number})
        if deleting and number:
            session.call("a>b", f"DELETE /orders/{number}", None, 204)
        session.call("a>b", "GET /stats", None, 200, {"order_count": value})
    return reads(session, "/stats")


def test_a_number_of_things_needs_all_of_them() -> None:
    found = sorted(counted(0, 1, 2), key=lambda view: len(view.steps))
    assert [len(view.steps) for view in found] == [0, 1, 2]
    facts = [view.interaction["comments"]["treaty"]["closed"]["body.$.order_count"] for view in found]
    assert facts == [{"value": 0}, {"value": 1}, {"value": 2}]


@pytest.mark.parametrize("shown", [(5, 6), (0, 1, 3), (0,)], ids=["others", "contradicted", "once"])
def test_other_numbers_are_nobody_s(shown: tuple[int, ...]) -> None:
    assert {len(view.steps) for view in counted(*shown)} == {0}


def test_what_was_deleted_is_not_counted_on() -> None:
    assert {len(view.steps) for view in counted(0, 1, deleting=True)} == {0}
