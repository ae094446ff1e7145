from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.harness.verify.fakes import json_answer
from treaty.contract.json_value import JsonValue, Number, loads
from treaty.verify.calls import Answer
from treaty.verify.locations import (
    Any,
    LocationInvalid,
    LocationMissing,
    join_path,
    parse_location,
    parse_path,
    read,
    value_at,
)

ANSWER = Answer(
    status=201,
    headers=(("Location", "/orders/7"), ("Set-Cookie", "a=1"), ("set-cookie", "b=2")),
    body=b'{"id": 7, "items": [{"sku": "x"}, {"sku": "y"}], "odd key": 1.10, "nothing": null}',
)


@pytest.mark.parametrize(
    ("location", "value"),
    [
        ("status", 201),
        ("header.location", "/orders/7"),
        ("header.Set-Cookie", "a=1"),
        ("header.Set-Cookie[1]", "b=2"),
        ("body.$.id", 7),
        ("body.$.items[1].sku", "y"),
        ("body.$['odd key']", Number("1.10")),
        ("body.$.nothing", None),
        ("body", ANSWER.body.decode()),
        ("body.$", loads(ANSWER.body)),
        ("header.Location|number[0]", 7),
        ("header.Set-Cookie|cookie.b", "2"),
        ("body|json.$.items[0].sku", "x"),
    ],
)
def test_values_are_taken_from_their_places(location: str, value: JsonValue) -> None:
    """Status, headers of any case, JSON leaves with their exact numbers, whole bodies."""
    assert read(parse_location(location), ANSWER) == value


@pytest.mark.parametrize(
    "location",
    [
        "header.ETag",
        "header.Set-Cookie[2]",
        "body.$.gone",
        "body.$.items[2]",
        "body.$.id.x",
        "body.$.id[0]",
        "body.$.items[*]",
        "header.Location|number[1]",
        "header.Set-Cookie|cookie.c",
        "body.$.id|number[0]",
    ],
)
def test_what_is_not_there_is_missing(location: str) -> None:
    """Missing differs from null."""
    with pytest.raises(LocationMissing):
        read(parse_location(location), ANSWER)


def test_a_body_that_is_not_json_has_no_places() -> None:
    """The reason says so."""
    with pytest.raises(LocationMissing, match="not JSON"):
        read(parse_location("body.$.id"), Answer(status=200, body=b"<html>"))


@pytest.mark.parametrize("text", ["", "stat", "body.id", "body.$x", "body.$.", "body.$[a]", "header.", "path[0]"])
def test_other_texts_are_no_places_of_an_answer(text: str) -> None:
    """Malformed names are refused, not half read."""
    with pytest.raises(LocationInvalid):
        parse_location(text)


def test_a_star_covers_every_index_of_the_same_path() -> None:
    """And nothing else."""
    star = parse_location("body.$.items[*].sku")
    assert star.covers(parse_location("body.$.items[12].sku"))
    assert not star.covers(parse_location("body.$.items[12].name"))
    assert not star.covers(parse_location("body.$.items[12]"))
    assert not star.covers(parse_location("status"))
    assert not parse_location("body.$.items[0]").covers(parse_location("body.$.items[1]"))
    assert parse_path("$[*]") == (Any.INDEX,)


@given(st.lists(st.text(min_size=1), max_size=4))
def test_a_joined_path_leads_to_the_key_again(keys: list[str]) -> None:
    """Whatever the keys are, quoting and parsing agree."""
    path = "$"
    value: JsonValue = 1
    for key in keys:
        path = join_path(path, key)
    for key in reversed(keys):
        value = {key: value}
    assert parse_path(path) == tuple(keys)
    assert value_at(value, parse_path(path)) == 1
    assert read(parse_location(f"body.{path}"), json_answer(200, value)) == 1
