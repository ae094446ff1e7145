"""Tokens that stand in a path behind the word that says what they open: ``/reset/Tok-4f1b...``, ``/magic-link/...``.

The word alone is not enough, because ids stand behind words as well: the value must be one that nobody could guess, and
not of the shape of an id (a uuid, a number, hex of 24 characters, a ULID). Behind collections of secrets
(``/tokens/...``), whose members have ids, it must be long and mixed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from treaty.redaction.names import role_of_name, words_of

_SEGMENT: Final = re.compile(r"/([A-Za-z][A-Za-z_\-]{2,30})(?=(/[A-Za-z0-9_\-.~]{10,512})(?![A-Za-z0-9_\-.~%]))")
_SURELY_OPENING: Final = frozenset(
    {"reset", "recover", "recovery", "magic", "passwordless", "autologin", "unlock", "onetime"}
)
_OPENING: Final = frozenset(
    {"activate", "activation", "verify", "verification", "confirm", "confirmation", "invite", "invitation", "token"}
    | {"unsubscribe"}
)
_ID: Final = re.compile(
    r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|[0-9a-fA-F]{24}|[0-7][0-9A-HJKMNP-TV-Z]{25}|[0-9.\-]+"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}.*"
)
_SAYS_SO: Final = re.compile(r"(?i)tok(?:en)?[-_.][A-Za-z0-9\-_.]{5,}")
_CHANGES: Final = 2
_LONG: Final = 20
_PARTS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")


def opening_segments(text: str) -> Iterator[tuple[int, int, str]]:
    """Give start, end and role of each segment of a path that opens something by itself."""
    for match in _SEGMENT.finditer(text):
        kind = _kind_of(match[1])
        value = match[2][1:].rstrip(".")
        if kind and not _ID.fullmatch(value) and _opens(value, kind):
            start = match.start(2) + 1
            yield start, start + len(value), "token"


@lru_cache(maxsize=4096)
def _kind_of(word: str) -> str:
    words = words_of(word)
    if not _SURELY_OPENING.isdisjoint(words):
        return "surely"
    if not _OPENING.isdisjoint(words):
        return "opens"
    return "holds" if role_of_name(word) in {"token", "key", "secret", "password"} else ""


def _opens(value: str, kind: str) -> bool:
    if _SAYS_SO.match(value):
        return kind != "holds" or len(value) >= _LONG
    digits = any(character.isdigit() for character in value)
    mixed = not value.islower() and not value.isupper()
    if kind == "surely" and digits and mixed:
        return True
    return (len(value) >= _LONG if kind == "holds" else digits or len(value) >= _LONG) and _is_drawn(value, mixed=mixed)


def _is_drawn(value: str, *, mixed: bool) -> bool:
    """Tell whether letters and digits change places more often than in a name, as they do in what is drawn at random.

    ``summer-Sale-2026`` has few changes between kinds of characters; random text has one at every third place.
    """
    changes = len(_PARTS.findall(value)) - 1 - value.count("-") - value.count("_") - value.count(".")
    return changes >= _CHANGES or (mixed and len(value) >= 2 * _LONG)
