"""Texts that match a regular expression, for the Regex generator: a small reader that chooses while it reads.

It knows literals, classes, groups, alternatives, repetitions and the common escapes. What it does not know
(look-arounds, back-references, properties) makes the sample fail its own check; then there is no sample.
"""

from __future__ import annotations

import re
import string
from random import Random
from typing import Final

from treaty.contract.regexes import RegexInvalid, full_matcher

_MORE: Final = 8
"""How often something that may repeat without end is repeated at most beyond its least number."""

_ATTEMPTS: Final = 20
_MOST_PARTS: Final = 20_000
"""Of one text; nested repetitions multiply."""

_PRINTABLE: Final = string.ascii_letters + string.digits + " !#%&()*+,-./:;<=>?@[]^_{|}~"
_ESCAPES: Final = {
    "d": string.digits,
    "D": string.ascii_letters,
    "w": string.ascii_letters + string.digits + "_",
    "W": " -.,",
    "s": " ",
    "S": string.ascii_letters + string.digits,
    "h": "0123456789abcdef",
    "H": "ghijkl",
    "n": "\n",
    "t": "\t",
    "r": "\r",
}
_QUANTIFIER: Final = re.compile(r"(?:([*+?])|\{(\d*)(,?)(\d*)\})[+?]?")
_POSIX: Final = {
    "alpha": string.ascii_letters,
    "digit": string.digits,
    "alnum": string.ascii_letters + string.digits,
    "upper": string.ascii_uppercase,
    "lower": string.ascii_lowercase,
    "xdigit": string.hexdigits,
    "punct": string.punctuation,
    "space": " ",
}


def sample(pattern: str, random: Random) -> str | None:
    """Make a text that matches a pattern; None when none was found."""
    try:
        matches = full_matcher(pattern)
    except RegexInvalid:
        return None
    for _ in range(_ATTEMPTS):
        try:
            text = _Sampler(pattern, random).alternatives()
        except (IndexError, ValueError, RecursionError):
            return None
        if matches(text):
            return text
    return None


class _Sampler:
    """Reads a pattern once and makes one text on the way."""

    def __init__(self, pattern: str, random: Random) -> None:
        self._pattern = pattern
        self._random = random
        self._position = 0
        self._last_count = 1
        self._parts = 0

    def alternatives(self) -> str:
        """Read to the end of the group, and choose one of its alternatives."""
        found = [self._sequence()]
        while self._peek("|"):
            self._position += 1
            found.append(self._sequence())
        return self._random.choice(found)

    def _sequence(self) -> str:
        parts = []
        while self._position < len(self._pattern) and self._pattern[self._position] not in "|)":
            start = self._position
            first = self._atom()
            parts.append(self._repeat(first, start))
        return "".join(parts)

    def _repeat(self, first: str, start: int) -> str:
        """Repeat what was just read as its quantifier says, reading it anew for each further time."""
        found = _QUANTIFIER.match(self._pattern, self._position)
        if not found or (not found[1] and not (found[2] or found[4])):
            return first
        end = found.end()
        texts = [first]
        for _ in range(self._count(found) - 1):
            self._position = start
            texts.append(self._atom())
        self._position = end
        return "".join(texts) if self._last_count else ""

    def _count(self, found: re.Match[str]) -> int:
        if found[1]:
            least, most = {"*": (0, _MORE), "+": (1, 1 + _MORE), "?": (0, 1)}[found[1]]
        else:
            least = int(found[2] or 0)
            most = least if not found[3] else int(found[4]) if found[4] else least + _MORE
        self._last_count = self._random.randint(least, min(most, least + 10 * _MORE))
        return self._last_count

    def _atom(self) -> str:
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise ValueError(self._pattern)
        character = self._pattern[self._position]
        self._position += 1
        if character == "(":
            return self._group()
        if character == "[":
            return self._random.choice(sorted(self._class()))
        if character == "\\":
            return self._escape()
        if character == ".":
            return self._random.choice(_PRINTABLE)
        return "" if character in "^$" else character

    def _group(self) -> str:
        head = re.compile(r"\?(?:[:>]|<\w+>|[imx]*(?:-[imx]+)?:)").match(self._pattern, self._position)
        if head:
            self._position = head.end()
        elif self._peek("?"):
            raise ValueError(self._pattern)
        text = self.alternatives()
        if not self._peek(")"):
            raise ValueError(self._pattern)
        self._position += 1
        return text

    def _escape(self) -> str:
        letter = self._pattern[self._position]
        self._position += 1
        if letter in _ESCAPES:
            return self._random.choice(_ESCAPES[letter])
        code = re.compile(r"[ux]\{?([0-9a-fA-F]+)\}?").match(self._pattern, self._position - 1)
        if code:
            digits = code[1] if "{" in code[0] else code[1][: 4 if letter == "u" else 2]
            self._position += len(digits) + (2 if "{" in code[0] else 0)
            return chr(int(digits, 16))
        return "" if letter in "AbBGzZ" else letter

    def _class(self) -> set[str]:
        negated = self._peek("^")
        self._position += 1 if negated else 0
        chosen: set[str] = set()
        while not self._peek("]") or not chosen:
            chosen |= self._member()
        self._position += 1
        return set(_PRINTABLE) - chosen if negated else chosen

    def _member(self) -> set[str]:
        named = re.compile(r"\[:(\w+):\]").match(self._pattern, self._position)
        if named:
            self._position = named.end()
            return set(_POSIX.get(named[1], _PRINTABLE))
        character = self._pattern[self._position]
        self._position += 1
        if character == "[":
            return self._class()
        if character == "\\":
            letter = self._pattern[self._position]
            if letter in _ESCAPES:
                self._position += 1
                return set(_ESCAPES[letter])
            character = self._escape()
        if self._peek("-") and not self._pattern.startswith("-]", self._position):
            self._position += 1
            last = self._pattern[self._position]
            self._position += 1
            if last == "\\":
                last = self._escape()
            return {chr(code) for code in range(ord(character), min(ord(last), ord(character) + 500) + 1)}
        return {character}

    def _peek(self, character: str) -> bool:
        return self._pattern.startswith(character, self._position)
