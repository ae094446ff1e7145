"""Answers that have to be there at a point in time, however slowly they trickle in."""

from __future__ import annotations

import http.client
import io
import socket
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


def timed_answers(ends: Callable[[], float]) -> type[http.client.HTTPResponse]:
    """Make a class of answers for one connection, to be its `response_class`.

    The timeout of a socket begins anew with every byte, so a head or a chunk size that comes byte by byte would never
    be late. Interim answers (RFC 9110 section 15.2) are skipped, but for 101, which is the last on its connection.

    Args:
        ends: the time of `time.monotonic` at which the answer that is read has to be complete.

    """

    class TimedAnswer(http.client.HTTPResponse):
        def __init__(
            self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, url: str | None = None
        ) -> None:
            super().__init__(sock, debuglevel, method, url)
            self.fp: io.BufferedReader = io.BufferedReader(_TimedReader(sock, self.fp, ends))

        def begin(self) -> None:
            super().begin()
            while self.status < HTTPStatus.OK and self.status != HTTPStatus.SWITCHING_PROTOCOLS:
                # Otherwise the next head is taken to be read already.
                vars(self)["headers"] = None
                super().begin()

    return TimedAnswer


class _TimedReader(io.RawIOBase):
    """Reads from a socket until a point in time."""

    def __init__(self, sock: socket.socket, file: io.BufferedReader, ends: Callable[[], float]) -> None:
        self._sock: Final = sock
        self._file: Final = file
        self._raw: Final = file.raw
        self._ends: Final = ends

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        remaining = self._ends() - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        self._sock.settimeout(remaining)
        return self._raw.readinto(memoryview(buffer))

    def close(self) -> None:
        self._file.close()
        super().close()
