"""Shapes of scalars."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract.json_value import JsonValue, Number
from treaty.normalize.shapes import Shape, epoch_unit, instant_of, is_numbered, shape_of, timestamp_regex

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (None, Shape.NULL),
        (True, Shape.BOOLEAN),
        (7, Shape.INTEGER),
        (-7, Shape.INTEGER),
        (10**400, Shape.INTEGER),
        (Number("1.10"), Shape.DECIMAL),
        (Number("1e400"), Shape.DECIMAL),
        (Number("-1E999999999"), Shape.DECIMAL),
        ("", Shape.EMPTY),
        ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", Shape.UUID),
        ("3F2504E0-4F89-41D3-9A0C-0305E82C3301", Shape.UUID),
        ("5f3e9a0c0305", Shape.HEX),
        ("5f3e9a0C0305", Shape.CODE),
        ("123456789012", Shape.NUMBERED),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", Shape.ULID),
        ("tok_9f8e7d6c5b4a39281706f5", Shape.OPAQUE),
        ("basicauth:97bc77bdec9e9fdc75edbb871fa06624d78c432c939b16f3e977f06bb0f949d1", Shape.OPAQUE),
        ("sha256:a7bc77bdec9e9fdc75edbb871fa0a624d78c4f2c939b16f3e977f0abb0f949d1", Shape.OPAQUE),
        ("group:deadbeefdeadbeefdeadbeefdeadbeef/1", Shape.CODE),
        ("a-readable-name-with-2-digits", Shape.CODE),
        ("2026-11-20T10:00:00Z", Shape.TIMESTAMP),
        ("2026-11-20T10:00:00.123456789+02:00", Shape.TIMESTAMP),
        ("2026-11-20 10:00:00", Shape.TIMESTAMP),
        ("2026-13-20T10:00:00Z", Shape.CODE),
        ("2026-11-20", Shape.DATE),
        ("Fri, 20 Nov 2026 10:00:00 GMT", Shape.HTTP_DATE),
        ("a@example.com", Shape.EMAIL),
        ("https://example.com/x", Shape.URL),
        ("v1.2.3", Shape.VERSION),
        ("ORD-20261120", Shape.NUMBERED),
        ("pending", Shape.CODE),
        ("two words", Shape.PROSE),
        ("<b>bold</b>", Shape.PROSE),
    ],
)
def test_a_scalar_is_judged_by_its_own_form(value: JsonValue, shape: Shape) -> None:
    assert shape_of(value) is shape


@pytest.mark.parametrize("unit", [1, 1_000, 1_000_000, 1_000_000_000])
def test_a_number_near_the_instant_is_an_epoch_in_its_unit(unit: int) -> None:
    assert shape_of(SECONDS * unit, at=NOW) is Shape.EPOCH
    assert epoch_unit(SECONDS * unit, NOW) == unit


def test_a_number_far_from_the_instant_is_no_epoch() -> None:
    assert shape_of(SECONDS, at=NOW + timedelta(days=500)) is Shape.INTEGER
    assert shape_of(SECONDS) is Shape.INTEGER


def test_a_decimal_can_be_an_epoch_too() -> None:
    assert shape_of(Number(f"{SECONDS}.25"), at=NOW) is Shape.EPOCH


@pytest.mark.parametrize("value", [10**400, -(10**400), Number("1e400"), Number("-1e400"), Number("1e999999999")])
def test_numbers_beyond_any_instant_are_no_epochs(value: int | Number) -> None:
    assert shape_of(value, at=NOW) in {Shape.INTEGER, Shape.DECIMAL}


def test_only_scalars_have_a_shape() -> None:
    with pytest.raises(TypeError, match="not a scalar"):
        shape_of([])


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-20T10:00:00Z", NOW),
        ("2026-11-20 10:00:00", NOW),
        ("2026-11-20T12:00:00.000000000+02:00", NOW),
        ("Fri, 20 Nov 2026 10:00:00 GMT", NOW),
        ("2026-02-30T10:00:00Z", None),
        ("soon", None),
    ],
)
def test_a_text_is_read_as_an_instant_when_it_is_one(text: str, instant: datetime | None) -> None:
    assert instant_of(text) == instant


@given(st.text())
def test_every_text_has_a_shape(text: str) -> None:
    shape = shape_of(text)
    assert (shape is Shape.EMPTY) == (text == "")
    if shape is Shape.CODE:
        assert not re.search(r"\s", text)


@given(st.integers(-(10**9), 10**9), st.integers(-12 * 60, 14 * 60))
def test_an_instant_is_read_back_whatever_its_offset(seconds: int, offset: int) -> None:
    moment = (NOW + timedelta(seconds=seconds)).astimezone(timezone(timedelta(minutes=offset)))
    assert shape_of(moment.isoformat()) is Shape.TIMESTAMP
    assert instant_of(moment.isoformat()) == moment


@pytest.mark.parametrize(
    ("texts", "accepted", "refused"),
    [
        (["2026-11-20T10:00:00Z"], "2026-11-20T10:00:00.5+02:00", "2026-11-20T10:00:00"),
        (["2026-11-20T10:00:00"], "2026-11-20 10:00:00.123", "2026-11-20T10:00:00Z"),
    ],
)
def test_times_keep_to_having_an_offset_or_none(texts: list[str], accepted: str, refused: str) -> None:
    assert re.fullmatch(timestamp_regex(texts), accepted)
    assert not re.fullmatch(timestamp_regex(texts), refused)
    for mixed in ([], [*texts, refused]):
        assert re.fullmatch(timestamp_regex(mixed), accepted)
        assert re.fullmatch(timestamp_regex(mixed), refused)


def test_codes_of_single_things_have_numbers_and_words_for_a_kind_have_none() -> None:
    assert [is_numbered(value) for value in ("D-15", "paper", 15, None)] == [True, False, False, False]


@pytest.mark.parametrize(
    "text", ["pi_XGMQVMuvafZzTEFSZrIJMVRJ", "XGMQVMuvafZzTEFSZrIJMVRJ", "in_ZZtAEWKQmMRTbbQXEyZcJvPi"]
)
def test_long_random_letters_are_random_without_a_digit_too(text: str) -> None:
    """One in sixty texts of 24 random letters and digits has no digit."""
    assert shape_of(text) is Shape.OPAQUE


@pytest.mark.parametrize(
    "text",
    ["XMLHttpRequestEventTarget", "parseHTTPResponseXMLData", "NSURLSessionDataTask", "AWSLambdaBasicExecutionRole"],
)
def test_words_with_capitals_are_no_random_letters(text: str) -> None:
    """Abbreviations among them, too."""
    assert shape_of(text) is Shape.CODE
