"""What was there beside what a list shows: without it nobody would notice a filter that is ignored (DESIGN 4.4).

A list is read in a state that holds a thing of the same kind which the answer left out: another user's loan, another
priority, the next page, what was deleted. Where the answer counts more than it shows, all that it counts are there.
"""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from treaty.contract.json_value import Number, decimal_of, dumps, is_number
from treaty.normalize.dependencies import Dependencies
from treaty.normalize.elements import Members, holds_one_thing, is_read, lists_in
from treaty.normalize.left_out import likeness
from treaty.normalize.names import words
from treaty.normalize.observations import Observation
from treaty.normalize.slices import Slicer, Step, is_before
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow

_Kind: TypeAlias = tuple[str, str, str]
"""Provider, method, template."""
_Asked: TypeAlias = tuple[str, ...]

_MOST_COUNTED: Final = 20
"""So many things that an answer counts and does not show are set up."""
_MOST_LOOKS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What is set up beside what an exchange needs.

    Attributes:
        calls: more calls, in recorded order.
        counted: the number of the answer that counts what is shown and all of them; 0 when none does.
        in_order: whether their place among the others matters: an answer shows a part of a sequence.
        is_part: whether the answer leaves out what is there, though nothing in the request says what it is about.

    """

    calls: tuple[Observation, ...] = ()
    counted: int = 0
    in_order: bool = False
    is_part: bool = False


@dataclass(slots=True, kw_only=True)
class Beside:
    """Finds what was there beside what lists show.

    Args:
        observations: of one run, in order of their start.
        flow: the tokens.
        slicer: of the run.
        dependencies: of the run.

    """

    observations: Sequence[Observation]
    flow: Flow
    slicer: Slicer
    dependencies: Dependencies
    _by_number: dict[int, Observation] = field(init=False)
    _makers: dict[_Kind, list[Observation]] = field(init=False)
    _by_entity: dict[tuple[str, str], list[Observation]] = field(init=False)
    _shown: dict[int, set[tuple[_Asked, frozenset[Token]]]] = field(init=False)
    _lists: dict[int, Sequence[Members]] = field(init=False, default_factory=dict)
    _deletions: dict[int, Sequence[Observation]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_number = {item.number: item for item in self.observations}
        self._makers = defaultdict(list)
        self._by_entity = defaultdict(list)
        self._shown = defaultdict(set)
        for item in self.observations:
            if item.effectful and not is_read(item, self.flow) and self._made_by(item):
                self._makers[_kind(item)].append(item)
                self._by_entity[item.edge.provider, item.template.entity].append(item)
        for item in self.observations:
            if is_read(item, self.flow) and item.succeeded:
                key = (_asked(item, self.flow), self._scope(item))
                for token in self._listed(item):
                    self._shown[token.origin].add(key)

    def is_made(self, token: Token) -> bool:
        """Tell whether a call with an effect made what a token names."""
        maker = self._by_number.get(token.origin)
        return maker is not None and maker.effectful and token.provider == maker.edge.provider

    def lists(self, item: Observation) -> Sequence[Members]:
        """Give the lists of an answer that are in no other one."""
        known = self._lists.get(item.number)
        if known is None:
            known = self._lists[item.number] = lists_in(item, self.flow, self.is_made)
        return known

    def moved(self, item: Observation, steps: Collection[Observation]) -> list[Observation]:
        """Give what changed things that a set-up makes and a list does not show: or else it would show them."""
        if not item.succeeded or not is_read(item, self.flow) or holds_one_thing(item) or not self.lists(item):
            return []
        makers = {token.origin for _, token in self.flow.tokens_of(item.number, "")}
        kinds = {_kind(self._by_number[number]) for number in (token.origin for token in self._listed(item))}
        return [
            other
            for maker in steps
            if maker.number not in makers and (_kind(maker) in kinds or not kinds)
            for token in self._made_by(maker)
            for other in self.slicer.writers_of(maker.edge.provider, token)
            if other is not maker and is_before(other, item)
        ]

    def company(self, item: Observation, own: Sequence[Observation]) -> Company:
        """Find what was there beside what an answer lists, with all that it needs.

        Args:
            item: the exchange.
            own: its set-up.

        """
        if not item.succeeded or not is_read(item, self.flow) or holds_one_thing(item):
            return Company()
        found = self.lists(item)
        if not found:
            return Company()
        shown = self._listed(item)
        mine = {each.number for each in own}
        others = [other for other in self._candidates(item, shown) if other.number not in mine]
        if not others:
            return Company()
        alive = [other for other in others if not self._is_gone(other, item)]
        counted = self._counted(item, found, alive)
        chosen = [*counted, *self._decoy(item, *_without(counted, others, alive))]
        more: dict[int, Observation] = {}
        for other in chosen:
            more |= self._all_about(other, item)
        known = {each.number for each in own} | {item.number}
        calls = sorted(
            (each for number, each in more.items() if number not in known), key=lambda each: (each.started, each.number)
        )
        in_order = bool(counted) or asks_for_a_part(item)
        total = len(counted) + max(each.size for each in found) if counted else 0
        is_part = bool(alive) and bool(shown) and not _says_what(item)
        return Company(calls=tuple(calls), counted=total, in_order=in_order or is_part, is_part=is_part)

    def _listed(self, item: Observation) -> frozenset[Token]:
        return frozenset(token for each in self.lists(item) for token in each.tokens)

    def _candidates(self, item: Observation, shown: frozenset[Token]) -> list[Observation]:
        makers = {token.origin for token in shown}
        kinds = {_kind(self._by_number[number]) for number in makers}
        named = {token.origin for _, token in self.flow.tokens_of(item.number, "")}
        if kinds:
            pools = [self._makers[kind] for kind in sorted(kinds)]
        else:
            pools = [self._by_entity[item.edge.provider, item.template.entity]]
        found: list[Observation] = []
        for pool in pools:
            end = bisect.bisect_left(pool, item.started, key=lambda each: each.started)
            found += [
                other
                for other in pool[max(0, end - _MOST_LOOKS) : end]
                if other.number not in makers and other.number not in named and is_before(other, item)
            ]
        return found

    def _decoy(
        self, item: Observation, others: Sequence[Observation], alive: Sequence[Observation]
    ) -> Sequence[Observation]:
        """Choose one: what is there before what was deleted; of like ones the latest.

        What only another flow like this one shows tells nothing new, since any repetition brings it.
        """
        scope = self._scope(item)
        key = _asked(item, self.flow)

        def is_repetition(other: Observation) -> bool:
            return bool(scope) and any(asked == key and about != scope for asked, about in self._shown[other.number])

        fitting = [other for other in others if not is_repetition(other)]
        if not fitting:
            return ()
        present = {other.number for other in alive}
        latest: dict[tuple[bool, str], Observation] = {}
        for other in sorted(fitting, key=lambda each: (each.started, each.number)):
            latest[other.number not in present, likeness(other)] = other
        ranked = sorted(
            (gone, len(self._all_about(other, item)), like, other.number)
            for (gone, like), other in latest.items()
            if not self._is_odd(other, item)
        )
        return (self._by_number[ranked[0][-1]],) if ranked else ()

    def _is_odd(self, maker: Observation, item: Observation) -> bool:
        """Tell whether it takes unusual answers of the provider's dependencies to make a thing."""
        steps = [Step(observation=each) for each in self._all_about(maker, item).values()]
        # Also those that the provider got on its own, until the list was read.
        steps.append(Step(observation=item, until=(("status", item.status),)))
        return bool(self.dependencies.unusual(maker, steps))

    def _counted(
        self, item: Observation, found: Sequence[Members], alive: Sequence[Observation]
    ) -> Sequence[Observation]:
        """Give all that a number of the answer counts beside what is shown."""
        size = max(each.size for each in found)
        scope = self._scope(item)
        about = [
            other for other in alive if scope and scope <= {token for _, token in self.flow.tokens_of(other.number, "")}
        ]
        numbers = {int(value) for value in _numbers(item) if value == int(value) and value > size}
        for others in (alive, about):
            if 0 < len(others) <= _MOST_COUNTED and size + len(others) in numbers:
                return others
        return ()

    def _scope(self, item: Observation) -> frozenset[Token]:
        return frozenset(
            token
            for location, token in self.flow.tokens_of(item.number, "request.")
            if is_scope(location) and not token.absent
        )

    def _made_by(self, item: Observation) -> list[Token]:
        places = self.flow.tokens_of(item.number, "")
        return list(
            dict.fromkeys(
                token
                for place, token in places
                if token.origin == item.number and token.provider == item.edge.provider and ".header." not in place
            )
        )

    def _is_gone(self, maker: Observation, item: Observation) -> bool:
        known = self._deletions.get(maker.number)
        if known is None:
            known = self._deletions[maker.number] = tuple(
                other
                for token in self._made_by(maker)
                for other in self.slicer.writers_of(maker.edge.provider, token)
                if other.method == "DELETE"
            )
        return any(is_before(other, item) for other in known)

    def _all_about(self, maker: Observation, item: Observation) -> Mapping[int, Observation]:
        """Give the call that made a thing, those that changed it since, and what they need."""
        found = dict(self.slicer.needed_by(maker))
        for token in self._made_by(maker):
            for other in self.slicer.writers_of(maker.edge.provider, token):
                if is_before(other, item) and other.number not in found:
                    found |= self.slicer.needed_by(other)
        return found


def _without(
    counted: Sequence[Observation], others: Sequence[Observation], alive: Sequence[Observation]
) -> tuple[Sequence[Observation], Sequence[Observation]]:
    """Leave what is counted out of what may be there beside it; nothing is left where everything is counted."""
    if not counted:
        return others, alive
    rest = [each for each in alive if each not in counted]
    return rest, rest


def _kind(item: Observation) -> _Kind:
    return (item.edge.provider, item.method, str(item.template))


def _asked(item: Observation, flow: Flow) -> _Asked:
    """Give what makes two reads the same but for whom they are about."""
    plain = [
        [leaf.location, leaf.value]
        for leaf in item.request
        if leaf.location.startswith(("query.", "path[", "body"))
        and flow.at(item.number, f"request.{leaf.location}") is None
    ]
    return (*_kind(item), dumps(plain))


def _says_what(item: Observation) -> bool:
    """Tell whether a request filters: by a key in its path, a parameter or a body."""
    return any(leaf.location.startswith(("path[", "query.", "body")) for leaf in item.request)


def _numbers(item: Observation) -> Iterator[float]:
    for leaf in item.response:
        if leaf.location.startswith("body.$") and "[" not in leaf.location and is_number(leaf.value):
            assert isinstance(leaf.value, (int, Number))
            value = decimal_of(leaf.value)
            if 0 < value < _MOST_LOOKS:
                yield float(value)


_PART_WORDS: Final = frozenset(
    {"page", "limit", "offset", "size", "per", "cursor", "after", "before", "skip", "start", "top", "first", "last"}
    | {"count", "max", "marker", "since", "until", "number"}
    | {"continuation", "next", "token", "pagesize", "sortby", "perpage", "rows", "from", "take"}
)


def is_scope(location: str) -> bool:
    """Tell whether what stands at a place of a request (``request.query.user_id[0]``) may say what a list is about."""
    if location.startswith("request.path"):
        return True
    return location.startswith("request.query.") and not _PART_WORDS & set(words(location[14:].partition("[")[0]))


def asks_for_a_part(item: Observation) -> bool:
    """Tell whether a request asks for a page, or so many, of what there is."""
    return asks_with(item, _PART_WORDS)


def asks_with(item: Observation, known: frozenset[str]) -> bool:
    """Tell whether a query, or the body of a search, has a parameter with one of some words in its name."""
    return any(
        known & set(words(leaf.location.split(".", 1)[1].split("[")[0].lstrip("$.")))
        for leaf in item.request
        if leaf.location.startswith(("query.", "body.$"))
    )
