"""What each promise rests on: exchanges, runs, causes, links and doubts, by interaction and place (DESIGN 4.9).

None of this is in a pact, whose bytes must not depend on how often or when something was recorded. It is gathered from
what the passes decided, only when it is asked for, and it stays small: of ten thousand like exchanges a hundred are
looked at, and the numbers of ten are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Final, TypeAlias

from treaty.contract.json_value import dumps
from treaty.normalize.causes import Cause
from treaty.normalize.changes import Changes
from treaty.normalize.doubts import Doubt, Rest, change_of, doubt_of
from treaty.normalize.drafts import Draft
from treaty.normalize.groups import Group
from treaty.normalize.leaves import Leaf, wildcard
from treaty.normalize.links import MOST_DROPPED, DroppedLink, Link, LinkFinder
from treaty.normalize.observations import LOGIN
from treaty.normalize.shapes import shape_of
from treaty.normalize.states import is_minted
from treaty.normalize.step_reasons import StepReason, step_reasons
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow

MOST_LOOKED_AT: Final = 100
"""So many exchanges of one interaction are looked at, evenly chosen."""
MOST_NUMBERS: Final = 10
MOST_PLACES: Final = 400
_MOST_LINKS: Final = 3

Causes: TypeAlias = Callable[[Draft], Mapping[str, Cause]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Exchanges: how many, the numbers of the first ten, and the runs that they belong to."""

    count: int
    first: tuple[int, ...]
    runs: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceEvidence:
    """What the session shows of one place of an interaction.

    Attributes:
        place: ``response.body.$.id``, ``request.path[1]``, ``[*]`` for every index.
        rest: what the promise rests on.
        exchanges: those of the looked at that have the place.
        links: where its values came from.
        dropped: what else had its values.
        doubt: why it may be wrong, or None.
        change: what would change the promise.

    """

    place: str
    rest: Rest
    exchanges: Seen
    links: tuple[Link, ...]
    dropped: tuple[DroppedLink, ...]
    doubt: Doubt | None
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionEvidence:
    """What one interaction rests on.

    Attributes:
        key: the interaction's ``key`` in the pact.
        state: the hash of its provider state, or an empty text.
        description: for people.
        exchanges: all that are this interaction.
        example: number of the one whose request and set-up stand in the pact.
        looked_at: how many of them were looked at.
        steps: why each step of the set-up is there.
        places: by place, in the order of the example.
        left_out: places beyond the first 400.
        redacted: places that hold stand-ins.

    """

    key: str
    state: str
    description: str
    exchanges: Seen
    example: int
    looked_at: int
    steps: tuple[StepReason, ...]
    places: Mapping[str, PlaceEvidence]
    left_out: int
    redacted: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class _Place:
    """A place while its observations are collected."""

    causes: dict[str, None] = field(default_factory=dict)
    along: dict[str, None] = field(default_factory=dict)
    of: dict[str, None] = field(default_factory=dict)
    values: set[str] = field(default_factory=set)
    forms: set[str] = field(default_factory=set)
    numbers: dict[int, int] = field(default_factory=dict)
    links: dict[Link, None] = field(default_factory=dict)
    dropped: dict[DroppedLink, None] = field(default_factory=dict)
    exact: bool = True
    is_token: bool = False
    by_itself: bool = False
    has_null: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """Gathers the evidence of interactions.

    Args:
        flow: the tokens.
        causes: gives the causes of a draft's response leaves, by location.
        changes: what changes by itself.
        finder: of the session's links.
        likes: how many that were left out an exchange stands for, by its number.

    """

    flow: Flow
    causes: Causes
    changes: Changes
    finder: LinkFinder
    likes: Mapping[int, int] = field(default_factory=dict)

    def of_groups(self, groups: Iterable[Group]) -> dict[str, InteractionEvidence]:
        """Gather the evidence of one edge's interactions, by their key."""
        return {group.key: self._interaction(group) for group in groups}

    def _interaction(self, group: Group) -> InteractionEvidence:
        members = sorted(group.members, key=lambda member: member.item.number)
        chosen = _evenly(members, group.example)
        places: dict[str, _Place] = {}
        for member in chosen:
            self._take_request(member, places)
            self._take_response(member, places)
            self._take_headers(member, places)
        kept = dict(list(places.items())[:MOST_PLACES])
        return InteractionEvidence(
            key=group.key,
            state=group.example.state.key,
            description=group.description,
            exchanges=self._seen_of(members),
            example=group.example.item.number,
            looked_at=len(chosen),
            steps=tuple(step_reasons(group.example, self.flow)),
            places={place: _settled(place, found, len(chosen)) for place, found in kept.items()},
            left_out=len(places) - len(kept),
            redacted=tuple(sorted({place for member in chosen for place in member.item.redacted})),
        )

    def _seen_of(self, members: Sequence[Draft]) -> Seen:
        seen = _seen({member.item.number: member.item.run for member in members})
        return replace(seen, count=seen.count + sum(self.likes.get(member.item.number, 0) for member in members))

    def _take_request(self, member: Draft, places: dict[str, _Place]) -> None:
        for leaf in member.item.request:
            location = f"request.{leaf.location}"
            token = self.flow.at(member.item.number, location)
            slot = self.flow.slot(member.item.number, leaf.location)
            if leaf.location == LOGIN or (token is None and not slot):
                continue
            kind = "secret" if token is None else _cause_of_sent(token, member)
            found = self._take(member, leaf, location, places)
            found.causes[kind] = None
            if slot:
                found.of["${secret." + slot + "}"] = None

    def _take_response(self, member: Draft, places: dict[str, _Place]) -> None:
        for leaf in member.item.response:
            cause = self.causes(member).get(leaf.location)
            if cause is None:
                if self.flow.at(member.item.number, f"response.{leaf.location}") is not None:
                    self._take(member, leaf, f"response.{leaf.location}", places).causes["token"] = None
                continue
            found = self._take(member, leaf, f"response.{leaf.location}", places)
            if leaf.value is None:
                found.has_null = True
            else:
                found.causes[cause.kind] = None
            found.exact = found.exact and cause.exact
            found.is_token = found.is_token or cause.token is not None
            found.by_itself = found.by_itself or (member.item.edge.provider, leaf.name) in self.changes.steps
            if cause.of:
                found.of[cause.of] = None
            found.along.update(dict.fromkeys(cause.along))
            if cause.kind == "carried" and cause.token is None and len(found.links) < _MOST_LINKS:
                found.links.update(dict.fromkeys(self.finder.sent(member.steps, leaf)))
            if cause.token is None and len(found.dropped) < MOST_DROPPED:
                found.dropped.update(dict.fromkeys(self.finder.dropped_inside(member.item, leaf)))
            for way, _ in cause.inside:
                self._link(member, f"response.{leaf.location}|{way}", found)

    def _take_headers(self, member: Draft, places: dict[str, _Place]) -> None:
        """Take the headers of the answer by their names in lower case; those with tokens were taken as leaves."""
        for name, value in member.item.answer.headers:
            found = places.setdefault(f"response.header.{name.lower()}", _Place())
            found.values.add(dumps(value))
            found.numbers[member.item.number] = member.item.run
            if member.item.is_secret("response", f"header.{name}"):
                found.causes["secret"] = None

    def _take(self, member: Draft, leaf: Leaf, location: str, places: dict[str, _Place]) -> _Place:
        found = places.setdefault(_generic(location), _Place())
        found.values.add(dumps(leaf.value))
        found.forms.add(shape_of(leaf.value, at=member.item.started).value)
        found.numbers[member.item.number] = member.item.run
        self._link(member, location, found)
        return found

    def _link(self, member: Draft, location: str, found: _Place) -> None:
        link = self.finder.link(member.item, location)
        if link is not None and len(found.links) < _MOST_LINKS:
            found.links[link] = None
        if len(found.dropped) < MOST_DROPPED:
            found.dropped.update(dict.fromkeys(self.finder.dropped(member.item, location)))


def _cause_of_sent(token: Token, member: Draft) -> str:
    """Say why a request shows a value that identifies something."""
    if token.absent:
        return "absent"
    if token.provider:
        return "minted" if token.origin == member.item.number else "carried"
    if is_minted(token, member.item):
        return "minted"
    # Nobody made it: a question for it that is answered with 404 asked for what is not there.
    return "absent" if member.item.status == HTTPStatus.NOT_FOUND else "outside"


def _generic(location: str) -> str:
    """Write ``[*]`` for every index of a body, not for those inside a text; names of answers' headers in one case."""
    side, _, rest = location.partition(".")
    outside, mark, inside = rest.partition("|")
    if side == "response" and outside.startswith("header."):
        outside = outside.lower()
    return f"{side}.{wildcard(outside)}{mark}{inside}"


def _evenly(members: Sequence[Draft], example: Draft) -> list[Draft]:
    """Choose what is looked at: the example first, then others evenly over the session."""
    others = [member for member in members if member is not example]
    step = max(1, -(-len(others) // (MOST_LOOKED_AT - 1)))
    return [example, *others[::step]]


def _seen(numbers: Mapping[int, int]) -> Seen:
    return Seen(
        count=len(numbers), first=tuple(sorted(numbers)[:MOST_NUMBERS]), runs=tuple(sorted(set(numbers.values())))
    )


def _settled(place: str, found: _Place, looked_at: int) -> PlaceEvidence:
    if found.has_null and not found.causes:
        # A null says why a value is absent, not why it is what it is: it counts where there is nothing else.
        found.causes["constant"] = None
    rest = Rest(
        causes=tuple(found.causes),
        of=tuple(found.of)[:_MOST_LINKS],
        along=tuple(found.along),
        exact=found.exact and bool(found.causes),
        is_token=found.is_token,
        values=len(found.values),
        forms=tuple(sorted(found.forms)),
        exchanges=len(found.numbers),
        missing=0 if "[*]" in place else looked_at - len(found.numbers),
        weak=any(link.confidence == "weak" for link in found.links),
        by_itself=found.by_itself,
    )
    return PlaceEvidence(
        place=place,
        rest=rest,
        exchanges=_seen(found.numbers),
        links=tuple(found.links),
        dropped=tuple(list(found.dropped)[:MOST_DROPPED]),
        doubt=doubt_of(place, rest),
        change=change_of(place, rest),
    )


def doubtful(evidence: InteractionEvidence) -> Iterator[PlaceEvidence]:
    """List the places that may be wrong, the most doubtful first."""
    found = [each for each in evidence.places.values() if each.doubt is not None]
    yield from sorted(found, key=lambda each: -each.doubt.degree if each.doubt else 0)
