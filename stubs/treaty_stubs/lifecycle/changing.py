"""What requests do to items: making, changing and removing them, and what comes by itself."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty_stubs.lifecycle.calls import Endpoint, leaves_of, place_of
from treaty_stubs.lifecycle.identities import next_identity
from treaty_stubs.lifecycle.model import Change, Effects, Model, Phase, Turn
from treaty_stubs.lifecycle.notes import Notes
from treaty_stubs.lifecycle.overlay import merged
from treaty_stubs.lifecycle.requests import replaced, steps
from treaty_stubs.lifecycle.situations import Judge, at_place
from treaty_stubs.lifecycle.spaces import Item, Space, endpoint_name
from treaty_stubs.lifecycle.views import said_of_item, same, text_of
from treaty_stubs.render.times import read_moment

_CHANGED: Final = re.compile(r"updat|modif|chang", re.IGNORECASE)
"""In the names of times that are of the last change."""
_SHORTEST_INSIDE: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Renaming:
    """An answer whose identities continue those that a space gave out before.

    Attributes:
        document: of the answer.
        names: new identities by those that they replace, as text.

    """

    document: JsonValue
    names: Mapping[str, str]


class Changer:
    """Changes items as was learned.

    Args:
        model: what was learned.
        judge: tells the phases of items.

    """

    def __init__(self, model: Model, judge: Judge) -> None:
        self._model = model
        self._judge = judge

    def continue_identities(
        self, document: JsonValue, notes: Notes, key: str, space: Space, chance: random.Random
    ) -> Renaming:
        """Put identities into an answer that continue those of earlier answers.

        Args:
            document: of the answer.
            notes: of the interaction that answers.
            key: tells endpoints apart whose identities are counted apart.
            space: what was given out before.
            chance: where identities come from that do not count.

        """
        examples = dict(leaves_of(notes.document))
        renamed: dict[tuple[str, JsonValue], JsonValue] = {}
        created = [(place, value) for place, value in leaves_of(document) if notes.cause(f"body.{place}") == "created"]
        created.sort(key=lambda entry: entry[0].count("["))
        outside = {text_of(value) for place, value in created if "[" not in place}
        for place, value in created:
            example = examples.get(place, examples.get(re.sub(r"\[\d+\]", "[0]", place)))
            # A list that is longer than the recorded one repeats the last identities; each element has its own.
            known = ("", value) if place in examples or text_of(value) in outside else (place, value)
            if known not in renamed:
                kind = f"{key} {re.sub(r'[0-9]+', '*', place)}"
                renamed[known] = space.last[kind] = next_identity(example, space.last.get(kind), chance)
            document = replaced(document, tuple(steps(place)), renamed[known])
        names = {
            str(old): str(new)
            for (place, old), new in renamed.items()
            if not place and len(str(old)) >= _SHORTEST_INSIDE
        }
        return Renaming(document=_renamed(document, names, {place for place, _ in created}), names=names)

    def make(
        self,
        *,
        provider: str,
        resource: Endpoint,
        values: Mapping[str, JsonValue],
        answer: JsonValue,
        headers: Mapping[str, JsonValue],
        way: tuple[str, ...] | None,
        space: Space,
    ) -> Item:
        """Put a new item into a space."""
        shown: JsonValue = None if way is None else answer
        for name in way or ():
            shown = shown.get(name) if isinstance(shown, Mapping) else None
        document: JsonValue = shown if isinstance(shown, Mapping) else {}
        told = dict(leaves_of(document))
        faithless = self._model.unfaithful.get(resource, frozenset())
        for place, source in said_of_item(values, self._model.ways.get(resource, ())).items():
            if place not in told and place not in faithless:
                document = replaced(document, tuple(steps(place)), values[source])
        space.made += 1
        item = Item(
            provider=provider,
            resource=resource,
            number=space.made,
            given=dict(values),
            made={**{f"body.{place}": value for place, value in leaves_of(answer)}, **headers},
            document=document,
        )
        space.items.append(item)
        return item

    def change(self, item: Item, endpoint: Endpoint, values: Mapping[str, JsonValue], now: datetime) -> None:
        """Do to an item what a call was seen to do to such items."""
        phase = self._judge.phase(item)
        faithless = self._model.unfaithful.get(item.resource, frozenset())
        if endpoint[0] != "POST" or endpoint[1] != item.resource[1]:
            for place, source in said_of_item(values, self._model.ways.get(item.resource, ())).items():
                if place not in faithless:
                    item.document = replaced(item.document, tuple(steps(place)), values[source])
                    item.unsure.pop(place, None)
        for place, value in list(leaves_of(item.document)):
            moment = read_moment(value) if _CHANGED.search(place) else None
            if moment is not None:
                item.document = replaced(item.document, tuple(steps(place)), moment.write(now))
        self._apply(item, self._effects(item, endpoint, phase), values, now, endpoint_name(endpoint))
        item.shown = False

    def touch(self, item: Item, endpoint: Endpoint, values: Mapping[str, JsonValue], now: datetime) -> None:
        """Do to an item what a call that merely names it was seen to do."""
        phase = self._judge.phase(item)
        self._apply(item, self._effects(item, endpoint, phase), values, now, endpoint_name(endpoint))

    def told(self, item: Item, document: JsonValue, *, whole: bool) -> None:
        """Take over what an answer said of an item.

        Args:
            item: which one.
            document: what was said.
            whole: it replaces what was known.

        """
        if isinstance(document, Mapping):
            item.document = document if whole else merged(item.document, document)

    def turn(self, item: Item) -> Turn | None:
        """Give what becomes of an item by itself; None when nothing does."""
        turns = self._model.waits.get((item.resource, self._judge.phase(item)), ())
        free = [turn for turn in turns if not turn.conditional]
        if not free:
            return None
        return max(free, key=lambda turn: _likeness(turn, item))

    def pass_time(self, item: Item, turn: Turn, now: datetime) -> None:
        """Let become of an item what becomes by itself."""
        self._apply(item, turn.effects, {}, now, "time")
        item.shown = False

    def _effects(self, item: Item, endpoint: Endpoint, phase: Phase) -> Effects:
        return self._model.effects.get((item.resource, endpoint, phase), {})

    def _apply(self, item: Item, effects: Effects, values: Mapping[str, JsonValue], now: datetime, cause: str) -> None:
        for place, effect in effects.items():
            value = effect.value
            if effect.change is Change.UNKNOWN:
                item.unsure[place] = cause
                continue
            if effect.change is Change.COPY:
                value = values.get(str(effect.value))
            elif effect.change is Change.ADD:
                known = at_place(item.document, place)
                value = known + value if isinstance(known, int) and isinstance(value, int) else known
            elif effect.change is Change.NOW:
                moment = read_moment(value)
                value = value if moment is None else moment.write(now)
            item.document = replaced(item.document, tuple(steps(place)), value)


def _likeness(turn: Turn, item: Item) -> int:
    return sum(
        1
        for place, value in turn.seen.items()
        if place.startswith("body.") and value is not None and place in item.given and same(value, item.given[place])
    )


def _renamed(
    document: JsonValue, names: Mapping[str, str], done: set[str], way: tuple[str | int, ...] = ()
) -> JsonValue:
    """Put new identities into the texts of an answer that hold old ones."""
    if isinstance(document, Mapping):
        return {name: _renamed(value, names, done, (*way, name)) for name, value in document.items()}
    if isinstance(document, list):
        return [_renamed(value, names, done, (*way, index)) for index, value in enumerate(document)]
    if place_of(way) in done:
        return document
    if isinstance(document, str):
        return renamed_text(document, names)
    return document


def renamed_text(text: str, names: Mapping[str, str]) -> str:
    """Put new identities into a text that holds old ones."""
    if not names:
        return text
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?<![0-9A-Za-z])({pattern})(?![0-9A-Za-z])", lambda match: names[match[1]], text)
