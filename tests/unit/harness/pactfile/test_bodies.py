"""Bodies in files up to V3, where JSON, text and bytes share one key."""

from __future__ import annotations

import pytest

from treaty.contract.json_value import JsonValue
from treaty.contract.model import ABSENT, EMPTY, NULL, Body, BodyState
from treaty.pactfile.bodies_form import read_body, read_plain_body, write_body, write_plain_body
from treaty.pactfile.node import Node


@pytest.mark.parametrize(
    ("value", "header", "data"),
    [
        ({"a": 1}, "application/json", b'{"a":1}'),
        ([1, None], "", b"[1,null]"),
        (True, "application/json", b"true"),
        ("plain", "text/plain", b"plain"),
        ("plain", "", b"plain"),
        ("word", "application/json", b'"word"'),
        ('"word"', "application/json", b'"word"'),
        ('{"a": 1}', "application/json", b'{"a": 1}'),
        ("[1]", "application/json", b'"[1]"'),
        ("iVBORw==", "image/png", b"\x89PNG"),
        ("not base64!", "image/png", b"not base64!"),
        ("a=1", "application/x-www-form-urlencoded", b"a=1"),
    ],
)
def test_the_header_tells_how_a_text_is_meant(value: JsonValue, header: str, data: bytes) -> None:
    """Texts are JSON, text or base64 by their content type."""
    found = read_plain_body(Node(value), header)
    assert (found.state, found.data) == (BodyState.PRESENT, data)


def test_absent_null_and_empty_bodies_differ() -> None:
    """A missing key, null and an empty text are three things."""
    assert [read_plain_body(None, ""), read_plain_body(Node(None), ""), read_plain_body(Node(""), "")] == [
        ABSENT,
        NULL,
        EMPTY,
    ]


@pytest.mark.parametrize(
    ("data", "header"),
    [
        (b'{"a":1.10}', "application/json"),
        (b'"word"', "application/json"),
        (b'"{\\"a\\":1}"', "application/json"),
        (b'""', "application/json"),
        (b"null", "application/json"),
        (b"text", "text/plain"),
        (b"text", ""),
        (b"\x89PNG\r\n", "image/png"),
        (b"a=1&b=2", "application/x-www-form-urlencoded"),
        (b"<a/>", "application/xml"),
    ],
)
def test_bodies_survive_both_forms(data: bytes, header: str) -> None:
    """The same bytes come back from the form of V4 and, but for bare null and empty JSON texts, from that of V3."""
    body = Body(state=BodyState.PRESENT, data=data)
    assert read_body(Node(write_body(body, header)), header).data == data
    if data not in {b"null", b'""'}:
        assert read_plain_body(Node(write_plain_body(body, header)), header).data == data


@pytest.mark.parametrize("data", [b'{"a": ', b"\xff\xfe"])
def test_broken_json_is_written_as_bytes(data: bytes) -> None:
    """What is not JSON under a JSON type is kept as base64."""
    written = write_body(Body(state=BodyState.PRESENT, data=data), "application/json")
    assert written is not None
    assert written["encoded"] == "base64"
    assert read_body(Node(written), "application/json").data == data


def test_a_body_that_is_no_object_of_version_four_is_taken_whole() -> None:
    """Content written where the attributes of a body belong is read as the body."""
    assert read_body(Node([1, 2]), "").data == b"[1,2]"
    assert read_body(Node({"id": 1}), "").data == b'{"id":1}'
    assert read_body(Node({"contentType": "text/plain"}), "") == ABSENT
    assert write_body(ABSENT, "") is None
