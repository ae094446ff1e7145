"""The upper bound of states: what failed in its small state is tried once more after all earlier calls (DESIGN 4.4).

An interaction that is kept then, on a fresh provider, and not kept there in its small state, is no breach: its state
lacks a call, which is looked for and named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from treaty.contract.model import HttpInteraction
from treaty.errors import CouldNot, EngineFailed, StateFailed, StateTooSmall
from treaty.verify.closed_world import RULES
from treaty.verify.document import Interaction, PactDocument
from treaty.verify.outcome import Outcome, Verdict
from treaty.verify.ports import Engine
from treaty.verify.setup_steps import AwaitStep, State
from treaty.verify.step_tree import READING_METHODS
from treaty.verify.wider_states import widen

MOST_TRIED: Final = 20
"""So many failing interactions are tried again in one run."""
_MOST_SEARCHED: Final = 3
"""For so many of them one call is looked for among many; the others name all that may be missing."""
_MOST_EARLIER: Final = 60
_FIRST_ERROR: Final = 300

_Place: TypeAlias = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Earlier:
    """One call that may be missing: an interaction, or one that the state leaves out."""

    name: str
    interaction: tuple[PactDocument, Interaction] | None = None
    index: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """An interaction that failed in its small state."""

    document: PactDocument
    interaction: Interaction

    @property
    def place(self) -> _Place:
        """Where it stands."""
        return self.document.source, self.interaction.position

    @property
    def states(self) -> list[State]:
        """Give its states, as far as there are steps for them."""
        keys = [state.key for state in self.interaction.states]
        return [self.document.states[key] for key in keys if key is not None and key in self.document.states]

    @property
    def left_out(self) -> tuple[_Earlier, ...]:
        """Give the calls that its state leaves out; of several states nobody knows how they go together."""
        found = self.states
        if len(found) != 1 or found[0].left_out is None:
            return ()
        calls = enumerate(found[0].left_out.calls)
        return tuple(_Earlier(name=call.description, index=index) for index, (_, call) in calls)

    def after(self, earlier: Sequence[_Earlier]) -> PactDocument:
        """Give the pact in which its state has these calls, too."""
        chosen = [each.index for each in earlier if each.interaction is None]
        if not chosen:
            return self.document
        (state,) = self.states
        return replace(self.document, states={**self.document.states, state.key: widen(state, chosen)})


class UpperBound:
    """Tries interactions that failed once more, with earlier calls.

    Args:
        documents: the pacts of the provider, of any consumer: the interactions in them that write are earlier calls.
        engine: judges; it must not empty the provider by itself.
        renew: makes the provider fresh; None when nothing does.

    """

    def __init__(self, *, documents: Sequence[PactDocument], engine: Engine, renew: Callable[[], None] | None) -> None:
        self._documents: Final = {document.source: document for document in documents}
        self._engine: Final = engine
        self._renew: Final = renew
        self._earlier: Final = tuple(_earlier(documents))
        self._guilty: Final[list[_Earlier]] = []
        self._searches = 0

    @property
    def can_try(self) -> bool:
        """Whether there is a fresh provider to try it on."""
        return self._renew is not None

    def concerns(self, outcome: Outcome) -> bool:
        """Tell whether an outcome might be another one after earlier calls."""
        return self._trial(outcome) is not None

    def settle(self, outcomes: Sequence[Outcome]) -> Iterator[Outcome]:
        """Give the final outcomes for all of a run, or of its rest, in their order.

        Those that are no breach, because a call was missing, could not be told. All others stay as they are; a note
        says what is worth knowing about them.
        """
        found = [(outcome, self._trial(outcome)) for outcome in outcomes]
        trials = {trial.place: trial for _, trial in found if trial is not None}
        tried = dict(list(trials.items())[:MOST_TRIED])
        notes: dict[_Place, str] = {
            place: f"not tried after earlier calls: only the first {MOST_TRIED} failures of a run are"
            for place in trials
            if place not in tried
        }
        missing: Mapping[_Place, Sequence[_Earlier]] = {}
        try:
            missing = self._missing(list(tried.values()), notes)
        except CouldNot as fault:
            notes |= dict.fromkeys(tried, f"not tried after earlier calls: {fault.what}")
        for outcome, trial in found:
            if trial is None:
                yield outcome
            elif trial.place in missing:
                yield _too_small(outcome, missing[trial.place])
            else:
                yield replace(outcome, note=notes.get(trial.place, ""))

    def untried(self, outcome: Outcome) -> Outcome:
        """Give an outcome with a note that says why it was not tried again."""
        return replace(
            outcome,
            note="not tried after earlier calls: only a provider that Treaty started can be made fresh for that",
        )

    def _trial(self, outcome: Outcome) -> _Trial | None:
        is_broken = outcome.verdict is Verdict.BROKEN and not outcome.pending
        if not is_broken and not isinstance(outcome.reason, StateFailed):
            return None
        if outcome.differences and all(each.rule in RULES for each in outcome.differences):
            # More calls only make what is said of everything there is less sure.
            return None
        document = self._documents.get(outcome.pact)
        if document is None:
            return None
        interaction = document.interactions[outcome.position]
        trial = _Trial(document=document, interaction=interaction)
        if not interaction.is_http or any(state.key is None for state in interaction.states):
            return None
        if not is_broken and any(isinstance(step, AwaitStep) for state in trial.states for step in state.steps):
            # What was waited for in vain once would be waited for as long again.
            return None
        return trial if trial.left_out or self._others(trial) else None

    def _others(self, trial: _Trial) -> tuple[_Earlier, ...]:
        own = (trial.document, trial.interaction)
        return tuple(each for each in self._earlier if each.interaction != own)

    def _missing(self, trials: Sequence[_Trial], notes: dict[_Place, str]) -> Mapping[_Place, Sequence[_Earlier]]:
        """Find what is missing, for those that are kept after earlier calls, and only after these."""
        connected = [trial for trial in trials if trial.left_out]
        kept = dict.fromkeys(self._kept((), connected), True) if connected else {}
        others = [trial for trial in trials if trial.place not in kept]
        if others and self._earlier:
            kept |= dict.fromkeys(self._kept(self._earlier, others), False)
        found: dict[_Place, Sequence[_Earlier]] = {}
        for trial in trials:
            if trial.place not in kept:
                continue
            if self._is_kept(trial, ()):
                notes[trial.place] = "kept on a fresh provider: something that was done to this one before breaks it"
                continue
            suspects = trial.left_out if kept[trial.place] else (*trial.left_out, *self._others(trial))
            named = self._search(trial, suspects)
            if named:
                found[trial.place] = named
        return found

    def _search(self, trial: _Trial, suspects: Sequence[_Earlier]) -> Sequence[_Earlier]:
        """Narrow down which of the earlier calls an interaction needs; give none when it fails after all of them."""
        for guilty in self._guilty:
            if guilty in suspects and self._is_kept(trial, (guilty,)):
                return (guilty,)
        if not self._is_kept(trial, suspects):
            return ()
        if self._searches >= _MOST_SEARCHED:
            return suspects
        self._searches += 1
        while len(suspects) > 1:
            middle = len(suspects) // 2
            part = next((half for half in (suspects[middle:], suspects[:middle]) if self._is_kept(trial, half)), None)
            if part is None:
                break
            suspects = part
        self._guilty.extend(suspects)
        return suspects

    def _is_kept(self, trial: _Trial, earlier: Sequence[_Earlier]) -> bool:
        return bool(self._kept(earlier, [trial], left_out=earlier))

    def _kept(
        self, earlier: Sequence[_Earlier], trials: Sequence[_Trial], *, left_out: Sequence[_Earlier] | None = None
    ) -> Sequence[_Place]:
        """Judge interactions on a fresh provider, after others and with all, or some, of what their states leave out.

        Raises:
            CouldNot: when the provider cannot be made fresh.

        """
        assert self._renew is not None
        self._renew()
        for each in earlier:
            if each.interaction is not None:
                self._judge(*each.interaction)
        wider = [(trial, trial.after(trial.left_out if left_out is None else left_out)) for trial in trials]
        return [trial.place for trial, document in wider if self._judge(document, trial.interaction)]

    def _judge(self, document: PactDocument, interaction: Interaction) -> bool:
        try:
            return all(each.verdict is Verdict.KEPT for each in self._engine.verify(document, [interaction]))
        except EngineFailed:
            return False


def _earlier(documents: Sequence[PactDocument]) -> Iterator[_Earlier]:
    """Give the interactions that write, each description once: deletions first, then those with the fewest steps."""
    found: dict[str, tuple[tuple[bool, int], _Earlier]] = {}
    for document in documents:
        for interaction in document.interactions:
            contract = document.contract.interactions[interaction.position]
            if not isinstance(contract, HttpInteraction) or contract.request.method in READING_METHODS:
                continue
            keys = [state.key for state in interaction.states]
            if contract.response.status >= _FIRST_ERROR or not all(key in document.states for key in keys):
                continue
            steps = sum(len(document.states[key].steps) for key in keys if key is not None)
            name = f"{interaction.description} ({document.consumer} -> {document.provider})"
            rank = (contract.request.method != "DELETE", steps)
            if name not in found or rank < found[name][0]:
                found[name] = (rank, _Earlier(name=name, interaction=(document, interaction)))
    ordered = sorted(found.values(), key=lambda each: each[0])
    return (each for _, each in ordered[:_MOST_EARLIER])


def _too_small(outcome: Outcome, missing: Sequence[_Earlier]) -> Outcome:
    names = list(dict.fromkeys(each.name for each in missing))
    one = len(names) == 1
    found = outcome.differences[0].message if outcome.differences else ""
    without = found or (outcome.reason.why if outcome.reason is not None else "")
    return replace(
        outcome,
        verdict=Verdict.COULD_NOT_TELL,
        differences=(),
        answer=None,
        reason=StateTooSmall(
            "the provider state is too small",
            where=("it lacks " if one else "it lacks at least one of\n") + "\n".join(names),
            why=f"after {'that call' if one else 'these calls'} a fresh provider keeps the promise; without: {without}",
            hint="let a manual state make the call (--state-url), or record the interaction without it",
        ),
    )
