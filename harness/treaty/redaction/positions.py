"""Secrets that only their position tells: ``{"method": "login", "params": ["ann", "pw"]}`` (JSON-RPC 2.0 section 4.2).

Whoever logs in by position says who it is first, and the password last.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from treaty.redaction.names import words_of

_TEXT: Final = r'"((?:[^"\\]|\\.)*)"'
_LIST: Final = rf"\[((?:[^\[\]{{}}\"]|{_TEXT})*)\]"
_CALL: Final = re.compile(rf'"(?:method|op|operation|action|command|cmd|call|do|fn|function)"\s*:\s*{_TEXT}')
_ARGUMENTS: Final = re.compile(rf'"(?:params|args|arguments|parameters)"\s*:\s*{_LIST}')
_LOGIN: Final = re.compile(rf"{_TEXT}\s*:\s*{_LIST}")
_WORDS: Final = frozenset(
    {"login", "logon", "signin", "auth", "authenticate", "authorize", "credentials", "unlock", "passwd", "password"}
)
_LEAST: Final = 2


def positional_secrets(text: str) -> Collection[int]:
    """Give where, in the text of a JSON document, the secrets begin that calls to log in pass by their position."""
    lowered = text.lower()
    if "[" not in text or not any(word in lowered for word in _WORDS):
        return frozenset()
    lists = [found for found in _LOGIN.finditer(text) if _is_login(found[1])]
    if any(_is_login(found[1]) for found in _CALL.finditer(text)):
        lists += _ARGUMENTS.finditer(text)
    return frozenset(start for found in lists for start in _last(text, found))


def _is_login(name: str) -> bool:
    """Tell whether a name is that of a call to log in: ``login``, ``auth.signIn``, no ``login_attempts``."""
    words = words_of(name)
    return bool(words) and (words[-1] in _WORDS or words[-2:] in {("sign", "in"), ("log", "in")})


def _last(text: str, found: re.Match[str]) -> Iterator[int]:
    start = found.start(2) if found.re is _LOGIN else found.start(1)
    end = found.end(2) if found.re is _LOGIN else found.end(1)
    texts = list(re.compile(_TEXT).finditer(text, start, end))
    if len(texts) >= _LEAST:
        yield texts[-1].start(1)
