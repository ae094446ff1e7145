"""Names of places, and reading them from a request."""

from __future__ import annotations

import pytest

from tests.unit.stubs.examples import received
from treaty.contract.json_value import JsonValue
from treaty_stubs.render.places import NOTHING, NothingThere, parse_place, read_place


@pytest.mark.parametrize(
    ("text", "indices", "value"),
    [
        ("path[1]", (), "7 a"),
        ("path[9]", (), NOTHING),
        ("query.a[1]", (), "2"),
        ("query.a", (), "1"),
        ("query.bare[0]", (), NOTHING),
        ("query.none[0]", (), NOTHING),
        ("query.odd[name][0]", (), "x"),
        ("header.X-Tenant", (), "t"),
        ("header.X-None", (), NOTHING),
        ("body.$.n", (), 1),
        ("body.$['odd key']", (), None),
        ("body.$.items[1].id", (), "b"),
        ("body.$.items[*].id", (1,), "b"),
        ("body.$.items[*].id", (), "a"),
        ("body.$.items[*].id", (5,), NOTHING),
        ("body.$.n.below", (), NOTHING),
        ("status", (), NOTHING),
    ],
)
def test_reading_places(text: str, indices: tuple[int, ...], value: JsonValue | NothingThere) -> None:
    """Path segments are decoded; wildcards take the index of the element that is being written."""
    request = received(
        "POST",
        "/users/7%20a?a=1&a=2&bare&odd[name]=x",
        headers={"X-Tenant": "t"},
        body={"n": 1, "odd key": None, "items": [{"id": "a"}, {"id": "b"}]},
    )
    place = parse_place(text)
    assert place is not None
    assert read_place(place, request, indices) == value


def test_a_form_is_read_by_its_fields() -> None:
    request = received("POST", headers={"Content-Type": "application/x-www-form-urlencoded"}, body=b"user=a+b&x=1")
    place = parse_place("body.$.user")
    assert place is not None
    assert read_place(place, request, ()) == "a b"


def test_a_whole_body_is_text() -> None:
    place = parse_place("body")
    assert place is not None
    assert read_place(place, received("POST", body=b"hello"), ()) == "hello"


@pytest.mark.parametrize("text", ["", "path", "path[x]", "cookie.a", "body.x", "body.$[", "nonsense"])
def test_what_names_no_place(text: str) -> None:
    """Names that a later version may write are passed over, not guessed at."""
    assert parse_place(text) is None
