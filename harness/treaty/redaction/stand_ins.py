"""Stand-ins for secrets: drawn from the role and the ordinal of first sight, never from the secret itself.

A stand-in has the length of its secret and, place by place, the same class of character, so that what was valid stays
valid. The same secret always gets the same stand-in. The map lives in memory only.
"""

from __future__ import annotations

import base64
import hashlib
import string
from collections.abc import Iterator
from typing import Final

from treaty.redaction.shapes import check_sum

_HEX: Final = frozenset("0123456789abcdefABCDEF")
_STRUCTURE: Final = frozenset(".-_:/+=@ \t\r\n,;~")
_ATTEMPTS: Final = 64


class StandIns:
    """The stand-ins of one session."""

    def __init__(self) -> None:
        self._by_secret: dict[str, str] = {}
        self._given: set[str] = set()
        self._ordinals: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._by_secret)

    def __contains__(self, secret: str) -> bool:
        return secret in self._by_secret

    def get(self, secret: str) -> str | None:
        """Give the stand-in of a value that is known to be secret."""
        return self._by_secret.get(secret)

    def given(self, value: str) -> bool:
        """Tell whether a value is itself a stand-in."""
        return value in self._given

    def of(self, secret: str, role: str) -> str:
        """Give the stand-in of a secret, making it at first sight.

        Args:
            secret: the value; not empty.
            role: what it is: ``password``, ``token``, ``jwt``, ``card`` and so on; shapes the stand-in of the last two.

        """
        known = self._by_secret.get(secret)
        if known is not None:
            return known
        ordinal = self._ordinals.get(role, 0) + 1
        self._ordinals[role] = ordinal
        made = _make(secret, role, ordinal, self._given)
        self._by_secret[secret] = made
        self._given.add(made)
        return made


def _make(secret: str, role: str, ordinal: int, given: set[str]) -> str:
    made = ""
    for attempt in range(_ATTEMPTS):
        draws = _draws(f"treaty {role} {ordinal} {attempt}")
        if role == "jwt" and secret.count(".") >= 2:
            made = ".".join(_jwt_part(part, position, draws) for position, part in enumerate(secret.split(".")))
        elif role == "card":
            made = _card(secret, draws)
        else:
            made = _same_classes(secret, draws)
        if made != secret and made not in given:
            return made
    if made != secret:
        # So short a secret has few stand-ins; two secrets may then share one.
        return made
    return "*" * len(secret) if set(secret) != {"*"} else "#" * len(secret)


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
