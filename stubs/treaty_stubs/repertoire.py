"""All that a stub can answer at one time: interactions, the index over them, and what makes their answers.

A repertoire never changes for those who use it, so a stub takes up a new one between two requests, whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from treaty_stubs.message import Answer, Received
from treaty_stubs.render.renderer import Renderer, Rendering
from treaty_stubs.select.candidate import Candidate
from treaty_stubs.select.equals import find_equals
from treaty_stubs.select.group import Why
from treaty_stubs.select.nearest import Neighbour, Neighbourhood
from treaty_stubs.select.selector import MOST_REMEMBERED, Selection, Selector

if TYPE_CHECKING:
    from treaty_stubs.vary.variation import Variation

_Identity: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready(Rendering):
    """What does not change between answers that have the same selection, all in one piece of memory.

    Attributes:
        constant: the whole answer, where nothing in it changes.
        renderer: what makes answers with another header line.
        number: of the interaction.
        why: what decided for it.
        tie: the names of interactions that fitted as well.

    """

    constant: Answer | None
    renderer: Renderer
    number: int
    why: Why
    tie: tuple[str, ...]


class Repertoire:
    """Interactions, compiled when they are first needed.

    Args:
        candidates: the interactions, in their default order (`gather_candidates`).

    Attributes:
        candidates: as given.
        consumers: to whom they were promised.
        has_consumers: they were promised to more than one consumer.
        select: chooses the interaction that answers a request, as `Selector.select`.

    """

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.candidates: Final = tuple(candidates)
        self.consumers: Final = frozenset(candidate.consumer for candidate in self.candidates)
        self.has_consumers: Final = len(self.consumers) > 1
        self._selector: Final = Selector(self.candidates)
        self.select: Final = self._selector.select
        self._by_line: dict[str, dict[str, Ready]] = {}
        self._remembered = 0
        self._states: frozenset[str] | None = None
        self._equals: Mapping[int, tuple[Candidate, ...]] | None = None
        self._neighbourhood: Neighbourhood | None = None
        self._renderers: dict[int, Renderer] = {}
        self._variations: dict[int, Variation] = {}

    @property
    def states(self) -> frozenset[str]:
        """The names of the provider states in which something was promised."""
        if self._states is None:
            self._states = frozenset(candidate.state for candidate in self.candidates)
        return self._states

    def equals(self, number: int) -> tuple[Candidate, ...]:
        """Give the interactions of other consumers that say the same as one."""
        if self._equals is None:
            self._equals = find_equals(self.candidates)
        return self._equals.get(number, ())

    def plain(self, received: Received) -> Ready | None:
        """Select for a request that asks for no state and no consumer, and give what answers; None when nothing does.

        Where the request line alone decides, what answers is found by it, without another look at anything else.
        """
        lines = self._by_line.get(received.method)
        if lines is not None:
            known = lines.get(received.target)
            if known is not None:
                return known
        selection = self.select(received)
        if selection is None:
            return None
        ready = self.ready(selection)
        if self._selector.is_remembered(received):
            if self._remembered >= MOST_REMEMBERED:
                self._by_line.clear()
                self._remembered = 0
            self._by_line.setdefault(received.method, {})[received.target] = ready
            self._remembered += 1
        return ready

    def ready(self, selection: Selection) -> Ready:
        """Give what answers for a selection."""
        ready = selection.prepared
        if not isinstance(ready, Ready):
            ready = selection.prepared = self._prepare(selection)
        return ready

    def variation(self, number: int) -> Variation:
        """Give what varies the answers of an interaction."""
        from treaty_stubs.vary.variation import Variation  # noqa: PLC0415 - it knows all of verification; few need it

        found = self._variations.get(number)
        if found is None:
            found = self._variations[number] = Variation(self.candidates[number].interaction)
        return found

    def nearest(self, received: Received) -> tuple[Neighbour, ...]:
        """Give the interactions that a request came nearest to."""
        if self._neighbourhood is None:
            self._neighbourhood = Neighbourhood(self.candidates)
        return self._neighbourhood.nearest(received)

    def numbers_in(self, other: Repertoire) -> Mapping[int, int]:
        """Give the numbers that our interactions have in another repertoire; those that it lacks are left out."""
        theirs = {identity: candidate.number for identity, candidate in _identified(other.candidates)}
        return {
            candidate.number: theirs[identity]
            for identity, candidate in _identified(self.candidates)
            if identity in theirs
        }

    def _prepare(self, selection: Selection) -> Ready:
        candidate = selection.candidate
        renderer = self._renderers.get(candidate.number)
        if renderer is None:
            renderer = self._renderers[candidate.number] = Renderer(candidate.interaction)
        match = _match_line(selection)
        rendering = renderer.rendering(match)
        return Ready(
            status=rendering.status,
            head=rendering.head,
            lines=rendering.lines,
            match=match,
            body=rendering.body,
            length=rendering.length,
            constant=renderer.constant(match),
            renderer=renderer,
            number=candidate.number,
            why=selection.why,
            tie=tuple(rival.name for rival in selection.tie),
        )


def _identified(candidates: Sequence[Candidate]) -> Iterator[tuple[_Identity, Candidate]]:
    """Yield interactions with what they are known by: consumer, name, states, key, and which of several alike."""
    seen: Counter[_Identity] = Counter()
    for candidate in candidates:
        known_by = candidate.order[3:]
        yield (*known_by, seen[known_by]), candidate
        seen[known_by] += 1


def _match_line(selection: Selection) -> bytes:
    candidate = selection.candidate
    text = f'{candidate.name}; state="{_quoted(candidate.state)}"; why="{selection.why}"'
    if selection.others:
        text += f'; consumer="{_quoted(candidate.consumer)}"'
        text += "".join(f'; other="{_quoted(consumer)}"' for consumer in selection.others[:3])
    text += "".join(f'; tie="{_quoted(rival.name)}"' for rival in selection.tie[:3])
    return f"X-Treaty-Match: {_header_safe(text)}\r\n".encode("ascii")


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _header_safe(text: str) -> str:
    """Write a text so that it is one header value: ASCII, in one line; other characters as Python escapes."""
    written = "".join(character if character.isprintable() else " " for character in text)
    return written.encode("ascii", "backslashreplace").decode("ascii")
