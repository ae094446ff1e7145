"""Who called whom is found from addresses, paths and twins, and never guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.unit.harness.record.captures.recordings import ZERO_TIME, document, recorded
from treaty.record.captures.finds import CapturedCall, Oddity
from treaty.record.captures.keploy_calls import Mappings, calls_of
from treaty.record.captures.keploy_documents import Recorded
from treaty.record.captures.parties import Caller, Parties, ServiceAddress

CART_TEST = recorded(document("POST http://127.0.0.1:8082/carts", at="2025-03-09T12:00:00Z"), "cart", place="c1")
STOCK_TEST = recorded(document("GET http://127.0.0.1:8081/api/books/7", at="2025-03-09T11:00:00Z"), place="s1")


def mock(line: str, at: str = "2025-03-09T12:00:01Z", **other: Any) -> Recorded:
    return recorded(document(line, at=at, **other), "cart", mock=True, place="m1")


def edges(items: list[Recorded], parties: Parties | None = None, mappings: Mappings | None = None) -> list[str]:
    found = calls_of(items, parties or Parties(), mappings or {})
    return [f"{call.exchange.edge} {call.exchange.request.path}" for call in found if isinstance(call, CapturedCall)]


def reasons(items: list[Recorded], parties: Parties | None = None) -> list[str]:
    return [each.reason for each in calls_of(items, parties or Parties(), {}) if isinstance(each, Oddity)]


def test_tests_are_calls_by_a_client_in_the_order_of_their_times() -> None:
    assert edges([CART_TEST, STOCK_TEST]) == ["client -> stock /api/books/7", "client -> cart /carts"]


def test_a_mock_belongs_to_the_one_service_whose_tests_have_its_path() -> None:
    """Ids of any kind are one; what follows an id does not matter."""
    for path in (
        "/api/books/12",
        "/api/books/67cee00821a4448fb05613f2",
        "/api/books/0b1e5b0c-9b63-4d1c-8a44-3f0a5f1c9d11/status",
        "/api/books",
    ):
        assert edges([CART_TEST, STOCK_TEST, mock(f"PUT {path}")])[2:] == [f"cart -> stock {path}"]


def test_a_mock_whose_path_nobody_has_is_left_out_and_reported() -> None:
    """Part of a path is no evidence, and a service's own path neither."""
    for path in ("/api/users/1", "/api", "/carts"):
        items = [CART_TEST, STOCK_TEST, mock(f"GET {path}")]
        assert len(edges(items)) == 2
        assert reasons(items) == ["nothing says which service was called; name it: --service NAME=http://HOST/PATH"]


def test_two_services_with_the_same_path_leave_it_open() -> None:
    other = recorded(document("GET http://127.0.0.1:8083/api/books/1"), "library", place="l1")
    assert len(reasons([STOCK_TEST, other, mock("GET /api/books/1")])) == 1


def test_the_address_of_a_mock_counts_where_it_is_known() -> None:
    """Loopback has one name; in containers the host is often the service's name; else the host is the provider."""
    for authority, provider in (("localhost:8081", "stock"), ("stock:80", "stock"), ("mail.test", "mail.test")):
        items = [CART_TEST, STOCK_TEST, mock("GET /elsewhere", headers={"Host": authority})]
        assert edges(items)[2:] == [f"cart -> {provider} /elsewhere"]


def test_names_of_people_come_first() -> None:
    """A service that is named by its address has that name as a consumer, too."""
    named = Parties(
        services=(
            ServiceAddress(name="basket", host="localhost", port=8082),
            ServiceAddress(name="mail", host="mail.test", port=80, path="/api/books"),
        ),
        callers=(Caller(name="phone", agent="okhttp"),),
        consumer="web",
    )
    assert edges([CART_TEST, STOCK_TEST, mock("GET /api/books/1")], named) == [
        "web -> stock /api/books/7",
        "web -> basket /carts",
        "basket -> mail /api/books/1",
    ]
    only = Parties(services=named.services, only_named=True)
    assert edges([CART_TEST, STOCK_TEST, mock("GET /api/books/1")], only) == [
        "client -> basket /carts",
        "basket -> mail /api/books/1",
    ]


def test_keploys_own_mapping_counts_last() -> None:
    mappings = {"cart": {"mail-srv": ("/mails/*",), "other-srv": ("/x",)}}
    assert edges([CART_TEST, mock("POST /mails/send")], mappings=mappings)[1:] == ["cart -> mail-srv /mails/send"]


def test_a_call_that_both_services_saw_counts_once() -> None:
    """The test knows the address, the mock knows the caller."""
    seen = recorded(document("GET http://localhost:8081/api/books/8", at="2025-03-09T12:00:01.2Z"), "stock", place="s2")
    items = [CART_TEST, STOCK_TEST, seen, mock("GET /api/books/8")]
    assert edges(items) == ["client -> stock /api/books/7", "client -> cart /carts", "cart -> stock /api/books/8"]


def test_the_same_call_at_another_time_is_another_call() -> None:
    items = [CART_TEST, STOCK_TEST, mock("GET /api/books/7")]
    assert "cart -> stock /api/books/7" in edges(items)
    assert "client -> stock /api/books/7" in edges(items)


def test_a_call_without_a_time_follows_the_one_before_it() -> None:
    lost = recorded(document("GET http://127.0.0.1:8082/carts/1", at=ZERO_TIME, created="0"), "cart", place="c2")
    found = [each for each in calls_of([CART_TEST, lost], Parties(), {}) if isinstance(each, CapturedCall)]
    assert [each.exchange.started for each in found] == [datetime(2025, 3, 9, 12, tzinfo=UTC)] * 2


def test_several_programs_that_call_a_service_are_reported_until_they_are_named() -> None:
    by_hand = recorded(document(headers={"User-Agent": "Apifox/1.0"}), place="a")
    by_cart = recorded(document(headers={"User-Agent": "Go-http-client/1.1"}), place="b")
    assert reasons([by_hand, by_cart]) == ["several programs call it; name them: --consumer NAME=USER-AGENT"]
    assert reasons([by_hand, by_cart], Parties(callers=(Caller(name="cart", agent="go-http"),))) == []
