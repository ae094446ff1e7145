"""Parts of messages of other tools are brought into our form."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.record.captures import messages
from treaty.session.exchange import Content


@given(st.binary())
def test_the_bytes_of_a_header_survive_whatever_a_tool_decoded_them_with(data: bytes) -> None:
    """Each byte is the character of that number, from latin-1 as from UTF-8 with escapes (PEP 383)."""
    as_latin = data.decode("latin-1")
    assert messages.header_text(as_latin) == as_latin
    as_utf8 = data.decode("utf-8", "surrogateescape")
    if any(ord(character) > 255 for character in as_utf8):
        assert messages.header_text(as_utf8).encode("latin-1") == data


@given(st.text())
def test_any_text_can_be_written_as_a_body(text: str) -> None:
    """Halves of surrogate pairs, which JSON can hold, have no bytes and become question marks."""
    written = messages.encoded(text, "application/json")
    if not any(0xD800 <= ord(character) < 0xE000 for character in text):
        assert written.decode() == text


@pytest.mark.parametrize(
    ("media_type", "written"),
    [
        ("text/plain; charset=iso-8859-15", b"\xa4"),
        ('text/plain; charset="UTF-8"', "€".encode()),
        ("text/plain; charset=latin1", "€".encode()),
        ("text/plain; charset=unheard-of", "€".encode()),
        ("", "€".encode()),
    ],
)
def test_the_character_set_of_a_type_counts_where_it_can_hold_the_text(media_type: str, written: bytes) -> None:
    assert messages.encoded("€", media_type) == written


@pytest.mark.parametrize(
    ("method", "status", "headers", "said"),
    [
        ("GET", 200, (("Content-Length", "5"),), "Content-Length 5, 3 bytes"),
        ("POST", 0, (("content-length", "2"),), "Content-Length 2, 3 bytes"),
        ("GET", 200, (("Content-Length", "3"),), ""),
        ("GET", 200, (("Content-Length", "x"),), ""),
        ("GET", 200, (), ""),
        ("GET", 200, (("Content-Length", "5"), ("Content-Encoding", "gzip")), ""),
        ("HEAD", 200, (("Content-Length", "5"),), ""),
        ("GET", 304, (("Content-Length", "5"),), ""),
    ],
)
def test_a_length_contradicts_a_body_only_where_it_speaks_of_it(
    method: str, status: int, headers: tuple[tuple[str, str], ...], said: str
) -> None:
    assert messages.contradiction(method, status, headers, Content(data=b"abc", size=3)) == said


def test_a_body_that_is_not_there_contradicts_nothing() -> None:
    headers = (("Content-Length", "5"),)
    assert messages.contradiction("GET", 200, headers, messages.missing_content(7, headers)) == ""


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-03-09T20:31:05.059857949+08:00", datetime(2025, 3, 9, 12, 31, 5, 59857, tzinfo=UTC)),
        ("2025-03-09T12:31:05Z", datetime(2025, 3, 9, 12, 31, 5, tzinfo=UTC)),
        ("2025-03-09T12:31:05.1", datetime(2025, 3, 9, 12, 31, 5, 100_000, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("soon", None),
        (17, None),
    ],
)
def test_times_are_read_and_the_zero_time_is_none(text: object, moment: datetime | None) -> None:
    assert messages.moment_of(text) == moment


@pytest.mark.parametrize(
    ("value", "number"), [(7, 7), ("7", 7), (7.9, 7), ("-1", -1), (True, None), ("x", None), (float("nan"), None)]
)
def test_whole_numbers_may_be_texts(value: object, number: int | None) -> None:
    assert messages.whole(value) == number


def test_what_may_not_stand_in_a_url_is_percent_encoded() -> None:
    address = messages.address_of("http://shop.test/Käse und Brot?q=a b%20c#top")
    assert address is not None
    assert (address.path, address.query) == ("/K%C3%A4se%20und%20Brot", "q=a%20b%20c")
    assert messages.query_of(address, "http://shop.test/x?") == "q=a%20b%20c"
    assert messages.query_of(address, "http://shop.test/x#a?b") is None


def test_cookies_that_were_split_become_one_line() -> None:
    """Only HTTP/2 may split them; a server of HTTP/1.1 may well look at the first line alone."""
    split = (("a", "1"), ("cookie", "x=1"), ("b", "2"), ("cookie", "y=2"))
    assert messages.with_one_cookie_line(split) == (("a", "1"), ("cookie", "x=1; y=2"), ("b", "2"))
    assert messages.with_one_cookie_line(split[:3]) == split[:3]
    assert messages.with_one_cookie_line(()) == ()


def test_a_new_length_takes_the_place_of_the_old() -> None:
    assert messages.with_length((("A", "1"), ("content-length", "9")), 3) == (("A", "1"), ("content-length", "3"))
