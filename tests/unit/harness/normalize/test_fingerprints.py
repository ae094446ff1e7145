"""Fingerprints: equal for calls that say the same about different things, with what leads from one to others."""

from __future__ import annotations

import pytest

from tests.unit.harness.normalize.sessions import Raw, Session
from treaty.contract.json_value import JsonValue
from treaty.normalize.fingerprints import Fingerprint, Reader

UUID = "7b0e2a54-93c1-4c1d-8f5e-0a6a5d4f9e1{}"


def of(*calls: tuple[str, JsonValue | Raw, int, JsonValue | Raw]) -> list[Fingerprint]:
    session = Session()
    for line, sent, status, answered in calls:
        session.call("web>shop", line, sent, status, answered)
    reader = Reader()
    return [reader.read(item) for item in session.exchanges]


def joined(one: Fingerprint, other: Fingerprint) -> bool:
    """Tell whether a value leads from one to the other, as far as these two tell."""
    grounds = {*one.grounds, *other.grounds}
    keys = [{*each.keys, *(key for ground, key in each.perhaps if ground in grounds)} for each in (one, other)]
    return bool(keys[0] & keys[1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({"id": 1}, {"id": 22}, id="ids"),
        pytest.param({"key": UUID.format(1)}, {"key": UUID.format(2)}, id="uuids"),
        pytest.param({"at": "2026-11-20T10:00:00Z"}, {"at": "2027-01-01T00:00:00Z"}, id="times"),
        pytest.param({"note": "Buy milk now"}, {"note": "Call Bob"}, id="prose"),
        pytest.param({"of": [1, 2]}, {"of": [1, 2, 3]}, id="lists of several"),
    ],
)
def test_other_values_of_one_kind_are_one_form(one: JsonValue, other: JsonValue) -> None:
    first, second = of(("GET /orders/1", None, 200, one), ("GET /orders/2", None, 200, other))
    assert first.form == second.form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({"state": "new"}, {"state": "paid"}, id="codes"),
        pytest.param({"note": None}, {"note": "some words"}, id="null"),
        pytest.param({"done": True}, {"done": False}, id="booleans"),
        pytest.param({"id": 1}, {"id": 1, "more": 1}, id="keys"),
        pytest.param({"of": []}, {"of": [1]}, id="empty lists"),
        pytest.param({"of": [1]}, {"of": [1, 2]}, id="lists of one"),
        pytest.param({"id": 1}, {"id": UUID.format(1)}, id="kinds"),
    ],
)
def test_what_a_promise_may_hang_on_is_another_form(one: JsonValue, other: JsonValue) -> None:
    first, second = of(("GET /orders/1", None, 200, one), ("GET /orders/1", None, 200, other))
    assert first.form != second.form


def test_a_place_with_many_words_holds_anything() -> None:
    found = of(*(("GET /a", None, 200, {"word": f"w{chr(97 + number)}"}) for number in range(20)))
    assert len({each.form for each in found}) == 17


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(("POST /orders", {}, 201, {"id": 7}), ("GET /orders/7", None, 200, {}), id="a path"),
        pytest.param(("POST /users", {}, 201, {"id": 7}), ("POST /orders", {"user_id": 7}, 201, {}), id="a field"),
        pytest.param(("POST /users", {}, 201, {"id": 7}), ("POST /orders", {"user": 7}, 201, {}), id="a bare word"),
        pytest.param(("POST /accounts", {}, 201, {"id": 7}), ("POST /transfers", {"from": 7}, 201, {}), id="a part"),
        pytest.param(
            ("POST /a", {}, 201, {"x": UUID.format(3)}), ("GET /b?y=" + UUID.format(3), None, 200, {}), id="a uuid"
        ),
        pytest.param(("POST /a", {}, 201, {"code": "SHOP-12"}), ("POST /b", {"text": "SHOP-12"}, 201, {}), id="a code"),
        pytest.param(("POST /a", {}, 201, {"self": "/orders/7"}), ("GET /orders/7", None, 200, {}), id="a link"),
        pytest.param(("POST /pastes", {}, 201, {"slug": "xKq"}), ("GET /pastes/xKq", None, 200, {}), id="a short key"),
        pytest.param(("PUT /settings", {}, 200, {}), ("GET /settings", None, 200, {}), id="one place"),
        pytest.param(
            ("POST /users", {"name": "ann"}, 201, {}), ("POST /orders", {"user": "ann"}, 201, {}), id="a name"
        ),
        pytest.param(("POST /a", {"slug": "red"}, 201, {}), ("POST /a", {"slug": "red"}, 409, {}), id="a conflict"),
    ],
)
def test_values_lead_from_call_to_call(
    one: tuple[str, JsonValue, int, JsonValue], other: tuple[str, JsonValue, int, JsonValue]
) -> None:
    assert joined(*of(one, other))


def test_equal_numbers_of_other_things_lead_nowhere() -> None:
    assert not joined(*of(("POST /users", {}, 201, {"id": 7}), ("POST /orders", {"quantity": 7}, 201, {"id": 8})))


def test_what_is_in_other_notations_stays() -> None:
    [found] = of(("POST /a", Raw(b"<a id='7'/>", "application/xml"), 200, None))
    assert found.is_kept
    assert found.is_unclear


def test_what_is_no_promise_stays() -> None:
    [found] = of(("GET /a", None, 500, None))
    assert found.is_kept
    assert not found.is_unclear
