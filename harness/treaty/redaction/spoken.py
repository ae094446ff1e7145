"""Secrets that prose and protocols tell behind a word: one-time codes in messages, credentials in quoted headers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_WORDS: Final = re.compile(
    r"\b(?:"
    r"(?:OTP|otp|PIN|Pin|pin|TAN|[Pp]asscode|[Oo]ne[ -]?[Tt]ime (?:[Cc]ode|[Pp]assword|[Pp]asscode|PIN|pin)"
    r"|(?:[Vv]erification|[Ss]ecurity|[Ll]og-?in|[Ss]ign-?in|[Aa]uthentication|[Cc]onfirmation|[Aa]ccess|[Rr]eset|2FA) "
    r"[Cc]ode)"
    r"(?: (?:is|ist|for [^\s:]{1,40}(?: is)?))?[ :=]{1,3}(?P<code>[0-9]{4,8}|[0-9]{3}[ -][0-9]{3})(?!\.?[0-9A-Za-z])"
    r"|[Pp]ass(?:word|phrase)(?: is| ist|:)[ \t]{0,2}[\"']?(?P<password>[^\s\"'<>\\]{6,64})"
    r"|AUTH (?:PLAIN|LOGIN|XOAUTH2|plain|login) (?P<auth>[A-Za-z0-9+/]{8,}={0,2})"
    r"|(?:Bearer|bearer|BEARER) (?P<bearer>[A-Za-z0-9._~+/\-]{8,}={0,2})"
    r"|(?:Basic|basic|BASIC) (?P<basic>[A-Za-z0-9+/]{8,}={0,2})"
    r")"
)
_MARKERS: Final = (
    " code",
    " Code",
    "OTP",
    "otp",
    "PIN",
    "in ",
    "pin",
    "TAN",
    "assw",
    "assp",
    "assc",
    "AUTH ",
    "earer ",
    "EARER ",
    "asic ",
    "ASIC ",
)
_ROLES: Final = {"code": "code", "password": "password", "auth": "password", "bearer": "token", "basic": "basic"}
_DIGIT: Final = re.compile(r"[0-9]")


def spoken(text: str) -> Iterator[tuple[int, int, str]]:
    """Give start, end and role of the secrets behind such words; ``basic`` for encoded Basic credentials."""
    if " " not in text:
        return
    for marker in _MARKERS:
        # Plain searches are many times faster than the pattern, and most texts have none of them.
        if marker in text:
            break
    else:
        return
    for match in _WORDS.finditer(text):
        group = match.lastgroup or ""
        start, end = match.span(group)
        if group == "password":
            end = start + len(match[group].rstrip(".,;:!?)"))
        if group in {"password", "bearer"} and not _DIGIT.search(text, start, end):
            continue
        if end - start >= 3:
            yield start, end, _ROLES[group]
