"""Plays the life cycle of a provider's items: which interaction fits what there is, and what it answers now."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonInvalid, JsonValue, dumps, loads
from treaty_stubs.lifecycle import room
from treaty_stubs.lifecycle.calls import SAFE_METHODS, Endpoint, leaves_of, open_way, place_of, values_of
from treaty_stubs.lifecycle.changing import Changer, renamed_text
from treaty_stubs.lifecycle.choosing import Chooser, Chosen
from treaty_stubs.lifecycle.learning import learn
from treaty_stubs.lifecycle.lists import Lister, Unlisted
from treaty_stubs.lifecycle.model import Batch, EndpointModel, Listing, Model, Presence
from treaty_stubs.lifecycle.named_batches import told_of_all
from treaty_stubs.lifecycle.notes import Notes
from treaty_stubs.lifecycle.overlay import lay_over, put_in
from treaty_stubs.lifecycle.requests import asked_alone
from treaty_stubs.lifecycle.room import MOST_VALUES, shown_bytes
from treaty_stubs.lifecycle.situations import Judge, Situation
from treaty_stubs.lifecycle.spaces import MOST_ITEMS, Item, Space, endpoint_name
from treaty_stubs.lifecycle.tags import with_tag
from treaty_stubs.lifecycle.unexplained import Unexplained, remark
from treaty_stubs.lifecycle.written import Written, unknown_after
from treaty_stubs.message import NOT_JSON, Answer, Received
from treaty_stubs.remarks import with_remark
from treaty_stubs.select.candidate import Candidate
from treaty_stubs.select.group import Why
from treaty_stubs.select.selector import Selection, Selector

Render: TypeAlias = Callable[[Selection, Received], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """An answer from the life cycle; `why` adds for people what of it is only as it was recorded."""

    selection: Selection
    answer: Answer
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A request outside of what was learned; `because` is a clause for people, or empty: no interaction accepts it."""

    because: str
    selection: None = None


class Lifecycle:
    """The life cycle of one provider, as its interactions tell it. Not for several threads at once.

    Args:
        candidates: its interactions.
        provider: its name.
        seed: makes identities that do not count the same in every run; None takes chance.
        shift: how far the times in answers lie ahead of our clock.

    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        *,
        provider: str,
        seed: int | None = None,
        shift: timedelta = timedelta(),
    ) -> None:
        self.model: Final[Model] = learn(candidates)
        self._provider = provider
        self._seed = seed
        self._shift = shift
        self._judge = Judge(self.model, provider)
        self._changer = Changer(self.model, self._judge)
        self._chooser = Chooser(self.model, self._judge, self._changer)
        self._lister = Lister(self.model, self._judge)
        self._unexplained = Unexplained(candidates, self.model, self._chooser)
        self._written = Written(candidates, provider)
        self._notes: dict[int, Notes] = {}

    @property
    def makers(self) -> tuple[str, ...]:
        """The endpoints whose requests make items, in order; ``{}`` stands for an open segment."""
        makers = {key for key, endpoint in self.model.endpoints.items() if endpoint.makes}
        return tuple(sorted(map(endpoint_name, makers | self.model.batches.keys())))

    def play(
        self,
        received: Received,
        space: Space,
        render: Render,
        *,
        state: str | None = None,
        consumer: str | None = None,
    ) -> Played | Refused | None:
        """Answer a request from what a space holds, and change that.

        Args:
            received: the request.
            space: of its client.
            render: makes the answer of an interaction as if there were no life cycle.
            state: the provider state that the client asks for.
            consumer: whose promises are preferred.

        Returns:
            None for a request that has nothing to do with what clients can make.

        """
        endpoint = self._chooser.endpoint(received)
        batch = None if endpoint is None else self.model.batches.get(endpoint.endpoint)
        if endpoint is None or not (batch or _is_of_items(endpoint)):
            return self._read_written(received, space, render, state)
        values = values_of(received)
        if values is None:
            return Refused(because=f"it says more than {MOST_VALUES:,} values, too many for a life cycle to follow")
        situation = self._judge.situation(endpoint, values, space)
        if situation.item is None and (played := self._read_written(received, space, render, state)) is not None:
            return played
        now = datetime.now(tz=UTC) + self._shift
        self._let_time_pass(endpoint, situation, values, now)
        chosen = self._chooser.choose(endpoint, situation, received, values, state=state, consumer=consumer)
        if isinstance(chosen, str):
            return Refused(because=chosen)
        made = space.made
        base = render(chosen.selection, received)
        if endpoint.makes and _makes(chosen, situation) and space.is_full:
            return Refused(because=f"this space holds {MOST_ITEMS:,} items already, and may hold no more")
        if endpoint.endpoint[0] not in {*SAFE_METHODS, "DELETE"} and not space.has_room(values):
            most = shown_bytes(room.MOST_BYTES)
            return Refused(because=f"this space may hold {most}, and what it would have to keep is more; empty it")
        try:
            answer = self._answer(endpoint, situation, chosen, base, values, space, now)
        except Unlisted as reason:
            return Refused(because=str(reason))
        if batch is not None and isinstance(answer, Answer) and 200 <= answer.status < 300:
            answer = self._make_all(batch, received, answer, space, render, consumer=consumer)
        if isinstance(answer, Refused):
            return answer
        item = space.items[-1] if space.made > made and batch is None else situation.item
        if item is not None and endpoint.endpoint[0] not in SAFE_METHODS:
            space.weigh(item)
        if item is None and situation.twin is None and batch is None:
            self.note(received, answer, space)
        unknown = "" if chosen.expectation.listing is None else self._written.beside(received, space)
        if unknown:
            answer = with_remark(answer, "unknown-of", unknown)
        played = self._played(endpoint, situation, chosen, answer, values, item, space)
        return replace(played, why=f"{played.why}; nobody recorded what {unknown} made") if unknown else played

    def _make_all(
        self, batch: Batch, received: Received, answer: Answer, space: Space, render: Render, *, consumer: str | None
    ) -> Answer | Refused:
        """Make each item of a batch as if it had been asked for alone; none when that cannot be done for all."""
        document = None if received.json is NOT_JSON else received.json
        elements = [document] if batch.way is None else open_way(document, batch.way)
        before = space.copy()
        first = len(space.items)
        for index, element in enumerate(elements if isinstance(elements, list) else ()):
            alone = asked_alone(received, batch, element)
            played = self.play(alone, space, render, consumer=consumer)
            if not isinstance(played, Played) or played.selection.candidate.interaction.response.status >= 300:
                space.become(before)
                told = played.because if isinstance(played, Refused) else ""
                told = told or "no interaction that makes one alone takes it"
                place = "the body" if batch.way is None else place_of((*batch.way, index))
                return Refused(because=f"of {place} nobody can tell what it makes: {told}")
        return _with_document(answer, told_of_all(_document(answer), batch, space.items[first:]))

    def note(self, received: Received, answer: Answer, space: Space) -> None:
        """Remember a request that was answered as without a life cycle: it may have changed something all the same."""
        if received.method not in SAFE_METHODS and 200 <= answer.status < 300:
            self._written.note(received, values_of(received), space)

    def _read_written(
        self, received: Received, space: Space, render: Render, state: str | None
    ) -> Played | Refused | None:
        """Answer what reads a thing without an identity that was changed; None where it was not."""
        if received.method not in SAFE_METHODS or state is not None:
            return None
        writes = self._written.at(received, space)
        if not writes:
            return None
        candidates = self._written.recorded_after(received, writes)
        selection = Selector(candidates).select(received) if candidates else None
        if selection is None:
            return Refused(because=unknown_after(received, writes[-1]))
        selection = replace(selection, why=Why.LIFE_CYCLE, exact=False, tie=(), prepared=None)
        return Played(selection=selection, answer=render(selection, received), why=str(selection.why))

    def _played(
        self,
        endpoint: EndpointModel,
        situation: Situation,
        chosen: Chosen,
        answer: Answer,
        values: Mapping[str, JsonValue],
        item: Item | None,
        space: Space,
    ) -> Played:
        """Say what of an answer is as recorded although the clients said other things than the recorded ones."""
        selection, why = chosen.selection, str(chosen.selection.why)
        if not 200 <= chosen.expectation.status < 300:
            return Played(selection=selection, answer=answer, why=why)
        derived = self._unexplained.differs(endpoint, chosen, values)
        if item is not None and endpoint.endpoint[0] not in SAFE_METHODS:
            item.derived |= derived
        listing = chosen.expectation.listing
        if item is not None and listing is None and not item.gone:
            answer = with_tag(answer, item, selection.candidate)
        concerned = space.of(self._provider, listing.resource) if listing is not None else [item, *situation.named]
        if derived or any(each is not None and each.derived and not each.gone for each in concerned):
            places = self._unexplained.places(endpoint, chosen, _document(answer), item)
            if places:
                told = remark(places)
                answer = with_remark(answer, "as-recorded", told)
                why += f"; as recorded: {told}"
        return Played(selection=selection, answer=answer, why=why)

    def _let_time_pass(
        self, endpoint: EndpointModel, situation: Situation, values: Mapping[str, JsonValue], now: datetime
    ) -> None:
        """Let what was shown become what it becomes by itself, when it is looked at again."""
        item = situation.item
        if item is None or situation.presence is not Presence.PRESENT:
            return
        turn = self._changer.turn(item)
        if turn is None:
            return
        if item.shown or self._chooser.must_wait(endpoint, item, turn, values, now):
            self._changer.pass_time(item, turn, now)

    def _answer(
        self,
        endpoint: EndpointModel,
        situation: Situation,
        chosen: Chosen,
        base: Answer,
        values: Mapping[str, JsonValue],
        space: Space,
        now: datetime,
    ) -> Answer | Refused:
        expectation = chosen.expectation
        succeeds = 200 <= expectation.status < 300
        notes = self._notes_of(expectation.candidate)
        document = _document(base)
        if not succeeds:
            return base
        if expectation.listing is not None:
            self._let_time_pass_in_list(expectation.listing, values, space, now)
            listed = self._lister.answer(endpoint, expectation, document, values, space)
            for item in listed.items:
                item.shown = True
            return _with_document(base, listed.document)
        if expectation.collides and situation.twin is not None:
            return self._show(base, document, expectation.way, situation.twin)
        if endpoint.endpoint[0] in SAFE_METHODS:
            if situation.item is None or situation.presence is not Presence.PRESENT:
                return base
            situation.item.shown = True
            return self._show(base, document, expectation.way, situation.item)
        for named in situation.named:
            if named is not None and not named.gone:
                self._changer.touch(named, endpoint.endpoint, values, now)
        if situation.presence is Presence.PRESENT and situation.item is not None:
            return self._changed(endpoint, situation.item, chosen, base, document, values, space, now, notes)
        if not endpoint.makes:
            return base
        return self._made(endpoint.endpoint, chosen, base, document, values, space, notes)

    def _changed(
        self,
        endpoint: EndpointModel,
        item: Item,
        chosen: Chosen,
        base: Answer,
        document: JsonValue,
        values: Mapping[str, JsonValue],
        space: Space,
        now: datetime,
        notes: Notes,
    ) -> Answer | Refused:
        if endpoint.makes and item.resource != endpoint.endpoint:
            self._changer.touch(item, endpoint.endpoint, values, now)
            return self._made(endpoint.endpoint, chosen, base, document, values, space, notes)
        removes = endpoint.endpoint[0] == "DELETE" and (item.resource, endpoint.endpoint) not in self.model.keeps
        if removes:
            answer = self._show(base, document, chosen.expectation.way, item)
            item.gone = not isinstance(answer, Refused)
            return answer
        self._changer.change(item, endpoint.endpoint, values, now)
        item.revision += 1
        way = chosen.expectation.way
        answer = self._show(base, document, way, item)
        if way is not None and isinstance(answer, Answer):
            told = open_way(_document(answer), way)
            self._changer.told(item, told, whole=endpoint.endpoint[0] == "PUT")
        return answer

    def _made(
        self,
        endpoint: Endpoint,
        chosen: Chosen,
        base: Answer,
        document: JsonValue,
        values: Mapping[str, JsonValue],
        space: Space,
        notes: Notes,
    ) -> Answer:
        renaming = self._changer.continue_identities(
            document, notes, f"{self._provider} {endpoint_name(endpoint)}", space, self._chance(space)
        )
        head = renamed_text(base.head.decode("latin-1"), renaming.names)
        answer = _with_document(base, renaming.document)._replace(head=head.encode("latin-1"))
        self._changer.make(
            provider=self._provider,
            resource=endpoint,
            values=values,
            answer=renaming.document,
            headers=_headers(head),
            way=chosen.expectation.way,
            space=space,
        )
        return answer

    def _show(self, base: Answer, document: JsonValue, way: tuple[str, ...] | None, item: Item) -> Answer | Refused:
        if way is None:
            return base
        shown = open_way(document, way)
        for place, _ in leaves_of(shown):
            if place in item.unsure:
                return Refused(because=f"nobody recorded what {item.unsure[place]} makes of {place}")
        return _with_document(base, put_in(document, way, lay_over(shown, item.document)))

    def _let_time_pass_in_list(
        self, listing: Listing, values: Mapping[str, JsonValue], space: Space, now: datetime
    ) -> None:
        """Let what was shown before become what it becomes by itself, when a list is about to show it again."""
        for item in self._judge.fitting(listing.resource, listing.filters, values, space):
            turn = self._changer.turn(item) if item.shown else None
            if turn is not None:
                self._changer.pass_time(item, turn, now)

    def _notes_of(self, candidate: Candidate) -> Notes:
        notes = self._notes.get(candidate.number)
        if notes is None:
            notes = self._notes[candidate.number] = Notes(candidate.interaction)
        return notes

    def _chance(self, space: Space) -> random.Random:
        if self._seed is None:
            return random.Random()  # noqa: S311 - values of a stub protect nothing
        return random.Random(f"{self._seed}/{self._provider}/{space.made}")  # noqa: S311 - to be repeatable


def _is_of_items(endpoint: EndpointModel) -> bool:
    return bool(
        endpoint.references
        or endpoint.makes
        or endpoint.parents
        or any(each.listing is not None for each in endpoint.expectations)
    )


def _makes(chosen: Chosen, situation: Situation) -> bool:
    return 200 <= chosen.expectation.status < 300 and situation.presence is not Presence.PRESENT


def _document(answer: Answer) -> JsonValue:
    try:
        return loads(answer.body) if answer.body else None
    except JsonInvalid:
        return None


def _with_document(answer: Answer, document: JsonValue) -> Answer:
    if not answer.body or document is None:
        return answer
    try:
        json.loads(answer.body)
    except ValueError:
        return answer
    return answer._replace(body=dumps(document).encode("utf-8", "backslashreplace"))


def _headers(head: str) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for line in head.splitlines():
        name, _, value = line.partition(": ")
        found[f"header.{name.lower()}"] = value
    return found
