"""What faults make of an answer; how it then goes out is left to the server (`Delivery`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Final

from treaty.contract.json_value import JsonValue, dumps
from treaty_stubs.faults.model import Fault
from treaty_stubs.message import Answer, Delivery, Ending

_MATCH: Final = re.compile(rb"^X-Treaty-Match: [^\r\n]*", re.MULTILINE)
_CONTENT_TYPE: Final = re.compile(rb"^content-type:[^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE)
_BROKEN: Final = b'\xff{"'
"""No beginning or end of UTF-8, JSON or XML."""


def play(faults: Sequence[tuple[Fault, float]], answer: Answer) -> Answer:
    """Play faults on an answer; where two say the same, the first one holds.

    Args:
        faults: each with the portion (from 0 to 1) that its latency is drawn by.
        answer: as the stub would give it.

    """
    for fault, _ in reversed(faults):
        if fault.status is not None:
            answer = _other_status(fault, fault.status, answer)
    for fault, _ in reversed(faults):
        if fault.content_type is not None:
            head = _CONTENT_TYPE.sub(b"", answer.head)
            answer = answer._replace(head=head + _line("Content-Type", fault.content_type))
    if any(fault.malformed for fault, _ in faults):
        answer = answer._replace(body=answer.body[: len(answer.body) * 2 // 3] + _BROKEN)
    return answer._replace(head=_named(answer.head, [fault.name for fault, _ in faults]), delivery=_delivery(faults))


def _delivery(faults: Iterable[tuple[Fault, float]]) -> Delivery | None:
    delay = spread = None
    ending = Ending.WHOLE
    for fault, portion in faults:
        if delay is None and fault.latency is not None:
            delay = fault.latency.draw(portion)
        if spread is None:
            spread = fault.drip
        if ending is Ending.WHOLE:
            ending = fault.connection
    if not delay and not spread and ending is Ending.WHOLE:
        return None
    return Delivery(delay=delay or 0.0, spread=spread or 0.0, ending=ending)


def _other_status(fault: Fault, status: int, answer: Answer) -> Answer:
    match = _MATCH.search(answer.head)
    head = b"" if match is None else match[0] + b"\r\n"
    media_type, body = _content(fault, status)
    if not any(name.lower() == "content-type" for name in fault.headers):
        head += _line("Content-Type", media_type)
    head += b"".join(_line(name, value) for name, value in fault.headers.items())
    return Answer(status, head, body)


def _content(fault: Fault, status: int) -> tuple[str, bytes]:
    content = fault.body
    if isinstance(content, str):
        return "text/plain; charset=utf-8", content.encode("utf-8", "backslashreplace")
    if content is not None:
        return "application/json", _json(content)
    phrase = HTTPStatus(status).phrase if status in HTTPStatus.__members__.values() else "Unknown"
    problem: JsonValue = {
        "type": "about:blank",
        "title": phrase,
        "status": status,
        "detail": f"The stub plays its fault '{fault.name}'.",
    }
    return "application/problem+json", _json(problem)


def _json(value: JsonValue) -> bytes:
    return dumps(value).encode("utf-8", "backslashreplace")


def _line(name: str, value: str) -> bytes:
    return f"{name}: {value}\r\n".encode("utf-8", "backslashreplace")


def _named(head: bytes, names: Sequence[str]) -> bytes:
    """Say in the header of the match which faults were played."""
    told = f'; fault="{", ".join(names)}"'.encode("ascii", "backslashreplace")
    match = _MATCH.search(head)
    return head if match is None else head[: match.end()] + told + head[match.end() :]
