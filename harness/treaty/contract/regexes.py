r"""Regular expressions of contracts: Ruby syntax of Oniguruma as the official engine reads it, run by `regex`.

A pattern must match the whole text. ``^`` and ``$`` stand at lines, ``.`` stops at line ends unless ``(?m)``, ``\h``
is a hexadecimal digit, classes may be intersected by ``&&``. A search that takes too long is a failure, not a hang.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import regex

from treaty.contract.regex_bounds import QUICK_LENGTH, Patience, cannot_explode, too_large

_patience: Final = Patience()
_SHOWN: Final = 200
_SIMPLE_ESCAPES: Final = {
    "N": r"[^\n]",
    "h": "[0-9a-fA-F]",
    "H": "[^0-9a-fA-F]",
    "z": r"\Z",
    "Z": r"(?=\n?\Z)",
    "e": r"\x1b",
}
_CLASS_ESCAPES: Final = {"h": "0-9a-fA-F", "H": "[^0-9a-fA-F]", "e": r"\x1b"}


class RegexInvalid(ValueError):
    """A pattern cannot be read."""


@lru_cache(maxsize=512)
def full_matcher(pattern: str) -> Callable[[str], bool]:
    """Compile a pattern into a test of whole texts.

    Raises:
        RegexInvalid: when it cannot be read, or is too large.

    """
    compiled = _compile(pattern)
    quick = cannot_explode(pattern)

    def matches(text: str) -> bool:
        if quick and len(text) < QUICK_LENGTH:
            return compiled.fullmatch(text) is not None
        found = _patience.search(lambda limit: compiled.fullmatch(text, timeout=limit), len(text))
        return found is not None

    return matches


def _compile(pattern: str) -> regex.Pattern[str]:
    shown = repr(pattern if len(pattern) <= _SHOWN else pattern[:_SHOWN] + "…")
    reason = too_large(pattern)
    if reason:
        raise RegexInvalid(f"{shown} is too large a regular expression: {reason}")
    try:
        return regex.compile(translate(pattern), regex.VERSION1 | regex.MULTILINE)
    except (regex.error, RecursionError, OverflowError, ValueError, MemoryError) as fault:
        raise RegexInvalid(f"{shown} is not a regular expression: {fault}") from None


def translate(pattern: str) -> str:
    """Rewrite a pattern of Oniguruma's Ruby syntax for the `regex` package, version 1."""
    parts: list[str] = []
    position, depth = 0, 0
    while position < len(pattern):
        part, position, depth = _next(pattern, position, depth)
        parts.append(part)
    return "".join(parts)


def _next(pattern: str, position: int, depth: int) -> tuple[str, int, int]:
    """Translate one piece; `depth` is the nesting of character classes."""
    character = pattern[position]
    if character == "\\":
        part, position = _escape(pattern, position + 1, in_class=depth > 0)
        return part, position, depth
    if depth:
        return _in_class(pattern, position, depth)
    if character == "[":
        return _open_class(pattern, position, depth)
    if character == "^" and position:
        # No line begins behind a line end that is the last character.
        return r"(?:\A|^(?!\Z))", position + 1, depth
    if character == "(" and pattern.startswith("(?", position):
        return *_group(pattern, position), depth
    if character == "{" and not regex.match(r"\{(?:\d+(?:,\d*)?|,\d+)\}", pattern, pos=position):
        return r"\{", position + 1, depth
    return character, position + 1, depth


def _open_class(pattern: str, position: int, depth: int) -> tuple[str, int, int]:
    """Enter a character class; a bracket right at its beginning stands for itself."""
    opening = "[^" if pattern.startswith("[^", position) else "["
    position += len(opening)
    if pattern.startswith("]", position) and "]" in pattern[position + 1 :]:
        return opening + r"\]", position + 1, depth + 1
    return opening, position, depth + 1


def _in_class(pattern: str, position: int, depth: int) -> tuple[str, int, int]:
    character = pattern[position]
    if character == "]":
        return "]", position + 1, depth - 1
    if character == "[":
        named = regex.match(r"\[:\^?[a-z]+:\]", pattern, pos=position)
        if named:
            return named[0], named.end(), depth
        return _open_class(pattern, position, depth)
    if character in "-|~" and pattern.startswith(character * 2, position):
        return "\\" + character + "\\" + character, position + 2, depth
    return character, position + 1, depth


def _escape(pattern: str, position: int, *, in_class: bool) -> tuple[str, int]:
    if position >= len(pattern):
        return "\\", position
    letter = pattern[position]
    known = (_CLASS_ESCAPES if in_class else _SIMPLE_ESCAPES).get(letter)
    if known is not None:
        return known, position + 1
    wide = regex.match(r"x\{([0-9a-fA-F]{1,6})\}", pattern, pos=position)
    if wide:
        return f"\\U{int(wide[1], 16):08x}", wide.end()
    property_class = regex.match(r"[pP]\{\^?\w+\}", pattern, pos=position)
    if property_class:
        return "\\" + property_class[0], property_class.end()
    reference = regex.match(r"k<(\w+)>", pattern, pos=position)
    if reference:
        return f"\\g<{reference[1]}>", reference.end()
    call = regex.match(r"g<(\w+)>", pattern, pos=position)
    if call:
        return f"(?&{call[1]})", call.end()
    if letter.isalpha() and letter.isascii() and letter not in "abdfnprstuvwxABDGKPRSUWX":
        return letter, position + 1
    return "\\" + letter, position + 1


def _group(pattern: str, position: int) -> tuple[str, int]:
    """Translate the head of a group: Ruby's ``m`` is "the dot matches line ends"."""
    options = regex.match(r"\(\?([imx]*)(-[imx]+)?([:)])", pattern, pos=position)
    if options and (options[1] or options[2]):
        turned_on = options[1].replace("m", "s")
        turned_off = (options[2] or "").replace("m", "s")
        if options[3] == ")":
            # An option counts to the end of the enclosing group; `regex` wants the group to be explicit.
            rest_end = _closing(pattern, options.end())
            rest = translate(pattern[options.end() : rest_end])
            return f"(?{turned_on}{turned_off}:{rest})", rest_end
        return f"(?{turned_on}{turned_off}:", options.end()
    return "(", position + 1


def _closing(pattern: str, position: int) -> int:
    """Find where the group that encloses `position` ends."""
    depth, in_class = 0, 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\":
            position += 1
        elif character == "[":
            in_class += 1
        elif character == "]" and in_class:
            in_class -= 1
        elif not in_class and character == "(":
            depth += 1
        elif not in_class and character == ")":
            if not depth:
                return position
            depth -= 1
        position += 1
    return len(pattern)


def first_group(pattern: str, text: str) -> str | None:
    """Find a pattern in a text and give what its first group took; None when it is not found or not readable."""
    try:
        compiled = _compile(pattern)
    except RegexInvalid:
        return None
    found = _patience.search(lambda limit: compiled.search(text, timeout=limit), len(text))
    return found[1] if found and found.re.groups else None
