"""Fresh identities."""

from __future__ import annotations

import random
import re

import pytest

from treaty.contract.json_value import JsonValue, Number
from treaty_stubs.render.created import maker


@pytest.mark.parametrize(
    ("example", "form"),
    [
        (9007001, r"[1-9]\d{6}"),
        (3, r"[1-9]\d{6}"),
        (123456789012, r"[1-9]\d{11}"),
        (
            "0f8fad5b-d9cb-469f-a165-70867728950e",
            r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        ),
        (
            "0F8FAD5B-D9CB-469F-A165-70867728950E",
            r"[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}",
        ),
        ("deadbeef0123", r"[0-9a-f]{12}"),
        ("DEADBEEF0123", r"[0-9A-F]{12}"),
    ],
)
def test_fresh_values_look_like_the_example(example: JsonValue, form: str) -> None:
    """Type, length and case stay; no two are the same."""
    make = maker(example)
    assert make is not None
    chance = random.Random(1)
    values = [make(chance) for _ in range(50)]
    assert all(type(value) is type(example) and re.fullmatch(form, str(value)) for value in values)
    assert len(set(values)) == 50
    again = random.Random(1)
    assert [make(again) for _ in range(50)] == values


def test_small_numbers_stay_small_enough() -> None:
    """An id that fitted 31 bits does so again."""
    make = maker(2_000_000_000)
    assert make is not None
    chance = random.Random(1)
    assert all(10**9 <= int(str(make(chance))) < 2**31 for _ in range(200))


@pytest.mark.parametrize("example", [True, None, "order-7", "12345678", "abcdefab", Number("1.5"), -4, [], {}, ""])
def test_other_kinds_keep_the_example(example: JsonValue) -> None:
    assert maker(example) is None


def test_identities_are_lower_case_unless_the_example_has_letters_that_are_not() -> None:
    """A canonical example has digits only; the rules of requests may know lower case alone."""
    chance = random.Random(5)
    for example in ("00000000-0000-4000-8000-000009007001", "0f8fad5b-d9cb-469f-a165-70867728950e"):
        make = maker(example)
        assert make is not None
        assert all(value == str(value).lower() for value in (make(chance) for _ in range(20)))
    upper = maker("0F8FAD5B-D9CB-469F-A165-70867728950E")
    assert upper is not None
    assert all(value == str(value).upper() for value in (upper(chance) for _ in range(20)))
