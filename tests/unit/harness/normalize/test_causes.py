"""Why leaves are what they are."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.unit.harness.normalize.sessions import Raw, Session
from tests.unit.harness.normalize.views import View, view_of, views_of
from treaty.contract.json_value import JsonValue, Number


def answered(sent: JsonValue, answer: Any, *, redacted: tuple[str, ...] = ()) -> View:
    session = Session()
    session.call("a>b", "POST /orders", sent, 201, answer, redacted=redacted)
    return view_of(session, "a>b", "POST /orders -> 201")


def test_what_the_request_said_under_the_same_name_is_an_echo() -> None:
    view = answered(
        {"name": "Desk", "price": Number("11.50")}, {"name": "Desk", "price": Number("11.5"), "label": "Desk"}
    )
    assert view.causes["body.$.name"] == {"cause": "echo", "of": "body.$.name"}
    assert view.causes["body.$.price"] == {"cause": "echo", "of": "body.$.price"}
    assert "body.$.label" not in view.causes


def test_a_number_and_a_text_of_its_digits_are_no_echo() -> None:
    view = answered({"quantity": 2}, {"quantity": "2"})
    assert "body.$.quantity" not in view.causes


def test_lists_that_run_in_step_echo_member_by_member() -> None:
    items: JsonValue = [{"name": "Desk"}, {"name": "Chair"}]
    view = answered({"items": items}, {"items": items})
    assert view.causes == {"body.$.items[*].name": {"cause": "echo", "of": "body.$.items[*].name"}}


def test_ids_are_created_carried_or_echoed() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "x"}, 201, {"id": 1})
    session.call("a>b", "POST /orders", {"user_id": 1}, 201, {"id": 8, "user_id": 1})
    session.call("a>b", "GET /orders/8", None, 200, {"id": 8, "user_id": 1})
    made = view_of(session, "a>b", "POST /orders -> 201").causes
    assert made == {"body.$.id": {"cause": "created"}, "body.$.user_id": {"cause": "echo", "of": "body.$.user_id"}}
    read = view_of(session, "a>b", "GET /orders/{id} -> 200").causes
    assert read["body.$.id"] == {"cause": "echo", "of": "path[1]"}


def test_what_the_set_up_bound_and_comes_back_is_carried_of_its_variable() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "x"}, 201, {"id": 1})
    session.call("a>b", "POST /orders", {"user_id": 1}, 201, {"id": 8, "user_id": 1})
    session.call("a>b", "GET /orders/8", None, 200, {"id": 8, "user_id": 1})
    cause = view_of(session, "a>b", "GET /orders/{id} -> 200").causes["body.$.user_id"]
    assert isinstance(cause, dict)
    assert cause["cause"] == "carried"
    assert re.fullmatch(r"\$\{user_id_[0-9a-f]{6}\}", str(cause["of"]))


def test_what_the_set_up_sent_is_carried_and_exact() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "two words"}, 201, {"id": 1})
    session.call("a>b", "GET /users/1", None, 200, {"id": 1, "name": "two words"})
    view = view_of(session, "a>b", "GET /users/{id} -> 200")
    assert view.causes["body.$.name"] == {"cause": "carried"}
    assert view.rule("$.name") == []


@pytest.mark.parametrize(("ratings", "rule"), [(("gold", "gold"), []), (("gold", "red"), ["type"])])
def test_a_code_that_a_dependency_said_is_promised_unless_another_call_says_otherwise(
    ratings: tuple[str, str], rule: list[str]
) -> None:
    session = Session()
    for at, rating in enumerate(ratings):
        session.call("web>order", "POST /orders", {}, 201, {"id": at, "rating": rating}, at=at, lasting=0.5)
        session.call("order>user", "GET /ratings", None, 200, {"rating": rating}, at=at + 0.1)
    view = view_of(session, "web>order", "POST /orders -> 201")
    assert view.causes["body.$.rating"] == {"cause": "carried"}
    assert view.rule("$.rating") == rule


def test_prose_that_a_dependency_said_is_typed() -> None:
    session = Session()
    session.call("web>order", "POST /orders", {}, 201, {"id": 1, "note": "so be it"}, at=1, lasting=0.5)
    session.call("order>user", "GET /notes", None, 200, {"note": "so be it"}, at=1.1)
    assert view_of(session, "web>order", "POST /orders -> 201").rule("$.note") == ["type"]


def test_secrets_are_typed() -> None:
    view = answered({}, {"pin": "code-1"}, redacted=("response.body.$.pin",))
    assert view.causes == {"body.$.pin": {"cause": "secret"}}
    assert view.rule("$.pin") == ["type"]


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("count", 2, r"2(\.0+)?"),
        ("total", Number("34.50"), r"34\.50*"),
        ("pieces", 3, r"3(\.0+)?"),
        ("status", 201, r"201(\.0+)?"),
        ("error_code", 7, r"7(\.0+)?"),
    ],
)
def test_numbers_that_follow_from_lists_or_are_codes_are_exact(field: str, value: JsonValue, rule: str) -> None:
    rows: JsonValue = [{"price": Number("11.50"), "quantity": 2}, {"price": Number("11.50"), "quantity": 1}]
    assert answered({"items": rows}, {field: value}).rule(f"$.{field}") == ["number", rule]


def test_other_numbers_are_typed() -> None:
    assert answered({}, {"stock": 17}).rule("$.stock") == ["integer"]
    assert answered({}, {"rate": Number("1.5")}).rule("$.rate") == ["number"]


def test_numbers_too_large_to_compute_with_do_no_harm() -> None:
    rows = Raw(b'{"rows":[{"a":1e400,"b":0},{"a":1E999999999,"b":2}],"sum":1e400}', "application/json")
    assert answered(None, rows).rule("$.sum") == ["number"]


@pytest.mark.parametrize("value", [True, None, "pending"])
def test_booleans_nulls_and_codes_are_exact(value: JsonValue) -> None:
    assert answered({}, {"x": value}).rule("$.x") == []


def test_prose_is_typed() -> None:
    assert answered({}, {"message": "all is well"}).rule("$.message") == ["type"]


def test_a_path_is_told_by_the_names_that_the_set_up_chose_for_its_parts() -> None:
    session = Session()
    for path in ("/teams/red", "/teams/red/books/emma-1815"):
        session.call("a>b", f"PUT {path}", {}, 201, answer_headers=(("Location", path),))
    session.call("a>b", "GET /teams/red/books/emma-1815", None, 200, {"self": "/teams/red/books/emma-1815"})
    view = view_of(session, "a>b", "GET /teams/{team_id}/books/{book_id} -> 200")
    assert view.rule("$.self") == ["type"]
    assert re.sub(r"_\w{6}\}", "}", view.causes["body.$.self"]["of"]) == "/teams/${team_id}/books/${book_id}"


def test_what_ids_make_together_they_make_by_chance() -> None:
    view = answered({"x": 1}, {"lines": [{"id": 4, "size": 2}, {"id": 6, "size": 3}], "limit": 10, "weight": 5})
    assert view.rule("$.limit") == ["integer"]
    assert view.rule("$.weight") == ["number", r"5(\.0+)?"]


def test_members_of_a_list_of_paths_are_not_told_by_their_places_for_new_names_come_in_another_order() -> None:
    session = Session()
    for path in ("/teams/red", "/teams/red/books/emma", "/teams/red/books/saga"):
        session.call("a>b", f"PUT {path}", {}, 201, answer_headers=(("Location", path),))
    shown = {"books": ["/teams/red/books/emma", "/teams/red/books/saga"]}
    session.call("a>b", "GET /teams/red", None, 200, shown)
    view = view_of(session, "a>b", "GET /teams/{id} -> 200")
    assert all("of" not in note for note in view.causes.values())
    assert len(view.steps) == 3


def test_a_name_of_the_path_is_repeated_under_any_name_of_a_key() -> None:
    session = Session()
    session.call("a>b", "PUT /teams/red", {}, 201, answer_headers=(("Location", "/teams/red"),))
    session.call("a>b", "GET /teams/red", None, 200, {"TeamName": "red", "Colour": "red"})
    causes = view_of(session, "a>b", "GET /teams/{id} -> 200").causes
    assert causes["body.$.TeamName"]["of"].startswith("${team_id_")
    assert "of" not in causes.get("body.$.Colour", {})


@pytest.mark.parametrize(
    ("answer", "notes"),
    [
        ({"text": "All about blog"}, {"body.$.text": "All about ${bucket_id}"}),
        ({"text": "Nothing about blog"}, {"body.$.text": None}),
        ({"owner": "blog", "bucket": "blog", "place": "blog"}, {"body.$.owner": "path[1]", "body.$.bucket": "path[1]"}),
    ],
    ids=["as it was sent", "otherwise", "under the word for it"],
)
def test_what_holds_a_name_that_is_new_each_time_follows_it(
    answer: dict[str, JsonValue], notes: dict[str, str | None]
) -> None:
    session = Session()
    session.call("a>b", "PUT /buckets/blog", {"text": "All about blog"}, 201, {"id": "blog"})
    session.call("a>b", "GET /buckets/blog", None, 200, answer)
    (read,) = [view for view in views_of(session, "a>b") if view.request["method"] == "GET"]
    (variable,) = read.state["mint"]
    found = {place: note.get("of") for place, note in read.causes.items() if note.get("of") or place in notes}
    expected = {place: of and of.replace("bucket_id", variable) for place, of in notes.items()}
    of_name = {"${" + variable + "}": "path[1]"}
    assert {place: of_name.get(str(of), of) for place, of in found.items()} == expected
