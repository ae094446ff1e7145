"""Values inside texts."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract.embedded import (
    EmbeddedInvalid,
    EmbeddedMissing,
    embedded_values,
    parse_embedded,
    split_place,
    take,
)
from treaty.contract.json_value import JsonValue, dumps

UUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


def packed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


CURSOR = packed('{"after": 701}')
CLAIMS = '{"sub": "12", "roles": ["a"]}'
WEB_TOKEN = packed('{"alg":"none"}') + "." + packed(CLAIMS) + "."


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("created 12", {"number[0]": 12}),
        (
            "/users/7/orders/8",
            {
                "segment[0]": "users",
                "segment[1]": "7",
                "segment[2]": "orders",
                "segment[3]": "8",
                "number[0]": 7,
                "number[1]": 8,
            },
        ),
        ("N-12", {"number[0]": 12}),
        ("Note 12 saved.", {"number[0]": 12}),
        (f"/files/{UUID}/3", {"segment[0]": "files", "segment[1]": UUID, "segment[2]": "3", "number[0]": 3}),
        (f"see {UUID}", {"rare[0]": UUID}),
        ("v2 of 1.5 from x9", {}),
        ("12", {}),
        (UUID, {}),
        ('{"user_id": 7, "odd key": [true]}', {"json.$.user_id": 7, "json.$['odd key'][0]": True}),
        (CURSOR, {"base64|json.$.after": 701}),
        (packed("after=701"), {"base64|number[0]": 701}),
        (WEB_TOKEN, {"jwt.$.sub": "12", "jwt.$.roles[0]": "a"}),
        ("/a?page=2&cursor=Mg%3D%3D", {"segment[0]": "a", "query[cursor]": "Mg==", "number[0]": 2}),
        (
            '</a?size=2&cursor=Mg==>; rel="next", </a?cursor=MQ==>; rel="prev"',
            {"query[cursor]": "Mg==", "number[0]": 2},
        ),
        ("nothing here", {}),
        ("abcdefgh", {}),
        ("{broken 12", {"number[0]": 12}),
    ],
)
def test_what_stands_inside_a_text_is_listed_with_the_way_to_it(text: str, values: dict[str, JsonValue]) -> None:
    assert dict(embedded_values(text)) == values


@pytest.mark.parametrize(
    ("text", "way", "value"),
    [
        ("session=abc; Path=/; HttpOnly", "cookie.session", "abc"),
        ("http://a/b?x=1&y.z=a+b%21#c", "query[y.z]", "a b!"),
        ('a=1; b="2"', "cookie.b", "2"),
        (dumps({"inner": dumps({"id": 5})}), "json.$.inner|json.$.id", 5),
    ],
)
def test_a_value_is_taken_out_of_a_text(text: str, way: str, value: JsonValue) -> None:
    assert take(text, parse_embedded(way)) == value


@given(st.text(max_size=60) | st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=9)).map(dumps))
def test_every_listed_way_leads_to_its_value(text: str) -> None:
    for way, value in embedded_values(text):
        assert take(text, parse_embedded(way)) == value


@pytest.mark.parametrize("way", ["number", "number[x]", "json", "json.x[*", "json.$[*]", "xml", "cookie.", "base64|"])
def test_what_names_no_place_inside_a_text_is_refused(way: str) -> None:
    if way == "base64|":
        assert [step.kind for step in parse_embedded(way)] == ["base64"]
        return
    with pytest.raises(EmbeddedInvalid):
        parse_embedded(way)


def test_texts_are_opened_at_most_twice() -> None:
    with pytest.raises(EmbeddedInvalid, match="deeper"):
        parse_embedded("json.$.a|json.$.b|json.$.c|number[0]")


@pytest.mark.parametrize(
    ("value", "way", "reason"),
    [
        (7, "number[0]", "no text"),
        ("none", "number[0]", "0 whole numbers"),
        ("none", "rare[0]", "0 unmistakable"),
        ("none", "json.$.a", "not JSON"),
        ('{"a": 1}', "json.$.b", "has no 'b'"),
        ("[1]", "json.$[4]", "has no 4"),
        ("!", "base64", "not base64"),
        ("a.b.c", "jwt.$.sub", "no web token"),
        ("a=1", "cookie.b", "no cookie b"),
    ],
)
def test_what_is_missing_inside_a_text_is_said(value: JsonValue, way: str, reason: str) -> None:
    with pytest.raises(EmbeddedMissing, match=reason):
        take(value, parse_embedded(way))


def test_a_bar_in_a_quoted_key_belongs_to_the_key() -> None:
    assert split_place("body.$['a|b']|number[0]") == ("body.$['a|b']", "number[0]")
    assert split_place("header.Location") == ("header.Location", "")


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("/tickets/TCK-1", ["tickets", "TCK-1"]),
        ("https://h:8080/a%20b//c?x=/d#/e", ["a b", "", "c"]),
        ("https://h", []),
        ("tickets/TCK-1", []),
        ("see /tickets/1 there", []),
        ("/", [""]),
    ],
)
def test_segments_are_those_of_a_path(text: str, segments: list[str]) -> None:
    assert [take(text, parse_embedded(f"segment[{index}]")) for index in range(len(segments))] == segments
    with pytest.raises(EmbeddedMissing, match="segments"):
        take(text, parse_embedded(f"segment[{len(segments)}]"))


def test_what_a_whole_segment_is_has_one_place() -> None:
    key = "3f2504e04f8941d39a0c0305e82c3301"
    assert [way for way, _ in embedded_values(f"/jobs/{key}/{key}.log")] == [
        *["segment[0]", "segment[1]", "segment[2]"],
        "rare[1]",
    ]


def test_a_cookie_that_is_named_after_an_id_goes_with_its_name() -> None:
    way = parse_embedded("cookie.*")
    assert take("theme=dark; 42=secret-text", way) == "42=secret-text"
    assert take(f"{UUID}=x; Path=/", way) == f"{UUID}=x"
    with pytest.raises(EmbeddedMissing):
        take("theme=dark", way)
