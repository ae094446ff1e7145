"""Patterns read as trees and run as automata agree with the matching's own regular expressions."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from treaty.contract.difference_languages import build_language
from treaty.contract.difference_patterns import PatternOpaque, parse_pattern, symbol_of
from treaty.contract.regexes import RegexInvalid, full_matcher

_ATOMS = st.sampled_from(
    [
        *("a", "b", "1", ".", "-", r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", r"\h", r"\H", r"\.", r"\x41", r"\n"),
        *(
            "[ab]",
            "[^a]",
            "[a-c1]",
            r"[\d-]",
            r"[^\s,]",
            "[]a]",
            "[-a]",
            "é",
            "[é-ü]",
            "[^é]",
            "_",
            "{",
            "}",
            "]",
            r"\/",
        ),
        *(r"\v", r"\t", r"\f", r"\e", r"\a", r"[\w.-]", r"[\]x]", r"[.\-]"),
    ]
)
_PATTERNS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda options: f"({'|'.join(options)})"),
        st.builds(
            lambda part, times: f"(?:{part}){times}",
            inner,
            st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{,2}", "{1,}", "*?", "??"]),
        ),
    ),
    max_leaves=6,
)
_TEXTS = st.text(st.sampled_from("ab1cA.-_ ,é٣€\u2003\n\t\v\x1b\x1c\x85]{}x/"), max_size=6)


def runs(pattern: str, text: str) -> bool:
    """Run the automaton of a pattern over a text."""
    language = build_language(parse_pattern(pattern))
    states = language.start
    for character in text:
        states = language.step(states, symbol_of(character))
    return language.accepts(states)


@given(pattern=_PATTERNS, texts=st.lists(_TEXTS, min_size=5, max_size=20))
@example(pattern="^a$|^b$", texts=["a", "b", "ab", "a\n"])
@example(pattern=r"\Aa+\z", texts=["a", "aa", ""])
@example(pattern="(?<name>a|b){2}", texts=["ab", "a"])
@settings(max_examples=400, deadline=None)
def test_automata_agree_with_the_matching(pattern: str, texts: list[str]) -> None:
    """An exact tree accepts what the matching accepts; another one at least that."""
    parsed = parse_pattern(pattern)
    matches = full_matcher(pattern)
    for text in texts:
        if parsed.exact:
            assert runs(pattern, text) == matches(text), text
        elif matches(text):
            assert runs(pattern, text), text


@given(
    pattern=st.text(st.sampled_from("ab1()[]{}|*+?^$.\\-,:=!<>&dzAbk\n"), max_size=8),
    texts=st.lists(_TEXTS, max_size=8),
)
@settings(max_examples=400, deadline=None)
def test_what_is_read_at_all_is_read_as_the_matching_does(pattern: str, texts: list[str]) -> None:
    """Any text for a pattern is either not read, or read with the same meaning."""
    try:
        parsed = parse_pattern(pattern)
        matches = full_matcher(pattern)
    except (PatternOpaque, RegexInvalid):
        return
    for text in (*texts, pattern, "a", "ab", ""):
        if parsed.exact:
            assert runs(pattern, text) == matches(text), text
        elif matches(text):
            assert runs(pattern, text), text


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?=a)b",
        r"(a)\1",
        "(?i)a",
        r"\p{Alpha}",
        r"a\b",
        "a++",
        "(a$)b",
        "a^",
        "[a&&b]",
        "[[:alpha:]]",
        "a{9999}",
        "(",
        "[a",
    ],
)
def test_what_is_not_read_is_refused(pattern: str) -> None:
    with pytest.raises(PatternOpaque):
        parse_pattern(pattern)
