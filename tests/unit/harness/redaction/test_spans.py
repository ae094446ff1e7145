"""Replacements inside a text, made all at once."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from treaty.redaction.spans import Span, applied, merged

TEXT = "0123456789abcdefghij"


def learn(part: str) -> str:
    """Stand for a part, so that it can be seen which."""
    return f"<{part}>"


def span(start: int, end: int) -> Span:
    return start, end, learn(TEXT[start:end])


SPANS = st.lists(
    st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)))
    .filter(lambda ends: ends[0] < ends[1])
    .map(lambda ends: span(*ends)),
    max_size=6,
)


@given(SPANS)
def test_merged_spans_are_ordered_and_disjoint(spans: list[Span]) -> None:
    kept = merged(spans, TEXT, learn)
    assert all(left[1] <= right[0] for left, right in pairwise(kept))


@given(SPANS)
def test_no_character_of_a_span_is_left_and_no_other_is_lost(spans: list[Span]) -> None:
    """What one of them covers is covered afterwards, and nothing else."""
    covered = {position for start, end, _ in spans for position in range(start, end)}
    kept = merged(spans, TEXT, learn)
    assert {position for start, end, _ in kept for position in range(start, end)} == covered


@given(SPANS)
def test_each_replacement_stands_for_the_whole_of_its_span(spans: list[Span]) -> None:
    """So that taking the marks away gives the text again."""
    kept = merged(spans, TEXT, learn)
    assert all(replacement == learn(TEXT[start:end]) for start, end, replacement in kept)
    assert applied(TEXT, kept).replace("<", "").replace(">", "") == TEXT


@given(SPANS, st.randoms(use_true_random=False))
def test_the_order_of_finding_does_not_matter(spans: list[Span], random: Random) -> None:
    shuffled = list(spans)
    random.shuffle(shuffled)
    assert merged(shuffled, TEXT, learn) == merged(spans, TEXT, learn)


def test_of_spans_in_each_other_the_outer_one_stays() -> None:
    """With the replacement it came with; the inner one is not learnt again."""
    asked: list[str] = []

    def remember(part: str) -> str:
        asked.append(part)
        return part

    inner = [(4, 6, "inner"), (2, 5, "same start"), (5, 8, "same end")]
    assert merged([*inner, (2, 8, "outer")], TEXT, remember) == [(2, 8, "outer")]
    assert asked == []


def test_two_that_overlap_in_part_become_one() -> None:
    """And what stands for the whole is asked for once for each that joins."""
    assert merged([(0, 4, "a"), (2, 6, "b"), (5, 9, "c")], TEXT, learn) == [(0, 9, "<012345678>")]


def test_neighbours_stay_apart() -> None:
    assert merged([(3, 5, "b"), (0, 3, "a")], TEXT, learn) == [(0, 3, "a"), (3, 5, "b")]


def test_replacing_nothing_gives_the_text() -> None:
    assert applied(TEXT, merged([], TEXT, learn)) == TEXT
    assert applied("", []) == ""


def test_replacements_may_have_any_length() -> None:
    """At the ends, too."""
    assert applied("abcdef", [(0, 1, ""), (2, 3, "long"), (5, 6, "!")]) == "blongde!"
