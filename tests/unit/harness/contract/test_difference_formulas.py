"""Formulas over sets of texts: proofs hold, and examples are examples."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treaty.contract.difference_formulas import (
    ALL,
    NOTHING,
    Either,
    Every,
    Formula,
    find_outside,
    literal,
    matching,
    named,
    unknown,
)
from treaty.contract.difference_languages import SearchTooLarge, build_language, find_text
from treaty.contract.difference_patterns import parse_pattern
from treaty.contract.regex_samples import sample
from treaty.contract.regexes import full_matcher

_PATTERNS = st.sampled_from(
    [
        r"\d+",
        r"\d{2,3}",
        r"[0-9]+",
        "a|b",
        "[ab]",
        "a",
        "[a-z]*",
        r"\w+",
        ".*",
        r"[\s\S]*",
        "1(\\.0+)?",
        "(a|b)*",
        "(ab?)*",
    ]
)


@given(narrow=_PATTERNS, wide=_PATTERNS, seed=st.integers(0, 99))
@settings(max_examples=300, deadline=None)
def test_patterns_are_ordered_by_what_they_match(narrow: str, wide: str, seed: int) -> None:
    """Either all samples of one match the other, or the counterexample tells them apart."""
    outside = find_outside(matching(narrow), matching(wide))
    if outside is None:
        text = sample(narrow, Random(seed))
        assert text is None or full_matcher(wide)(text)
    else:
        assert outside.text is not None
        assert full_matcher(narrow)(outside.text)
        assert not full_matcher(wide)(outside.text)


@pytest.mark.parametrize(
    ("narrow", "wide", "within"),
    [
        (NOTHING, NOTHING, True),
        (ALL, NOTHING, False),
        (matching("a|b"), Either((literal("a"), literal("b"))), True),
        (Every((matching(r"\d+"), matching("[12]*"))), matching("[12]+"), True),
        (Every((matching(r"\d+"), matching("[12]*"))), matching("1+"), False),
        (unknown("x"), unknown("x"), True),
        (unknown("x"), unknown("y"), False),
        (Every((unknown("x"), unknown("y"))), unknown("y"), True),
        (Either((unknown("x"), unknown("y"))), unknown("y"), False),
        (named(("bounded",), "[ab]+"), matching("[a-c]+"), True),
        (matching("a"), named(("bounded",), "[ab]+"), False),
        (literal("é"), matching(r"\w"), True),
        (literal("é"), literal("ü"), False),
        (matching(r"(?=a)."), matching(r"(?=a)."), True),
        (matching(r"(?=a)."), matching("."), False),
    ],
)
def test_one_lies_within_the_other(narrow: Formula, wide: Formula, within: bool) -> None:
    assert (find_outside(narrow, wide) is None) is within


def test_only_texts_of_the_domain_count() -> None:
    """Letters and digits differ, but not among digits."""
    assert find_outside(matching(r"\w+"), matching(r"\d+")) is not None
    assert find_outside(matching(r"\w+"), matching(r"\d+"), domain=matching("[0-9]+")) is None


def test_a_question_that_is_too_large_is_a_doubt() -> None:
    """A pattern whose deterministic automaton is exponential is given up, not searched for ever."""
    hard = matching("[ab]*a[ab]{40}")
    outside = find_outside(hard, matching("[ab]*b[ab]{40}|[ab]*a[ab]{40}c?|"))
    assert outside is None or outside.text is None
    with pytest.raises(SearchTooLarge):
        build_language(parse_pattern("(a{60}){60}"))


def test_a_shortest_text_is_found_and_reads_well() -> None:
    languages = [build_language(parse_pattern(r"\w{2,}"))]
    assert find_text(languages, possible=all, wanted=all) == "aa"


def test_a_text_of_megabytes_is_compared_by_name_alone() -> None:
    """An automaton of it would take a gigabyte; what cannot be proven counts as different."""
    text = "a" * 3_000_000
    assert literal(text).bound is None
    assert find_outside(literal(text), literal(text)) is None
    assert find_outside(literal(text), literal(text + "b")) is not None
    assert find_outside(literal(text), matching("b+")) is not None
