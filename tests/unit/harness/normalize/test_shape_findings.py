"""Findings about the shapes and values of answers."""

from __future__ import annotations

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import observed
from treaty.contract.json_value import JsonValue
from treaty.normalize.changes import learn
from treaty.normalize.findings import Finding
from treaty.normalize.shape_findings import find_never_same, find_shapes
from treaty.normalize.tokens import trace
from treaty.session.exchange import Edge

AB = Edge(consumer="a", provider="b")


def shapes(one: dict[str, JsonValue], other: dict[str, JsonValue]) -> list[Finding]:
    """Show an order in one way alone, and in another way in a list."""
    session = Session()
    session.call("a>b", "POST /orders", {}, 201, {"id": 12})
    session.call("a>b", "GET /orders/12", None, 200, {"id": 12, **one})
    session.call("a>b", "GET /orders", None, 200, [{"id": 12, **other}])
    observations = observed(session)
    return find_shapes(observations, trace(observations))


def never_same(session: Session) -> list[Finding]:
    observations = observed(session)
    return find_never_same(observations, learn(observations, trace(observations)))


def test_a_field_of_two_types_is_found_with_an_example_of_each() -> None:
    assert shapes({"total": 5}, {"total": "5.00"}) == [
        Finding(
            kind="shaped-differently",
            edge=AB,
            text="total of order is a text in GET /orders and a number in GET /orders/{id}",
            count=1,
            examples=(3, 2),
        )
    ]


def test_a_field_of_two_spellings_is_found() -> None:
    (found,) = shapes({"paid_at": "x"}, {"paidAt": "x"})
    assert found.text == "paidAt of order in GET /orders is called paid_at in GET /orders/{id}"


def test_times_with_and_without_an_offset_are_two_shapes() -> None:
    (found,) = shapes({"at": "2026-11-20T10:00:00Z"}, {"at": "2026-11-20T10:00:00"})
    assert found.text == (
        "at of order is a time without an offset in GET /orders and a time with an offset in GET /orders/{id}"
    )


def test_what_is_absent_null_or_of_one_type_is_no_finding() -> None:
    assert shapes({"total": 5, "tip": None, "note": "x"}, {"total": 5, "tip": 3}) == []


def test_things_of_another_kind_are_not_compared() -> None:
    session = Session()
    session.call("a>b", "POST /orders", {}, 201, {"id": 12, "state": "new"})
    session.call("a>b", "POST /users", {}, 201, {"id": 13, "state": 4})
    observations = observed(session)
    assert find_shapes(observations, trace(observations)) == []


def test_a_field_that_is_another_in_each_look_is_found() -> None:
    session = Session()
    for number in range(4):
        session.call(
            "a>b", "GET /stats", None, 200, {"took": 3 + number, "open": 4, "at": f"2026-11-20T10:0{number}:00Z"}
        )
    assert never_same(session) == [
        Finding(
            kind="never-the-same",
            edge=AB,
            text="body.$.took of GET /stats was never twice the same, though nothing changed between the looks",
            count=3,
            examples=(2, 3, 4),
        )
    ]


def test_a_change_between_two_looks_explains_that_they_differ() -> None:
    session = Session()
    for number in range(4):
        session.call("a>b", "GET /stats", None, 200, {"visits": number})
        session.call("a>b", "POST /visits", {}, 201, {"id": number})
    assert never_same(session) == []


def test_two_looks_that_agree_are_enough_to_rely_on_a_field() -> None:
    session = Session()
    for value in (1, 2, 2, 3, 4):
        session.call("a>b", "GET /stats", None, 200, {"load": value})
    assert never_same(session) == []


def test_few_looks_and_looks_at_different_things_tell_nothing() -> None:
    session = Session()
    for number in range(3):
        session.call("a>b", "GET /stats", None, 200, {"load": number})
    for number in range(5):
        session.call("a>b", f"GET /orders/{number}", None, 200, {"total": number})
    assert never_same(session) == []
