"""Answers that scripts of web pages may read (Fetch Standard, "CORS protocol"); only where somebody asked for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from treaty_stubs.message import Answer, Received, reshaped

Answers: TypeAlias = Callable[[Received], Answer]

ANYONE: Final = "*"
_ORIGIN: Final = re.compile(r"\*|null|[a-z][a-z0-9+.-]*://[^/?#\s@,]+")
_RECORDED: Final = re.compile(rb"^access-control-[a-z-]+: [^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE)
_NAME: Final = re.compile(rb"^([^:\r\n]+):", re.MULTILINE)
_LASTING: Final = b"600"
"""Seconds for which a browser need not ask again."""


def is_origin(text: str) -> bool:
    """Tell whether a text is an origin, or ``*`` for all: scheme, host and port, without a path."""
    return _ORIGIN.fullmatch(text) is not None


class Cors:
    """Lets pages of some origins read what a stub answers, and answers their browsers' preflights.

    Args:
        answers: the stub.
        origins: who may read; ``*`` stands for everybody, whose credentials then stay at home.

    """

    def __init__(self, answers: Answers, *, origins: Sequence[str]) -> None:
        self._answers = answers
        self._origins = frozenset(origins)

    def __call__(self, received: Received) -> Answer:
        """Answer a request."""
        origin = received.first_header(b"origin")
        if origin is None:
            return self._answers(received)
        granted = self._granted(origin)
        method = received.first_header(b"access-control-request-method")
        if received.method == "OPTIONS" and method is not None:
            return _preflight(received, method, granted)
        if not granted:
            return self._answers(received)
        return reshaped(self._answers(received), lambda answer: _shared(answer, granted))

    def _granted(self, origin: str) -> bytes:
        """Write who may read; nothing when this origin may not."""
        if origin in self._origins and is_origin(origin):
            return b"Access-Control-Allow-Origin: %b\r\nAccess-Control-Allow-Credentials: true\r\n" % origin.encode()
        return b"Access-Control-Allow-Origin: *\r\n" if ANYONE in self._origins else b""


def _preflight(received: Received, method: str, granted: bytes) -> Answer:
    why = b"preflight" if granted else b"preflight of an origin that --cors does not name"
    head = b'X-Treaty-Match: none; why="%b"\r\nVary: Origin\r\n' % why
    if not granted:
        return Answer(204, head)
    head += granted + _line("Access-Control-Allow-Methods", method)
    wanted = received.first_header(b"access-control-request-headers")
    if wanted is not None:
        head += _line("Access-Control-Allow-Headers", wanted)
    if received.first_header(b"access-control-request-private-network") == "true":
        head += b"Access-Control-Allow-Private-Network: true\r\n"
    return Answer(204, head + b"Access-Control-Max-Age: %b\r\n" % _LASTING)


def _shared(answer: Answer, granted: bytes) -> Answer:
    """Say who may read an answer and all its headers, in place of what was recorded of that."""
    head = _RECORDED.sub(b"", answer.head)
    names = b", ".join(dict.fromkeys(name for name in _NAME.findall(head) if name.lower() != b"set-cookie"))
    exposed = b"Access-Control-Expose-Headers: %b\r\n" % names if names else b""
    return answer._replace(head=head + granted + exposed + b"Vary: Origin\r\n")


def _line(name: str, value: str) -> bytes:
    # The value is the client's own header, so it has no line break.
    return f"{name}: {value}\r\n".encode("latin-1", "replace")
