from __future__ import annotations

from typing import Any

from tests.unit.harness.normalize.sessions import Session
from treaty.normalize.pipeline import normalize
from treaty.verify.setup_steps import parse_states

EDGE = "web>cart"


def also(session: Session, description: str) -> dict[str, Any]:
    """Give what the state of an interaction leaves out, with names without their hash; check that it can be read."""
    (pact,) = normalize(session.exchanges).pacts.values()
    parse_states(pact["metadata"], source="a.json")
    (found,) = [each for each in pact["interactions"] if each["description"] == description]
    (state,) = found["providerStates"]
    key = state["params"]["treaty"]
    content = pact["metadata"]["treaty"]["states"][key].get("also", {})
    return dict(_renamed(content, f"_{key[:6]}"))


def _renamed(value: Any, suffix: str) -> Any:
    if isinstance(value, dict):
        return {name.replace(suffix, ""): _renamed(item, suffix) for name, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, suffix) for item in value]
    return value.replace(suffix, "") if isinstance(value, str) else value


def shown(content: dict[str, Any]) -> list[tuple[int, str]]:
    """Give each call, and the index of the step before which it comes."""
    return [
        (each["before"], f"{each['call']['request']['method']} {each['call']['request']['path']}")
        for each in content.get("calls", [])
    ]


def cart(session: Session, number: int = 77) -> str:
    session.call(EDGE, "POST /carts", {"name": "a cart"}, 201, {"id": number})
    return f"/carts/{number}"


def give(session: Session, number: int = 77, kind: str = "gift") -> None:
    session.call(EDGE, "POST /coupons", {"cart_id": number, "kind": kind}, 201, {"done": True})


def read(session: Session, path: str) -> None:
    session.call(EDGE, f"GET {path}", None, 200, {"id": int(path.rsplit("/", 1)[1])})


READ = "GET /carts/{id} -> 200"


def test_a_change_that_only_names_the_thing_is_left_out_and_noted() -> None:
    """With the names of the state, where it was recorded."""
    session = Session()
    path = cart(session)
    give(session)
    read(session, path)
    content = also(session, READ)
    assert shown(content) == [(1, "POST /coupons")]
    assert content["calls"][0]["call"]["request"]["body"]["content"] == {"cart_id": "${cart_id}", "kind": "gift"}
    assert content.keys() == {"calls"}


def test_changes_that_share_no_value_are_not_noted() -> None:
    """They are interactions of some pact themselves; so are refusals, reads, and what came later."""
    session = Session()
    session.call(EDGE, "PUT /settings", {"mode": "dark"}, 200, {"done": True})
    give(session, 0, "none")
    path = cart(session)
    session.call(EDGE, "POST /coupons", {"cart_id": 77, "kind": "none"}, 409, {"error": "no"})
    read(session, path)
    give(session)
    assert also(session, READ) == {}


def test_of_like_calls_the_latest_is_noted() -> None:
    """Codes tell calls apart."""
    session = Session()
    path = cart(session)
    for kind in ("gift", "gift", "sale"):
        give(session, kind=kind)
    read(session, path)
    calls = also(session, READ)["calls"]
    assert [each["call"]["request"]["body"]["content"]["kind"] for each in calls] == ["gift", "sale"]


def test_what_a_call_needs_comes_with_it() -> None:
    """Values of other calls, values that the steps of the state show, and new ones."""
    session = Session()
    session.call(EDGE, "POST /shops", {"name": "a shop"}, 201, {"id": 31})
    session.call(EDGE, "POST /carts", {"name": "a cart"}, 201, {"id": 77, "slot_id": 55})
    key = "0b0e7f0e-5f5e-4c6b-9d3a-0d9d5f8f1a11"
    session.call(
        EDGE, "POST /deliveries", {"cart_id": 77, "shop_id": 31, "slot_id": 55, "nonce": key}, 201, {"done": True}
    )
    read(session, "/carts/77")
    content = also(session, READ)
    assert shown(content) == [(0, "POST /shops"), (1, "POST /deliveries")]
    assert content["calls"][0]["call"]["bind"] == {"shop_id": "body.$.id"}
    sent = content["calls"][1]["call"]["request"]["body"]["content"]
    assert sent == {
        "cart_id": "${cart_id}",
        "shop_id": "${shop_id}",
        "slot_id": "${slot_id}",
        "nonce": "${delivery_nonce}",
    }
    assert content["bind"] == {"slot_id": [0, "body.$.slot_id"]}
    assert content["mint"].keys() == {"delivery_nonce"}


def test_only_so_many_are_noted() -> None:
    """All have the same state, and what most of them leave out."""
    session = Session()
    path = cart(session)
    for first in "ghkmn":
        for second in "pqrstv":
            session.call(EDGE, f"POST /coupons/{first}x/{second}y", {"cart_id": 77}, 201, None)
    read(session, path)
    assert len(shown(also(session, READ))) == 20


def test_the_identity_of_a_state_is_that_of_its_steps() -> None:
    """Whatever is left out; the interactions of one state have what most of them leave out."""
    plain, more = Session(), Session()
    for session in (plain, more):
        path = cart(session)
        if session is more:
            give(session)
        read(session, path)
    keys = [
        [each["providerStates"] for each in pact["interactions"] if each["description"] == READ]
        for pact in (next(iter(normalize(session.exchanges).pacts.values())) for session in (plain, more))
    ]
    assert keys[0] == keys[1]


def test_repetition_and_other_flows_between_leave_what_is_left_out_as_it_is() -> None:
    once, mixed = Session(), Session()
    first = cart(once)
    give(once)
    read(once, first)
    paths = [cart(mixed, number) for number in (1, 2)]
    read(mixed, paths[1])
    for number in (2, 1):
        give(mixed, number)
    for path in paths:
        read(mixed, path)
    assert also(mixed, READ) == also(once, READ)
