"""The log file of a process: opened for its output, and read for its last words, without secrets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final

from treaty.errors import OutputUnwritable
from treaty.redaction.names import role_of_name
from treaty.redaction.shapes import secrets_by_shape

_TAIL_LINES: Final = 15
_TAIL_BYTES: Final = 16 * 1024
_SHORTEST_SECRET: Final = 4


def open_log(log: Path) -> IO[bytes]:
    """Open a log for appending, with mode 0600 when it is new; its position is the end.

    Raises:
        OutputUnwritable: when it, or its folder, cannot be made or written.

    """
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        raise OutputUnwritable("the log cannot be written", where=str(log), why=error.strerror or "") from None
    stream = os.fdopen(descriptor, "ab")
    stream.seek(0, os.SEEK_END)
    return stream


def log_tail(log: Path, *, start: int, environment: Mapping[str, str]) -> str:
    """Return the last lines of a log; empty when it cannot be read.

    Args:
        log: the file.
        start: the byte before which it is somebody else's.
        environment: variables of the process; the values of those whose names announce secrets are replaced, and so
            is what looks like a secret by its shape.

    """
    try:
        with log.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(start, size - _TAIL_BYTES))
            text = stream.read().decode("utf-8", errors="backslashreplace")
    except OSError:
        return ""
    return "\n".join(_without_secrets(text, environment).splitlines()[-_TAIL_LINES:])


def _without_secrets(text: str, environment: Mapping[str, str]) -> str:
    for name, value in environment.items():
        if len(value) >= _SHORTEST_SECRET and role_of_name(name):
            text = text.replace(value, f"({name})")
    parts: list[str] = []
    position = 0
    for found in secrets_by_shape(text):
        parts += [text[position : found.start], f"({found.role})"]
        position = found.end
    return "".join((*parts, text[position:]))
