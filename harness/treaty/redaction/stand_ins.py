"""Stand-ins for secrets: drawn from the role and the ordinal of first sight, never from the secret itself.

A stand-in has the length of its secret and, place by place, the same class of character, so that what was valid stays
valid. The same secret always gets the same stand-in. The map lives in memory only, and hardly grows.
"""

from __future__ import annotations

import base64
import hashlib
import string
from collections.abc import Iterator
from itertools import islice
from typing import Final

from treaty.redaction.compact_table import CompactTable
from treaty.redaction.shapes import check_sum

_HEX: Final = frozenset("0123456789abcdefABCDEF")
_STRUCTURE: Final = frozenset(".-_:/+=@ \t\r\n,;~")
_ATTEMPTS: Final = 64
_MASKED: Final = 255
"""In the place of an attempt: nothing that was drawn would do."""
MOST: Final = 20_000
"""Secrets that are kept as texts, about 10 MB."""


class StandIns:
    """The stand-ins of one session.

    Of the secrets seen last both texts are kept. Of older ones only sixteen bytes are: a key of this process and the
    ordinal, from which the stand-in is drawn again when the secret comes back.

    Args:
        most: how many secrets are kept as texts.

    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._by_secret: dict[str, tuple[str, int]] = {}
        self._given: set[str] = set()
        self._ordinals: dict[str, int] = {}
        self._roles: list[str] = []
        self._older = CompactTable()

    def __len__(self) -> int:
        return sum(self._ordinals.values())

    def __contains__(self, secret: str) -> bool:
        return self.get(secret) is not None

    def get(self, secret: str) -> str | None:
        """Give the stand-in of a value that is known to be secret."""
        known = self._by_secret.get(secret)
        if known is not None:
            return known[0]
        drawn = self._older.get(hash(secret)) if len(self._older) else None
        if drawn is None:
            return None
        made = _drawn(secret, self._roles[drawn >> 8 & 0xFF], drawn >> 16, drawn & 0xFF)
        self._keep(secret, made, drawn)
        return made

    def given(self, value: str) -> bool:
        """Tell whether a value is itself a stand-in."""
        return value in self._given

    def of(self, secret: str, role: str) -> str:
        """Give the stand-in of a secret, making it at first sight.

        Args:
            secret: the value; not empty.
            role: what it is: ``password``, ``token``, ``jwt``, ``card`` and so on; shapes the stand-in of the last two.

        """
        known = self.get(secret)
        if known is not None:
            return known
        if role not in self._ordinals:
            self._roles.append(role)
        ordinal = self._ordinals[role] = self._ordinals.get(role, 0) + 1
        made, attempt = _make(secret, role, ordinal, self._given)
        self._keep(secret, made, ordinal << 16 | self._roles.index(role) << 8 | attempt)
        return made

    def _keep(self, secret: str, made: str, drawn: int) -> None:
        if len(self._by_secret) >= self._most:
            for oldest in list(islice(self._by_secret, max(self._most // 8, 1))):
                text, number = self._by_secret.pop(oldest)
                self._given.discard(text)
                self._older.put(hash(oldest), number)
        self._by_secret[secret] = made, drawn
        self._given.add(made)


def _make(secret: str, role: str, ordinal: int, given: set[str]) -> tuple[str, int]:
    """Draw a stand-in that no other secret has; give it with the attempt that made it."""
    last = ""
    for attempt in range(_ATTEMPTS):
        last = _drawn(secret, role, ordinal, attempt)
        if last != secret and last not in given:
            return last, attempt
    # So short a secret has few stand-ins; two secrets may then share one.
    return (last, _ATTEMPTS - 1) if last != secret else (_drawn(secret, role, ordinal, _MASKED), _MASKED)


def _drawn(secret: str, role: str, ordinal: int, attempt: int) -> str:
    if attempt == _MASKED:
        return "*" * len(secret) if set(secret) != {"*"} else "#" * len(secret)
    draws = _draws(f"treaty {role} {ordinal} {attempt}")
    if role == "jwt" and secret.count(".") >= 2:
        return ".".join(_jwt_part(part, position, draws) for position, part in enumerate(secret.split(".")))
    return _card(secret, draws) if role == "card" else _same_classes(secret, draws)


def _draws(seed: str) -> Iterator[int]:
    """Give numbers without end that depend on nothing but the seed."""
    block = 0
    while True:
        yield from hashlib.sha256(f"{seed} {block}".encode()).digest()
        block += 1


def _same_classes(secret: str, draws: Iterator[int]) -> str:
    hexadecimal = len(secret) >= 8 and _HEX.issuperset(secret.replace("-", ""))
    lower = "abcdef" if hexadecimal else string.ascii_lowercase
    made = []
    for position, character in enumerate(secret):
        if "a" <= character <= "z":
            made.append(_pick(lower, draws))
        elif "A" <= character <= "Z":
            made.append(_pick(lower.upper(), draws))
        elif "0" <= character <= "9":
            # A number keeps its count of digits: it must not begin with a zero that was not there.
            digits = "123456789" if position == 0 and character != "0" else string.digits
            made.append(_pick(digits, draws))
        elif character in _STRUCTURE:
            made.append(character)
        elif ord(character) < 128:
            made.append(_pick("!*", draws))
        elif ord(character) < 256:
            made.append(_pick("äöüéèà", draws))
        else:
            made.append(_pick("αβγδεζηθ", draws))
    return "".join(made)


def _pick(alphabet: str, draws: Iterator[int]) -> str:
    return alphabet[next(draws) % len(alphabet)]


def _jwt_part(part: str, position: int, draws: Iterator[int]) -> str:
    """Give base64url of the same length; header and claims stay JSON objects when they are long enough."""
    size = len(part) * 3 // 4
    if position > 1 or len(part) % 4 == 1 or size < 10:
        return _same_classes(part, draws)
    key = "alg" if position == 0 else "sub"
    filler = "".join(_pick(string.ascii_lowercase, draws) for _ in range(size - len(key) - 7))
    return base64.urlsafe_b64encode(f'{{"{key}":"{filler}"}}'.encode()).decode().rstrip("=")


def _card(secret: str, draws: Iterator[int]) -> str:
    """Give a number of the same issuer with a right check digit, in the same grouping, so that it is still accepted."""
    digits = "".join(character for character in secret if character.isdigit())
    if len(digits) != len(secret.replace(" ", "").replace("-", "")) or len(digits) < 12 or check_sum(digits):
        return _same_classes(secret, draws)
    made = digits[:4] + "".join(_pick(string.digits, draws) for _ in digits[5:])
    made += str((10 - check_sum(made + "0")) % 10)
    places = iter(made)
    return "".join(next(places) if character.isdigit() else character for character in secret)
