from __future__ import annotations

from typing import Any

from tests.unit.harness.normalize.sessions import Session
from treaty.contract.json_value import JsonValue
from treaty.normalize.pipeline import normalize

EDGE = "web>cart"


def turns(session: Session) -> dict[str, int]:
    """Give the turn of each interaction that has one, by what is sent."""
    (pact,) = normalize(session.exchanges).pacts.values()
    found: dict[str, int] = {}
    for interaction in pact["interactions"]:
        ours: dict[str, Any] = interaction.get("comments", {}).get("treaty", {})
        if "turn" in ours:
            found[interaction["description"]] = ours["turn"]
    return found


def cart(session: Session, number: int = 4711) -> str:
    session.call(EDGE, "POST /carts", {"kind": "gift"}, 201, {"id": number})
    return f"/carts/{number}"


def pay(session: Session, path: str, means: str = "cash") -> None:
    refusal: JsonValue = {"error": "too_early"}
    session.call(EDGE, f"POST {path}/payments", {"means": means}, 409, refusal)


def test_a_call_that_later_ones_did_not_build_on_has_a_turn() -> None:
    """The cart was emptied after the refused payment as if there had been none."""
    session = Session()
    path = cart(session)
    pay(session, path)
    session.call(EDGE, f"PUT {path}/state", {"state": "empty"}, 200, {"id": 4711})
    assert turns(session) == {"POST /carts/{id}/payments -> 409": 1}


def test_those_of_one_state_have_turns_in_recorded_order() -> None:
    session = Session()
    path = cart(session)
    session.call(EDGE, f"DELETE {path}/coupon", None, 409, {"error": "no_coupon"})
    pay(session, path)
    session.call(EDGE, f"PUT {path}/state", {"state": "empty"}, 200, {"id": 4711})
    assert turns(session) == {"DELETE /carts/{id}/coupon -> 409": 1, "POST /carts/{id}/payments -> 409": 2}


def test_the_last_call_and_those_that_others_build_on_have_none() -> None:
    """Nothing shows what the first would have changed, and the second changed what came after it."""
    session = Session()
    path = cart(session)
    session.call(EDGE, f"PUT {path}/state", {"state": "empty"}, 200, {"id": 4711})
    session.call(EDGE, f"GET {path}", None, 200, {"id": 4711})
    pay(session, path)
    assert turns(session) == {}


def test_a_change_that_does_without_an_earlier_one_has_a_turn() -> None:
    """The tag was renamed after the cart had been emptied, as if it had not; a read before it shows nothing."""
    session = Session()
    path = cart(session)
    session.call(EDGE, f"POST {path}/tags", {"name": "a tag"}, 201, {"id": 31})
    session.call(EDGE, f"GET {path}", None, 200, {"id": 4711})
    session.call(EDGE, f"PUT {path}/state", {"state": "empty"}, 200, {"id": 4711})
    session.call(EDGE, "PUT /tags/31", {"name": "another tag"}, 200, {"id": 31})
    assert turns(session) == {"PUT /carts/{id}/state -> 200": 1, "PUT /tags/{id} -> 200": 2}


def test_calls_on_other_resources_show_nothing() -> None:
    session = Session()
    pay(session, cart(session))
    other = cart(session, 4712)
    session.call(EDGE, f"PUT {other}/state", {"state": "empty"}, 200, {"id": 4712})
    assert turns(session) == {}


def test_a_call_that_began_before_the_answer_shows_nothing() -> None:
    session = Session()
    path = cart(session)
    session.call(EDGE, f"POST {path}/payments", {"means": "cash"}, 409, {"error": "too_early"}, at=10, lasting=5)
    session.call(EDGE, f"PUT {path}/state", {"state": "empty"}, 200, {"id": 4711}, at=12)
    assert turns(session) == {}


def test_reads_and_calls_without_a_set_up_need_none() -> None:
    session = Session()
    session.call(EDGE, "POST /carts", {"kind": ""}, 422, {"error": "no_kind"})
    path = cart(session)
    session.call(EDGE, f"GET {path}", None, 200, {"id": 4711})
    session.call(EDGE, f"PUT {path}/state", {"state": "empty"}, 200, {"id": 4711})
    assert turns(session) == {}


def test_repetition_and_other_flows_between_leave_turns_as_they_are() -> None:
    """Whichever of the like calls was followed by another one, and whatever happened to other carts meanwhile."""
    once, mixed = Session(), Session()
    path = cart(once)
    pay(once, path)
    once.call(EDGE, f"PUT {path}/state", {"state": "empty"}, 200, {"id": 4711})
    first, second = cart(mixed, 1), cart(mixed, 2)
    pay(mixed, second)
    pay(mixed, first)
    pay(mixed, first)
    mixed.call(EDGE, f"PUT {second}/state", {"state": "empty"}, 200, {"id": 2})
    assert turns(mixed) == turns(once)
