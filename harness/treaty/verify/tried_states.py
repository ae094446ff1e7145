"""Generated pacts made smaller on the provider itself: set-up steps that nothing needs are left out (DESIGN 4.4).

Each candidate is judged by the engine that verifies, with all interactions that begin in the state, whoever's they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from treaty.errors import counted
from treaty.pactfile import canonical_json
from treaty.session.exchange import Edge
from treaty.verify.document import PactDocument, read_document
from treaty.verify.fewer_steps import (
    Document,
    are_told_apart,
    names_used,
    state_of,
    states_of,
    with_smaller_state,
    without_steps,
)
from treaty.verify.minimising import Trials, dispensable_steps
from treaty.verify.outcome import Outcome, Verdict
from treaty.verify.plan import Selection, make_plan
from treaty.verify.ports import Engine
from treaty.verify.run import judge_pact

Phrases = Mapping[Edge, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """Steps that the state of an interaction does without now.

    Attributes:
        edge: consumer and provider.
        key: of the interaction, in the pact.
        description: of the interaction.
        state: the hash of its smaller state; empty when it begins in none now.
        calls: descriptions of the steps.
        indexes: which of the calls that were recorded for its state they are.

    """

    edge: Edge
    key: str
    description: str
    state: str
    calls: tuple[str, ...]
    indexes: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftAlone:
    """An interaction whose state was not touched, and why."""

    edge: Edge
    description: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimised:
    """What trying brought for one provider.

    Attributes:
        provider: its name.
        trials: how many sets of steps were tried.
        dropped: by interaction.
        left_alone: interactions that were not looked at.
        rest: how many states were not looked at in full.
        limit: what was used up by then, for people: ``200 trials``.
        hindrance: why nothing was tried at all; empty when something could be.

    """

    provider: str
    trials: int = 0
    dropped: tuple[Dropped, ...] = ()
    left_alone: tuple[LeftAlone, ...] = ()
    rest: int = 0
    limit: str = ""
    hindrance: str = ""


@dataclass(slots=True, kw_only=True)
class TriedStates:
    """Makes the states of one provider smaller.

    Args:
        provider: its name.
        pacts: those generated for it, by edge; after `run` they are the smaller ones.
        others: its pacts that were not generated now: they are judged, too, and stay as they are.
        engine: judges; it must make the provider fresh before each set-up.
        edited: keys of states that people changed, by edge.
        phrases: see `treaty.normalize.pipeline.Normalized`.
        secrets: the secret slots that are given.
        trials: how many may be made.
        conceal: keeps secrets out of what is told.
        tell: is told where the work stands.

    """

    provider: str
    pacts: dict[Edge, Document]
    others: Sequence[PactDocument]
    engine: Engine
    edited: Mapping[Edge, Collection[str]] = field(default_factory=dict)
    phrases: Phrases = field(default_factory=dict)
    secrets: Collection[str] = ()
    trials: Trials = field(default_factory=Trials)
    conceal: Callable[[str], str] = str
    tell: Callable[[str], None] = lambda _text: None
    _ways: dict[tuple[Edge, str], _Way] = field(default_factory=dict, init=False)
    _left_alone: list[LeftAlone] = field(default_factory=list, init=False)
    _lying: list[Document] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        """Take the other pacts along, so that they are judged with the same steps as those generated."""
        self._lying += [document.raw for document in self.others if "interactions" in document.raw]

    def run(self) -> Minimised:
        """Try all states of the generated pacts, those with most steps first."""
        failing = self._failing()
        done: set[str] = set()
        rest = 0
        while (key := self._next(done)) is not None:
            done.add(key)
            if reasons := list(self._hindrances(key, failing)):
                self._left_alone += reasons
                continue
            self.trials.is_exhausted = False
            self._minimise(key)
            rest += self.trials.is_exhausted
        return Minimised(
            provider=self.provider,
            trials=self.trials.made,
            dropped=tuple(sorted((way.dropped(*place) for place, way in self._ways.items()), key=_place)),
            left_alone=tuple(sorted(self._left_alone, key=_place)),
            rest=rest,
            limit=self.trials.limit,
        )

    def _next(self, done: Collection[str]) -> str | None:
        steps = {key: count for key, count in self._candidates().items() if key not in done}
        return min(steps, key=lambda key: (-steps[key], key)) if steps else None

    def _candidates(self) -> Mapping[str, int]:
        """Give the states that may be smaller, each with the number of its steps."""
        return {
            key: len(state["steps"])
            for pact in self.pacts.values()
            for key, state in states_of(pact).items()
            if may_be_smaller(state)
        }

    def _failing(self) -> Mapping[tuple[str, str], str]:
        """Judge everything with all its steps: by consumer and description, why it is not kept."""
        found: dict[tuple[str, str], str] = {}
        keys = self._candidates().keys()
        self.tell(f"{self.provider}: {counted(len(keys), 'provider state')} with all steps")
        for _, pact in self._all():
            for outcome in self._judge(_document(_part(pact, keys))):
                if outcome.verdict is not Verdict.KEPT:
                    found[outcome.consumer, outcome.description + "\n".join(outcome.states)] = _why(outcome)
        return found

    def _judge(self, document: PactDocument) -> Iterator[Outcome]:
        plan = make_plan([document], provider=self.provider, selection=Selection(), secrets=self.secrets)
        for pact in plan.pacts:
            yield from judge_pact(pact, self.engine)

    def _hindrances(self, key: str, failing: Mapping[tuple[str, str], str]) -> Iterator[LeftAlone]:
        for consumer, pact in self._all():
            edge = Edge(consumer=consumer, provider=self.provider)
            is_edited = key in self.edited.get(edge, ())
            for each in _users(pact, key):
                names = "\n".join(str(state["name"]) for state in each["providerStates"])
                why = failing.get((consumer, str(each["description"]) + names), "")
                if why or is_edited:
                    text = self.conceal(why) or "its provider state was edited by hand"
                    yield LeftAlone(edge=edge, description=str(each["description"]), why=text)

    def _all(self) -> Iterator[tuple[str, Document]]:
        yield from ((edge.consumer, pact) for edge, pact in self.pacts.items())
        yield from ((str(pact["consumer"]["name"]), pact) for pact in self._lying)

    def _minimise(self, key: str) -> None:
        concerned = [_part(pact, {key}) for _, pact in self._all() if key in states_of(pact)]
        used = frozenset().union(*(names_used(pact["interactions"]) for pact in concerned))
        state = _document(concerned[0]).states[key]

        def is_kept(steps: frozenset[int]) -> bool:
            if not all(are_told_apart(self._without(edge, key, steps, used)) for edge in self.pacts):
                return False
            left = self.conceal(f"{counted(len(steps), 'step')} less in {state.name!r}")
            self.tell(f"{self.provider}: trial {self.trials.made}, {left}")
            judged = (
                outcome
                for part in concerned
                for outcome in self._judge(_document(_smaller(part, key, steps, used, ())))
            )
            return all(outcome.verdict is Verdict.KEPT for outcome in judged)

        steps = dispensable_steps(state, used=used, is_kept=is_kept, trials=self.trials)
        if not steps:
            return
        for edge, pact in self.pacts.items():
            users = {str(each.get("key")): each for each in _users(pact, key)}
            for name, each in users.items():
                way = self._ways.setdefault((edge, name), _Way.of(each, states_of(pact)[key]))
                way.drop(steps)
            self.pacts[edge] = self._without(edge, key, steps, used)
            for each in self.pacts[edge]["interactions"]:
                if (name := str(each.get("key"))) in users:
                    self._ways[edge, name].state = state_of(each)
        self._lying = [_smaller(pact, key, steps, used, ()) for pact in self._lying]

    def _without(self, edge: Edge, key: str, steps: frozenset[int], used: frozenset[str]) -> Document:
        phrases = self.phrases.get(edge, {}).get(key, ())
        return _smaller(self.pacts[edge], key, steps, used, phrases)


@dataclass(slots=True, kw_only=True)
class _Way:
    """How the state of one interaction became smaller, which may have been in several turns."""

    description: str
    calls: tuple[str, ...]
    left: list[int]
    state: str = ""

    @classmethod
    def of(cls, interaction: Document, state: Document) -> _Way:
        """Begin with all steps; what dependencies answer is no call, has no number, and always stays."""
        described = [(kind, str(content["description"])) for step in state["steps"] for kind, content in step.items()]
        calls = tuple(text for kind, text in described if kind != "expect")
        answers = len(described) - len(calls)
        left = [index - answers for index in range(len(described))]
        return cls(description=str(interaction["description"]), calls=calls, left=left)

    def drop(self, steps: Collection[int]) -> None:
        """Leave out some of the steps that are left."""
        self.left = [call for index, call in enumerate(self.left) if index not in steps]

    def dropped(self, edge: Edge, key: str) -> Dropped:
        """Tell what is gone."""
        indexes = tuple(index for index in range(len(self.calls)) if index not in self.left)
        return Dropped(
            edge=edge,
            key=key,
            description=self.description,
            state=self.state,
            calls=tuple(self.calls[index] for index in indexes),
            indexes=indexes,
        )


def may_be_smaller(state: Document) -> bool:
    """Tell whether a written state has calls at all."""
    return any("expect" not in step for step in state.get("steps", []))


def _smaller(pact: Document, key: str, steps: frozenset[int], used: frozenset[str], phrases: Sequence[str]) -> Document:
    state = states_of(pact).get(key)
    if state is None:
        return pact
    return with_smaller_state(pact, key, without_steps(key, state, steps, used=used, phrases=phrases))


def _document(pact: Document) -> PactDocument:
    parties = f"{pact['consumer']['name']}-{pact['provider']['name']}.json"
    return read_document(canonical_json(pact), source=parties)


def _users(pact: Document, key: str) -> list[Document]:
    return [each for each in pact["interactions"] if state_of(each) == key]


def _part(pact: Document, keys: Collection[str]) -> Document:
    """Give a pact that holds some of the states, and what begins in them."""
    metadata = dict(pact.get("metadata", {}))
    states = {key: state for key, state in states_of(pact).items() if key in keys}
    ours: dict[str, Any] = {**metadata.get("treaty", {}), "states": states}
    users = [each for each in pact["interactions"] if state_of(each) in states]
    return {**pact, "interactions": users, "metadata": {**metadata, "treaty": ours}}


def _why(outcome: Outcome) -> str:
    reason = outcome.reason
    if reason is not None:
        return f"it could not be judged with all steps: {reason.what}"
    return f"it is not kept with all steps: {'; '.join(each.message for each in outcome.differences[:1])}"


def _place(found: Dropped | LeftAlone) -> tuple[str, str, str]:
    return str(found.edge), found.description, repr(found)
