"""What a stub does with a request: choose an interaction, make its answer, say why, write it down."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Future
from datetime import timedelta
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonValue, dumps
from treaty.contract.mismatch import Mismatch, cut
from treaty.errors import counted
from treaty_stubs.concealment import Concealer
from treaty_stubs.faults.switchboard import Faults
from treaty_stubs.header_block import CONSUMER_HEADER, STATE_HEADER, VARY_HEADER
from treaty_stubs.journal import FORWARDED, Difference, Journal, Near
from treaty_stubs.lifecycle.naming import name_space
from treaty_stubs.lifecycle.playing import Lifecycle, Played, Refused
from treaty_stubs.lifecycle.spaces import Space, SpaceBook
from treaty_stubs.message import Answer, Awaited, Delivery, Received
from treaty_stubs.remarks import with_remark
from treaty_stubs.render.context import Context
from treaty_stubs.repertoire import Ready, Repertoire
from treaty_stubs.select.candidate import Candidate
from treaty_stubs.select.group import Why
from treaty_stubs.select.nearest import MOST_DIFFERENCES, Neighbour
from treaty_stubs.select.selector import Selection

MISS_STATUS: Final = 501
_VARIATIONS: Final = 10**9
_MOST_DIGITS: Final = 9
_HEALTH: Final = Answer(204, b'X-Treaty-Match: none; why="the stub is ready"\r\n')
_MOST_REMEMBERED: Final = 65536

Fallback: TypeAlias = Callable[[Received], Future[Answer]]
"""Sends a request on; the future gives the answer, also when there is none (a problem then)."""


class Answering:
    """The answers of one stub. Not for several threads at once.

    Args:
        candidates: the interactions, in their default order (`gather_candidates`).
        provider: whom the stub stands in for; for messages.
        seed: makes generated values the same in every run: they then depend on the interaction and on how often it
            has answered before. None takes chance.
        miss_status: the status for a request that no interaction accepts.
        journal: where requests are written down; a new one by default.
        shift: how far the times in answers lie ahead of our clock.
        faults: what plays faults on answers; never on a miss. By default one that has none yet.
        fallback: answers requests that no interaction accepts, in another thread; None answers them as misses.
        vary: give other answers that the contract allows as well. A request can ask for one of them by its number
            (``X-Treaty-Vary``) in any case. What a life cycle answers never varies.
        spaces: what clients had made; None answers every request by itself.

    Attributes:
        provider, journal, faults, fallback, vary, spaces: as given.
        chosen_state: the name of a provider state that is preferred for requests that name none themselves.

    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        *,
        provider: str,
        seed: int | None = None,
        miss_status: int = MISS_STATUS,
        journal: Journal | None = None,
        shift: timedelta = timedelta(),
        faults: Faults | None = None,
        vary: bool = False,
        fallback: Fallback | None = None,
        spaces: SpaceBook | None = None,
    ) -> None:
        self._repertoire = Repertoire(candidates)
        self.provider: Final = provider
        self.journal: Final = Journal() if journal is None else journal
        self.chosen_state: str | None = None
        self._seed = seed
        self._shift = shift
        self._miss_status = miss_status
        self.faults: Final = Faults(seed=seed) if faults is None else faults
        self.vary = vary
        self.fallback = fallback
        self.spaces: Final = spaces
        self._lifecycle = self._learn()
        self._chance = random.Random()  # noqa: S311 - values of a stub protect nothing
        self._scripted: dict[tuple[str, str], tuple[Candidate, ...]] = {}
        self._shared: set[tuple[str, str]] = set()
        self._scripting = threading.Lock()

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The interactions, in their default order; numbers in the journal count through them."""
        return self._repertoire.candidates

    def equals(self, number: int) -> tuple[Candidate, ...]:
        """Give the interactions of other consumers that say the same as one."""
        return self._repertoire.equals(number)

    def with_equals(self, numbers: Iterable[int]) -> AbstractSet[int]:
        """Give the numbers of some interactions and of those that say the same."""
        return {each for number in numbers for each in (number, *(equal.number for equal in self.equals(number)))}

    def count(self, number: int) -> int:
        """Count the requests that an interaction answered, or one that says the same."""
        return sum(map(self.journal.count, self.with_equals([number])))

    def take_up(self, repertoire: Repertoire) -> None:
        """Answer from other interactions from the next request on; in the thread that answers.

        What the journal holds of interactions that are still there stays theirs.
        """
        numbers = self._repertoire.numbers_in(repertoire)
        self._repertoire = repertoire
        self._lifecycle = self._learn()
        self.journal.renumber(numbers)

    def script(self, *, method: str, path: str, candidates: Sequence[Candidate], shared: bool = False) -> None:
        """Have a method and path answered by these, one after the other; the last one stays until told otherwise.

        Args:
            method: upper case.
            path: decoded.
            candidates: the answers; none are as if nothing had been told.
            shared: whether `forget_shared` forgets it.

        """
        with self._scripting:
            if len(self._scripted) >= _MOST_REMEMBERED:
                self._scripted.clear()
            self._scripted[method, path] = tuple(candidates)
            if shared:
                self._shared.add((method, path))
            else:
                self._shared.discard((method, path))

    def forget_scripts(self) -> None:
        """Select by the request again, whatever was told."""
        with self._scripting:
            self._scripted.clear()
            self._shared.clear()

    def forget_shared(self) -> None:
        """Select again by the request where a shared script answered."""
        with self._scripting:
            for key in self._shared:
                self._scripted.pop(key, None)
            self._shared.clear()

    def __call__(self, received: Received) -> Answer:
        """Answer a request and write it down.

        ``OPTIONS *`` (RFC 9110 section 9.3.7) asks whether the stub itself is there; no recorded path can be ``*``.
        """
        if received.target == "*" and received.method == "OPTIONS":
            return _HEALTH
        own = received.block.own
        if not (own or self._scripted or self.chosen_state or self.vary) and self._lifecycle is None:
            return self._answer_plainly(received)
        return self._answer_as_told(received, own)

    def _answer_as_told(self, received: Received, own: Mapping[bytes, str]) -> Answer:
        """Answer a request where a client, a test or a life cycle has a say in the answer."""
        state = own.get(STATE_HEADER) or self.chosen_state
        consumer = own.get(CONSUMER_HEADER) if self._repertoire.has_consumers else None
        played: Played | Refused | None = None
        space: Space | None = None
        if self._lifecycle is not None:
            received, space, played = self._play(self._lifecycle, received, state, consumer)
        if played is None:
            selection = self._next_scripted(received) or self._repertoire.select(
                received, state=state, consumer=consumer
            )
        else:
            selection = played.selection
        if selection is None:
            because = played.because if isinstance(played, Refused) else ""
            return self._miss(received, because) if self.fallback is None else self._forward(received, self.fallback)
        ready = self._repertoire.ready(selection)
        number = None
        if played is None and (own or self.vary):
            number = self._variation_number(own.get(VARY_HEADER), ready.number)
        if isinstance(played, Played):
            answer = played.answer
        elif number is not None:
            answer = self._varied(received, ready, number)
        else:
            answer = ready.constant or ready.render(self._context(received, ready.number))
        if self._lifecycle is not None and space is not None and played is None:
            self._lifecycle.note(received, answer, space)
        why = played.why if isinstance(played, Played) else selection.why
        if own and (ignored := self._ignored(own)):
            answer = with_remark(answer, "ignored", ignored)
            why = f"{why}; nothing fits {ignored}"
        fault = ""
        if self.faults.active:
            answer, fault = self.faults.treat(self.provider, received, answer)
        self.journal.add(
            time=time.time(),
            received=received,
            status=answer.status,
            interaction=ready.number,
            why=why,
            tie=ready.tie,
            fault=fault,
            variation=number,
        )
        return answer

    def _answer_plainly(self, received: Received) -> Answer:
        """Answer a request that nobody said anything about; nearly all are of this kind."""
        ready = self._repertoire.plain(received)
        if ready is None:
            return self._miss(received, "") if self.fallback is None else self._forward(received, self.fallback)
        answer = ready.constant or ready.render(self._context(received, ready.number))
        fault = ""
        if self.faults.active:
            answer, fault = self.faults.treat(self.provider, received, answer)
        self.journal.add(
            time=time.time(),
            received=received,
            status=answer.status,
            interaction=ready.number,
            why=ready.why,
            tie=ready.tie,
            fault=fault,
        )
        return answer

    def _ignored(self, own: Mapping[bytes, str]) -> str:
        """Name the headers that ask for a state or consumer that is not there: a typing error, most likely."""
        state, consumer = own.get(STATE_HEADER), own.get(CONSUMER_HEADER)
        found = ["X-Treaty-State"] if state and state not in self._repertoire.states else []
        if consumer and consumer not in self._repertoire.consumers:
            found.append("X-Treaty-Consumer")
        return " and ".join(found)

    @property
    def keeps(self) -> tuple[str, ...]:
        """The endpoints whose requests make what it keeps, as ``POST /users``; empty when it is not stateful."""
        return () if self._lifecycle is None else self._lifecycle.makers

    def _learn(self) -> Lifecycle | None:
        if self.spaces is None:
            return None
        return Lifecycle(self.candidates, provider=self.provider, seed=self._seed, shift=self._shift)

    def _play(
        self, lifecycle: Lifecycle, received: Received, state: str | None, consumer: str | None
    ) -> tuple[Received, Space | None, Played | Refused | None]:
        """Answer from the space of a client, unless a script tells the answer; give the request without the space."""
        assert self.spaces is not None
        name, received = name_space(received)
        if (received.method, received.path) in self._scripted:
            return received, None, None
        space = self.spaces.space(name)
        return received, space, lifecycle.play(received, space, self._render, state=state, consumer=consumer)

    def _render(self, selection: Selection, received: Received) -> Answer:
        ready = self._repertoire.ready(selection)
        return ready.constant or ready.render(self._context(received, ready.number))

    def _variation_number(self, wanted: str | None, interaction: int) -> int | None:
        """Give the number that the variation of an answer is drawn by; None for the answer as it was recorded."""
        if wanted is not None and wanted.isascii() and wanted.isdigit() and len(wanted) <= _MOST_DIGITS:
            return int(wanted)
        if not self.vary:
            return None
        if self._seed is None:
            return self._chance.randrange(_VARIATIONS)
        drawn = random.Random(f"{self._seed}/vary/{self._drawn_by(interaction)}")  # noqa: S311 - as below
        return drawn.randrange(_VARIATIONS)

    def _varied(self, received: Received, ready: Ready, number: int) -> Answer:
        context = Context(received=received, chance=random.Random(number), shift=self._shift)  # noqa: S311 - as below
        answer = ready.renderer.render(context, ready.match[:-2] + b'; vary="%d"\r\n' % number)
        return self._repertoire.variation(ready.number).vary(answer, received, context.chance)

    def _next_scripted(self, received: Received) -> Selection | None:
        if not self._scripted:
            return None
        key = (received.method, received.path)
        with self._scripting:
            candidates = self._scripted.get(key)
            if not candidates:
                return None
            if len(candidates) > 1:
                self._scripted[key] = candidates[1:]
        return Selection(candidate=candidates[0], why=Why.SCRIPTED, exact=False)

    def _drawn_by(self, number: int) -> str:
        """Tell the answers of an interaction apart, whatever others there are."""
        return "/".join((*self.candidates[number].order[3:], str(self.journal.count(number))))

    def _context(self, received: Received, number: int) -> Context:
        chance = self._chance
        if self._seed is not None:
            chance = random.Random(f"{self._seed}/{self._drawn_by(number)}")  # noqa: S311 - to be repeatable
        return Context(received=received, chance=chance, shift=self._shift)

    def _forward(self, received: Received, fallback: Fallback) -> Answer:
        future = fallback(received)

        def settle() -> Answer:
            answer = future.result()
            self.journal.add(
                time=time.time(),
                received=received,
                status=answer.status,
                interaction=FORWARDED,
                why=answer.why or "forwarded",
            )
            return answer

        return Answer(502, b"", b"", None, Delivery(awaited=Awaited(done=future, settle=settle)))

    def _miss(self, received: Received, because: str) -> Answer:
        neighbours = self._repertoire.nearest(received)
        concealer = Concealer(received)
        nearest = tuple(_near(neighbour, concealer) for neighbour in neighbours)
        self.journal.add(
            time=time.time(),
            received=received,
            status=self._miss_status,
            interaction=None,
            why=because,
            nearest=nearest,
        )
        why = b"outside of the life cycle" if because else b"no interaction matches"
        head = b'X-Treaty-Match: none; why="%b"\r\nContent-Type: application/problem+json\r\n' % why
        problem = self._problem(received.method, concealer.target, nearest, because)
        return Answer(self._miss_status, head, problem.encode("utf-8", "backslashreplace"))

    def _problem(self, method: str, target: str, nearest: Sequence[Near], because: str) -> str:
        held = counted(len(self.candidates), "interaction")
        detail = f"The pacts of provider '{self.provider}' hold {held}; none accepts {method} {cut(target)}."
        if because:
            detail = f"The life cycle that the pacts of provider '{self.provider}' tell has no answer: {because}."
        document: JsonValue = {
            "type": "about:blank",
            "title": "no interaction matches this request",
            "status": self._miss_status,
            "detail": detail,
            "nearest": [near_document(near) for near in nearest],
        }
        return dumps(document, indent=2) + "\n"


def _near(neighbour: Neighbour, concealer: Concealer) -> Near:
    candidate = neighbour.candidate
    listed = [mismatch for mismatch in neighbour.mismatches if not mismatch.left][:MOST_DIFFERENCES]
    return Near(
        consumer=candidate.consumer,
        interaction=candidate.name,
        state=candidate.state,
        differences=tuple(_difference(mismatch, concealer) for mismatch in listed),
        more=sum(mismatch.left or 1 for mismatch in neighbour.mismatches) - len(listed),
    )


def _difference(mismatch: Mismatch, concealer: Concealer) -> Difference:
    return Difference(
        location=cut(mismatch.location),
        rule=mismatch.rule,
        wanted=concealer.conceal(mismatch.location, mismatch.wanted),
        got=concealer.conceal(mismatch.location, mismatch.got),
    )


def near_document(near: Near) -> dict[str, JsonValue]:
    """Write an interaction that a missed request came near to, as problem documents have it."""
    return dict(_near_members(near))


def _near_members(near: Near) -> Iterator[tuple[str, JsonValue]]:
    yield "interaction", near.interaction
    yield "consumer", near.consumer
    if near.state:
        yield "state", near.state
    yield (
        "differences",
        [
            {
                "location": difference.location,
                "rule": difference.rule,
                "wanted": difference.wanted,
                "got": difference.got,
            }
            for difference in near.differences
        ],
    )
    if near.more:
        yield "more_differences", near.more
