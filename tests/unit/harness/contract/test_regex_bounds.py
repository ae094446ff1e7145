"""Bounds of regular expressions: size, repetitions, and the time of searches."""

from __future__ import annotations

from time import thread_time

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract.regex_bounds import Patience, cannot_explode, too_large


@pytest.mark.parametrize(
    "pattern",
    [
        "a" * 10_001,
        "a{1000000000}",
        "a{0,1000000000}",
        "a{" + "9" * 5000 + "}",
        "(((a{1000}){1000}){1000}){1000}",
        "(?:a{100}b){100}",
        "a{3000}b{3000}",
        "[xy]{5001}",
    ],
)
def test_what_would_take_all_memory_is_too_large(pattern: str) -> None:
    """Whether it is long itself or by what it repeats."""
    assert too_large(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "\\",
        "a" * 10_000,
        r"[0-9a-f]{8}-[0-9a-f]{4}",
        "[A-Za-z0-9_-]{342}",
        "a{0,100000}",
        "(a{10}){20}",
        r"\{1000000\}",
        "[{9000000}]",
        "a{",
        "a{}{,}",
        ")))",
        "(((",
    ],
)
def test_what_people_write_is_not(pattern: str) -> None:
    """Braces that repeat nothing do not count."""
    assert too_large(pattern) == ""


@given(st.text(alphabet=r"ab()[]{}0123456789,?*+|\\", max_size=40))
def test_any_text_is_judged(pattern: str) -> None:
    """Malformed patterns, too."""
    too_large(pattern)
    cannot_explode(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"[a-z]+",
        "member|admin",
        r"-?\d+\.\d+",
        r"\d{4}-\d{2}-\d{2}",
        r"(?:active|inactive)",
        "ORD-[0-9A-F]{8}",
        r"text/plain(\s*;.*)?",
    ],
)
def test_common_patterns_need_no_time_limit(pattern: str) -> None:
    """It costs more than most searches."""
    assert cannot_explode(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+",
        r"(a)\1",
        "a?" * 40 + "a" * 40,
        ".{0,1900}" * 3 + "z",
        "(a|a)" * 30 + "b",
        "a*a*a*b",
    ],
)
def test_patterns_that_may_explode_need_one(pattern: str) -> None:
    """Repeated groups, and many choices in a row."""
    assert not cannot_explode(pattern)


def test_patience_ends_with_many_searches_in_vain() -> None:
    """A file full of patterns that never come to an end is done with soon."""
    patience = Patience()
    assert patience.seconds(100) == 0.1
    for _ in range(10):
        assert patience.search(_spend, 100) is None
    assert patience.seconds(0) == 0.001
    assert patience.seconds(1_000_000) > 1


def _spend(limit: float) -> None:
    until = thread_time() + limit
    while thread_time() < until:
        sum(range(100))
    raise TimeoutError


def test_time_that_other_threads_took_does_not_count() -> None:
    """`regex` knows the time of the process only, and gives up where this thread had none of it."""
    limits: list[float] = []

    def run(limit: float) -> str:
        limits.append(limit)
        if len(limits) < 4:
            raise TimeoutError
        return "found"

    patience = Patience()
    assert patience.search(run, 10) == "found"
    assert limits == [0.1, 0.2, 0.4, 0.8]
    assert patience.seconds(10) == 0.1


@given(st.integers(0, 60), st.integers(1, 60), st.booleans())
def test_no_repetition_that_is_let_through_is_large_when_written_out(outer: int, inner: int, spread: bool) -> None:
    """What `regex` writes out stays in bounds."""
    pattern = f"(?:a{{{inner}}}b){{{outer}}}" if spread else f"(a{{{inner}}}){{{outer}}}"
    regex.compile(pattern)
    assert bool(too_large(pattern)) == (outer > 1 and outer * inner > 5000)
