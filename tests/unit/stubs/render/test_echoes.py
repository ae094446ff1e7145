"""Echoes in the type of the answer."""

from __future__ import annotations

import pytest

from treaty.contract.json_value import JsonValue, Number
from treaty_stubs.render.echoes import convert
from treaty_stubs.render.places import NOTHING, NothingThere


@pytest.mark.parametrize(
    ("value", "example", "written"),
    [
        ("a", "b", "a"),
        (7, "b", "7"),
        (True, "b", "true"),
        (Number("1.50"), "b", "1.50"),
        (None, "b", NOTHING),
        ([1], "b", NOTHING),
        ("17", 5, 17),
        ("-3", 5, -3),
        ("017", 5, NOTHING),
        ("abc", 5, NOTHING),
        (Number("2.5"), 5, Number("2.5")),
        (True, 5, NOTHING),
        (7, Number("66.00"), Number("7.00")),
        ("7.5", Number("66.00"), Number("7.50")),
        (Number("7.125"), Number("66.00"), Number("7.125")),
        (Number("1e3"), Number("66.00"), Number("1e3")),
        ("x", Number("66.00"), NOTHING),
        ("true", False, True),
        ("yes", False, NOTHING),
        (1, False, NOTHING),
        ("anything", None, "anything"),
        ({"a": 1}, {"b": 2}, {"a": 1}),
        ([1, 2], [3], [1, 2]),
        (NOTHING, "b", NOTHING),
    ],
)
def test_conversion(value: JsonValue | NothingThere, example: JsonValue, written: JsonValue | NothingThere) -> None:
    """A value that cannot be written in the type of the example leaves the example; nothing is ever rounded."""
    result = convert(value, example)
    assert result == written
    assert type(result) is type(written)
