"""Templates of paths."""

from __future__ import annotations

import pytest

from tests.unit.harness.normalize.sessions import Session, content, media_header
from tests.unit.harness.normalize.views import observed, view_of
from treaty.contract.json_value import JsonValue
from treaty.normalize.bodies import decode
from treaty.normalize.names import Name
from treaty.normalize.templates import Template, templates_of, typed_segment


def template(path: str, *bodies: JsonValue) -> Template:
    payloads = [("p", decode(content(body), media_header(body))) for body in bodies]
    return templates_of([("p", path)], payloads)["p", path]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/", "/"),
        ("/api/v1/users", "/api/v1/users"),
        ("/api/v1/users/7", "/api/v1/users/{id}"),
        ("/users/7/orders/8", "/users/{user_id}/orders/{order_id}"),
        ("/users/3f2504e0-4f89-41d3-9a0c-0305e82c3301", "/users/{id}"),
        ("/reports/2026-11-20", "/reports/{id}"),
        ("/users/a%40example.com", "/users/{id}"),
        ("/orders/user/7/8", "/orders/user/{user_id}/{order_id}"),
        ("/7", "/{id}"),
        ("/users/me", "/users/me"),
        ("/users/-1", "/users/{id}"),
        ("/a//b/", "/a//b/"),
        ("/ranges/1/1", "/ranges/{range_id}/{range_id2}"),
        ("/parcels/1,2;3/items/4+5", "/parcels/{parcel_ids}/items/{item_ids}"),
        ("/parcels/250000,250001", "/parcels/{ids}"),
        ("/status/1,2", "/status/1,2"),
        ("/parcels/red,blue", "/parcels/red,blue"),
    ],
)
def test_values_are_told_from_names_by_their_form(path: str, text: str) -> None:
    assert str(template(path)) == text


def test_a_word_after_a_collection_is_a_value_when_it_is_a_key_of_something_there() -> None:
    assert str(template("/buckets/blog", {"id": "blog"})) == "/buckets/{id}"
    assert str(template("/buckets/blog", {"text": "blog"})) == "/buckets/blog"
    assert str(template("/config/blog", {"id": "blog"})) == "/config/blog"


def test_several_words_are_several_keys_when_each_is_one() -> None:
    keys: list[JsonValue] = [{"id": "red"}, {"id": "blue"}]
    assert str(template("/teams/red,blue", keys)) == "/teams/{ids}"
    assert str(template("/teams/red,gold", keys)) == "/teams/red,gold"
    assert str(template("/teams/red,blue", [*keys, {"id": "red,blue"}])) == "/teams/{id}"


def test_keys_of_one_provider_say_nothing_about_another() -> None:
    payload = decode(content({"id": "blog"}), media_header({}))
    assert str(templates_of([("p", "/buckets/blog")], [("q", payload)])["p", "/buckets/blog"]) == "/buckets/blog"


def test_values_are_named_after_the_literal_before_them() -> None:
    assert template("/api/v1/users/7/orders/8").names() == {
        3: Name(entity="user", field="id"),
        5: Name(entity="order", field="id"),
    }


@pytest.mark.parametrize(
    ("path", "entity"),
    [("/api/v1/users/7", "user"), ("/users/7/status", "user"), ("/health", "health"), ("/", ""), ("/v1", "")],
)
def test_an_endpoint_is_about_its_last_collection(path: str, entity: str) -> None:
    assert template(path).entity == entity


@pytest.mark.parametrize(
    ("segment", "value"),
    [
        ("7", 7),
        ("0", 0),
        ("-7", -7),
        ("007", "007"),
        ("1" * 19, int("1" * 19)),
        ("1" * 20, "1" * 20),
        ("7a", "7a"),
        ("", ""),
        ("٣", "٣"),
    ],
)
def test_whole_numbers_of_paths_are_numbers_when_their_text_is_the_only_one(segment: str, value: JsonValue) -> None:
    assert typed_segment(segment) == value


def test_a_missing_path_is_like_its_siblings_only_behind_a_collection() -> None:
    payloads = [("p", decode(content({"id": body}), media_header({}))) for body in ("red", "now")]
    paths = [("p", path) for path in ("/teams/red", "/teams/blue", "/time/7", "/time/blue", "/x")]
    found = templates_of(paths, payloads, missing=[("p", "/teams/blue"), ("p", "/time/blue"), ("p", "/x")])
    assert str(found["p", "/teams/blue"]) == "/teams/{id}"
    assert str(found["p", "/time/blue"]) == "/time/blue"
    assert str(found["p", "/x"]) == "/x"


def test_a_number_with_letters_that_bodies_call_a_reference_is_a_value_in_paths() -> None:
    """``"ref": "TCK-00017"`` and ``/tickets/TCK-00017`` are one ticket, and a ``ref`` without a digit is no key."""
    session = Session()
    session.call("a>b", "POST /tickets", {"subject": "A b"}, 201, {"ref": "TCK-00017"})
    session.call("a>b", "GET /tickets/TCK-00017", None, 200, {"ref": "TCK-00017"})
    session.call("a>b", "GET /tickets/open", None, 200, {"state": "open"})
    assert [str(item.template) for item in observed(session)] == ["/tickets", "/tickets/{id}", "/tickets/open"]
    view = view_of(session, "a>b", "GET /tickets/{id} -> 200")
    assert view.steps == ["call POST /tickets -> 201"]


def test_where_a_post_leads_right_below_its_path_is_a_key() -> None:
    session = Session()
    session.call("a>b", "POST /jobs", {"x": 1}, 202, {}, answer_headers=(("Location", "/jobs/qWeRty"),))
    session.call("a>b", "GET /jobs/qWeRty", None, 200, {})
    session.call("a>b", "POST /carts", {"x": 1}, 201, {}, answer_headers=(("Location", "/carts/current"),))
    session.call("a>b", "GET /carts/current", None, 200, {})
    templates = [str(item.template) for item in observed(session)]
    assert templates == ["/jobs", "/jobs/{id}", "/carts", "/carts/current"]
