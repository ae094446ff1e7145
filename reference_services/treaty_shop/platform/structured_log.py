"""Structured logs: one JSON object a line on standard error."""

import sys
import threading
from typing import TextIO

from treaty_shop.platform.clock import now, to_wire
from treaty_shop.platform.json_text import write_json


class StructuredLog:
    """Writes events of one service; safe to share between threads.

    Never hand it bodies, headers or URLs with credentials: fields are written as they are.
    """

    def __init__(self, service: str, stream: TextIO | None = None) -> None:
        self._service = service
        self._stream = stream
        self._lock = threading.Lock()

    def info(self, event: str, **fields: object) -> None:
        """Something happened as it should."""
        self._write("info", event, fields)

    def warning(self, event: str, **fields: object) -> None:
        """Something went wrong that the service copes with."""
        self._write("warning", event, fields)

    def error(self, event: str, **fields: object) -> None:
        """Something broke."""
        self._write("error", event, fields)

    def _write(self, level: str, event: str, fields: dict[str, object]) -> None:
        head = {"time": to_wire(now()), "level": level, "service": self._service, "event": event}
        line = write_json({**head, **fields})
        with self._lock:
            stream = sys.stderr if self._stream is None else self._stream
            print(line, file=stream, flush=True)
