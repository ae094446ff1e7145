r"""Regular expressions of contracts as trees, as far as they describe regular languages over a small alphabet.

The alphabet has a symbol for each character of ASCII and four for all others: digits, letters, spaces and the rest.
What tells characters beyond ASCII apart is read as more than it says; then the tree is not exact. Look-arounds,
back-references, options and properties are not read at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

import regex

from treaty.contract.regex_bounds import too_large

OTHER_DIGIT: Final = 128
OTHER_LETTER: Final = 129
OTHER_SPACE: Final = 130
OTHER: Final = 131
SYMBOLS: Final = 132
"""The number of symbols; a set of them is a bit mask."""

EVERY_SYMBOL: Final = (1 << SYMBOLS) - 1
_BEYOND_ASCII: Final = EVERY_SYMBOL & ~((1 << 128) - 1)
_LARGEST_REPEAT: Final = 300
_QUANTIFIER: Final = re.compile(r"([*+?])|\{(\d+)\}|\{(\d*),(\d*)\}")


class PatternOpaque(ValueError):
    """A pattern that is not read."""


@dataclass(frozen=True, slots=True)
class Characters:
    """One character out of a set."""

    mask: int


@dataclass(frozen=True, slots=True)
class Chain:
    """One part after the other."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    options: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part, `least` to `most` times; None for no bound."""

    part: Tree
    least: int
    most: int | None


Tree: TypeAlias = Characters | Chain | Choice | Repeat


@dataclass(frozen=True, slots=True)
class Pattern:
    """A tree, and whether it describes exactly the texts that the pattern matches, or these and others."""

    tree: Tree
    exact: bool


@dataclass(frozen=True, slots=True)
class _Set:
    """A set of characters between two bounds that differ where symbols are too coarse."""

    most: int
    least: int

    def __or__(self, other: _Set) -> _Set:
        return _Set(self.most | other.most, self.least | other.least)

    def inverted(self) -> _Set:
        return _Set(EVERY_SYMBOL & ~self.least, EVERY_SYMBOL & ~self.most)


def _mask(characters: str) -> int:
    mask = 0
    for character in characters:
        mask |= 1 << ord(character)
    return mask


def _exactly(mask: int) -> _Set:
    return _Set(mask, mask)


_DIGITS: Final = _exactly(_mask("0123456789") | 1 << OTHER_DIGIT)
_LETTERS: Final = _exactly(
    _mask("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") | 1 << OTHER_DIGIT | 1 << OTHER_LETTER
)
_SPACES: Final = _exactly(_mask(" \t\n\r\f\v") | 1 << OTHER_SPACE)
_HEXADECIMAL: Final = _exactly(_mask("0123456789abcdefABCDEF"))
_NO_LINE_END: Final = _exactly(EVERY_SYMBOL & ~_mask("\n"))
_CLASSES: Final = {
    "d": _DIGITS,
    "D": _DIGITS.inverted(),
    "w": _LETTERS,
    "W": _LETTERS.inverted(),
    "s": _SPACES,
    "S": _SPACES.inverted(),
    "h": _HEXADECIMAL,
    "H": _HEXADECIMAL.inverted(),
}
_CONTROLS: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "e": "\x1b", "a": "\a"}


@lru_cache(maxsize=4096)
def symbol_of(character: str) -> int:
    """Give the symbol of a character, as `regex` tells digits, letters and spaces."""
    if ord(character) < 128:
        return ord(character)
    for form, symbol in ((r"\d", OTHER_DIGIT), (r"\w", OTHER_LETTER), (r"\s", OTHER_SPACE)):
        if regex.match(form, character):
            return symbol
    return OTHER


def literal_pattern(text: str) -> Pattern:
    """Describe one text."""
    parts = tuple(Characters(1 << symbol_of(character)) for character in text)
    return Pattern(Chain(parts), text.isascii())


@lru_cache(maxsize=1024)
def parse_pattern(pattern: str) -> Pattern:
    """Read a regular expression that has to match a whole text.

    Raises:
        PatternOpaque: when it has something that is not read, or is too large.

    """
    if too_large(pattern):
        raise PatternOpaque(pattern)
    reader = _Reader(pattern)
    try:
        tree = reader.alternatives(top=True)
    except (IndexError, RecursionError):
        raise PatternOpaque(pattern) from None
    if reader.position < len(pattern):
        raise PatternOpaque(pattern)
    return Pattern(tree, reader.exact)


class _Reader:
    """Reads a pattern from the left to the right."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0
        self.exact = True

    def alternatives(self, *, top: bool) -> Tree:
        options = [self._chain(top=top)]
        while self._take("|"):
            options.append(self._chain(top=top))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _chain(self, *, top: bool) -> Tree:
        parts: list[Tree] = []
        if top:  # the whole text has to match, so these say nothing here
            _ = self._take("^") or self._take("\\A")
        while self.position < len(self.pattern) and self.pattern[self.position] not in "|)":
            if top and self._ends():
                break
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else Chain(tuple(parts))

    def _ends(self) -> bool:
        """Step over an anchor at the end of an alternative."""
        for anchor in ("$", "\\z"):
            after = self.position + len(anchor)
            if self.pattern.startswith(anchor, self.position) and self.pattern[after : after + 1] in {"", "|"}:
                self.position = after
                return True
        return False

    def _repeated(self, part: Tree) -> Tree:
        found = _QUANTIFIER.match(self.pattern, self.position)
        if not found or found[0] == "{,}":
            return part
        self.position = found.end()
        _ = self._take("?")  # how much is taken first does not matter when the whole text has to match
        if _QUANTIFIER.match(self.pattern, self.position):
            raise PatternOpaque(self.pattern)  # possessive, or a repetition of a repetition
        if found[1]:
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[found[1]]
        elif found[2]:
            least = most = int(found[2])
        else:
            least, most = int(found[3] or 0), int(found[4]) if found[4] else None
        if max(least, most or 0) > _LARGEST_REPEAT or (most is not None and most < least):
            raise PatternOpaque(self.pattern)
        return Repeat(part, least, most)

    def _atom(self) -> Tree:
        character = self.pattern[self.position]
        self.position += 1
        if character == "(":
            return self._group()
        if character == "[":
            return self._characters(self._class())
        if character == "\\":
            return self._characters(self._escape(in_class=False))
        if character == ".":
            return self._characters(_NO_LINE_END)
        if character in "^$*+?":
            raise PatternOpaque(self.pattern)
        return self._characters(self._one(character))

    def _characters(self, found: _Set) -> Tree:
        if found.most != found.least:
            self.exact = False
        return Characters(found.most)

    def _group(self) -> Tree:
        if not self._take("?:"):
            name = re.compile(r"\?<[A-Za-z_]\w*>").match(self.pattern, self.position)
            if name:
                self.position = name.end()
            elif self._peek("?"):
                raise PatternOpaque(self.pattern)
        tree = self.alternatives(top=False)
        if not self._take(")"):
            raise PatternOpaque(self.pattern)
        return tree

    def _escape(self, *, in_class: bool) -> _Set:
        letter = self.pattern[self.position]
        self.position += 1
        if letter in _CLASSES:
            return _CLASSES[letter]
        if letter in _CONTROLS:
            return self._one(_CONTROLS[letter])
        code = re.compile(r"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})").match(self.pattern, self.position - 1)
        if code:
            self.position = code.end()
            return self._one(chr(int(code[1] or code[2], 16)))
        if letter.isalnum() or (in_class and letter == "b"):
            raise PatternOpaque(self.pattern)
        return self._one(letter)

    def _class(self) -> _Set:
        inverted = self._take("^")
        chosen = _Set(0, 0)
        first = True
        while first or not self._peek("]"):
            chosen |= self._member()
            first = False
        self.position += 1
        return chosen.inverted() if inverted else chosen

    def _member(self) -> _Set:
        character = self.pattern[self.position]
        if character == "[" or self.pattern[self.position : self.position + 2] in {"&&", "--", "||", "~~"}:
            raise PatternOpaque(self.pattern)
        start = self.position
        low = self._class_character()
        if not self._peek("-") or self._peek("-]"):
            return low
        self.position += 1
        high = self._class_character()
        ends = low.most, high.most
        if any(end.bit_count() != 1 for end in ends) or self.pattern[start] == "-":
            raise PatternOpaque(self.pattern)
        first, last = (end.bit_length() - 1 for end in ends)
        if last < OTHER_DIGIT and first <= last:
            return _exactly(sum(1 << symbol for symbol in range(first, last + 1)))
        ascii_part = sum(1 << symbol for symbol in range(min(first, 128), 128))
        return _Set(ascii_part | _BEYOND_ASCII, ascii_part)

    def _class_character(self) -> _Set:
        character = self.pattern[self.position]
        self.position += 1
        return self._escape(in_class=True) if character == "\\" else self._one(character)

    def _one(self, character: str) -> _Set:
        symbol = symbol_of(character)
        return _Set(1 << symbol, 1 << symbol if symbol < OTHER_DIGIT else 0)

    def _peek(self, text: str) -> bool:
        return self.pattern.startswith(text, self.position)

    def _take(self, text: str) -> bool:
        if not self._peek(text):
            return False
        self.position += len(text)
        return True
