"""Sessions written down in documentation: two lines an exchange, what was asked and what was answered."""

from __future__ import annotations

import re
from typing import Final

from tests.unit.harness.normalize.sessions import Session
from treaty.contract.json_value import JsonValue, loads

_ASKED: Final = re.compile(r"(\w+) -> (\w+) +([A-Z]+ \S+)(?: (.+))?")
_ANSWERED: Final = re.compile(r" +(\d{3})(?: (.+))?")


def session_of(text: str) -> Session:
    """Read a block of documentation as a session; calls follow each other.

    Raises:
        ValueError: when a line is neither a call nor its answer.

    """
    session = Session()
    lines = [line for line in text.splitlines() if line.strip()]
    for asked, answered in zip(lines[::2], lines[1::2], strict=True):
        call, answer = _ASKED.fullmatch(asked), _ANSWERED.fullmatch(answered)
        if call is None or answer is None:
            raise ValueError(f"no exchange: {asked!r}, {answered!r}")
        edge = f"{call[1]}>{call[2]}"
        session.call(edge, call[3], _json(call[4]), int(answer[1]), _json(answer[2]))
    return session


def _json(text: str | None) -> JsonValue:
    return loads(text) if text else None
