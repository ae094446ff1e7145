"""What the notes of a pact hold fast."""

from __future__ import annotations

from typing import Any

from tests.unit.stubs.examples import interaction, read_interaction
from treaty_stubs.vary.bounds import Bounds


def _bounds(causes: dict[str, Any] | None = None, *, closed: dict[str, Any] | None = None) -> Bounds:
    written = interaction(
        "a", causes=causes, response={"headers": {"Location": ["/orders/9007001"]}, "matchingRules": {}}
    )
    written["comments"]["treaty"]["closed"] = closed or {}
    return Bounds(read_interaction(written))


def test_values_with_a_cause_stay_and_others_are_left_to_their_rule() -> None:
    bounds = _bounds(
        {
            "body.$.a": {"cause": "echo", "of": "path[1]"},
            "body.$.b": {"cause": "constant"},
            "body.$.c": {"cause": "constant", "number": "12"},
            "body.$.list[*].id": {"cause": "created"},
            "body.$.list[*].at": {"cause": "clock"},
            "body.$.text|number[0]": {"cause": "created"},
            "header.etag": {"cause": "created"},
        }
    )
    assert [bounds.holds((key,), copied=False) for key in "abc"] == [True, False, True]
    assert bounds.holds(("text",), copied=False)
    assert bounds.holds(("list", 3, "id"), copied=False)
    assert not bounds.holds(("list", 3, "id"), copied=True)
    assert bounds.holds(("list", 3, "at"), copied=True)
    assert bounds.holds_below(("list", 0))
    assert not bounds.holds_below(("b",))
    assert bounds.holds_header("etag")
    assert not bounds.holds_header("x-other")


def test_what_depends_on_all_that_is_stored_stays() -> None:
    bounds = _bounds(closed={"body.$.data[*].id": {"contains": ["${id}"]}, "body.$.total": {"value": 2}})
    assert bounds.is_closed(("data",))
    assert not bounds.is_closed(("others",))
    assert bounds.holds(("total",), copied=False)


def test_what_a_header_repeats_is_known() -> None:
    assert _bounds().is_told_outside(9007001)
    assert not _bounds().is_told_outside(900)
    assert not _bounds().is_told_outside("other")


def test_a_list_whose_order_varied_is_unordered() -> None:
    bounds = _bounds({"body.$.tags": {"cause": "unordered"}})
    assert bounds.is_unordered(("tags",))
    assert not bounds.is_unordered(("others",))
