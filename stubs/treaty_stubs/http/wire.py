"""Answers as bytes of HTTP/1.1 (RFC 9110, RFC 9112)."""

from __future__ import annotations

import time
from email.utils import formatdate
from http import HTTPStatus
from typing import Final

from treaty_stubs.message import Answer

CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"

_STATUS_LINES: Final = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode("ascii") for status in HTTPStatus
}
_STATUSES_WITHOUT_CONTENT: Final = frozenset({204, 304})
_CLOSE: Final = b"Connection: close\r\n"
_KEEP: Final = b"Connection: keep-alive\r\n"


class _Clock:
    """The Date header, written once a second."""

    def __init__(self) -> None:
        self._second = -1
        self._line = b""

    def line(self) -> bytes:
        second = int(time.time())
        if second != self._second:
            self._line = f"\r\nDate: {formatdate(second, usegmt=True)}\r\n".encode("ascii")
            self._second = second
        return self._line


_date_line = _Clock().line


def encode_answer(answer: Answer, *, method: str, version: str, keep_alive: bool) -> bytes:
    """Write an answer as bytes.

    Args:
        answer: what to say; its content is left out for HEAD, 204 and 304.
        method: of the request.
        version: of the request: ``1.1`` or ``1.0``.
        keep_alive: the connection stays open afterwards.

    """
    status, head, body, length, _, _ = answer
    line = _STATUS_LINES.get(status) or b"HTTP/1.1 %d Unknown\r\n" % status
    if not keep_alive:
        head += _CLOSE
    elif version == "1.0":
        head += _KEEP
    if status in _STATUSES_WITHOUT_CONTENT or status < 200:
        return b"%b%b%b\r\n" % (line, head, _date_line()[2:])
    if method == "HEAD":
        return b"%b%bContent-Length: %d%b\r\n" % (line, head, len(body) if length is None else length, _date_line())
    return b"%b%bContent-Length: %d%b\r\n%b" % (line, head, len(body), _date_line(), body)


def refusal(status: int, reason: str) -> Answer:
    """Make the answer to a request that never reached the interactions: malformed, too large, too slow.

    Args:
        status: 4xx or 5xx.
        reason: one sentence; goes out as ``detail`` of a problem (RFC 9457), so it has no quotes or backslashes.

    """
    title = HTTPStatus(status).phrase
    body = f'{{"type":"about:blank","title":"{title}","status":{status},"detail":"{reason}"}}'
    head = b'X-Treaty-Match: none; why="refused"\r\nContent-Type: application/problem+json\r\n'
    return Answer(status=status, head=head, body=body.encode("ascii"))
