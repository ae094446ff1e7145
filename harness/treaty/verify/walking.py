"""Doing one walk of a schedule: set-up steps on the way, and the interactions that are judged there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.errors import EngineFailed, StateFailed, TreatyError
from treaty.verify.asking import Asker, Started, judge_answer
from treaty.verify.calls import Answer
from treaty.verify.closed_world import form_of
from treaty.verify.document import PactDocument
from treaty.verify.minting import Minter
from treaty.verify.outcome import Difference, Outcome, Verdict
from treaty.verify.ports import Waiter
from treaty.verify.provider_clock import real_now
from treaty.verify.renaming import rename_text
from treaty.verify.schedule import Action, Judge, Perform, Task, Walk
from treaty.verify.sending import Sent
from treaty.verify.setup_steps import AwaitStep, CallStep
from treaty.verify.spacing import Origins, Spacing
from treaty.verify.state_desk import check_needed
from treaty.verify.states import REPLAYS
from treaty.verify.step_tree import StepNode
from treaty.verify.stepping import Performed, StepFailed, StepSender, bound_value, check_status, mint_values
from treaty.verify.uses import names_asked, names_shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Walker:
    """Walks, one walk after the other, over one connection.

    Attributes:
        document: the pact.
        asker: sends the requests of interactions.
        steps: performs set-up steps.
        waiter: time.
        minter: makes new values.
        seconds: the bound for one step; what an await may take comes on top.

    """

    document: PactDocument
    asker: Asker
    steps: StepSender
    waiter: Waiter
    minter: Minter
    seconds: float

    def walk(self, walk: Walk, *, is_fresh: bool = False, spacing: Spacing | None = None) -> Iterator[Outcome]:
        """Do all actions of a walk and give an outcome for each interaction in it.

        What failed is not tried again, and nothing that needs it is tried.

        Args:
            walk: what to do.
            is_fresh: whether the provider holds nothing yet.
            spacing: moves the ids of different kinds apart; None leaves them as they come.

        """
        if is_fresh and any(form_of(task.contract, in_full=True) for task in walk.tasks):
            # One thing more would be counted.
            spacing = None
        yield from _Walking(self, is_fresh=is_fresh, spacing=spacing, together=_together(walk)).run(walk)


def _together(walk: Walk) -> Sequence[Collection[str]]:
    """Give the names that each interaction of a walk uses, where there are several."""
    found = (names_asked(task.contract, task.names) | names_shown(task.contract, task.names) for task in walk.tasks)
    return tuple({used for used in found if len(used) > 1})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failed:
    """Why a node was not reached, and which step failed, counted from 1."""

    fault: StepFailed
    step: int


class _Walking:
    """One instance of what the provider holds, and what is known about it."""

    def __init__(
        self, walker: Walker, *, is_fresh: bool, spacing: Spacing | None, together: Sequence[Collection[str]]
    ) -> None:
        self._walker: Final = walker
        self._values: Final[dict[str, JsonValue]] = dict(walker.asker.secrets)
        self._unbound: Final[dict[str, _Failed]] = {}
        self._failed: Final[dict[StepNode, _Failed]] = {}
        self._begun = real_now()
        self._calls = 0
        self._spoiled: Judge | None = None
        self._reached: set[StepNode] | None = None
        self._is_fresh = is_fresh
        self._changed: Final[set[StepNode]] = set()
        self._spacing: Final = spacing
        self._together: Final = together
        self._origins: Final = Origins()
        self._is_moved = False

    def run(self, walk: Walk) -> Iterator[Outcome]:
        started = Started()
        for action in walk.actions:
            self._come_to(action)
            if isinstance(action, Perform):
                self._perform(action.node)
                continue
            yield self._judge(action, started)
            started = Started()
            self._calls = 0

    def _come_to(self, action: Action) -> None:
        """Where an answer aside was not as promised, go on with another instance, unless it is about that very answer.

        Nobody knows what such a call has done to this one.
        """
        node = action.node if isinstance(action, Perform) else action.step or action.task.node
        is_spoiled = self._spoiled is not None and self._spoiled.step not in node.way()
        if is_spoiled or self._is_moved:
            self._spoiled = None
            self._is_moved = False
            self._is_fresh = False
            self._origins.clear()
            self._values.clear()
            self._values.update(self._walker.asker.secrets)
            self._unbound.clear()
            self._failed.clear()
            self._begun = real_now()
            self._reached = set()
        if self._reached is not None:
            is_done_now = isinstance(action, Perform) or action.step is not None
            for above in node.way()[:-1] if is_done_now else node.way():
                if above not in self._reached:
                    self._reached.add(above)
                    self._perform(above)
            self._reached.add(node)
            if self._is_moved:
                self._come_to(action)

    def _perform(self, node: StepNode) -> None:
        step = node.step
        if step is None or self._inherits_failure(node):
            return
        walker = self._walker
        if not node.reads_only:
            self._changed.add(node)
        try:
            self._mint(node)
            wait = step.seconds if isinstance(step, AwaitStep) else 0.0
            deadline = walker.waiter.now() + walker.seconds + wait
            performed = walker.steps.perform(step, self._values, deadline=deadline)
        except StepFailed as fault:
            self._calls += fault.calls
            self._failed[node] = self._explained(_Failed(fault=fault, step=node.depth))
        else:
            self._calls += performed.calls
            self._bind(node, performed)

    def _inherits_failure(self, node: StepNode) -> bool:
        above = None if node.parent is None else self._failed.get(node.parent)
        if above is not None:
            self._failed[node] = above
        return above is not None

    def _mint(self, node: StepNode) -> None:
        self._values.update(mint_values(node.mints, self._walker.minter, self._values))

    def _bind(self, node: StepNode, performed: Performed) -> None:
        for location, name in node.binds.items():
            try:
                self._values[name] = bound_value(name, location, performed)
            except StepFailed as fault:
                self._unbound[name] = _Failed(fault=fault, step=node.depth)
            else:
                self._origins.note(name, node, self._values[name])
        self._move_apart(node)

    def _move_apart(self, node: StepNode) -> None:
        """Where an id is that of a thing of another kind, too, make one more of either, and go on with that.

        Where it is the other that can be made once more, all that was made with it is made anew before the next action.
        """
        spacing = self._spacing
        if spacing is None:
            return
        for name, other, origin in self._origins.alike(node):
            if not (spacing.may_claim(node) or spacing.may_claim(origin)):
                continue
            if not any(name in used and other in used for used in self._together):
                continue
            if spacing.claim(node):
                self._make_another(node, is_used=True)
            elif spacing.claim(origin):
                self._make_another(origin, is_used=False)
                self._is_moved = True
            return

    def _make_another(self, node: StepNode, *, is_used: bool) -> None:
        assert isinstance(node.step, CallStep)
        walker = self._walker
        values = dict(self._values)
        self._is_fresh = False
        try:
            values.update(mint_values(node.mints, walker.minter, values))
            performed = walker.steps.perform(node.step, values, deadline=walker.waiter.now() + walker.seconds)
            bound = {name: bound_value(name, location, performed) for location, name in node.binds.items()}
        except StepFailed as fault:
            # What can't be made twice stays as it is.
            self._calls += fault.calls
            return
        self._calls += performed.calls
        if is_used:
            self._values.update(values | bound)
            self._origins.forget(bound)
            for name, value in bound.items():
                self._origins.note(name, node, value)

    def _explained(self, failed: _Failed) -> _Failed:
        """Where a step lacks a value that could not be bound, say why that is."""
        text = str(failed.fault)
        return next((why for name, why in self._unbound.items() if f"${{{name}}}" in text), failed)

    def _judge(self, action: Judge, started: Started) -> Outcome:
        task, node = action.task, action.step
        reason: TreatyError | None = None
        differences: tuple[Difference, ...] = ()
        try:
            variables = self._variables(task, node)
            asked = self._walker.asker.ask(task.interaction, task.contract, variables, started=started)
            self._spoil(action, is_as_promised=asked[1].status == task.contract.response.status)
            if node is not None:
                self._take_for_step(node, asked)
            is_made_here = not task.reads_only or (task.state is not None and bool(task.state.steps))
            in_full = self._is_fresh and self._changed <= set(task.node.way())
            started.form = form_of(task.contract, in_full=in_full)
            differences = judge_answer(
                task.interaction,
                task.contract,
                asked=asked,
                variables=variables,
                begun=self._begun if is_made_here else None,
                clock=self._walker.asker.clock,
                in_full=in_full,
            )
            self._change(task, node)
        except (StateFailed, EngineFailed) as fault:
            reason = fault
            if isinstance(fault, EngineFailed):
                self._spoil(action, is_as_promised=False)
            if node is not None and node not in self._failed and not self._inherits_failure(node):
                self._failed[node] = _Failed(fault=StepFailed(fault.why), step=node.depth)
        outcome = started.outcome(self._walker.document, task.interaction, reason, differences, calls=self._calls)
        return replace(outcome, note=self._doubt(task)) if outcome.verdict is Verdict.KEPT else outcome

    def _doubt(self, task: Task) -> str:
        """Say which ids an answer could not tell apart; empty where there are none."""
        if not self._origins.has_equals:
            return ""
        used = names_asked(task.contract, task.names) | names_shown(task.contract, task.names)
        found = self._origins.not_told_apart(used)
        if found is None:
            return ""
        own = sorted(name for name, other in task.names.items() if other in found)
        return f"{' and '.join(own)} were both {self._values[found[0]]}: a swap of the two would go unseen"

    def _change(self, task: Task, node: StepNode | None) -> None:
        """Remember what the provider holds since an interaction was judged."""
        if node is not None:
            self._changed.add(node)
        elif not task.reads_only and task.contract.response.status < HTTPStatus.BAD_REQUEST:
            self._is_fresh = False

    def _spoil(self, action: Judge, *, is_as_promised: bool) -> None:
        if action.aside and not is_as_promised:
            self._spoiled = action

    def _take_for_step(self, node: StepNode, asked: tuple[Sent, Answer]) -> None:
        """Let the answer to an interaction be the answer to the step that is the same call."""
        sent, answer = asked
        performed = self._walker.steps.note(sent.call, answer)
        assert isinstance(node.step, CallStep)
        try:
            check_status(node.step, answer, shown=performed.shown, sent=performed.sent, calls=0)
        except StepFailed as fault:
            self._failed[node] = _Failed(fault=fault, step=node.depth)
        else:
            self._bind(node, performed)

    def _variables(self, task: Task, node: StepNode | None) -> Mapping[str, JsonValue]:
        """Give the values of an interaction's variables, under the names of its own state.

        Raises:
            StateFailed: when its state was not reached, or a value is missing.

        """
        failed = self._failed.get(task.node)
        if failed is None:
            failed = next((self._unbound[name] for name in task.names.values() if name in self._unbound), None)
        if failed is not None:
            raise _state_failed(task, failed)
        try:
            if node is not None:
                self._mint(node)
            found = {name: self._values[other] for name, other in task.names.items()}
            found.update(mint_values(task.rest, self._walker.minter, found))
        except StepFailed as fault:
            raise _state_failed(task, _Failed(fault=fault, step=0)) from None
        check_needed(task.interaction, found)
        return found


def _state_failed(task: Task, failed: _Failed) -> StateFailed:
    """Build the error of an interaction, under the names of its own state."""
    steps = () if task.state is None else task.state.steps
    if not failed.step:
        where = "minting"
    else:
        where = f"step {failed.step} of {len(steps)}: {steps[failed.step - 1].description}"
    where += f"\nsent {failed.fault.sent}" if failed.fault.sent else ""
    own = {other: name for name, other in task.names.items()}
    name = "" if task.state is None else task.state.name
    return StateFailed(
        f"the state {name!r} could not be set up", where=where, why=rename_text(str(failed.fault), own), hint=REPLAYS
    )
