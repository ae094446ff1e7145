"""Provider states as backward slices: the recorded calls that a recorded call depended on (DESIGN 4.4, lower bound)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from treaty.contract.json_value import JsonValue
from treaty.normalize.changes import Changes, View, is_code
from treaty.normalize.effects import SideEffects, spent
from treaty.normalize.elements import is_read
from treaty.normalize.identifiers import says_taken
from treaty.normalize.names import Name
from treaty.normalize.observations import LOGIN, Observation
from treaty.normalize.places import Places
from treaty.normalize.shapes import GIVEN, RARE
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow

_CONFLICTS = frozenset({409, 412, 423, 428})
_MOST_IN_THE_WAY = 20
_REFUSALS = frozenset({400, 401, 403, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a set-up: a recorded call to replay, or a read to repeat until named leaves have named values.

    Attributes:
        observation: the recorded call.
        until: by location of the response; empty for a plain call.

    """

    observation: Observation
    until: tuple[tuple[str, JsonValue], ...] = ()


@dataclass(slots=True, kw_only=True)
class Slicer:
    """Finds the steps that each exchange needs; keeps indexes over the session.

    Args:
        observations: in order of their start.
        flow: the tokens.
        changes: what changes by itself.
        behind: finds calls that an answer depends on though no id says so, given its set-up.

    """

    observations: Sequence[Observation]
    flow: Flow
    changes: Changes
    behind: Callable[[Observation, Collection[Observation]], Sequence[Observation]] = lambda _item, _steps: ()
    _by_number: dict[int, Observation] = field(init=False)
    _mentions: dict[tuple[str, Token], list[Observation]] = field(init=False)
    _places: Places = field(init=False, default_factory=Places)
    _shown: dict[Token, list[Observation]] = field(init=False, default_factory=dict)
    _operations: dict[str, list[Observation]] = field(init=False, default_factory=dict)
    _effects: SideEffects = field(init=False)
    _required: dict[int, Sequence[Observation]] = field(init=False, default_factory=dict)
    _steps: dict[int, Sequence[Step]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._effects = SideEffects(self.observations, self.flow)
        self._by_number = {item.number: item for item in self.observations}
        self._mentions = {}
        for item in self.observations:
            for token in {token for _, token in self.flow.tokens_of(item.number, "request.header.")}:
                self._shown.setdefault(token, []).append(item)
            if item.effectful and not is_read(item, self.flow):
                if item.operation.name:
                    self._operations.setdefault(item.edge.provider, []).append(item)
                if item.method != "POST":
                    self._places.add(item)
                for token in {token for _, token in self.flow.tokens_of(item.number, "")}:
                    self._mentions.setdefault((item.edge.provider, token), []).append(item)

    def steps(self, target: Observation) -> list[Step]:
        """Give the set-up of an exchange, in recorded order, without the exchange itself."""
        needed: dict[int, Observation] = {}
        self._need(target, needed, target)
        for other in self.behind(target, needed.values()):
            needed |= self.needed_by(other)
        ordered = sorted(needed.values(), key=lambda item: (item.started, item.number))
        steps = [step for item in ordered for step in self._as_steps(item)]
        steps.extend(self._awaits_before(target))
        until = self._own_until(target)
        return [*steps, Step(observation=target, until=until)] if until else steps

    def changes_naming(self, provider: str, token: Token) -> Sequence[Observation]:
        """Give the calls with an effect on a provider that name a value anywhere, in order of their start."""
        return self._mentions.get((provider, token), ())

    def writers_of(self, provider: str, token: Token) -> list[Observation]:
        """Give the calls that wrote the resource which a key names, in order of their start."""
        return [other for other in self._mentions.get((provider, token), ()) if self._writes(other, token)]

    def needed_by(self, item: Observation) -> dict[int, Observation]:
        """Give a call and all that it depends on, by number."""
        needed = {item.number: item}
        self._need(item, needed, item)
        return needed

    def _need(self, item: Observation, needed: dict[int, Observation], target: Observation) -> None:
        """Add all that an exchange depends on; chains may be longer than Python's calls may be nested."""
        open_items = [item]
        while open_items:
            for other in self._requirements(open_items.pop()):
                if other.number not in needed and other.number != target.number:
                    needed[other.number] = other
                    open_items.append(other)

    def _as_steps(self, item: Observation) -> Sequence[Step]:
        """Write a call as a step, behind what has to be waited for before it; found once."""
        known = self._steps.get(item.number)
        if known is None:
            own = Step(observation=item, until=self._own_until(item))
            known = self._steps[item.number] = (*self._awaits_before(item), own)
        return known

    def _requirements(self, item: Observation) -> Sequence[Observation]:
        """Give the earlier calls that an exchange depends on directly; found once, for chains ask again and again."""
        known = self._required.get(item.number)
        if known is None:
            earlier = {other.number: other for other in self._find_requirements(item) if is_before(other, item)}
            known = self._required[item.number] = tuple(earlier.values())
        return known

    def _find_requirements(self, item: Observation) -> list[Observation]:
        provider = item.edge.provider
        found = [
            self._by_number[token.origin]
            for _, token in self.flow.tokens_of(item.number, "request.")
            if token.provider == provider and token.origin in self._by_number
        ]
        found = [other for other in found if other.edge.provider == provider and other.succeeded]
        found.extend(self._places.above(item))
        found.extend(self._places.shown(item))
        found.extend(self._spoken_of(item))
        found.extend(self._revoked(item))
        found.extend(self._repeated(item))
        found.extend(self._effects.on(item, self.changes_naming))
        found.extend(spent(item, self.flow, self._shown))
        found.extend(self._in_the_way(item))
        for token in self._keys(item):
            writers = self.writers_of(provider, token)
            found.extend(_last_of_each_call(writers, item) if token.unique else writers)
        return found

    def _spoken_of(self, item: Observation) -> list[Observation]:
        """Give the changing operations that named all that a reading one names, by keys that a consumer chose."""
        asked = _named_values(item) if item.operation.reads else frozenset()
        if not asked:
            return []
        return [other for other in self._operations.get(item.edge.provider, ()) if asked <= _named_values(other)]

    def _is_conflict(self, item: Observation) -> bool:
        return item.status in _CONFLICTS or item.refused or says_taken(item)

    def _revoked(self, item: Observation) -> list[Observation]:
        """Give the changes after which the credentials of a refused call were accepted no more: a logout."""
        if item.status not in _REFUSALS and not item.refused:
            return []
        found: list[Observation] = []
        for _, token in self.flow.tokens_of(item.number, "request.header."):
            accepted = [other for other in self._shown.get(token, ()) if other.status < 400 and is_before(other, item)]
            if accepted and accepted[-1].effectful:
                found.append(accepted[-1])
        return [*found, *self._used_up(item)]

    def _used_up(self, item: Observation) -> list[Observation]:
        """Give the successes of a refused call that showed a value of its body: a token that works once."""
        return [
            other
            for location, token in self.flow.tokens_of(item.number, "request.body")
            if token.provider == item.edge.provider and token.shape in GIVEN
            for other in self._same_calls_with(token, item)
            if self.flow.at(other.number, location) is token
        ]

    def _in_the_way(self, item: Observation) -> list[Observation]:
        """Give the one success of a call in conflict that named the same thing: it may have taken what is left.

        Where nothing was named only once, all that named the same together took it: the places of a room.
        """
        if not self._is_conflict(item):
            return []
        alike = [
            self._same_calls_with(token, item)
            for location, token in self.flow.tokens_of(item.number, "request.body")
            if token.provider == item.edge.provider and not token.unique
        ]
        alone = [other for others in alike if len(others) == 1 for other in others]
        if alone or not alike or self._names_what_is_unique(item):
            return alone
        together = [other for other in alike[0] if all(other in others for others in alike)]
        return together if len(together) <= _MOST_IN_THE_WAY else []

    def _names_what_is_unique(self, item: Observation) -> bool:
        return any(token.unique for _, token in self.flow.tokens_of(item.number, "request."))

    def _repeated(self, item: Observation) -> list[Observation]:
        """Give the first call of those that are sent again with one key: the answer may depend on it."""
        found: list[Observation] = []
        for _, token in self.flow.tokens_of(item.number, "request."):
            first = self._by_number.get(token.origin)
            if first is None or token.provider or token.shape not in RARE or token.origin == item.number:
                continue
            if (first.edge.provider, first.method, first.template) == (item.edge.provider, item.method, item.template):
                found.append(first)
        return found

    def _keys(self, item: Observation) -> list[Token]:
        """Give what the exchange reads or writes: keys of its path and query, and what the answer shows of its own."""
        keys = [
            token
            for location, token in self.flow.tokens_of(item.number, "request.")
            if location.startswith(_places_of_keys(item))
        ]
        if self._is_conflict(item):
            keys += [
                token
                for _, token in self.flow.tokens_of(item.number, "request.body")
                if token.unique or len(self._same_calls_with(token, item)) == 1
            ]
        if item.succeeded and is_read(item, self.flow):
            keys += [
                token
                for _, token in self.flow.tokens_of(item.number, "response.body")
                if token.provider == item.edge.provider
            ]
        return list(dict.fromkeys(keys))

    def _same_calls_with(self, token: Token, item: Observation) -> list[Observation]:
        """List the successes of the same call with a value; what two of them shared can't be what conflicts."""
        return [
            other
            for other in self._mentions.get((item.edge.provider, token), ())
            if other.method == item.method and other.template == item.template and other.started < item.started
        ]

    def _writes(self, other: Observation, token: Token) -> bool:
        """Tell whether an effectful call wrote the resource that a key names."""
        if token.provider != other.edge.provider or token.unique:
            places = self.flow.tokens_of(other.number, "request.")
            return any(found is token and location != f"request.{LOGIN}" for location, found in places)
        if token.origin == other.number:
            return True
        return any(
            found is token
            for location, found in self.flow.tokens_of(other.number, "request.")
            if location.startswith(_places_of_keys(other))
        )

    def _awaits_before(self, item: Observation) -> list[Step]:
        """Wait for the time-driven state that the session saw before a call changed the resource, or asked to."""
        if item.method in {"GET", "HEAD"}:
            return []
        steps: list[Step] = []
        for location, token in self.flow.tokens_of(item.number, "request."):
            if location.startswith("request.path") and token.provider == item.edge.provider:
                view = self._last_view(token, item.started)
                until = self._later_fields(token, view) if view else ()
                if view and until:
                    steps.append(Step(observation=self._by_number[view.number], until=until))
        return steps

    def _last_view(self, token: Token, before: datetime) -> View | None:
        """Give the last read before an instant, if nothing touched the resource between the two.

        A read of the very resource goes before one that shows it among others: those others would have to be set up.
        """
        found: list[View] = []
        for view in reversed([view for view in self.changes.views.get(token, ()) if view.seen <= before]):
            touched = any(start < before and end > view.seen for start, end, _ in self.changes.touches.get(token, ()))
            if touched or self._by_number[view.number].method != "GET":
                break
            found.append(view)
        own = (view for view in found if self._reads_only(view, token))
        return next(own, found[0] if found else None)

    def _reads_only(self, view: View, token: Token) -> bool:
        request = self.flow.tokens_of(view.number, "request.path")
        return any(found is token for _, found in request)

    def _own_until(self, item: Observation) -> tuple[tuple[str, JsonValue], ...]:
        """Say what a read has to wait for: what changes by itself and had changed when it was recorded."""
        if item.method != "GET" or not item.succeeded:
            return ()
        until: list[tuple[str, JsonValue]] = []
        # In a list of whatever there is, the members of others stand at any position.
        is_about = any(
            location.startswith(("request.path", "request.query"))
            for location, _ in self.flow.tokens_of(item.number, "request.")
        )
        for token in dict.fromkeys(token for _, token in self.flow.tokens_of(item.number, "response.body")):
            view = self.changes.view_in(token, item.number)
            if view is not None and (is_about or not view.in_list):
                until.extend(self._later_fields(token, view))
        return tuple(until)

    def _later_fields(self, token: Token, view: View) -> tuple[tuple[str, JsonValue], ...]:
        return tuple(
            (view.locations[name], value)
            for name, value in sorted(view.fields.items())
            if is_code(value) and self.changes.is_later((token.provider, name), value)
        )


def with_more(steps: Sequence[Step], calls: Sequence[Observation], *, in_order: bool) -> list[Step]:
    """Add calls to a set-up: where they were recorded, or behind the rest, but before what is waited for last."""
    if in_order:
        found = [*steps, *(Step(observation=each) for each in calls)]
        return sorted(found, key=lambda step: (step.observation.started, step.observation.number))
    end = len(steps)
    while end and steps[end - 1].until:
        end -= 1
    return [*steps[:end], *(Step(observation=each) for each in calls), *steps[end:]]


def _named_values(item: Observation) -> frozenset[tuple[Name, str]]:
    return frozenset(
        (leaf.name, leaf.value)
        for leaf in item.request
        if leaf.location.startswith("body.$") and isinstance(leaf.value, str) and leaf.value
    )


def _places_of_keys(item: Observation) -> tuple[str, ...]:
    """Give where a call names what it is about: its path and query, and of an operation by name its body, too."""
    return (
        ("request.path", "request.query", "request.body") if item.operation.name else ("request.path", "request.query")
    )


def _last_of_each_call(writers: Sequence[Observation], item: Observation) -> list[Observation]:
    """Keep the last of like calls before another: two that gave the same unique value met a provider that was reset.

    Operations upon what has a name do not replace one another: each message that a queue was sent counts.
    """
    earlier = [other for other in writers if is_before(other, item)]
    making = earlier[0].operation.name if earlier else ""
    kept: dict[tuple[str, ...], Observation] = {}
    for other in earlier:
        operation = other.operation.name
        own = "" if operation == making else str(other.number)
        kept[other.method, str(other.template), operation, own] = other
    return list(kept.values())


def is_before(other: Observation, item: Observation) -> bool:
    """Tell whether a call can have had an effect on another one: it was answered before that one began, or ended."""
    return other.ended <= item.started or (other.started < item.started and other.ended <= item.ended)
