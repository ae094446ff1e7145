"""The one byte form of our JSON."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from treaty.contract.json_value import JsonValue, Number, loads
from treaty.pactfile.canonical import canonical_json

# Two halves of a surrogate pair next to each other are one character in JSON.
TEXTS = st.text(st.characters(), max_size=4).filter(lambda text: json.loads(json.dumps(text)) == text)
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | TEXTS
    | st.sampled_from(["1.10", "1e400", "-0", "123456789012345678901234.5"]).map(Number),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def shuffled(value: JsonValue) -> JsonValue:
    """Turn the order of all keys round."""
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in reversed(value)}
    return [shuffled(item) for item in value] if isinstance(value, list) else value


@given(VALUES)
def test_it_reads_back_the_same(value: JsonValue) -> None:
    """Numbers with their text, texts with every character, also halves of surrogate pairs."""
    assert loads(canonical_json(value)) == value


@given(VALUES)
def test_the_order_of_keys_does_not_show(value: JsonValue) -> None:
    assert canonical_json(shuffled(value)) == canonical_json(value)


@given(VALUES)
def test_what_was_canonical_stays_as_it_is(value: JsonValue) -> None:
    written = canonical_json(value)
    assert canonical_json(loads(written)) == written


def test_the_form() -> None:
    """Two spaces a level, keys by code point, UTF-8, one newline at the end; empty ones on one line."""
    value: JsonValue = {"ö": [], "b": {}, "Z": [Number("66.00"), None], "a": "größe"}
    assert canonical_json(value).decode() == (
        '{\n  "Z": [\n    66.00,\n    null\n  ],\n  "a": "größe",\n  "b": {},\n  "ö": []\n}\n'
    )
