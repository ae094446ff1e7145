"""What of a long session stays: new things, what they came from, and what happened meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.unit.harness.normalize.sessions import Session
from treaty.normalize import kept_flows
from treaty.normalize.fingerprints import Reader
from treaty.normalize.kept_flows import Columns, choose
from treaty.session.exchange import Exchange


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let three of a kind be enough, and a value that ten name be a hub."""
    monkeypatch.setattr(kept_flows, "MOST_ALIKE", 3)
    monkeypatch.setattr(kept_flows, "HUB", 10)


def kept(exchanges: Sequence[Exchange]) -> list[Exchange]:
    columns, reader = Columns(), Reader()
    for item in exchanges:
        columns.take(item, reader.read(item))
    chosen = choose(columns)
    assert sum(chosen.likes.values()) == len(exchanges) - sum(map(bool, chosen.told))
    return [item for item, stays in zip(exchanges, chosen.kept, strict=True) if stays]


def test_three_flows_of_a_kind_stay_as_a_whole() -> None:
    session = Session()
    for number in range(1, 21):
        session.call("web>shop", "POST /orders", {}, 201, {"id": number})
        session.call("web>shop", f"GET /orders/{number}", None, 200, {"id": number})
    found = kept(session.exchanges)
    assert [item.request.method for item in found] == ["POST", "GET"] * 3


def test_a_flow_with_something_new_stays() -> None:
    session = Session()
    for number in range(1, 21):
        session.call("web>shop", "POST /orders", {}, 201, {"id": number, "odd": None if number == 19 else 1})
    assert [item.number for item in kept(session.exchanges)] == [1, 2, 3, 19]


def test_what_many_name_comes_along_and_joins_nobody() -> None:
    session = Session()
    for number in range(1, 6):
        session.call("web>shop", "POST /categories", {}, 201, {"id": 70 + number})
    for number in range(1, 41):
        session.call("web>shop", "POST /orders", {"category_id": 75}, 201, {"id": number, "category_id": 75})
    found = kept(session.exchanges)
    assert [item.number for item in found] == [1, 2, 3, 5, 6, 7, 8]


def test_a_page_brings_what_it_shows() -> None:
    session = Session()
    for number in range(1, 31):
        session.call("web>shop", "POST /orders", {}, 201, {"id": number})
    session.call("web>shop", "GET /orders", None, 200, [{"id": number} for number in range(15, 27)])
    assert [item.number for item in kept(session.exchanges)] == [1, 2, 3, *range(15, 27), 31]


def test_what_a_service_asked_for_meanwhile_stays_with_what_it_was_asked() -> None:
    session = Session()
    for number in range(20):
        session.call("web>order", "POST /orders", {}, 201, {"id": number + 1}, at=10 * number, lasting=5)
        session.call("order>rates", "GET /rates", None, 200, {"rate": 2}, at=10 * number + 1)
    found = kept(session.exchanges)
    orders = {item.number for item in found if item.edge.provider == "order"}
    assert orders
    assert {number + 1 for number in orders} <= {item.number for item in found}


def test_what_a_service_was_asked_stays_with_what_failed_meanwhile() -> None:
    session = Session()
    for number in range(20):
        session.call("web>order", "POST /orders", {}, 201, {"id": number + 1}, at=10 * number, lasting=5)
    session.call("order>rates", "GET /rates", None, 404, {}, at=91)
    assert 10 in {item.number for item in kept(session.exchanges)}


def test_each_change_of_what_all_read_stays() -> None:
    session = Session()
    for number in range(20):
        theme = "dark" if number % 2 else "light"
        session.call("web>shop", "PUT /settings", {"theme": theme}, 200, {"theme": theme})
        session.call("web>shop", "GET /settings", None, 200, {"theme": theme})
    found = kept(session.exchanges)
    assert sum(item.request.method == "PUT" for item in found) == 20
    assert sum(item.request.method == "GET" for item in found) < 20


def test_a_change_between_looks_that_differ_stays() -> None:
    """Without it the user would seem to have become active by itself."""
    session = Session()
    for number in range(40):
        state = "new" if number < 30 else "active"
        session.call("web>shop", "GET /users/1", None, 200, {"id": 1, "state": state})
        session.call("web>shop", "POST /orders", {"user_id": 1}, 201, {"id": number + 1, "user_id": 1})
    found = kept(session.exchanges)
    looks = [item.number for item in found if item.request.path == "/users/1"]
    active = next(number for number in looks if number > 60)
    before = max(number for number in looks if number < active)
    assert any(before < item.number < active for item in found if item.request.method == "POST")


def test_what_is_no_promise_stays_every_time() -> None:
    session = Session()
    for _ in range(20):
        session.call("web>shop", "GET /broken", None, 503)
    assert len(kept(session.exchanges)) == 20
