"""Interactions are joined part by part."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.normalize.merge_parts import join

values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from("abc"),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from("uvw"), below, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "joined"),
    [
        ({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 2}),
        ({"a": {"b": 1}}, {"a": {"b": 1, "mine": 2}}, {"a": {"b": 3}}, {"a": {"b": 3, "mine": 2}}),
        ([{"a": 1, "b": 1}], [{"a": 2, "b": 1}], [{"a": 1, "b": 2}], [{"a": 2, "b": 2}]),
        ({"a": 1, "b": 1}, {"b": 1}, {"a": 1, "b": 2}, {"b": 2}),
        ({"a": 1}, {"a": 1, "b": 1}, {"a": 1, "c": 1}, {"a": 1, "b": 1, "c": 1}),
    ],
)
def test_what_only_one_side_changed_is_taken(base: Any, ours: Any, theirs: Any, joined: Any) -> None:
    assert (join(base, ours, theirs).value, join(base, ours, theirs).disputes) == (joined, ())


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "dispute"),
    [
        ({"a": 1}, {"a": 2}, {"a": 3}, "a: yours 2, recorded 3"),
        ({"a": [1]}, {"a": [1, 2]}, {"a": [3]}, "a: yours [1,2], recorded [3]"),
        ({"a": {"b": 1}}, {"a": {}}, {"a": {"b": 2}}, "a.b: yours nothing, recorded 2"),
        (
            {"r": {"match": "type"}},
            {"r": {"match": "type", "min": 1}},
            {"r": {"match": "regex", "regex": "x"}},
            'r: yours {"match":"type","min":1}, recorded {"match":"regex","regex":"x"}',
        ),
    ],
)
def test_what_both_changed_stays_ours_and_is_told_with_both_sides(
    base: Any, ours: Any, theirs: Any, dispute: str
) -> None:
    found = join(base, ours, theirs)
    assert found.disputes == (dispute,)
    assert found.value == ours


@given(base=values, other=values)
def test_one_side_alone_decides(base: Any, other: Any) -> None:
    assert repr(join(base, base, other)) == repr(join(base, other, base)) == repr(join(base, other, other))
    assert join(base, other, base).value == other


@given(base=values, ours=values, theirs=values)
def test_a_join_that_is_repeated_changes_nothing_more(base: Any, ours: Any, theirs: Any) -> None:
    first = join(base, ours, theirs)
    assert join(theirs, first.value, theirs).value == first.value
