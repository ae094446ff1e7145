"""Who uses which values of a tree of steps: what changes a thing that nobody else names leaves the others alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from treaty.contract.generators import FromProviderState, Generators
from treaty.contract.json_value import JsonValue
from treaty.contract.model import HttpInteraction
from treaty.verify.setup_steps import StepRequest, names_in_json, names_in_request
from treaty.verify.step_tree import StepNode
from treaty.verify.variables import names_in_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One use of a value.

    Attributes:
        node: the step that uses it, or the state of the interaction that does.
        reader: whether it is an interaction that only reads.
        position: of the interaction; None when it is a step.

    """

    node: StepNode
    reader: bool = False
    position: int | None = None


class Uses:
    """Where each value is used, by its name in the tree."""

    def __init__(self) -> None:
        self._uses: Final[dict[str, list[Use]]] = defaultdict(list)

    def add(self, names: Collection[str], use: Use) -> None:
        """Note a use of several values."""
        for name in set(names):
            self._uses[name].append(use)

    def only_there(
        self, names: Collection[str], *, position: int, before: Collection[StepNode], below: StepNode | None
    ) -> bool:
        """Tell whether an interaction can change what values name without anybody else noticing.

        Args:
            names: the values in its request.
            position: of the interaction.
            before: the nodes whose steps, and whose readers, come before it.
            below: the node that it leads to as a step; those below may well notice.

        """
        return all(
            use.position == position
            or (use.node in before and (use.reader or use.position is None))
            or (below is not None and below in use.node.way())
            for name in names
            for use in self._uses[name]
        )


def names_in_step(request: StepRequest) -> frozenset[str]:
    """List the values that a step is about: those in its headers only say who asks."""
    return frozenset(names_in_request(replace(request, headers={})))


def names_asked(contract: HttpInteraction, names: Mapping[str, str]) -> frozenset[str]:
    """List the values that a request is about, under the names of the tree."""
    return _names_asked(contract.request.generators, names)


def names_of_place(contract: HttpInteraction, names: Mapping[str, str]) -> frozenset[str]:
    """List the values in the path of a request, under the names of the tree; without any it is nobody's place."""
    return _names_asked(Generators(path=contract.request.generators.path), names)


def _names_asked(generators: Generators, names: Mapping[str, str]) -> frozenset[str]:
    expressions = [
        each.expression
        for each in (generators.path, *generators.query.values(), *generators.body.values())
        if isinstance(each, FromProviderState)
    ]
    return frozenset(names[name] for text in expressions for name in names_in_text(text) if name in names)


def names_shown(contract: HttpInteraction, names: Mapping[str, str]) -> frozenset[str]:
    """List the values that an answer must show, as our keys say, under the names of the tree."""
    return frozenset(names[name] for name in _carried(contract.comments.get("treaty")) if name in names)


def _carried(ours: JsonValue) -> Iterator[str]:
    response = ours.get("response") if isinstance(ours, Mapping) else None
    for note in response.values() if isinstance(response, Mapping) else ():
        if isinstance(note, Mapping):
            yield from names_in_json(note.get("of"))
