"""Regular expressions of contracts: Ruby syntax, whole texts, and an end to what backtracks for ever."""

from __future__ import annotations

import pytest

from treaty.contract.regexes import RegexInvalid, first_group, full_matcher


@pytest.mark.parametrize(
    ("pattern", "accepted", "refused"),
    [
        (r"\d+", "12", "a12b"),
        ("a|ab", "ab", "abc"),
        (r"\h+", "c0ffee", "xyz"),
        ("a.b", "axb", "a\nb"),
        ("(?m)a.b", "a\nb", "ab"),
        ("(?i)ab", "AB", "ac"),
        ("x(?i)a|b", "xA", "XA"),
        ("[a-z&&[^b]]+", "ac", "ab"),
        (r"\p{Alpha}+", "ab", "12"),
        ("[[:upper:]]+", "AB", "ab"),
        ("a++b", "aab", "aa"),
        (r"(?<n>a|b)\k<n>", "aa", "ab"),
        (r"\Aab\z", "ab", "ab\n"),
        (r"a\Z", "a", "a\n"),
        (r"\x{41}", "A", "B"),
        (r"[\]a]+", "]a", "b"),
        ("[]a]+", "]a", "b"),
        ("a{", "a{", "a"),
        (r"\/path\/\_x", "/path/_x", "/path"),
    ],
)
def test_the_syntax_is_rubys(pattern: str, accepted: str, refused: str) -> None:
    """Each construct accepts what the official engine accepts, and only as a whole."""
    matches = full_matcher(pattern)
    assert matches(accepted)
    assert not matches(refused)


@pytest.mark.parametrize("pattern", ["(", "[", "*a", r"\p{Nonsense}"])
def test_what_cannot_be_read_is_said(pattern: str) -> None:
    """A malformed pattern is an error that names it."""
    with pytest.raises(RegexInvalid, match="not a regular expression"):
        full_matcher(pattern)


def test_a_pattern_that_backtracks_for_ever_ends() -> None:
    """A search that would take years is given up and does not match."""
    assert not full_matcher(r"(x+x+)+y")("x" * 60)
    assert not full_matcher(r"(?:a|aa)+$b")("a" * 60)


def test_an_enormous_pattern_is_refused_and_shown_in_short() -> None:
    """It would take all memory to compile, and fill the screen."""
    with pytest.raises(RegexInvalid, match="too large a regular expression") as caught:
        full_matcher("(((a{1000}){1000}){1000}){1000}" + "b" * 5000)
    assert len(str(caught.value)) < 400
    assert first_group("(a{1000000000})", "a") is None


def test_the_first_group_is_found_anywhere() -> None:
    """A group inside a longer text is given; nothing when the pattern is not there or not readable."""
    assert first_group(r".*(/orders/\d+)$", "http://localhost:1/orders/7") == "/orders/7"
    assert first_group("b(c)", "a") is None
    assert first_group("(", "a") is None


@pytest.mark.parametrize(("text", "fits"), [("\n", False), ("b", False), ("\nb", True)])
def test_no_line_begins_at_the_end_of_a_text(text: str, fits: bool) -> None:
    """As Oniguruma has it."""
    assert full_matcher("[^a]^b?")(text) is fits
