"""Media types: reading, kinds, what stands for what, guessing."""

from __future__ import annotations

import pytest

from treaty.contract.magic import is_of_type, media_type_of
from treaty.contract.media_type import NO_MEDIA_TYPE, detect_media_type, parse_media_type
from treaty.contract.query import parse_query, write_query


def test_types_are_read_with_suffix_and_parameters() -> None:
    """Case does not matter in the type, quotes are removed from values."""
    found = parse_media_type('Application/VND.x+JSON; Charset="utf-8"; q=1')
    assert (found.essence, found.suffix, found.parameters) == (
        "application/vnd.x+json",
        "json",
        {"charset": "utf-8", "q": "1"},
    )
    assert parse_media_type("hippos") is NO_MEDIA_TYPE


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("application/json", {"is_json", "is_text"}),
        ("application/problem+json", {"is_json", "is_text"}),
        ("text/json", {"is_text"}),
        ("application/atom+xml", {"is_xml", "is_text"}),
        ("text/html", {"is_text"}),
        ("application/x-www-form-urlencoded", {"is_form", "is_text"}),
        ("multipart/form-data; boundary=x", {"is_multipart"}),
        ("image/png", {"is_binary"}),
        ("application/octet-stream", {"is_binary"}),
    ],
)
def test_each_type_has_its_kind(text: str, kinds: set[str]) -> None:
    """The kinds decide how a body is compared."""
    found = parse_media_type(text)
    names = ("is_json", "is_xml", "is_form", "is_multipart", "is_text", "is_binary")
    assert {name for name in names if getattr(found, name)} == kinds


@pytest.mark.parametrize(
    ("wanted", "got", "covered"),
    [
        ("application/json", "application/json; charset=utf-8", True),
        ("application/json; charset=utf-8", "application/json", False),
        ("application/json; charset=UTF-8", "application/json; charset=utf-8", True),
        ("application/xml", "text/xml", True),
        ("application/json", "text/html", False),
    ],
)
def test_one_type_may_stand_for_another(wanted: str, got: str, covered: bool) -> None:
    """Promised parameters must be there."""
    assert parse_media_type(wanted).covers(parse_media_type(got)) is covered


@pytest.mark.parametrize(
    ("data", "essence"),
    [
        (b'{"a": 1}', "application/json"),
        (b"[1]", "application/json"),
        (b"true", "application/json"),
        (b'<?xml version="1.0"?><a/>', "application/xml"),
        (b"<a><b/></a>", "application/xml"),
        (b"<!DOCTYPE html><html>", "text/html"),
        (b"hello", "text/plain"),
        (b"\xff\xfe\xfa", "application/octet-stream"),
        (b"a" + "ä".encode() * 600, "text/plain"),
    ],
)
def test_types_are_guessed_from_content(data: bytes, essence: str) -> None:
    """Content without a type is looked at."""
    assert detect_media_type(data).essence == essence


def test_signatures_tell_binary_types() -> None:
    """The beginning of bytes tells their type."""
    assert media_type_of(b"%PDF-1.7") == "application/pdf"
    assert media_type_of(b"\x00\x00\x00\x18ftypmp42") == "video/mp4"
    assert is_of_type(b"\x1f\x8b\x08", "application/x-gzip")
    assert not is_of_type(b"GIF89a", "image/png")


@pytest.mark.parametrize("data", [b"1", b"null", b'{"a": 1}', b"<a/>", b"caf\xe9"])
def test_what_has_no_nul_is_plain_text_too(data: bytes) -> None:
    """Whatever else it is, but not just any bytes."""
    assert is_of_type(data, "text/plain")
    assert not is_of_type(data, "application/octet-stream")
    assert not is_of_type(data + b"\0", "text/plain")


def test_queries_are_read_and_written() -> None:
    """Order, repetition, bare names and encodings survive."""
    query = parse_query("a=1&b=x+y%26&a=&flag&&%C3%A4=%2B")
    assert query == {"a": ("1", ""), "b": ("x y&",), "flag": (None,), "ä": ("+",)}
    assert parse_query(write_query(query)) == query
    assert parse_query(None) == {}
