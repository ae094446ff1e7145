"""In which order interactions are judged, and which of them share the set-up of their states.

The states of a pact form a tree of steps (`treaty.verify.step_tree`). A *walk* goes from the root down one branch on an
instance of its own: it performs each step once, and at each node judges what only reads there, before the next step
changes it. What has an effect gets a walk of its own that ends with it, unless it *is* the next step of a walk: then it
is sent once and counts as both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from treaty.contract.model import HttpInteraction
from treaty.verify.document import Interaction, PactDocument
from treaty.verify.setup_steps import ExpectStep, Mint, State
from treaty.verify.step_form import as_step
from treaty.verify.step_tree import READING_METHODS, Placement, StepNode, StepTree
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

    """

    interaction: Interaction
    contract: HttpInteraction
    node: StepNode
    state: State | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    rest: Mapping[str, Mint] = field(default_factory=dict)

    @property
    def reads_only(self) -> bool:
        """Whether its request is taken to have no effect."""
        return self.contract.request.method in READING_METHODS


@dataclass(frozen=True, slots=True, kw_only=True)
class Perform:
    """Perform the last step of a node."""

    node: StepNode


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Send the request of an interaction and judge the answer; with `step`, it also is the last step of that node."""

    task: Task
    step: StepNode | None = None


Action: TypeAlias = Perform | Judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Actions on one instance, in order."""

    actions: tuple[Action, ...]

    @property
    def interactions(self) -> tuple[Interaction, ...]:
        """Give what is judged in it, in order."""
        return tuple(each.task.interaction for each in self.actions if isinstance(each, Judge))

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
    builder = _Builder()
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


def _first(job: Job) -> int:
    return job.first


def _contract(document: PactDocument, interaction: Interaction) -> HttpInteraction:
    contract = document.contract.interactions[interaction.position]
    assert isinstance(contract, HttpInteraction)
    return contract


class _Builder:
    """Collects interactions at the nodes of a tree, then finds the walks."""

    def __init__(self) -> None:
        self._tree: Final = StepTree()
        self._reads: Final[dict[StepNode, list[Task]]] = defaultdict(list)
        self._effects: Final[dict[StepNode, list[Task]]] = defaultdict(list)
        self._steps: Final[dict[StepNode, Task]] = {}
        self._pure: Final[set[StepNode]] = set()
        self._heights: Final[dict[StepNode, int]] = {}

    def add(self, interaction: Interaction, contract: HttpInteraction, state: State | None) -> None:
        """Put an interaction at the node of its state."""
        if state is None:
            task = Task(interaction=interaction, contract=contract, node=self._tree.root)
        else:
            placed = self._tree.place(state)
            task = Task(
                interaction=interaction,
                contract=contract,
                node=placed.node,
                state=state,
                names=placed.names,
                rest=placed.rest,
            )
        (self._reads if task.reads_only else self._effects)[task.node].append(task)

    def walks(self) -> Iterator[Walk]:
        """Give the walks that judge every interaction once."""
        root = self._tree.root
        effects: list[Task] = [task for tasks in self._effects.values() for task in tasks if not self._is_step(task)]
        self._look_below()
        for task in self._reads.pop(root, []):
            yield Walk(actions=(Judge(task=task),))
        for task in effects:
            yield Walk(actions=(*(Perform(node=each) for each in task.node.way()), Judge(task=task)))
        waiting = list(root.children.values())
        while waiting:
            node = waiting.pop()
            actions: list[Action] = [Perform(node=each) for each in node.way()[:-1]]
            waiting += self._descend(node, actions)
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

    def _descend(self, start: StepNode, actions: list[Action]) -> list[StepNode]:
        """Go down one branch, adding what is done there; give the nodes at which other walks begin."""
        branches: list[StepNode] = []
        node: StepNode | None = start
        while node is not None:
            inline = [node]
            changing: list[StepNode] = []
            while inline:
                here = inline.pop()
                task = self._steps.get(here)
                actions.append(Perform(node=here) if task is None else Judge(task=task, step=here))
                actions += [Judge(task=each) for each in self._reads.get(here, [])]
                children = list(here.children.values())
                inline += [child for child in reversed(children) if child in self._pure]
                changing += [child for child in children if child not in self._pure]
            deepest = max(changing, key=self._heights.__getitem__, default=None)
            branches += [child for child in changing if child is not deepest]
            node = deepest
        return branches
