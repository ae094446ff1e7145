"""Writing JSON: the short way through the standard library's encoder writes what the long way writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract import json_value
from treaty.contract.json_value import JsonValue, Number, dumps, loads

_TEXTS = st.text(st.sampled_from('a"\\/\n\x00\x7f\u00e9\u2028\U0001f600\ud83d'), max_size=3)
_LEAVES = st.none() | st.booleans() | st.integers() | _TEXTS | st.sampled_from([Number("1.10"), Number("-0")])
_VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.tuples(inner, inner), st.dictionaries(_TEXTS, inner, max_size=3)
    ),
    max_leaves=8,
)


@given(value=_VALUES, sort_keys=st.booleans())
def test_both_ways_write_the_same(value: JsonValue, *, sort_keys: bool) -> None:
    parts: list[str] = []
    json_value._write(value, parts, None, 0, sort_keys=sort_keys)
    assert dumps(value, sort_keys=sort_keys) == "".join(parts)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": [1, None], "a": "é"}, '{"b":[1,null],"a":"é"}'),
        ({"a": Number("1.10")}, '{"a":1.10}'),
        (["\ud83d"], '["\\ud83d"]'),
        ([], "[]"),
    ],
)
def test_values_and_their_texts(value: JsonValue, text: str) -> None:
    """Numbers keep their text, text stays readable, and what UTF-8 cannot hold is escaped."""
    assert dumps(value) == text
    assert loads(text) == value
