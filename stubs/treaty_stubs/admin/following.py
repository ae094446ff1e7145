"""`GET /events`: what is asked, as server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from treaty.contract.json_value import JsonValue, dumps
from treaty_stubs.admin.calls import check_parameter, parameters
from treaty_stubs.admin.description import parameters_of
from treaty_stubs.admin.documents import RequestDocuments
from treaty_stubs.platform import Asked, Platform

MOST_AT_ONCE: Final = 100
_GATHERS_FOR: Final = 0.1
"""Seconds in which requests are gathered before they are sent, so that a busy stub is not kept busier."""
_SILENT_FOR: Final = 15.0
"""Seconds after which a comment shows that the connection is alive."""


class Following:
    """Tells everyone who follows.

    Args:
        platform: the stubs.
        requests: writes requests.
        ending: set when the stubs are stopped; it ends every stream.

    """

    def __init__(self, platform: Platform, requests: RequestDocuments, ending: asyncio.Event) -> None:
        self._platform = platform
        self._requests = requests
        self._ending = ending
        self._followers: set[_Follower] = set()

    def changed(self) -> None:
        """Tell all that something was steered or read again."""
        for follower in self._followers:
            follower.change()

    def wake(self) -> None:
        """Have every stream look whether it shall end."""
        for follower in self._followers:
            follower.happened.set()

    async def events(self, request: Request) -> Response:
        """Begin a stream."""
        said = parameters(request, "/events")
        last = request.headers.get("last-event-id")
        if last is not None:
            check_parameter("Last-Event-ID", last, parameters_of("/events", "get")["after"]["schema"])
        after = last or said.get("after")
        stream = self._stream(None if after is None else int(after))
        return StreamingResponse(stream, media_type="text/event-stream")

    async def _stream(self, after: int | None) -> AsyncIterator[str]:
        follower = _Follower()
        stop = self._platform.listen(follower.hear)
        self._followers.add(follower)
        try:
            # In the same step as the beginning to listen, so nothing is missed between the two.
            if after is not None:
                for asked in self._platform.journal(after=after):
                    follower.hear(asked)
            yield ": treaty\n\n"
            while not self._ending.is_set():
                try:
                    await asyncio.wait_for(follower.happened.wait(), _SILENT_FOR)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                for text in self._told(follower):
                    yield text
                await asyncio.sleep(_GATHERS_FOR)
        finally:
            stop()
            self._followers.discard(follower)

    def _told(self, follower: _Follower) -> list[str]:
        requests, skipped, changed = follower.take()
        told = [_event("skipped", {"requests": skipped})] if skipped else []
        told += [_event("request", self._requests.line(asked), number=asked.entry.number) for asked in requests]
        return [*told, _event("changed", {})] if changed else told


class _Follower:
    """What happened since somebody was told last."""

    def __init__(self) -> None:
        self.happened: Final = asyncio.Event()
        self._requests: deque[Asked] = deque(maxlen=MOST_AT_ONCE)
        self._skipped = 0
        self._changed = False

    def hear(self, asked: Asked) -> None:
        self._skipped += len(self._requests) == MOST_AT_ONCE
        self._requests.append(asked)
        self.happened.set()

    def change(self) -> None:
        self._changed = True
        self.happened.set()

    def take(self) -> tuple[list[Asked], int, bool]:
        taken = (list(self._requests), self._skipped, self._changed)
        self._requests.clear()
        self._skipped, self._changed = 0, False
        self.happened.clear()
        return taken


def _event(name: str, document: JsonValue, *, number: int | None = None) -> str:
    identity = "" if number is None else f"id: {number}\n"
    return f"{identity}event: {name}\ndata: {dumps(document)}\n\n"
