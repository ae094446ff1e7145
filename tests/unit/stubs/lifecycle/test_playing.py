"""Stateful stubs of the shop: what was made is there, changes as was recorded, and is gone when it was deleted."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.stubs.lifecycle.shop import Asked, candidates_of, order, user
from treaty.contract.json_value import JsonValue
from treaty_stubs.lifecycle import calls, changing, choosing, lists, room, situations, spaces
from treaty_stubs.lifecycle.playing import Lifecycle


def _made(asked: Asked, target: str, body: Any, *, space: str = "") -> Any:
    status, document = asked("POST", target, body, space=space)
    assert status == 201, document
    return document


def test_what_was_made_is_shown_changed_and_deleted() -> None:
    asked = Asked("user")
    zoe = _made(asked, "/api/v1/users", user("zoe"))
    path = f"/api/v1/users/{zoe['id']}"
    assert asked("GET", path) == (200, {"id": zoe["id"], "username": "zoe", "email": "zoe@example.org"})
    changed = {"username": "Zoe Z", "email": "z@example.org"}
    assert asked("PUT", path, changed) == (200, {"id": zoe["id"], **changed})
    assert asked("GET", path) == (200, {"id": zoe["id"], **changed})
    assert asked("DELETE", path)[0] == 200
    assert asked("GET", path)[0] == 404
    assert asked("DELETE", path)[0] == 404
    assert asked("PUT", path, changed)[0] == 404


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_empty_segment_names_nothing(method: str) -> None:
    """``/users/`` was never recorded, so it is no user that is not there."""
    assert Asked("user")(method, "/api/v1/users/")[0] == 501


def test_a_second_one_is_refused_while_the_first_has_its_unique_value() -> None:
    asked = Asked("user")
    zoe = _made(asked, "/api/v1/users", user("zoe"))
    assert asked("POST", "/api/v1/users", {**user("yan"), "email": "zoe@example.org"})[0] == 409
    asked("PUT", f"/api/v1/users/{zoe['id']}", {"username": "zoe", "email": "other@example.org"})
    assert asked("POST", "/api/v1/users", {**user("yan"), "email": "zoe@example.org"})[0] == 201


def test_identities_count_on() -> None:
    asked = Asked("user")
    first, second = (_made(asked, "/api/v1/users", user(name))["id"] for name in ("a", "b"))
    assert second == first + 1


def test_requests_that_are_wrong_in_themselves_are_refused_as_recorded() -> None:
    asked = Asked("user")
    nameless = {name: value for name, value in user("zoe").items() if name != "username"}
    assert asked("POST", "/api/v1/users", nameless) == (
        400,
        {"error": "missing_field", "message": "username is required"},
    )


def test_actions_are_taken_and_refused_by_what_the_thing_is() -> None:
    asked = Asked("order")
    path = f"/api/v1/orders/{_made(asked, '/api/v1/orders', order(7))['id']}"
    assert asked("PUT", f"{path}/status", {"status": "processing"})[0] == 200
    assert asked("GET", path)[1]["status"] == "processing"
    assert asked("PUT", f"{path}/status", {"status": "completed"})[0] == 200
    assert asked("PUT", f"{path}/status", {"status": "processing"})[0] == 409
    assert asked("DELETE", path)[0] == 409
    assert asked("PUT", f"{path}/status", {"status": "lost"})[0] == 400
    assert asked("GET", path)[1]["status"] == "completed"


def test_a_step_that_nobody_recorded_is_a_miss_that_says_so() -> None:
    asked = Asked("order")
    path = f"/api/v1/orders/{_made(asked, '/api/v1/orders', order(7))['id']}"
    status, problem = asked("PUT", f"{path}/status", {"status": "completed"})
    assert status == 501
    assert "what it names is status pending; nobody recorded this of one that is so" in problem["detail"]
    assert problem["nearest"]
    entry = asked.stub.journal.misses[-1]
    assert entry.why.startswith("what it names is status pending")


def test_a_request_that_no_interaction_accepts_is_an_ordinary_miss() -> None:
    status, problem = Asked("user")("POST", "/api/v1/users", {**user("zoe"), "age": 7})
    assert status == 501
    assert "none accepts" in problem["detail"]


def test_a_thing_that_is_kept_after_its_deletion_is_cancelled() -> None:
    asked = Asked("order")
    path = f"/api/v1/orders/{_made(asked, '/api/v1/orders', order(7, pay=False))['id']}"
    assert asked("DELETE", path) == (200, {"message": "order cancelled"})
    assert asked("GET", path)[1]["status"] == "cancelled"


def test_lists_hold_what_fits_in_the_order_of_making() -> None:
    asked = Asked("order")
    first, other, second = (_made(asked, "/api/v1/orders", order(owner)) for owner in (7, 8, 7))
    status, listed = asked("GET", "/api/v1/orders/user/7")
    assert status == 200
    assert [one["id"] for one in listed["data"]] == [first["id"], second["id"]]
    assert listed["data"][0]["items"] == first["items"]
    assert asked("GET", f"/api/v1/orders/user/8/{other['id']}")[1]["user_id"] == 8
    assert asked("GET", f"/api/v1/orders/user/7/{other['id']}")[0] == 404
    assert asked("GET", "/api/v1/orders/user/9") == (200, {"data": []})


def test_each_element_of_a_longer_list_has_an_identity_of_its_own() -> None:
    asked = Asked("order")
    items = [{"name": name, "price": 1, "quantity": 1} for name in "abcdef"]
    made = _made(asked, "/api/v1/orders", {"user_id": 7, "items": items})
    assert len({item["id"] for item in made["items"]}) == len(items)
    assert {item["order_id"] for item in made["items"]} == {made["id"]}


def test_what_becomes_by_itself_comes_after_it_was_shown() -> None:
    asked = Asked("payment")
    body = {"order_id": 3, "user_id": 4, "amount": 5.5, "payment_type": "wechat"}
    made = _made(asked, "/api/v1/payments", body)
    path = f"/api/v1/payments/{made['id']}"
    assert (made["status"], asked("GET", path)[1]["status"], asked("GET", path)[1]["status"]) == (
        "pending",
        "pending",
        "success",
    )
    later = asked("GET", "/api/v1/payments/order/3")[1]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT.*Z", later["paid_at"])
    assert asked("POST", f"{path}/refund", {"reason": "late"})[0] == 200
    assert asked("GET", path)[1]["status"] == "refunded"
    assert asked("POST", f"{path}/refund", {"reason": "late"})[0] == 409


def test_an_action_that_was_only_recorded_later_does_not_need_a_look_before() -> None:
    asked = Asked("payment")
    body = {"order_id": 3, "user_id": 4, "amount": 5.5, "payment_type": "wechat"}
    path = f"/api/v1/payments/{_made(asked, '/api/v1/payments', body)['id']}"
    assert asked("POST", f"{path}/refund", {"reason": "late"})[0] == 200


def test_what_comes_by_itself_depends_on_what_was_asked_for() -> None:
    asked = Asked("notification")
    body = {"user_id": 1, "title": "T", "content": "C", "recipient": "+49123"}
    for kind, outcome in (("sms", "failed"), ("email", "sent")):
        path = f"/api/v1/notifications/{_made(asked, '/api/v1/notifications', {**body, 'type': kind})['id']}"
        asked("GET", path)
        assert asked("GET", path)[1]["status"] == outcome


def test_spaces_know_nothing_of_each_other() -> None:
    asked = Asked("user")
    zoe = _made(asked, "/api/v1/users", user("zoe"), space="one")
    path = f"/api/v1/users/{zoe['id']}"
    assert asked("GET", path, space="one")[0] == 200
    assert asked("GET", path, space="two")[0] == 404
    assert asked("GET", f"/treaty-space/one{path}")[0] == 200
    _made(asked, "/api/v1/users", user("zoe"), space="two")


def test_a_space_goes_back_to_a_copy() -> None:
    asked = Asked("user")
    path = f"/api/v1/users/{_made(asked, '/api/v1/users', user('zoe'))['id']}"
    copy = asked.spaces.snapshot("default")
    asked("DELETE", path)
    asked.spaces.restore("default", copy)
    assert asked("GET", path)[0] == 200
    asked.spaces.reset()
    assert asked("GET", path)[0] == 404


def test_a_full_space_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spaces, "MOST_ITEMS", 1)
    asked = Asked("user")
    _made(asked, "/api/v1/users", user("zoe"))
    status, problem = asked("POST", "/api/v1/users", user("yan"))
    assert status == 501
    assert "may hold no more" in problem["detail"]


def test_a_space_that_takes_too_much_memory_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there can still be read and deleted, and another space has room."""
    asked = Asked("user")
    path = f"/api/v1/users/{_made(asked, '/api/v1/users', user('zoe'))['id']}"
    monkeypatch.setattr(room, "MOST_BYTES", 1000)
    status, problem = asked("POST", "/api/v1/users", user("yan"))
    assert (status, "may hold 1000 bytes" in problem["detail"]) == (501, True)
    assert asked("GET", path)[0] == 200
    assert asked("DELETE", path)[0] == 200


def test_a_request_that_says_too_much_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "MOST_VALUES", 5)
    status, problem = Asked("user")("POST", "/api/v1/users", user("yan"))
    assert (status, "too many for a life cycle" in problem["detail"]) == (501, True)


def test_the_answer_names_its_interaction_and_the_life_cycle() -> None:
    answer = Asked("user").answer("GET", "/api/v1/users/5")
    assert b'X-Treaty-Match: GET /api/v1/users/{id} -> 404; state=""; why="life cycle"' in answer.head


def test_what_has_no_life_is_answered_as_ever() -> None:
    answer = Asked("user").answer("GET", "/health")
    assert answer.status == 200
    assert b'why="exact example"' in answer.head


def test_a_head_request_is_answered_as_get() -> None:
    asked = Asked("user")
    zoe = _made(asked, "/api/v1/users", user("zoe"))
    assert asked.answer("HEAD", f"/api/v1/users/{zoe['id']}").status == 200


def test_the_makers_are_told() -> None:
    assert Lifecycle(candidates_of("order"), provider="order").makers == ("POST /api/v1/orders",)


@pytest.mark.parametrize("before", ["2000-01-01T00:00:00Z", 946684800000])
def test_a_change_renews_the_time_of_the_last_change_only(before: JsonValue) -> None:
    lifecycle = Lifecycle(candidates_of("user"), provider="user")
    judge = situations.Judge(lifecycle.model, "user")
    document: JsonValue = {"created": before, "last_modified": before, "name": "a"}
    item = spaces.Item(provider="user", resource=("POST", ("a",)), number=1, given={}, made={}, document=document)
    now = datetime(2026, 1, 2, tzinfo=UTC)
    changing.Changer(lifecycle.model, judge).change(item, ("PUT", ("a", None)), {"body.$.name": "b"}, now)
    after = "2026-01-02T00:00:00Z" if isinstance(before, str) else 1767312000000
    assert item.document == {"created": before, "last_modified": after, "name": "b"}


def test_new_identities_stand_inside_texts_as_whole_words_only() -> None:
    assert changing.renamed_text("/users/9007001/x?after=90070012", {"9007001": "5"}) == "/users/5/x?after=90070012"


def test_the_best_example_lacks_nothing_that_the_item_has() -> None:
    item = spaces.Item(
        provider="p", resource=("POST", ("a",)), number=1, given={}, made={}, document={"a": 1, "b": "x"}
    )
    full: JsonValue = {"a": 2, "b": "x"}
    other: JsonValue = {"a": 1, "b": "x", "c": 3}
    assert lists.fitness(full, item) > lists.fitness(other, item)
    assert situations.at_place({"a": [{"b": 1}]}, "$.a[0].b") == 1
    assert choosing.Chosen.__slots__ == ("selection", "expectation")
