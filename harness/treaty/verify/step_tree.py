"""The states of a pact as one tree of steps: states that begin with the same steps share them (DESIGN 4.4).

Names of variables differ from state to state, so steps are compared under names of the tree: what the same step mints
or binds gets the same name, whatever its state calls it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from treaty.contract.json_value import dumps
from treaty.verify.locations import Location
from treaty.verify.minting import DERIVED
from treaty.verify.renaming import names_of, rename_json, rename_step
from treaty.verify.setup_steps import AwaitStep, CallStep, ExpectStep, Mint, State
from treaty.verify.variables import as_text, names_in_text

READING_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that are taken to have no effect (RFC 9110 section 9.2.1), where nothing says otherwise."""


@dataclass(slots=True, eq=False, kw_only=True)
class StepNode:
    """The provider after a sequence of steps; the root is the provider as it is found.

    Attributes:
        parent: what was before the last step.
        step: the last step, under names of the tree; None at the root.
        mints: what is minted for it, by name of the tree.
        binds: names of the tree for what some state takes out of its answer.
        children: by a text that is the same for equal steps.
        depth: how many steps lead here.

    """

    parent: StepNode | None
    step: CallStep | AwaitStep | None
    number: int
    depth: int = 0
    mints: Mapping[str, Mint] = field(default_factory=dict)
    binds: dict[Location, str] = field(default_factory=dict)
    children: dict[str, StepNode] = field(default_factory=dict)

    @property
    def reads_only(self) -> bool:
        """Whether the last step has no effect."""
        return self.step is None or self.step.request.method in READING_METHODS

    def way(self) -> tuple[StepNode, ...]:
        """Give the nodes from the first step to this one."""
        found: list[StepNode] = []
        node: StepNode | None = self
        while node is not None and node.step is not None:
            found.append(node)
            node = node.parent
        return tuple(reversed(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a state lies in the tree.

    Attributes:
        node: after its last step.
        names: the tree's name for each variable of its steps.
        rest: what no step uses and each interaction mints for itself.

    """

    node: StepNode
    names: Mapping[str, str]
    rest: Mapping[str, Mint]


class StepTree:
    """All steps of the states that are placed in it."""

    def __init__(self) -> None:
        self.root: Final = StepNode(parent=None, step=None, number=0)
        self._count = 0
        self._placements: Final[dict[str, Placement]] = {}

    def place(self, state: State) -> Placement:
        """Find the place of a state, growing the tree where its steps are new."""
        placed = self._placements.get(state.key)
        if placed is None:
            placed = self._place(state)
            self._placements[state.key] = placed
        return placed

    def follow(self, placement: Placement, step: CallStep) -> tuple[StepNode, Mapping[str, str]] | None:
        """Find the node that one more step leads to, if there is one.

        Args:
            placement: of the state before the step.
            step: under the names of that state.

        Returns:
            The node, and the tree's names for the variables of the state and of the step.

        """
        fresh = _fresh(step, placement.names, placement.rest)
        node = placement.node.children.get(_key(step, placement.names, fresh))
        if node is None:
            return None
        return node, {**placement.names, **dict(zip(fresh, node.mints, strict=True))}

    def _place(self, state: State) -> Placement:
        node, names = self.root, dict[str, str]()
        for step in state.steps:
            if isinstance(step, ExpectStep):
                raise TypeError("a state with expectations has no place among shared ones")
            fresh = _fresh(step, names, state.mint)
            key = _key(step, names, fresh)
            child = node.children.get(key)
            if child is None:
                child = self._grow(node, step, names, fresh)
                node.children[key] = child
            names.update(zip(fresh, child.mints, strict=True))
            for name, location in step.bind.items():
                names[name] = child.binds.setdefault(location, f"b{child.number}.{len(child.binds)}")
            node = child
        rest = {name: mint for name, mint in state.mint.items() if name not in names}
        return Placement(node=node, names=names, rest=rest)

    def _grow(
        self, node: StepNode, step: CallStep | AwaitStep, names: Mapping[str, str], fresh: Mapping[str, Mint]
    ) -> StepNode:
        self._count += 1
        own = {name: f"m{self._count}.{index}" for index, name in enumerate(fresh)}
        known = {**names, **own}
        return StepNode(
            parent=node,
            step=rename_step(step, known),
            number=self._count,
            depth=node.depth + 1,
            mints={own[name]: _renamed_mint(mint, known) for name, mint in fresh.items()},
        )


def _fresh(step: CallStep | AwaitStep, names: Mapping[str, str], mints: Mapping[str, Mint]) -> Mapping[str, Mint]:
    """Find what must be minted for a step: the names in it that were not met before, and those these follow from."""
    found: dict[str, Mint] = {}

    def meet(name: str) -> None:
        mint = mints.get(name)
        if mint is None or name in names or name in found:
            return
        found[name] = mint
        if mint.kind == DERIVED:
            for source in names_in_text(as_text(mint.like)):
                meet(source)

    for name in names_of(step):
        meet(name)
    return found


def _key(step: CallStep | AwaitStep, names: Mapping[str, str], fresh: Mapping[str, Mint]) -> str:
    """Write what makes two steps one: what is sent, what is expected, and how the values in it are made."""
    known = {**names, **{name: f"new{index}" for index, name in enumerate(fresh)}}
    renamed = rename_step(step, known)
    request = renamed.request
    body = request.body
    parts: list[object] = [
        type(step).__name__,
        request.method,
        request.path,
        sorted(request.query.items()),
        sorted((name.lower(), texts) for name, texts in request.headers.items()),
        None if body is None else (body.media_type, body.encoded, dumps(body.content, sort_keys=True)),
        renamed.status,
        [_form(mint, known) for mint in fresh.values()],
    ]
    if isinstance(renamed, AwaitStep):
        parts += [[(place, dumps(wanted)) for place, _, wanted in renamed.until], renamed.seconds]
    return repr(parts)


def _form(mint: Mint, names: Mapping[str, str]) -> tuple[str, ...]:
    """Write what decides how a value is made; examples of the same form are the same."""
    if mint.kind == "integer":
        return (mint.kind,)
    if mint.kind == DERIVED:
        return mint.kind, dumps(rename_json(mint.like, names))
    if isinstance(mint.like, str) and mint.kind in {"uuid", "hex"}:
        return mint.kind, str(len(mint.like)), str(mint.like.isupper())
    if isinstance(mint.like, str) and mint.kind == "string":
        local, at, domain = mint.like.partition("@")
        return mint.kind, "".join(_classes(local)) + at + domain
    return mint.kind, dumps(mint.like)


def _classes(text: str) -> Iterator[str]:
    for character in text:
        if character.isascii() and character.isalpha():
            yield "a" if character.islower() else "A"
        elif character in "123456789":
            yield "1"
        else:
            yield character


def _renamed_mint(mint: Mint, names: Mapping[str, str]) -> Mint:
    return Mint(kind=mint.kind, like=rename_json(mint.like, names)) if mint.kind == DERIVED else mint
