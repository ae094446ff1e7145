"""Where each value of an answer comes from: the request, the clock, chance, or the example."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.contract.model import HttpInteraction
from treaty.contract.path import Field, Index, RulePath, parse_path
from treaty.contract.rules import Equality, RuleList
from treaty_stubs.render.causes import Cause, Causes, covers
from treaty_stubs.render.context import Context, Source
from treaty_stubs.render.created import Make, maker
from treaty_stubs.render.document import Step, Way, concrete
from treaty_stubs.render.echoes import convert, echo
from treaty_stubs.render.generated import generated
from treaty_stubs.render.inner import patched
from treaty_stubs.render.places import NothingThere, PlaceName, take_inside, walk
from treaty_stubs.render.times import Moment, read_moment

_SHORTEST_EMBEDDED: Final = 5


class AnswerPlan:
    """The sources of one interaction's answer.

    Precedence: an echo, the clock, a fresh identity, a generator, and texts that hold a fresh identity inside; what has
    none of these keeps the example.

    Args:
        interaction: the promise.
        document: the example body as JSON; None when it is none.
        kept: places whose example stays, whatever else says; named as ``body.$.id`` or ``header.location``.

    """

    def __init__(self, interaction: HttpInteraction, document: JsonValue, kept: frozenset[str] = frozenset()) -> None:
        self._causes = Causes(interaction)
        self._kept = kept
        self._followed: set[PlaceName] = set()
        response = interaction.response
        self._rules = [(parse_path(text), listed) for text, listed in response.rules.body.items()]
        self._header_rules = {name.lower(): listed for name, listed in response.rules.header.items()}
        self._generators = [(parse_path(text), entry) for text, entry in response.generators.body.items()]
        self._header_generators = {name.lower(): entry for name, entry in response.generators.header.items()}
        leaves = list(_leaves(document))
        self._document = document
        self._headers = headers = {name.lower(): ", ".join(values) for name, values in response.headers.items()}
        self._fresh = self._find_fresh(leaves)
        self._reference = self._find_reference(leaves, headers)
        self.is_empty = not (self._causes or self._generators or self._header_generators)

    def source(self, way: Way, example: JsonValue) -> Source | None:
        """Give what makes the value at a place of the JSON body; None keeps the example."""
        name = str(place_path(way))
        if self._keeps(f"body.{name}"):
            return None
        cause = self._causes.at(way)
        kind = "" if cause is None else cause.kind
        if cause is not None and (repeating := self._repeats(cause, example)) is not None:
            return repeating
        if kind == "clock" and (moment := read_moment(example)) is not None:
            return self._clock(moment)
        if kind != "constant" and self._is_loose(way) and (fresh := self._fresh_source(example)) is not None:
            return fresh
        found = next((entry for path, entry in self._generators if covers(path, way)), None)
        if found is not None:
            return generated(found, example)
        if not isinstance(example, str):
            return None
        inside = patched(example, self._causes.inside(way), self._inner)
        if inside is None and kind != "constant" and self._is_loose(way):
            return self._embedded(example)
        return inside

    def _keeps(self, place: str) -> bool:
        """Tell whether an example stays: its own place is kept, or one inside it."""
        return any(kept == place or kept.startswith((f"{place}.", f"{place}[")) for kept in self._kept)

    def header(self, name: str, example: str) -> Source | None:
        """Give what makes the value of a header, named in lower case; None keeps the example."""
        if f"header.{name}" in self._kept:
            return None
        cause = self._causes.of_header(name)
        if cause is not None and (repeating := self._repeats(cause, example)) is not None:
            return repeating
        if cause is not None and cause.kind == "clock" and (moment := read_moment(example)) is not None:
            return self._clock(moment)
        loose = _is_loose(self._header_rules.get(name))
        if loose and (fresh := self._fresh_source(example)) is not None:
            return fresh
        entry = self._header_generators.get(name)
        if entry is not None:
            return generated(entry, example)
        inside = patched(example, self._causes.inside_header(name), self._inner)
        return self._embedded(example) if loose and inside is None else inside

    def whole_body(self) -> Source | None:
        """Give what makes a body that is no JSON; None keeps the example."""
        cause = self._causes.of_body()
        return None if cause is None or cause.kind != "echo" or cause.of is None else echo(cause.of, "")

    def repeated(self, way: Way) -> RulePath | None:
        """Give the list of the request that a list of the answer follows."""
        return self._causes.followed(way)

    def _repeats(self, cause: Cause, example: JsonValue) -> Source | None:
        """Give what repeats a value of the request, or of another place of the answer; None for other causes."""
        if cause.of is None:
            return None
        if cause.of.answered:
            return self._of_answer(cause.of, example)
        return echo(cause.of, example) if cause.kind == "echo" else None

    def _of_answer(self, place: PlaceName, example: JsonValue) -> Source | None:
        """Give what repeats another place of the answer, as it will be there."""
        if place in self._followed:
            return None  # two places that name each other
        self._followed.add(place)
        try:
            found = self._made(place)
        finally:
            self._followed.discard(place)
        if found is None:
            return None
        there, source = found

        def repeat(context: Context, indices: tuple[int, ...]) -> JsonValue | NothingThere:
            value = source(context, indices)
            if isinstance(value, NothingThere):
                value = there
            return convert(take_inside(value, place.inside) if place.inside else value, example)

        return repeat

    def _made(self, place: PlaceName) -> tuple[JsonValue, Source] | None:
        """Give the example at a place of the answer and what makes the value there; None when it keeps the example."""
        if place.part == "header" and place.name in self._headers:
            text = self._headers[place.name]
            source = self.header(place.name, text)
            return None if source is None else (text, source)
        if place.path is None:
            return None
        way: list[Step] = []
        for token in place.path.tokens:
            if not isinstance(token, (Field, Index)):
                return None
            way.append(token.name if isinstance(token, Field) else token.position)
        example = walk(place.path, self._document, ())
        if isinstance(example, NothingThere):
            return None
        source = self.source(tuple(way), example)
        return None if source is None else (example, source)

    def _inner(self, cause: Cause, example: JsonValue) -> Source | None:
        """Give what makes a value inside a text; None keeps the example."""
        repeating = self._repeats(cause, example)
        if repeating is not None:
            return repeating
        if cause.kind == "clock" and (moment := read_moment(example)) is not None:
            return self._clock(moment)
        if cause.kind != "created":
            return None
        make = maker(example)
        return self._fresh_source(example) or (None if make is None else _fresh_source(example, make))

    def _find_fresh(self, leaves: Sequence[tuple[Way, JsonValue]]) -> dict[JsonValue, Make]:
        """Find the identities that the provider made, with what makes others like them."""
        fresh: dict[JsonValue, Make] = {}
        for way, example in leaves:
            cause = self._causes.at(way)
            if cause is not None and cause.kind == "created" and self._is_loose(way):
                make = maker(example)
                if make is not None and f"body.{place_path(way)}" not in self._kept:
                    fresh[example] = make
        return fresh

    def _find_reference(self, leaves: Sequence[tuple[Way, JsonValue]], headers: Mapping[str, str]) -> datetime | None:
        """Find the moment of the example that stands for now: the earliest, so that what expires lies ahead."""
        examples = [example for way, example in leaves if self._is_clock(way)]
        for name, text in headers.items():
            cause = self._causes.of_header(name)
            if cause is not None and cause.kind == "clock":
                examples.append(text)
        moments = [moment for example in examples if (moment := read_moment(example)) is not None]
        exact = [moment.at for moment in moments if not moment.whole_day]
        return min(exact or [moment.at for moment in moments], default=None)

    def _is_clock(self, way: Way) -> bool:
        cause = self._causes.at(way)
        return cause is not None and cause.kind == "clock"

    def _clock(self, moment: Moment) -> Source:
        reference = self._reference or moment.at
        ahead = moment.at - reference
        if moment.whole_day:
            ahead = timedelta(days=(moment.at.date() - reference.date()).days)
        return _time_source(moment.write, ahead)

    def _fresh_source(self, example: JsonValue) -> Source | None:
        make = self._fresh.get(example) if isinstance(example, (int, str)) and not isinstance(example, bool) else None
        return None if make is None else _fresh_source(example, make)

    def _embedded(self, text: str) -> Source | None:
        """Make the source of a text that holds fresh identities, as the ``Location`` of what was created."""
        known = {str(example): (example, make) for example, make in self._fresh.items()}
        inside = [re.escape(name) for name in known if len(name) >= _SHORTEST_EMBEDDED]
        if not inside:
            return None
        parts = re.split(rf"(?<![0-9A-Za-z])({'|'.join(inside)})(?![0-9A-Za-z])", text)
        if len(parts) == 1:
            return None

        def source(context: Context, _indices: tuple[int, ...]) -> JsonValue:
            return "".join(str(context.fresh(*known[part])) if part in known else part for part in parts)

        return source

    def _is_loose(self, way: Way) -> bool:
        place = concrete(way)
        covering = [listed for path, listed in self._rules if path.weight(place)]
        return any(_is_loose(listed) for listed in covering)


@lru_cache(maxsize=1024)
def _time_source(write: Callable[[datetime], JsonValue], ahead: timedelta) -> Source:
    if not ahead:
        return lambda context, _indices: write(context.now)
    return lambda context, _indices: write(context.now + ahead)


@lru_cache(maxsize=1024, typed=True)
def _fresh_source(example: JsonValue, make: Make) -> Source:
    return lambda context, _indices: context.fresh(example, make)


def place_path(way: Way) -> RulePath:
    """Write a place of an answer as a path of its example."""
    return RulePath(tuple(Field(step) if isinstance(step, str) else Index(step) for step in concrete(way)))


def _is_loose(listed: RuleList | None) -> bool:
    return listed is not None and not all(isinstance(matcher, Equality) for matcher in listed.matchers)


def _leaves(value: JsonValue, way: Way = ()) -> Iterator[tuple[Way, JsonValue]]:
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from _leaves(child, (*way, key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for position, child in enumerate(value):
            yield from _leaves(child, (*way, position))
    else:
        yield way, value
