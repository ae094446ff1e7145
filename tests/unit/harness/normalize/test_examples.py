"""Canonical examples."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.harness.normalize.sessions import START
from treaty.contract.json_value import JsonValue, Number
from treaty.normalize.examples import (
    ABSENT_ID,
    FIRST_ID,
    Examples,
    credentials_example,
    numbered_example,
    secret_example,
    time_example,
    token_example,
)
from treaty.normalize.names import Name
from treaty.normalize.shapes import shape_of
from treaty.normalize.token_values import Token

SECONDS = int(START.timestamp())
UUID_OF_THE_FIRST = "00000000-0000-4000-8000-000009007001"


def token(value: JsonValue, *, entity: str = "order", location: str = "response.body.$.id", **more: bool) -> Token:
    return Token(
        value=value,
        name=Name(entity=entity, field="id"),
        origin=1,
        location=location,
        provider="b",
        shape=shape_of(value),
        unique=more.get("unique", False),
        absent=more.get("absent", False),
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (7, FIRST_ID),
        ("7", "9007001"),
        ("ORD-7", "ORD-9007001"),
        ("2026-7-x", "1-9007001-x"),
        ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", "00000000-0000-4000-8000-000009007001"),
        ("5f3e9a0c0305", "000009007001"),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "00000000000000000009007001"),
        ("tok_9f8e7d6c5b4a39281706f5", "opaque-9007001"),
        ("blog", "blog-9007001"),
        (Number("1.10"), Number("1.10")),
        (None, None),
        (True, True),
    ],
)
def test_a_token_keeps_its_form_and_carries_a_number(value: JsonValue, expected: JsonValue) -> None:
    assert token_example(token(value), FIRST_ID) == expected


def test_a_unique_token_stays_as_it_was_recorded() -> None:
    assert token_example(token("x@y.org", unique=True), FIRST_ID) == "x@y.org"


def test_only_scalars_are_tokens() -> None:
    odd = token("x")
    odd.value = [1]
    with pytest.raises(TypeError):
        token_example(odd, 1)


def test_tokens_are_numbered_as_they_are_asked_for_and_keep_their_number() -> None:
    examples = Examples(find=lambda _entity, _number: None)
    first, second = token(70), token(3)
    assert [examples.of_token(item) for item in (first, second, first)] == [9007001, 9007002, 9007001]


def test_what_nobody_made_has_an_id_of_its_own() -> None:
    examples = Examples(find=lambda _entity, _number: None)
    assert examples.of_token(token(99, absent=True)) == ABSENT_ID


def test_what_a_consumer_chose_stays_unless_it_is_rare() -> None:
    examples = Examples(find=lambda _entity, _number: None)
    assert examples.of_token(token(5, location="request.body.$.id")) == 5
    chosen = token("3f2504e0-4f89-41d3-9a0c-0305e82c3301", location="request.path[1]")
    assert examples.of_token(chosen) == "00000000-0000-4000-8000-000009007001"


@pytest.mark.parametrize("distance", [-(10**6), -5, 0, 60])
def test_times_near_the_recorded_now_or_before_it_are_one_moment(distance: int) -> None:
    moment = START + timedelta(seconds=distance)
    assert time_example(moment.strftime("%Y-%m-%dT%H:%M:%SZ"), START) == "2000-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-20T10:15:00Z", "2000-01-01T00:15:00Z"),
        ("2026-11-20T12:15:02.5+02:00", "2000-01-01T00:15:00.000000+00:00"),
        ("2026-11-20 10:00:00.123", "2000-01-01 00:00:00.000"),
        ("2026-11-27", "2000-01-08"),
        ("2026-11-01", "2000-01-01"),
        ("2026-02-30", "2000-01-01"),
        ("2026-02-30T10:00:00Z", "2000-01-01T00:00:00Z"),
        ("Fri, 20 Nov 2026 11:00:00 GMT", "Sat, 01 Jan 2000 01:00:00 GMT"),
        (SECONDS + 3600, 946688400),
        ((SECONDS + 3600) * 1000 + 250, 946688400000),
        (Number(f"{SECONDS}.25"), Number("946684800.0")),
    ],
)
def test_times_keep_their_form_and_how_far_ahead_they_lay(value: JsonValue, expected: JsonValue) -> None:
    assert time_example(value, START) == expected


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.integers(0, 10**7))  # noqa: DTZ001 - a zone is put on below
def test_a_time_example_depends_on_the_distance_only(moment: datetime, ahead: int) -> None:
    at = moment.replace(tzinfo=UTC)
    shifted = START.replace(microsecond=at.microsecond)
    assert time_example((at + timedelta(seconds=ahead)).isoformat(), at) == time_example(
        (shifted + timedelta(seconds=ahead)).isoformat(), shifted
    )


@pytest.mark.parametrize(
    ("text", "example"), [("A-12-34", "A-1-9007001"), ("T11763632812", "T9007001"), ("word", "word-9007001")]
)
def test_the_last_number_of_a_text_is_replaced(text: str, example: str) -> None:
    assert numbered_example(text) == example


def test_prose_speaks_of_the_example_of_what_it_spoke_of() -> None:
    order = token(12)
    examples = Examples(find=lambda entity, number: order if (entity, number) == ("order", 12) else None)
    assert examples.of_text("order 12, Order #12, user 12, order 123, in 12 days") == (
        "order 9007001, Order #9007001, user 12, order 123, in 12 days"
    )


def test_urls_get_the_providers_name_and_the_examples_of_their_values() -> None:
    examples = Examples(find=lambda _entity, _number: None)
    examples.of_token(token(12))
    assert examples.of_url("http://127.0.0.1:8081/orders/12?x=1", "order") == "http://order/orders/9007001?x=1"
    assert examples.of_url("/orders/12", "order") == "/orders/9007001"
    assert examples.of_url("/lines?order=12&page=12", "order") == "/lines?order=9007001&page=12"


@pytest.mark.parametrize(
    ("stand_ins", "written"),
    [
        (("a1b2c3d4-0000-4abc-8def-0123456789ab", "0f0f0f0f-1111-4111-9111-aaaaaaaaaaaa"), UUID_OF_THE_FIRST),
        (("0a1b2c3d4e5f", "a0b1c2d3e4f5"), "000009007001"),
        (("123456", "987654"), "111111"),
        (("aB3-dE6_gH9", "Zz9Zz9Zz9Zz"), "secretsecre"),
        (("eyJhIjoxfQ.eyJiIjoxfQ.a1B2c3", "eyJhIjoxfQ.eyJiIjoxfQ.Z9-_xx"), "eyJhIjoxfQ.eyJiIjoxfQ.secret"),
    ],
)
def test_stand_ins_of_one_form_have_one_example(stand_ins: tuple[str, str], written: str) -> None:
    """Their characters follow those of the secret, which is another one in each recording."""
    assert {secret_example(value) for value in stand_ins} == {written}


@pytest.mark.parametrize(
    ("header", "value", "written"),
    [
        ("authorization", "Bearer aB3-dE6_gH9", "Bearer secretsecre"),
        ("Authorization", "aB3-dE6_gH9", "secretsecre"),
        ("Authorization", "Basic YW5uOnh5ejE=", "Basic YW5uOnh5ejE="),
        ("Cookie", 'theme=dark; sid=aB3-dE6_gH9kLmNo; q="aB3-dE6_gH9kLmNo"',
         'theme=dark; sid=secretsecretsecr; q="secretsecretsecr"'),
        ("X-Api-Key", "aB3-dE6_gH9", "aB3-dE6_gH9"),
    ],
)  # fmt: skip
def test_credentials_that_a_provider_makes_are_the_same_in_each_recording(
    header: str, value: str, written: str
) -> None:
    assert credentials_example(header, value) == written
