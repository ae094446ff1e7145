"""Which exchanges of a long session stay, told by their fingerprints.

Exchanges that share a value which leads from one to another are one *flow*. A flow says nothing new when each of its
exchanges was told so often before in the same *situation*: with the same kinds of changes before it, about things that
came from the same kinds of calls. What very many exchanges name (a token, a category) is a *hub*, and joins no flows; a
look at many things joins none either. But whatever stays brings along what its values came from.
"""

from __future__ import annotations

import bisect
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from treaty.normalize.fingerprints import Fingerprint
from treaty.session.exchange import Edge, Exchange

MOST_ALIKE: Final = 25
"""So many exchanges are told that are in one situation, and so many that say other things in it."""
HUB: Final = 200
"""A value that more exchanges name joins none."""
_WIDE: Final = 8
"""A look that shows more values joins none."""
_MOST_AROUND: Final = 200
"""So many calls are looked at for those in the middle of which another one was made."""
_TOLD: Final = 2
"""So many changes of a kind are told apart from fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What stays, by the place in the session.

    Attributes:
        kept: whether an exchange stays.
        told: whether it says something by itself; what else stays is there because others came from it.
        likes: how many others it stands for.

    """

    kept: Sequence[int]
    told: Sequence[int]
    likes: Mapping[int, int]


@dataclass(slots=True)
class Columns:
    """The fingerprints of a session, a number for each thing: all that is held of an exchange."""

    form: array[int] = field(default_factory=lambda: array("q"))
    content: array[int] = field(default_factory=lambda: array("L"))
    place: array[int] = field(default_factory=lambda: array("q"))
    started: array[float] = field(default_factory=lambda: array("d"))
    ended: array[float] = field(default_factory=lambda: array("d"))
    edge: array[int] = field(default_factory=lambda: array("l"))
    looks: bytearray = field(default_factory=bytearray)
    writes: bytearray = field(default_factory=bytearray)
    settles: bytearray = field(default_factory=bytearray)
    stays: bytearray = field(default_factory=bytearray)
    fails: bytearray = field(default_factory=bytearray)
    keys: array[int] = field(default_factory=lambda: array("q"))
    keys_to: array[int] = field(default_factory=lambda: array("l"))
    perhaps: array[int] = field(default_factory=lambda: array("q"))
    perhaps_to: array[int] = field(default_factory=lambda: array("l"))
    grounds: set[int] = field(default_factory=set)
    edges: dict[Edge, int] = field(default_factory=dict)
    unclear: set[str] = field(default_factory=set)

    def take(self, item: Exchange, found: Fingerprint) -> None:
        """Add an exchange."""
        self.form.append(found.form)
        self.content.append(found.content)
        self.place.append(hash((item.request.method, item.request.path, item.request.query)))
        self.started.append(item.started.timestamp())
        self.ended.append(item.ended.timestamp())
        self.edge.append(self.edges.setdefault(item.edge, len(self.edges)))
        self.looks.append(found.looks)
        self.writes.append(found.writes)
        self.settles.append(found.writes and item.request.method != "POST")
        self.stays.append(found.is_kept)
        self.fails.append(item.response is None or item.response.status >= HTTPStatus.BAD_REQUEST)
        self.keys.extend(found.keys)
        self.keys_to.append(len(self.keys))
        for ground, key in found.perhaps:
            self.perhaps.append(ground)
            self.perhaps.append(key)
        self.perhaps_to.append(len(self.perhaps))
        self.grounds.update(found.grounds)
        if found.is_unclear:
            self.unclear.add(item.edge.provider)

    def __len__(self) -> int:
        """Give the number of exchanges."""
        return len(self.form)

    def keys_of(self, index: int) -> Iterator[int]:
        """Give what leads from an exchange to others, with what only may do so until all is read."""
        yield from self.keys[self.keys_to[index - 1] if index else 0 : self.keys_to[index]]
        perhaps, first = self.perhaps, self.perhaps_to[index - 1] if index else 0
        for at in range(first, self.perhaps_to[index], 2):
            if perhaps[at] in self.grounds:
                yield perhaps[at + 1]


def choose(columns: Columns) -> Chosen:
    """Choose what stays; neither times nor the order of flows decide, but between equals."""
    ways = _Ways(columns)
    flows = _Flows(columns, ways)
    choice = _Choice(columns, ways, flows)
    choice.take_new()
    choice.complete()
    return Chosen(kept=choice.kept, told=choice.told, likes=choice.likes())


class _Ways:
    """The values that at least two exchanges name, in numbers from 0; where each was first, and which are hubs."""

    def __init__(self, columns: Columns) -> None:
        named = Counter(key for index in range(len(columns)) for key in set(columns.keys_of(index)))
        numbers: dict[int, int] = {}
        for key, count in named.items():
            if count > 1:
                numbers[key] = len(numbers)
        self.is_hub: Final = bytearray(count > HUB for count in named.values() if count > 1)
        del named
        self._flat: Final = array("l")
        self._to: Final = array("l")
        for index in range(len(columns)):
            self._flat.extend(dict.fromkeys(numbers[key] for key in columns.keys_of(index) if key in numbers))
            self._to.append(len(self._flat))
        self.order: Final = array("l", sorted(range(len(columns)), key=lambda index: (columns.started[index], index)))
        self.first: Final = array("l", [-1]) * len(numbers)
        self.naming: Final[dict[int, array[int]]] = defaultdict(lambda: array("l"))
        for index in self.order:
            for way in self.of(index):
                if self.first[way] < 0:
                    self.first[way] = index
                if self.is_hub[way]:
                    self.naming[way].append(index)

    def of(self, index: int) -> array[int]:
        """Give the values of an exchange."""
        return self._flat[self._to[index - 1] if index else 0 : self._to[index]]

    def own(self, index: int) -> list[int]:
        """Give those that are no hubs."""
        return [way for way in self.of(index) if not self.is_hub[way]]


class _Flows:
    """Flows: which one an exchange belongs to, and its members in order of time."""

    def __init__(self, columns: Columns, ways: _Ways) -> None:
        self._above: Final = array("l", range(len(columns)))
        whole = {number for edge, number in columns.edges.items() if edge.provider in columns.unclear}
        latest: dict[int, int] = {}
        for index in ways.order:
            own = ways.own(index)
            if columns.edge[index] in whole:
                columns.stays[index] = True
            elif not (columns.looks[index] and len(own) > _WIDE):
                for way in own:
                    self._join(latest.setdefault(way, index), index)
        self.members: Final[dict[int, array[int]]] = defaultdict(lambda: array("l"))
        for index in ways.order:
            self.members[self._top(index)].append(index)

    def of(self, index: int) -> array[int]:
        """Give the flow of an exchange."""
        return self.members[self._top(index)]

    def _top(self, index: int) -> int:
        above = self._above
        while above[index] != index:
            above[index] = above[above[index]]
            index = above[index]
        return index

    def _join(self, one: int, other: int) -> None:
        one, other = self._top(one), self._top(other)
        self._above[max(one, other)] = min(one, other)


class _Choice:
    def __init__(self, columns: Columns, ways: _Ways, flows: _Flows) -> None:
        self._columns: Final = columns
        self._ways: Final = ways
        self._flows: Final = flows
        self.kept: Final = bytearray(len(columns))
        self.told: Final = bytearray(len(columns))
        self._situation: Final = array("q", [0]) * len(columns)
        self._stands: Final[dict[int, int]] = {}
        self._providers: Final = {number: edge.provider for edge, number in columns.edges.items()}
        self._consumers: Final = {number: edge.consumer for edge, number in columns.edges.items()}
        self._asked: Final = self._find_asked()
        self._alone: Final = self._find_alone()
        self._standing: Final = self._find_standing()

    def take_new(self) -> None:
        """Keep each flow that tells something which was not told so often before; short ones go first.

        Of a long flow what it says again and again is told by the first ones, whose set-ups are the shortest.
        """
        columns = self._columns
        seen = Counter[int]()
        said: dict[int, set[int]] = defaultdict(set)
        # Before the first of a kind there was nothing of it: lists were empty, names were free.
        first = set({columns.form[index]: index for index in reversed(self._ways.order)}.values())
        ranked = sorted(
            self._flows.members.values(),
            key=lambda flow: (len(flow), sum(columns.content[index] for index in flow), columns.started[flow[0]]),
        )
        for flow in ranked:
            situations = self._situations(flow)
            for index, situation in zip(flow, situations, strict=True):
                self._situation[index] = situation
            is_new = [columns.stays[index] or index in first for index in flow]
            content = 0
            for at, (index, situation) in enumerate(zip(flow, situations, strict=True)):
                content += columns.content[index]
                contents = said[situation]
                is_more = content not in contents and len(contents) < MOST_ALIKE
                if is_new[at] or is_more or seen[situation] < MOST_ALIKE:
                    is_new[at] = 1
                    seen[situation] += 1
                    contents.add(content)
            if any(is_new) or any(map(self._stays, flow)):
                for index, situation, new in zip(flow, situations, is_new, strict=True):
                    self.kept[index] = True
                    self.told[index] = new
                    if new:
                        self._stands.setdefault(situation, index)

    def complete(self) -> None:
        """Add what those that stay need: where their values came from, what was asked and changed meanwhile."""
        added = [index for index in range(len(self.kept)) if self.kept[index]]
        while added:
            while added:
                index = added.pop()
                for other in self._needed(index):
                    added += self._keep(other)
            added = [each for other in list(self._changed_meanwhile()) for each in self._keep(other)]

    def likes(self) -> Counter[int]:
        """Count what is not told, by the exchange that stands for it."""
        return Counter(self._stands[self._situation[index]] for index, told in enumerate(self.told) if not told)

    def _stays(self, index: int) -> bool:
        """Tell whether an exchange stays whatever it repeats: nothing else says what it put at a place of all."""
        return bool(self._columns.settles[index]) and not self._ways.own(index)

    def _situations(self, flow: Sequence[int]) -> list[int]:
        columns, ways = self._columns, self._ways
        before: Counter[int] = Counter()
        found: list[int] = []
        for index in flow:
            form = columns.form[index]
            origins = frozenset(columns.form[ways.first[way]] for way in ways.of(index))
            found.append(hash((form, origins, frozenset(before.items()), self._standing.get(index, 0))))
            if columns.writes[index] and before[form] < _TOLD:
                before[form] += 1
        return found

    def _keep(self, index: int) -> list[int]:
        if self.kept[index]:
            return []
        flow = [each for each in self._flows.of(index) if not self.kept[each]]
        for each in flow:
            self.kept[each] = True
        return flow

    def _needed(self, index: int) -> Iterator[int]:
        yield from (self._ways.first[way] for way in self._ways.of(index))
        yield from self._asked_meanwhile(index)
        if self._columns.fails[index]:
            yield from self._around(index)

    def _around(self, index: int) -> Iterator[int]:
        """Give the calls that the consumer of a call was answering meanwhile."""
        columns = self._columns
        asked = self._asked.get(self._consumers[columns.edge[index]], array("l"))
        end = bisect.bisect_right(asked, columns.started[index], key=lambda each: columns.started[each])
        for each in asked[max(0, end - _MOST_AROUND) : end]:
            if columns.ended[each] >= columns.ended[index]:
                yield each

    def _find_asked(self) -> Mapping[str, array[int]]:
        """List the calls to each service that calls others, in order of time."""
        services = set(self._consumers.values())
        found: dict[str, array[int]] = defaultdict(lambda: array("l"))
        for index in self._ways.order:
            provider = self._providers[self._columns.edge[index]]
            if provider in services:
                found[provider].append(index)
        return found

    def _find_alone(self) -> Mapping[str, array[int]]:
        """Find the exchanges of services with others that no value joins to what they were asked for."""
        services = set(self._providers.values())
        found: dict[str, array[int]] = defaultdict(lambda: array("l"))
        for index in self._ways.order:
            consumer = self._consumers[self._columns.edge[index]]
            if consumer in services and len(self._flows.of(index)) == 1:
                found[consumer].append(index)
        return found

    def _find_standing(self) -> Mapping[int, int]:
        """Tell for looks at hubs what was put there before: how often, of each kind up to two, and what last."""
        columns, ways = self._columns, self._ways
        before: dict[int, Counter[int]] = defaultdict(Counter)
        last: dict[int, int] = {}
        found: dict[int, int] = {}
        for index in ways.order:
            hubs = ways.of(index)
            if ways.own(index):
                continue
            form = columns.form[index]
            if columns.settles[index]:
                for way in hubs:
                    before[way][form] = min(_TOLD, before[way][form] + 1)
                    last[way] = form
            elif any(way in before for way in hubs):
                told = frozenset((last[way], frozenset(before[way].items())) for way in hubs if way in before)
                found[index] = hash(told)
        return found

    def _asked_meanwhile(self, index: int) -> Iterator[int]:
        columns = self._columns
        alone = self._alone.get(self._providers[columns.edge[index]])
        if alone is None:
            return
        first = bisect.bisect_left(alone, columns.started[index], key=lambda each: columns.started[each])
        for each in alone[first:]:
            if columns.started[each] > columns.ended[index]:
                return
            if columns.ended[each] <= columns.ended[index]:
                yield each

    def _changed_meanwhile(self) -> Iterator[int]:
        """Find changes between looks at a hub that show different things: or else it changed by itself."""
        columns = self._columns
        for way in sorted(self._ways.naming, key=lambda each: self._ways.first[each]):
            looks: dict[int, int] = {}
            changes: list[int] = []
            for index in self._ways.naming[way]:
                if columns.writes[index]:
                    changes.append(index)
                elif columns.looks[index] and self.kept[index]:
                    place = columns.place[index]
                    last = looks.get(place, index)
                    looks[place] = index
                    if columns.form[last] == columns.form[index]:
                        continue
                    start = bisect.bisect_left(changes, columns.started[last], key=lambda each: columns.started[each])
                    if changes[start:] and not any(self.kept[each] for each in changes[start:]):
                        yield changes[-1]
