"""Choosing among the interactions of one method and path template.

A group may hold thousands of interactions. They are bits of an integer, in their default order, so a set of them is
narrowed by a few operations on integers, and its best member is its lowest bit.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, TypeAlias

from treaty_stubs.message import Received
from treaty_stubs.select.candidate import Candidate
from treaty_stubs.select.constants import Constants, HeaderConstants, has_constants, has_headers
from treaty_stubs.select.leaves import ABSENT, Leaf, Reader, Token, Where, leaves_of, reader_of

Accepts: TypeAlias = Callable[[Received], bool]
"""Tells whether a request is acceptable."""

_MOST_FILTERS: Final = 8
_MOST_TELLING: Final = 24
_MOST_LOOKED_AT: Final = 16
_FEW: Final = 8
_COOKIE: Final = ("header", "cookie")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A candidate in a group.

    Attributes:
        candidate: the interaction.
        kind: members of equal kind accept the same requests.
        accepts: the rules, apart from the constants.
        constants: what a JSON body must also have.
        headers: what the headers must also be; else `fully` decides.
        fully: the rules of the headers, too; None when `headers` is empty.
        is_example: tells whether a request is the example itself.
        by_line: neither of the two looks beyond the request line.

    """

    candidate: Candidate
    kind: str
    accepts: Accepts
    is_example: Accepts
    by_line: bool
    constants: Constants = ()
    headers: HeaderConstants = ()
    fully: Accepts | None = None


class Why(enum.StrEnum):
    """What decided for an interaction."""

    EXACT_EXAMPLE = "exact example"
    TELLING_VALUES = "telling values"
    RULES = "rules"
    LIFE_CYCLE = "life cycle"
    SCRIPTED = "scripted"
    CHOSEN_STATE = "chosen state"
    CHOSEN_CONSUMER = "chosen consumer"
    DEFAULT_STATE = "default state"
    FIRST_CONSUMER = "first consumer"

    # That of enumerations is written in Python, and these are keys of the dictionary that every request looks into.
    __hash__ = str.__hash__


# Looking a member of an enumeration up takes longer than the rest of a choice.
_EXACT_EXAMPLE: Final = Why.EXACT_EXAMPLE
_RULES: Final = Why.RULES

Fit: TypeAlias = tuple[int, Why]
"""The members of a group that fit a request best, as bits that are never 0, and what chose them."""


class _Table:
    """Which members have which token at one place, as bits."""

    __slots__ = ("_few", "_having", "_many", "distinct", "is_header_of_some", "one", "reader", "where")

    def __init__(self, where: Where, tokens: Mapping[Token, Sequence[int]]) -> None:
        self.where = where
        self.is_header_of_some = where[0] == "header" and ABSENT in tokens
        self.reader: Reader = reader_of(where)
        self.distinct = len(tokens)
        # Bits of rare tokens are made when they are asked for, or memory would grow with the square of the members.
        self.one = {token: bits[0] for token, bits in tokens.items() if len(bits) == 1}
        self._few = {token: tuple(bits) for token, bits in tokens.items() if 1 < len(bits) <= _FEW}
        self._many = {token: _bits(bits) for token, bits in tokens.items() if len(bits) > _FEW}
        self._having = (
            _bits(bit for token, bits in tokens.items() if token is not ABSENT for bit in bits)
            if self.is_header_of_some
            else 0
        )

    def members(self, received: Received) -> int:
        """Give the members that have what the request has here; for another value of a header, all that have one."""
        token = self.reader(received)
        one = self.one.get(token)
        if one is not None:
            return 1 << one
        few = self._few.get(token)
        return self._many.get(token, self._having) if few is None else _bits(few)


class Group:
    """The interactions of one method and path template.

    Args:
        members: in their default order.

    Attributes:
        members: as given.
        by_line: which one answers depends on the request line alone.

    """

    __slots__ = (
        "_all",
        "_constants",
        "_constants_beyond_first",
        "_filters",
        "_kind_masks",
        "_some_headers",
        "_states",
        "_telling",
        "_twins",
        "by_line",
        "members",
    )

    def __init__(self, members: Sequence[Member]) -> None:
        self.members: Final = tuple(members)
        self._all: Final = (1 << len(self.members)) - 1
        masks: dict[str, int] = {}
        for position, member in enumerate(self.members):
            masks[member.kind] = masks.get(member.kind, 0) | 1 << position
        self._kind_masks: Final = tuple(masks[member.kind] for member in self.members)
        leaves = [tuple(leaves_of(member.candidate.interaction.request)) for member in self.members]
        self._filters: Final = _filters(leaves) if len(masks) > 1 else ()
        self._constants: Final = _unfiltered(self.members, {table.where for table, _ in self._filters})
        # What the first filter has told of a member need not be looked at again.
        first = {self._filters[0][0].where} if self._filters and not self._filters[0][1] else set()
        self._constants_beyond_first: Final = _unfiltered(self.members, first)
        self._telling: Final = _telling(leaves) if len(self.members) > 1 else ()
        self._some_headers: Final = tuple(table for table in self._telling if table.is_header_of_some)
        self._twins: Final = _twins(leaves)
        self._states: Final = _by_state(self.members)
        tables = (*(table for table, _ in self._filters), *self._telling)
        self.by_line: Final = all(member.by_line for member in self.members) and all(
            table.where[0] in {"path", "query"} for table in tables
        )

    def fit(self, received: Received) -> Fit | None:
        """Find the members that accept a request and are most like it; None when no rules accept it.

        Members whose example is the request itself come before all others; then the places that tell most members
        apart decide.
        """
        if self._filters:
            first, free = self._filters[0]
            if not free:
                position = first.one.get(first.reader(received))
                if position is not None:
                    return self._only(position, self._constants_beyond_first[position], received)
        alive = self._all
        for table, free in self._filters:
            alive &= table.members(received) | free
            if not alive & (alive - 1):
                return self._last(alive, received) if alive else None
        if not alive & (alive - 1):
            return self._last(alive, received)
        likely = self._most_like(alive, received)
        exact = self._exact(likely, received)
        if exact:
            return exact, Why.EXACT_EXAMPLE
        accepted = self._accepted(alive, received)
        if not accepted:
            return None
        left = likely if accepted == alive else self._most_like(accepted, received)
        return left, Why.RULES if left == accepted else Why.TELLING_VALUES

    def _last(self, alive: int, received: Received) -> Fit | None:
        """Judge the one member that is left, by all that its rules ask for."""
        position = alive.bit_length() - 1
        return self._only(position, self.members[position].constants, received)

    def _only(self, position: int, constants: Constants, received: Received) -> Fit | None:
        member = self.members[position]
        if not _keeps(member, constants, received):
            return None
        return 1 << position, _EXACT_EXAMPLE if member.is_example(received) else _RULES

    def _most_like(self, members: int, received: Received) -> int:
        """Narrow a set of members by what their examples have in common with the request."""
        for table in self._telling:
            if not members & ~self.twins(members):
                break
            members = members & table.members(received) or members
        return members

    def _exact(self, members: int, received: Received) -> int:
        """Keep the members whose example is the request, and that accept it.

        Any request may have more headers than an example; but one that some members have and others lack, as
        credentials are, tells them apart: with it a request is not the example of those that lack it.
        """
        exact = 0
        for _ in range(_MOST_LOOKED_AT):
            if not members:
                break
            member = self._first(members)
            twins = members & self.twins(members)
            if member.is_example(received):
                exact |= self._accepted(twins, received)
            members &= ~twins
        if exact:
            for table in self._some_headers:
                exact &= table.members(received)
        return exact

    def _accepted(self, members: int, received: Received) -> int:
        """Keep the members whose rules accept the request; rules are asked once for members of one kind."""
        accepted = 0
        while members:
            lowest = (members & -members).bit_length() - 1
            kind = self._kind_masks[lowest]
            if self._accepts(lowest, received):
                accepted |= members & kind
            members &= ~kind
        return accepted

    def _accepts(self, position: int, received: Received) -> bool:
        return _keeps(self.members[position], self._constants[position], received)

    def _first(self, members: int) -> Member:
        return self.members[(members & -members).bit_length() - 1]

    def in_state(self, members: int, state: str) -> int:
        """Keep the members that need a provider state of this name."""
        return members & self._states.get(state, 0)

    def of_consumer(self, members: int, consumer: str) -> int:
        """Keep the members that were promised to a consumer."""
        return members & _bits(
            position for position, member in enumerate(self.members) if member.candidate.consumer == consumer
        )

    def twins(self, members: int) -> int:
        """Give the members whose examples are the same as that of the first of a set."""
        return self._twins[(members & -members).bit_length() - 1]

    def list(self, members: int) -> Iterable[Candidate]:
        """Yield the candidates of a set of members, in their default order."""
        while members:
            lowest = members & -members
            yield self.members[lowest.bit_length() - 1].candidate
            members ^= lowest

    def first(self, members: int) -> Candidate:
        """Give the first candidate of a set of members in the default order."""
        return self._first(members).candidate


def _keeps(member: Member, constants: Constants, received: Received) -> bool:
    if constants and not has_constants(constants, received):
        return False
    if member.fully is not None and not has_headers(member.headers, received):
        return member.fully(received)
    return member.accepts(received)


def _unfiltered(members: Sequence[Member], filtered: AbstractSet[Where]) -> tuple[Constants, ...]:
    """Give the constants of each member that the filters do not tell: numbers, of which they compare the value only."""
    shared: dict[tuple[int, ...], Constants] = {}
    found = []
    for member in members:
        left = tuple(
            pair for pair in member.constants if not isinstance(pair[1], str) or ("body", *pair[0]) not in filtered
        )
        # The pairs are shared already, so their identities tell which tuples are the same.
        found.append(shared.setdefault(tuple(map(id, left)), left))
    return tuple(found)


def _filters(leaves: Sequence[Sequence[Leaf]]) -> tuple[tuple[_Table, int], ...]:
    """Make tables of the places at which rules ask for a value, the most telling first.

    Each comes with the members that ask for nothing there.
    """
    tokens: dict[Where, dict[Token, list[int]]] = {}
    for position, listed in enumerate(leaves):
        for leaf in listed:
            if leaf.required:
                tokens.setdefault(leaf.where, {}).setdefault(leaf.token, []).append(position)
    everybody = (1 << len(leaves)) - 1
    tables = []
    for where, by_token in _widest(tokens, _MOST_FILTERS):
        free = everybody & ~_bits(position for positions in by_token.values() for position in positions)
        if len(by_token) > 1 or free:
            tables.append((_Table(where, by_token), free))
    tables.sort(key=lambda pair: (-pair[0].distinct, pair[1].bit_count(), _sortable(pair[0].where)))
    return tuple(tables)


def _telling(leaves: Sequence[Sequence[Leaf]]) -> tuple[_Table, ...]:
    """Make tables of the places at which the examples differ, the most telling first."""
    tokens: dict[Where, dict[Token, list[int]]] = {}
    for position, listed in enumerate(leaves):
        for leaf in listed:
            tokens.setdefault(leaf.where, {}).setdefault(leaf.token, []).append(position)
    tables = []
    for where, by_token in _widest(tokens, _MOST_TELLING):
        having = {position for positions in by_token.values() for position in positions}
        lacking = [position for position in range(len(leaves)) if position not in having]
        if lacking:
            by_token[ABSENT] = lacking
        if len(by_token) > 1:
            tables.append(_Table(where, by_token))
    # Cookies last: stubs set none, so their absence tells less than anything else.
    tables.sort(key=lambda table: (table.where == _COOKIE, -table.distinct, _sortable(table.where)))
    return tuple(tables)


def _widest(tokens: Mapping[Where, dict[Token, list[int]]], most: int) -> list[tuple[Where, dict[Token, list[int]]]]:
    """Choose the places that tell most members apart; all places would cost the square of the members in time."""
    telling = [(where, by_token) for where, by_token in tokens.items()]
    telling.sort(key=lambda pair: (-len(pair[1]), -sum(map(len, pair[1].values())), _sortable(pair[0])))
    return telling[:most]


def _twins(leaves: Sequence[Sequence[Leaf]]) -> tuple[int, ...]:
    """Give for each member the members whose examples have the same leaves."""
    keys = [frozenset((leaf.where, leaf.token) for leaf in listed) for listed in leaves]
    masks: dict[frozenset[tuple[Where, Token]], int] = {}
    for position, key in enumerate(keys):
        masks[key] = masks.get(key, 0) | 1 << position
    return tuple(masks[key] for key in keys)


def _by_state(members: Sequence[Member]) -> dict[str, int]:
    states: dict[str, int] = {}
    for position, member in enumerate(members):
        for state in member.candidate.interaction.states:
            states[state.name] = states.get(state.name, 0) | 1 << position
    return states


def _bits(positions: Iterable[int]) -> int:
    bits = 0
    for position in positions:
        bits |= 1 << position
    return bits


def _sortable(where: Where) -> tuple[str, ...]:
    return tuple(str(step).rjust(9) if isinstance(step, int) else step for step in where)
