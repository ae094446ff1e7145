"""Which interaction answers a request, and why (DESIGN 4.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.contract.model import Request
from treaty.contract.rules import Equality
from treaty_stubs.message import Received, segments_of
from treaty_stubs.select.candidate import Candidate
from treaty_stubs.select.constants import split_constants
from treaty_stubs.select.example import Example
from treaty_stubs.select.group import Accepts, Group, Member, Why
from treaty_stubs.select.path_index import PathIndex
from treaty_stubs.select.rules import compile_rules, is_by_line, is_interchangeable, kind_of
from treaty_stubs.select.templates import Template, template_of

MOST_REMEMBERED: Final = 65536
_MOST_RIVALS: Final = 256
_LONGEST_LINE: Final = 512

_Chosen: TypeAlias = tuple[str | None, str | None]
"""The state and the consumer that a client asks for, if any."""


@dataclass(slots=True, kw_only=True, eq=False)
class Selection:
    """The interaction that answers, and why; the same object whenever the same is selected for the same reason.

    Not frozen, since whoever answers keeps with it what it has prepared.

    Attributes:
        candidate: the interaction.
        why: what decided for it.
        exact: its example is the request.
        tie: others that fit as well, need as many set-up calls and have the same status, but answer differently; only
            the order of names decided against them.
        others: consumers who were promised another answer, which fits as well, in another state; the first consumer by
            name decided against them.
        prepared: what was made ready for such a selection, if anything.

    """

    candidate: Candidate
    why: Why
    exact: bool
    tie: tuple[Candidate, ...] = ()
    others: tuple[str, ...] = ()
    prepared: object = None


class Selector:
    """An index over candidates, compiled once; choosing takes the same time for ten interactions and for ten thousand.

    Args:
        candidates: in their default order (`gather_candidates`).

    """

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.candidates: Final = tuple(candidates)
        by_method: dict[str, list[Candidate]] = {}
        any_method: list[Candidate] = []
        for candidate in self.candidates:
            request = candidate.interaction.request
            rules = request.rules.method
            if rules is None or all(isinstance(matcher, Equality) for matcher in rules.matchers):
                by_method.setdefault(request.method.upper(), []).append(candidate)
            else:
                any_method.append(candidate)
        compile_once = _Compiler()
        self._states = frozenset(state.name for each in self.candidates for state in each.interaction.states)
        self._consumers = frozenset(candidate.consumer for candidate in self.candidates)
        self._by_method = {method: _index(listed, compile_once) for method, listed in by_method.items()}
        self._any_method = _index(any_method, compile_once) if any_method else None
        # By the target alone in dictionaries of their own: so a look-up compares no more than one text.
        self._by_line: dict[tuple[str, str | None, str | None], dict[str, Selection]] = {}
        self._remembered = 0
        self._judged: dict[Group, _Judged] = {}

    def select(self, received: Received, *, state: str | None = None, consumer: str | None = None) -> Selection | None:
        """Choose the interaction that answers a request.

        Precedence: an example that is the request itself; the examples that agree with it at the places that tell
        interactions apart; rules; a state. Between interactions that are still equal, the one in the chosen state
        answers, and among these the one promised to the chosen consumer; else the earliest success.

        Args:
            received: the request.
            state: the name of a provider state that is preferred.
            consumer: whose promises are preferred.

        Returns:
            None when no interaction accepts the request.

        """
        # What no interaction has chooses nothing; so what clients make up is not remembered either.
        if state is not None and state not in self._states:
            state = None
        if consumer is not None and consumer not in self._consumers:
            consumer = None
        lines = self._by_line.get((received.method, state, consumer))
        if lines is not None:
            known = lines.get(received.target)
            if known is not None:
                return known
        chosen = (state, consumer)
        groups = self._groups(received.method, received)
        best = self._best(groups, received, chosen)
        if best is None and received.method == "HEAD":
            # RFC 9110 section 9.3.2: HEAD is GET without the content, so what GET was seen to say holds for it.
            groups = self._groups("GET", received)
            best = self._best(groups, received, chosen)
        if best is not None and len(received.target) <= _LONGEST_LINE and all(group.by_line for group in groups):
            self._remember(received, chosen, best)
        return best

    def is_remembered(self, received: Received) -> bool:
        """Tell whether what was selected for a request that asks for no state or consumer depends on its line alone."""
        lines = self._by_line.get((received.method, None, None))
        return lines is not None and received.target in lines

    def _remember(self, received: Received, chosen: _Chosen, selection: Selection) -> None:
        if self._remembered >= MOST_REMEMBERED:
            self._by_line.clear()
            self._remembered = 0
        self._by_line.setdefault((received.method, *chosen), {})[received.target] = selection
        self._remembered += 1

    def _groups(self, method: str, received: Received) -> list[Group]:
        index = self._by_method.get(method)
        found = [] if index is None else index.find_alone(received.path) or index.find(received.segments)
        if self._any_method is not None:
            found = found + self._any_method.find(received.segments)
        return [pending.compiled or pending.group() for pending in found]

    def _best(self, groups: Sequence[Group], received: Received, chosen: _Chosen) -> Selection | None:
        if len(groups) == 1:
            return self._select_in(groups[0], received, chosen)
        best: Selection | None = None
        for group in groups:
            found = self._select_in(group, received, chosen)
            if found is not None:
                best = found if best is None else _better(best, found)
        return best

    def _select_in(self, group: Group, received: Received, chosen: _Chosen) -> Selection | None:
        fit = group.fit(received)
        if fit is None:
            return None
        members, why = fit
        judged = self._judged.get(group)
        if judged is None:
            judged = self._judged[group] = _Judged(len(group.members))
        if not members & (members - 1):
            # Of one member there is nothing to choose, whatever was asked for.
            known = judged.alone[why]
            position = members.bit_length() - 1
            selection = known[position]
            if selection is None:
                selection = known[position] = _judge(group, members, why, chosen)
            return selection
        key = (members, why, chosen)
        selection = judged.several.get(key)
        if selection is None:
            selection = _judge(group, members, why, chosen)
            if len(judged.several) < MOST_REMEMBERED:
                judged.several[key] = selection
        return selection


class _Judged:
    """What was selected in one group: where one member was left, by its position; else by the members left."""

    __slots__ = ("alone", "several")

    def __init__(self, size: int) -> None:
        self.alone: Mapping[Why, list[Selection | None]] = {
            why: [None] * size for why in (Why.EXACT_EXAMPLE, Why.TELLING_VALUES, Why.RULES)
        }
        self.several: dict[tuple[int, Why, _Chosen], Selection] = {}


class _Compiler:
    """Compiles the rules of requests; those that accept the same requests, apart from constants, are compiled once."""

    def __init__(self) -> None:
        self._compiled: dict[str, Accepts] = {}
        self._constants: dict[tuple[object, ...], tuple[tuple[str, ...], JsonValue]] = {}

    def member(self, candidate: Candidate) -> Member:
        request = candidate.interaction.request
        split = split_constants(request)
        is_split = split.request is not request
        shared = kind_of(split.request)
        accepts = self._compiled.get(shared)
        if accepts is None:
            accepts = self._compiled[shared] = compile_rules(split.request)
        return Member(
            candidate=candidate,
            kind=kind_of(request) if is_split else shared,
            accepts=accepts,
            constants=tuple(map(self._known, split.constants)),
            headers=split.headers,
            fully=_Fully(request) if split.headers else None,
            is_example=Example(request),
            by_line=is_by_line(request),
        )

    def _known(self, constant: tuple[tuple[str, ...], JsonValue]) -> tuple[tuple[str, ...], JsonValue]:
        """Give the one constant of its kind, so that members share those that they have in common."""
        return self._constants.setdefault((*constant, type(constant[1])), constant)


class _Fully:
    """All the rules of a request, compiled when they are first asked; few requests need them."""

    __slots__ = ("_accepts", "_request")

    def __init__(self, request: Request) -> None:
        self._request = request
        self._accepts: Accepts | None = None

    def __call__(self, received: Received) -> bool:
        if self._accepts is None:
            self._accepts = compile_rules(self._request)
        return self._accepts(received)


class _Pending:
    """A group that is compiled when a request first comes near to it, so that a stub is ready at once."""

    __slots__ = ("_candidates", "_compiler", "compiled")

    def __init__(self, compiler: _Compiler) -> None:
        self._candidates: list[Candidate] = []
        self._compiler = compiler
        self.compiled: Group | None = None

    def add(self, candidate: Candidate) -> None:
        self._candidates.append(candidate)

    def group(self) -> Group:
        if self.compiled is None:
            self.compiled = Group([self._compiler.member(candidate) for candidate in self._candidates])
        return self.compiled


def _index(candidates: Sequence[Candidate], compiler: _Compiler) -> PathIndex[_Pending]:
    templates: dict[Template, _Pending] = {}
    others: dict[str, _Pending] = {}
    for candidate in candidates:
        request = candidate.interaction.request
        template = template_of(request.rules.path, "/".join(("", *segments_of(request.path))))
        if template is None:
            others.setdefault(repr(request.rules.path), _Pending(compiler)).add(candidate)
        else:
            templates.setdefault(template, _Pending(compiler)).add(candidate)
    return PathIndex(templates, others.values())


def _judge(group: Group, members: int, why: Why, chosen: _Chosen) -> Selection:
    """Choose among members that fit a request equally well."""
    state, consumer = chosen
    exact = why is Why.EXACT_EXAMPLE
    in_state = group.in_state(members, state) if state is not None else 0
    pool = in_state or members
    if consumer is not None:
        pool = group.of_consumer(pool, consumer) or pool
    winner = group.first(pool)
    rivals = [
        rival
        for rival in islice(group.list(pool), _MOST_RIVALS)
        if rival is not winner and not is_interchangeable(winner.interaction.response, rival.interaction.response)
    ]
    if rivals:
        why = Why.DEFAULT_STATE
    elif in_state not in {0, members}:
        why = Why.CHOSEN_STATE
    elif pool not in {in_state, members}:
        why = Why.CHOSEN_CONSUMER
    equal = [rival for rival in rivals if rival.place == winner.place]
    tie = tuple(rival for rival in equal if _contradicts(winner, rival))
    others = tuple(sorted({rival.consumer for rival in equal} - {winner.consumer, *(rival.consumer for rival in tie)}))
    if others and not tie:
        why = Why.FIRST_CONSUMER
    return Selection(candidate=winner, why=why, exact=exact, tie=tie, others=others)


def _contradicts(winner: Candidate, rival: Candidate) -> bool:
    """Tell whether two different answers cannot both be true: they were promised to one consumer, or in one state.

    What two consumers recorded, each after set-up calls of its own, is true of two worlds; only who asks says which one
    is meant.
    """
    return winner.consumer == rival.consumer or winner.interaction.states == rival.interaction.states


def _better(one: Selection, other: Selection) -> Selection:
    """Choose between the selections of two groups, of which the first has the more specific path."""
    if other.exact and (not one.exact or other.candidate.number < one.candidate.number):
        return other
    return one
