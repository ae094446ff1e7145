"""What clients did to things that have an address, but no identity: settings, a cart, a counter.

Nothing tells how these change. A read after a change is answered only as it was recorded after just these changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty_stubs.concealment import Concealer
from treaty_stubs.lifecycle.calls import Call, Template, Value, endpoint_of, read_story
from treaty_stubs.lifecycle.spaces import Space, Write
from treaty_stubs.lifecycle.views import text_of
from treaty_stubs.message import Received
from treaty_stubs.select.candidate import Candidate

_MOST_PLACES: Final = 1000
_MOST_WRITES: Final = 100
_MOST_NAMED: Final = 3
_WHOLE: Final = frozenset({"PUT", "DELETE"})
"""Methods after which it does not matter what was before (RFC 9110 sections 9.3.4 and 9.3.5)."""


class Written:
    """Remembers changes, and tells what was recorded after them.

    Args:
        candidates: the interactions of the provider.
        provider: its name.

    """

    def __init__(self, candidates: Sequence[Candidate], provider: str) -> None:
        self._provider = provider
        self._reads: dict[int, list[tuple[Template, Candidate]]] = {}
        for candidate in candidates:
            if candidate.interaction.request.method.upper() == "GET":
                template = endpoint_of(candidate)[1]
                self._reads.setdefault(len(template), []).append((template, candidate))
        self._told: dict[int, tuple[Write, ...]] = {}

    def note(self, received: Received, values: Mapping[str, JsonValue] | None, space: Space) -> None:
        """Remember a request that was taken, and may have changed what lies there; None stands for too many values."""
        key = (self._provider, tuple(received.segments))
        writes = space.written.setdefault(key, [])
        if received.method in _WHOLE:
            writes.clear()
        writes.append(Write(method=received.method, said=b"") if values is None else _write(received.method, values))
        del writes[:-_MOST_WRITES]
        while len(space.written) > _MOST_PLACES:
            del space.written[next(iter(space.written))]

    def at(self, received: Received, space: Space) -> Sequence[Write]:
        """Give what was done to the thing that a request reads, or that it lies in and that was deleted."""
        if not space.written:
            return ()
        segments = tuple(received.segments)
        writes = space.written.get((self._provider, segments), ())
        for size in range(1, len(segments)):
            above = space.written.get((self._provider, segments[:size]), ())
            writes = [*(write for write in above if write.method == "DELETE"), *writes]
        return writes

    def beside(self, received: Received, space: Space) -> str:
        """Name the requests right below an address that may have made more than anybody recorded; empty for none."""
        segments = tuple(received.segments)
        found = [
            f"POST /{'/'.join(below)}"
            for (provider, below), writes in space.written.items()
            if provider == self._provider and below[:-1] == segments and any(each.method == "POST" for each in writes)
        ]
        return ", ".join(found[:_MOST_NAMED])

    def recorded_after(self, received: Received, writes: Sequence[Write]) -> list[Candidate]:
        """Give the interactions that were recorded after just these changes."""
        segments = received.segments
        found = []
        for template, candidate in self._reads.get(len(segments), ()):
            if any(own not in {None, given} for own, given in zip(template, segments, strict=True)):
                continue
            told = self._told.get(candidate.number)
            if told is None:
                told = self._told[candidate.number] = tuple(_told(candidate))
            tail = tuple(writes[-len(told) :]) if told else ()
            if told and told == tail and (len(told) == len(writes) or told[0].method in _WHOLE):
                found.append(candidate)
        return found


def unknown_after(received: Received, write: Write) -> str:
    """Say why nobody can tell how a thing reads after it was changed, as a clause."""
    what = {
        "POST": "a POST here was taken, whose answer names nothing that it made or changed",
        "DELETE": "it was deleted, or what it lies in",
    }.get(write.method, f"{write.method} may have changed it")
    read = f"{received.method} {Concealer(received).target}"
    return f"{what}; nobody recorded {read} after just that (X-Treaty-State shows a recorded answer all the same)"


def _told(candidate: Candidate) -> Iterator[Write]:
    """Yield the changes of a thing that its recording tells; from the last one on that replaced it whole."""
    story = read_story(candidate)
    calls = [call for call in story.before if isinstance(call, Call) and call.is_effectful]
    here = [call for call in calls if _path(call) == _path(story.own)]
    starts = [index for index, call in enumerate(here) if call.endpoint[0] in _WHOLE]
    for call in here[starts[-1] if starts else 0 :]:
        yield _write(call.endpoint[0], {place: call.example(place) for place in call.values})


def _path(call: Call) -> tuple[Value, ...]:
    """Give the segments of the path of a call; variables of one story stand for the same where they are the same."""
    return tuple(call.values.get(f"path[{index}]") for index in range(len(call.endpoint[1])))


def _write(method: str, values: Mapping[str, JsonValue]) -> Write:
    said = sorted((place, text_of(value)) for place, value in values.items() if place.startswith("body."))
    # What was recorded is the same or is not; the values themselves would take much more memory.
    return Write(method=method, said=sha256(repr(said).encode("utf-8", "backslashreplace")).digest())
