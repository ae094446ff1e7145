"""First ids of two kinds moved apart: while the first user and the first book are both 1, nobody sees them swapped.

Kinds that are made together keep the same ids for ever. So where a set-up binds one small number for things of two
kinds, one of the calls that made them is sent once more, if it names nothing that was made before: from then on the two
differ. Three kinds need more than one move, so each is moved a few times a run, and then no more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from threading import Lock
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.verify.setup_steps import CallStep, names_in_request
from treaty.verify.step_tree import StepNode
from treaty.verify.variables import SLOT_PREFIX

_LARGEST: Final = 100_000
"""Larger numbers of two kinds are not the same by chance."""
_MOST_MOVES: Final = 3
"""So many things more are made of one kind in a run."""


class Spacing:
    """Remembers which kinds were moved; for several threads at once."""

    def __init__(self) -> None:
        self._moved: Final[Counter[str]] = Counter()
        self._lock: Final = Lock()

    def claim(self, node: StepNode) -> bool:
        """Tell whether one more thing may be made by the step of a node, and remember that it was."""
        with self._lock:
            if not self.may_claim(node):
                return False
            self._moved[kind_of(node)] += 1
            return True

    def may_claim(self, node: StepNode) -> bool:
        """Tell whether one more thing may be made by the step of a node."""
        return self._moved[kind_of(node)] < _MOST_MOVES and is_free(node)


def is_free(node: StepNode) -> bool:
    """Tell whether a step makes a thing that belongs to nothing made before, so that another one disturbs nobody."""
    step = node.step
    if not isinstance(step, CallStep) or step.request.method != "POST" or not step.status < 300 or not node.binds:
        return False
    return all(name in node.mints or name.startswith(SLOT_PREFIX) for name in names_in_request(step.request))


def kind_of(node: StepNode) -> str:
    """Name what a step makes."""
    return "" if node.step is None else f"{node.step.request.method} {node.step.request.path}"


class Origins:
    """Which step bound each value of an instance, and which of them are equal though they are of two kinds."""

    def __init__(self) -> None:
        self._nodes: Final[dict[str, StepNode]] = {}
        self._names: Final[dict[JsonValue, list[str]]] = defaultdict(list)
        self._pairs: Final[dict[str, list[tuple[str, StepNode]]]] = defaultdict(list)

    def clear(self) -> None:
        """Forget everything: another instance begins."""
        self._nodes.clear()
        self._names.clear()
        self._pairs.clear()

    @property
    def has_equals(self) -> bool:
        """Whether any two are equal."""
        return any(self._pairs.values())

    def forget(self, names: Collection[str]) -> None:
        """Forget what was bound, to bind it anew."""
        for name in names:
            self._nodes.pop(name, None)
            self._pairs.pop(name, None)
        for pairs in self._pairs.values():
            pairs[:] = [pair for pair in pairs if pair[0] not in names]
        for known in self._names.values():
            known[:] = [name for name in known if name not in names]

    def note(self, name: str, node: StepNode, value: JsonValue) -> None:
        """Note that a step bound a value."""
        if not is_small(value):
            return
        for other in self._names[value]:
            origin = self._nodes[other]
            if origin is not node and kind_of(origin) != kind_of(node):
                self._pairs[name].append((other, origin))
                self._pairs[other].append((name, node))
        self._nodes[name] = node
        self._names[value].append(name)

    def alike(self, node: StepNode) -> list[tuple[str, str, StepNode]]:
        """Give the names that a step bound with a number of another kind: own name, other name, the step of that."""
        if not self._pairs:
            return []
        return [(name, other, origin) for name in node.binds.values() for other, origin in self._pairs.get(name, ())]

    def not_told_apart(self, used: Collection[str]) -> tuple[str, str] | None:
        """Give two names of one interaction that stand for things of two kinds with one number, if there are such."""
        if not self._pairs:
            return None
        pairs = ((name, other) for name in sorted(used) for other, _ in self._pairs.get(name, ()) if other in used)
        return next(pairs, None)


def is_small(value: JsonValue) -> bool:
    """Tell whether a value is a number that things of several kinds have."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST
