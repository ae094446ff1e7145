"""What one answer is made from, beside its interaction; and the pieces that make it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from treaty.contract.json_value import JsonValue
from treaty_stubs.message import Received
from treaty_stubs.render.places import NothingThere


class Context:
    """The request, the present time and the chance of one answer, and the values made fresh for it.

    Attributes:
        received: the request.
        chance: where fresh values come from.
        shift: how far the present of the answer lies ahead of ours.

    """

    __slots__ = ("_fresh", "_now", "chance", "received", "shift")

    def __init__(self, *, received: Received, chance: random.Random, shift: timedelta = timedelta()) -> None:
        self.received = received
        self.chance = chance
        self.shift = shift
        self._fresh: dict[JsonValue, JsonValue] | None = None
        self._now: datetime | None = None

    @property
    def now(self) -> datetime:
        """The present time in UTC, the same for the whole answer."""
        now = self._now
        if now is None:
            now = datetime.now(UTC)
            if self.shift:
                now += self.shift
            self._now = now
        return now

    @property
    def base_url(self) -> str:
        """Where the client reached the stub, without a slash at the end."""
        received = self.received
        return f"{received.scheme}://{received.header('host') or 'localhost'}{received.base_path}"

    def fresh(self, example: JsonValue, make: Callable[[random.Random], JsonValue]) -> JsonValue:
        """Give the fresh value that stands for an example in this answer; the same one each time."""
        fresh = self._fresh
        if fresh is None:
            fresh = self._fresh = {}
        if example not in fresh:
            fresh[example] = make(self.chance)
        return fresh[example]


Source: TypeAlias = Callable[[Context, tuple[int, ...]], "JsonValue | NothingThere"]
"""Makes the value of a place; the indices say which elements of lists it lies in. NOTHING keeps the example."""
