"""In which order interactions are judged, and which of them share the set-up of their states.

The states of a pact form a tree of steps (`treaty.verify.step_tree`). A *walk* goes from the root down one branch on an
instance of its own: it performs each step once, and at each node judges what only reads there, before the next step
changes it. What has an effect ends a walk, unless it *is* the next step of a walk: then it is sent once and counts as
both. Or unless the recording has shown that it leaves alone what comes after it (`Task.turn`): then it is judged, with
all that follows from it, at its node, and the walk goes on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Final, TypeAlias

from treaty.contract.model import HttpInteraction
from treaty.verify.document import Interaction, PactDocument
from treaty.verify.setup_steps import AwaitStep, CallStep, ExpectStep, Mint, State
from treaty.verify.step_form import as_step
from treaty.verify.step_tree import READING_METHODS, Placement, StepNode, StepTree
from treaty.verify.uses import Use, Uses, names_asked, names_in_step, names_of_place, names_shown
from treaty.verify.variables import names_in_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One interaction with its contract, and where its variables come from.

    Attributes:
        interaction: what verification knows of it.
        contract: what was promised.
        state: the one state of ours whose steps are shared; None when it has none.
        node: after the last step of the state.
        names: the tree's name for each variable of the state's steps.
        rest: what is minted for this interaction alone.
        counts: whether its request has an effect whatever its method, as each call has that has a limit.

    """

    interaction: Interaction
    contract: HttpInteraction
    node: StepNode
    state: State | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    rest: Mapping[str, Mint] = field(default_factory=dict)

    counts: bool = False

    @property
    def reads_only(self) -> bool:
        """Whether its request is taken to have no effect."""
        return self.contract.request.method in READING_METHODS and not self.counts

    @property
    def turn(self) -> int:
        """Give its place among the effects of its state after which the recording went on as without them; else 0."""
        ours = self.contract.comments.get("treaty")
        turn = ours.get("turn") if isinstance(ours, Mapping) else None
        return turn if isinstance(turn, int) and not isinstance(turn, bool) and turn > 0 else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Perform:
    """Perform the last step of a node."""

    node: StepNode


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Send the request of an interaction and judge the answer.

    Attributes:
        task: the interaction.
        step: the node whose last step it also is, if any.
        aside: what comes after it on the walk, and not below `step`, counts on a promised answer: another one may have
            had an effect that nobody has recorded.

    """

    task: Task
    step: StepNode | None = None
    aside: bool = False


Action: TypeAlias = Perform | Judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Actions on one instance, in order."""

    actions: tuple[Action, ...]

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Give what is judged in it, in order."""
        return tuple(each.task for each in self.actions if isinstance(each, Judge))

    @property
    def interactions(self) -> tuple[Interaction, ...]:
        """Give the interactions among that."""
        return tuple(each.interaction for each in self.tasks)

    @property
    def first(self) -> int:
        """Give the first position of the pact that is judged in it."""
        return min(each.position for each in self.interactions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """An interaction whose states are brought about for it alone, one after the other."""

    interaction: Interaction
    contract: HttpInteraction

    @property
    def interactions(self) -> tuple[Interaction, ...]:
        """Give the one."""
        return (self.interaction,)

    @property
    def first(self) -> int:
        """Give its position in the pact."""
        return self.interaction.position

    @property
    def reads_only(self) -> bool:
        """Whether its request is taken to have no effect."""
        return self.contract.request.method in READING_METHODS


Job: TypeAlias = Walk | Alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What is to be done for one pact.

    Attributes:
        apart: jobs that do not disturb each other.
        in_order: jobs that are done one after the other when all others are done.

    """

    apart: tuple[Job, ...]
    in_order: tuple[Job, ...]


def make_schedule(document: PactDocument, interactions: Sequence[Interaction]) -> Schedule:
    """Plan the interactions of one pact.

    One manual state puts the whole pact into its own order: nobody knows what its handler changes. What a stand-in is
    told to answer on a path without minted values holds for everybody, so those interactions wait for the end.
    """
    pairs = [(each, _contract(document, each)) for each in interactions]
    if any(state.key is None for each in interactions for state in each.states):
        return Schedule(apart=(), in_order=tuple(Alone(interaction=each, contract=it) for each, it in pairs))
    builder = _Builder(counting=_counting(document))
    apart: list[Job] = []
    in_order: list[Job] = []
    for interaction, contract in pairs:
        states = [document.states[state.key] for state in interaction.states if state.key is not None]
        expectations = [step for state in states for step in state.steps if isinstance(step, ExpectStep)]
        if len(states) > 1 or expectations:
            common = any(not any(names_in_text(step.request.path)) for step in expectations)
            (in_order if common else apart).append(Alone(interaction=interaction, contract=contract))
        else:
            builder.add(interaction, contract, states[0] if states else None)
    apart += builder.walks()
    return Schedule(apart=tuple(sorted(apart, key=_first)), in_order=tuple(sorted(in_order, key=_first)))


def _counting(document: PactDocument) -> frozenset[tuple[str, str]]:
    """Give method and path of reads that stand in a set-up for their own sake: their number counts."""
    return frozenset(
        (step.request.method, step.request.path)
        for state in document.states.values()
        for step in state.steps
        if isinstance(step, CallStep) and step.request.method in READING_METHODS and not step.bind
    )


def _first(job: Job) -> int:
    return job.first


def _contract(document: PactDocument, interaction: Interaction) -> HttpInteraction:
    contract = document.contract.interactions[interaction.position]
    assert isinstance(contract, HttpInteraction)
    return contract


_Item: TypeAlias = StepNode | Task
"""What has an effect at a node: a step, or an interaction that is no step of anything."""


class _Builder:
    """Collects interactions at the nodes of a tree, then finds the walks."""

    def __init__(self, *, counting: Collection[tuple[str, str]] = ()) -> None:
        self._counting: Final = counting
        self._tree: Final = StepTree()
        self._reads: Final[dict[StepNode, list[Task]]] = defaultdict(list)
        self._effects: Final[dict[StepNode, list[Task]]] = defaultdict(list)
        self._steps: Final[dict[StepNode, Task]] = {}
        self._pure: Final[set[StepNode]] = set()
        self._heights: Final[dict[StepNode, int]] = {}
        self._uses: Final = Uses()

    def add(self, interaction: Interaction, contract: HttpInteraction, state: State | None) -> None:
        """Put an interaction at the node of its state."""
        counts = (contract.request.method, contract.request.path) in self._counting
        if state is None:
            task = Task(interaction=interaction, contract=contract, node=self._tree.root, counts=counts)
        else:
            placed = self._tree.place(state)
            task = Task(
                interaction=interaction,
                contract=contract,
                node=placed.node,
                state=state,
                names=placed.names,
                rest=placed.rest,
                counts=counts,
            )
        (self._reads if task.reads_only else self._effects)[task.node].append(task)

    def walks(self) -> Iterator[Walk]:
        """Give the walks that judge every interaction once."""
        root = self._tree.root
        for node, tasks in self._effects.items():
            self._effects[node] = [task for task in tasks if not self._is_step(task)]
        self._look_below()
        self._look_around()
        for task in (*self._reads.pop(root, ()), *self._effects.pop(root, ())):
            yield Walk(actions=(Judge(task=task),))
        waiting: list[_Item] = list(root.children.values())
        while waiting:
            item = waiting.pop()
            before = item.node.way() if isinstance(item, Task) else item.way()[:-1]
            actions: list[Action] = [Perform(node=each) for each in before]
            waiting += self._go(item, actions)
            while actions and isinstance(actions[-1], Perform):
                actions.pop()
            if actions:
                yield Walk(actions=tuple(actions))

    def _is_step(self, task: Task) -> bool:
        """Let an interaction be the step that its request repeats, if there is one that nothing else is yet."""
        if task.state is None:
            return False
        step = as_step(task.contract)
        if step is None:
            return False
        found = self._tree.follow(Placement(node=task.node, names=task.names, rest=task.rest), step)
        if found is None or found[0] in self._steps:
            return False
        node, names = found
        rest = {name: mint for name, mint in task.rest.items() if name not in names}
        self._steps[node] = replace(task, names=names, rest=rest)
        return True

    def _look_below(self) -> None:
        """Find how deep the tree goes below each node, and where all of it, the node included, has no effect."""
        order = [self._tree.root]
        for node in order:
            order += node.children.values()
        for node in reversed(order):
            children = node.children.values()
            self._heights[node] = 1 + max((self._heights[child] for child in children), default=0)
            if node.reads_only and node not in self._steps and all(child in self._pure for child in children):
                self._pure.add(node)

    def _look_around(self) -> None:
        """Find who uses which values."""
        for node in self._heights:
            if node.step is not None:
                self._uses.add(names_in_step(node.step.request), Use(node=node))
        for node, tasks in (*self._reads.items(), *self._effects.items()):
            for task in tasks:
                names = names_asked(task.contract, task.names) | names_shown(task.contract, task.names)
                self._uses.add(names, Use(node=node, reader=task.reads_only, position=task.interaction.position))
        for node, task in self._steps.items():
            names = names_shown(task.contract, task.names)
            self._uses.add(names, Use(node=node, position=task.interaction.position))

    def _go(self, start: _Item, actions: list[Action]) -> list[_Item]:
        """Go down one branch and the way aside, adding what is done there; give what other walks begin with."""
        left: list[_Item] = []
        stack = [(start, True)]
        while stack:
            item, is_last = stack.pop()
            if isinstance(item, Task):
                actions.append(Judge(task=item, aside=not is_last))
                continue
            reading = tuple(self._in_depth(item))
            for here in reading:
                task = self._steps.get(here)
                actions.append(Perform(node=here) if task is None else Judge(task=task, step=here, aside=not is_last))
                actions += [Judge(task=each) for each in self._reads.get(here, ())]
            aside, last, others = self._arrange(item, reading, is_last=is_last)
            left += others
            stack += [(each, each is last) for each in reversed(aside if last is None else [*aside, last])]
        return left

    def _in_depth(self, start: StepNode) -> Iterator[StepNode]:
        """Give a node and those below it that only read, each before its own.

        What changes by itself is not waited for where something else has an effect: a job that has ended can't be
        cancelled any more.
        """
        stack = [start]
        while stack:
            here = stack.pop()
            yield here
            children = here.children.values()
            is_changed = bool(self._effects.get(here)) or any(child not in self._pure for child in children)
            stack += [
                child
                for child in reversed(children)
                if child in self._pure and not (is_changed and isinstance(child.step, AwaitStep))
            ]

    def _arrange(
        self, head: StepNode, reading: Sequence[StepNode], *, is_last: bool
    ) -> tuple[list[_Item], _Item | None, list[_Item]]:
        """Order what has an effect after a node and what only reads there.

        Returns:
            What is done in turn before the walk goes on, what it goes on with (only where nothing waits for it to come
            back), and what gets another walk.

        """
        aside: list[_Item] = []
        others: list[_Item] = []
        passed = frozenset(reading)
        for node in reading:
            changing = [child for child in node.children.values() if child not in passed]
            for item in (*self._effects.get(node, ()), *changing):
                (aside if node is head and self._is_aside(item, reading) else others).append(item)
        aside.sort(key=self._turn)
        last: _Item | None = None
        if is_last:
            # What is done aside leaves the others alone, so the longest way may wait for it whatever its turn.
            deeper = [item for item in others if isinstance(item, StepNode)]
            deeper = deeper or [item for item in aside if isinstance(item, StepNode)]
            if deeper:
                last = max(deeper, key=self._heights.__getitem__)
            elif others:
                last = others[0]
        return [item for item in aside if item is not last], last, [item for item in others if item is not last]

    def _is_aside(self, item: _Item, reading: Sequence[StepNode]) -> bool:
        """Tell whether what comes after it may follow on the same instance.

        The recording has to have shown it. That was in one flow, and flows that begin alike share their walks; so only
        a refusal, which changes nothing, may be about what others are about.
        """
        task = item if isinstance(item, Task) else self._steps.get(item)
        if task is None or not task.turn:
            return False
        if task.contract.response.status >= HTTPStatus.BAD_REQUEST:
            return True
        return bool(names_of_place(task.contract, task.names)) and self._uses.only_there(
            names_asked(task.contract, task.names),
            position=task.interaction.position,
            before={*task.node.way(), *reading},
            below=item if isinstance(item, StepNode) else None,
        )

    def _turn(self, item: _Item) -> tuple[int, int]:
        task = item if isinstance(item, Task) else self._steps.get(item)
        return (0, 0) if task is None else (task.turn, task.interaction.position)
