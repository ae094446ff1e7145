"""Secrets that are known by their shape alone: signed tokens, private keys, provider keys, cards, passwords in URLs.

Certificates and public keys are PEM too, but no secrets; they stay. The prefixes are the ones that the providers
publish for secret scanners. A card number needs the prefix and length of an issuer and a right check digit (ISO/IEC
7812), which a random number of that length has in one of ten cases. Telephone numbers (``+49...``) are none, and Visa's
numbers of 13 digits, out of use, would be taken for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_PROVIDER_KEYS: Final = (
    r"(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}"
    r"|gh[pousr]_[A-Za-z0-9]{30,255}"
    r"|github_pat_[A-Za-z0-9_]{22,255}"
    r"|gl(?:pat|dt|rt|ptt|oas)-[A-Za-z0-9_\-]{20,}"
    r"|xox[abeoprs]-[A-Za-z0-9\-]{10,}"
    r"|xapp-[0-9]-[A-Za-z0-9\-]{10,}"
    r"|(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}"
    r"|whsec_[A-Za-z0-9+/=]{16,}"
    r"|AIza[0-9A-Za-z_\-]{35}"
    r"|ya29\.[0-9A-Za-z_\-]{20,}"
    r"|GOCSPX-[A-Za-z0-9_\-]{20,}"
    r"|sk-[A-Za-z0-9_\-]{20,}"
    r"|SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}"
    r"|SK[0-9a-f]{32}"
    r"|npm_[A-Za-z0-9]{36}"
    r"|pypi-[A-Za-z0-9_\-]{50,}"
    r"|do[opr]_v1_[a-f0-9]{64}"
    r"|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"
    r"|sq0(?:atp|csp)-[A-Za-z0-9_\-]{22,}"
    r"|key-[0-9a-f]{32}"
    r"|hv[sbr]\.[A-Za-z0-9_\-]{20,}"
    r"|dapi[0-9a-f]{32}"
    r"|hf_[A-Za-z0-9]{30,}"
    r"|lin_api_[A-Za-z0-9]{30,}"
    r"|(?:bot)?[0-9]{8,10}:AA[A-Za-z0-9_\-]{33}"
    r"|AGE-SECRET-KEY-1[0-9A-Z]{58}"
)
_JWT: Final = r"eyJ[A-Za-z0-9_\-]{6,}\.[A-Za-z0-9_\-]{2,}\.[A-Za-z0-9_\-]*(?:\.[A-Za-z0-9_\-]+){0,2}"
_PEM: Final = (
    r"-----BEGIN (?P<kind>[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?)-----(?P<pem>.{1,20000}?)(?:-----END (?P=kind)-----|\Z)"
)
_URL: Final = r"[a-zA-Z][a-zA-Z0-9+.\-]{1,20}://[^\s/?#@:\"'<>\\]{0,200}:(?P<url>[^\s/?#@\"'<>\\]{1,200})@"
_HOOK: Final = r"hooks\.slack\.com/services/(?P<hook>[A-Za-z0-9]+/[A-Za-z0-9]+/[A-Za-z0-9]{10,})"
_CARD: Final = r"(?<![0-9+])(?<![0-9][.\-])(?P<card>[3-6][0-9]{3}(?:[ \-]?[0-9]){9,15})(?![.\-]?[0-9])"
_ALL: Final = re.compile(
    rf"(?<![A-Za-z0-9_\-])(?P<jwt>{_JWT})|{_PEM}|{_URL}|{_HOOK}|(?<![A-Za-z0-9_])(?P<key>{_PROVIDER_KEYS})|{_CARD}",
    re.DOTALL,
)
_MARKERS: Final = (
    ("J", ("eyJ",)),
    ("P", ("PRIVATE KEY",)),
    ("/", ("slack.com/services",)),
    ("A", ("AKIA", "ASIA", "ABIA", "ACCA", "AIza", ":AA")),
    ("_", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat", "k_live_", "k_test_", "whsec_", "npm_", "hf_")),
    ("_", ("lin_api", "doo_v1", "dop_v1", "dor_v1", "shpat_", "shpca_", "shppa_", "shpss_")),
    ("-", ("glpat-", "gldt-", "glrt-", "glptt-", "gloas-", "xapp-", "sk-", "pypi-", "key-", "AGE-SECRET", "GOCSPX-")),
    (".", ("ya29.", "SG.", "hvs.", "hvb.", "hvr.")),
    ("x", ("xox",)),
    ("q", ("sq0",)),
    ("p", ("dapi",)),
)
"""One of these is in every text that holds a shape other than a card number or a URL with a password.

Each stands behind a character that it has: a text without the character is not searched for all of them.
"""
_SHORTEST: Final = 13
"""Characters of the shortest shape other than a URL with a password, and digits of the shortest card number."""
_TWILIO_PROBE: Final = re.compile(r"SK[0-9a-f]{32}")
_CARD_PROBE: Final = re.compile(r"[3-6][0-9]{3}(?:[ \-]?[0-9]){9}")
_OF_CARDS: Final = bytes(0 if byte in b"0123456789 -" else 1 for byte in range(256))
_CARD_LONG: Final = bytes(_SHORTEST)
_ISSUERS: Final = re.compile(
    r"4(?:[0-9]{15}|[0-9]{18})"
    r"|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}"
    r"|3[47][0-9]{13}|6(?:011|5[0-9]{2}|4[4-9][0-9])[0-9]{12}"
    r"|3(?:0[0-5]|[68][0-9])[0-9]{11}|35(?:2[89]|[3-8][0-9])[0-9]{12}|62[0-9]{14,17}"
)


_WHOLE_JWT: Final = re.compile(_JWT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A secret in a text: its place, and its role (``jwt``, ``pem``, ``password``, ``key``, ``card``)."""

    start: int
    end: int
    role: str


_ROLES: Final = {"jwt": "jwt", "pem": "pem", "url": "password", "hook": "key", "key": "key", "card": "card"}


def secrets_by_shape(text: str) -> Iterator[Found]:
    """Find the secrets whose shape gives them away, from left to right."""
    if not _may_hold_a_shape(text):
        return
    for match in _ALL.finditer(text):
        group = next(name for name in _ROLES if match[name] is not None)
        if group == "card" and not is_card_number(match["card"]):
            continue
        yield Found(start=match.start(group), end=match.end(group), role=_ROLES[group])


def _may_hold_a_shape(text: str) -> bool:
    # Plain searches are many times faster than the pattern, and most texts end here.
    if len(text) < _SHORTEST and "://" not in text:
        return False
    for character, markers in _MARKERS:
        if character in text and any(marker in text for marker in markers):
            return True
    if "://" in text and "@" in text:
        return True
    if "SK" in text and _TWILIO_PROBE.search(text) is not None:
        return True
    return _may_hold_a_card(text)


def _may_hold_a_card(text: str) -> bool:
    runs = text.encode(errors="surrogatepass").translate(_OF_CARDS)
    return _CARD_LONG in runs and _CARD_PROBE.search(text) is not None


def role_by_shape(value: str) -> str:
    """Give ``jwt`` or ``card`` when a whole value has that shape, else an empty text."""
    if value.startswith("eyJ") and _WHOLE_JWT.fullmatch(value):
        return "jwt"
    return "card" if is_card_number(value) else ""


def is_card_number(text: str) -> bool:
    """Tell whether digits (with blanks or hyphens) are a card number: issuer, length and check digit."""
    digits = text.replace(" ", "").replace("-", "")
    return _ISSUERS.fullmatch(digits) is not None and check_sum(digits) == 0


def check_sum(digits: str) -> int:
    """Give the Luhn sum modulo ten of digits that end with the check digit (ISO/IEC 7812-1, annex B)."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit)
        if position % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10
