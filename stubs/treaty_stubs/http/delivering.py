"""Answers that do not go out at once and whole: late, in drips, cut off, or made elsewhere; by timers of the loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final

from treaty_stubs.http.wire import refusal
from treaty_stubs.message import Answer, Delivery, Ending

_SHORTEST_PAUSE: Final = 0.05
"""Seconds between two pieces of a dripping answer; shorter ones are no longer kept by the loop of a busy machine."""
_NO_LINGER: Final = struct.pack("ii", 1, 0)
_HEAD_END: Final = b"\r\n\r\n"
_AT_ONCE: Final = Delivery()


class Delivering:
    """Sends one answer as its delivery says; begins by itself.

    Args:
        transport: of the connection.
        answer: has a delivery.
        encode: writes an answer as bytes.
        over: called when the answer is out, or the connection was ended in its place.
        fault: told of an exception while an answer was made elsewhere; the client gets 500.

    """

    def __init__(
        self,
        transport: asyncio.Transport,
        answer: Answer,
        *,
        encode: Callable[[Answer], bytes],
        over: Callable[[], None],
        fault: Callable[[Exception], None],
    ) -> None:
        self._transport = transport
        self._answer = answer
        self._delivery = answer.delivery or _AT_ONCE
        self._encode = encode
        self._over = over
        self._fault = fault
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.Handle | None = None
        self._cancelled = False
        awaited = self._delivery.awaited
        if awaited is None:
            self._timer = self._loop.call_later(self._delivery.delay, self._begin)
        else:
            awaited.done.add_done_callback(self._made)

    def cancel(self) -> None:
        """Send nothing more; the connection is gone."""
        self._cancelled = True
        if self._timer is not None:
            self._timer.cancel()

    def _made(self, _done: Future[Any]) -> None:
        # In the thread that made the answer; its loop may have ended meanwhile.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        assert self._delivery.awaited is not None
        try:
            # Also when the client is gone: what was asked is written down.
            self._answer = self._delivery.awaited.settle()
        except Exception as error:  # noqa: BLE001 - one bad request must not end the server; the fault is reported
            self._fault(error)
            self._answer = refusal(500, "the stub failed on this request; this is a defect of Treaty")
        if not self._cancelled:
            self._delivery = self._answer.delivery or _AT_ONCE
            self._timer = self._loop.call_later(self._delivery.delay, self._begin)

    def _begin(self) -> None:
        if self._transport.is_closing():
            self._over()
            return
        ending = self._delivery.ending
        if ending is Ending.RESET:
            self._reset()
        elif ending is Ending.EMPTY:
            self._end()
        else:
            data = self._encode(self._answer)
            start = _content_start(data)
            if ending is Ending.TRUNCATED:
                data = data[: start + (len(data) - start) // 2]
            if self._delivery.spread > 0:
                self._drip(data, start if start < len(data) else 0)
            else:
                self._write_last(data)

    def _drip(self, data: bytes, start: int) -> None:
        """Send the head, and the content behind it in pieces of equal size over the time."""
        if start:
            self._transport.write(data[:start])
        content = memoryview(data)[start:]
        pieces = max(1, min(len(content), int(self._delivery.spread / _SHORTEST_PAUSE)))
        self._drop(content, pieces, self._delivery.spread / pieces)

    def _drop(self, content: memoryview, pieces: int, pause: float) -> None:
        size = -(-len(content) // pieces)

        def send(position: int) -> None:
            if self._transport.is_closing():
                self._over()
            elif position + size >= len(content):
                self._write_last(content[position:])
            else:
                self._transport.write(content[position : position + size])
                self._timer = self._loop.call_later(pause, send, position + size)

        self._timer = self._loop.call_later(pause, send, 0)

    def _write_last(self, data: bytes | memoryview) -> None:
        self._transport.write(data)
        if self._delivery.ending is Ending.TRUNCATED:
            self._end()
        else:
            self._over()

    def _end(self) -> None:
        self._transport.close()
        self._over()

    def _reset(self) -> None:
        """Close so that the kernel sends RST: without lingering, whatever was not sent is thrown away."""
        connection = self._transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self._transport.abort()
        self._over()


def _content_start(data: bytes) -> int:
    """Give where the content begins; 0 when there is none, so that what is cut or dripped is the head."""
    start = data.index(_HEAD_END) + len(_HEAD_END)
    return start if start < len(data) else 0
