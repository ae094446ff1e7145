"""A written pact whose states do without some of their steps; what they did is kept beside, as left out (DESIGN 4.4).

The document stays what normalisation would have written: the hash follows from what is left, variables carry the new
hash wherever they are named, and what only the dropped calls need goes with them to ``also``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from treaty.contract.json_value import JsonValue, dumps
from treaty.normalize.state_names import state_name
from treaty.verify.renaming import rename_json
from treaty.verify.setup_steps import names_in_json

Document: TypeAlias = Mapping[str, Any]
Entry: TypeAlias = dict[str, Any]

_DIGITS: Final = 6
"""So many digits of the hash stand behind the names of variables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallerState:
    """A state with fewer steps.

    Attributes:
        key: its hash; empty when nothing is left of it.
        document: what stands in ``metadata.treaty.states``.
        names: the new name of each variable.

    """

    key: str
    document: Document
    names: Mapping[str, str]


def state_of(interaction: Document) -> str:
    """Give the key of the state of ours that an interaction begins in; empty when it has none."""
    for reference in interaction.get("providerStates") or ():
        parameters = reference.get("params") if isinstance(reference, Mapping) else None
        key = parameters.get("treaty") if isinstance(parameters, Mapping) else None
        if isinstance(key, str):
            return key
    return ""


def states_of(pact: Document) -> Mapping[str, Document]:
    """Give the table of states of a pact."""
    found: Any = pact
    for key in ("metadata", "treaty", "states"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def names_used(interactions: Iterable[Document]) -> frozenset[str]:
    """List what interactions name: in generators, in slots, and in what the answer must show."""
    return frozenset(name for each in interactions for name in names_in_json(each))


def without_steps(
    key: str, state: Document, dropped: Collection[int], *, used: Collection[str], phrases: Sequence[str] = ()
) -> SmallerState:
    """Write a state without some of its steps.

    Args:
        key: its hash.
        state: as it is written.
        dropped: indexes of steps; none that gives a value to another step that stays, or to `used`.
        used: variables that the interactions name.
        phrases: what the name says of each step; without them the name stays.

    """
    cut = _Cut.of(state, dropped, used)
    mint, steps = cut.mint(), cut.steps()
    also = cut.also()
    plain = {name: _plain(name, key) for name in cut.names()}
    texts = [dumps(_renamed_step(step, plain), sort_keys=True) for step in steps]
    content = f'{{"mint":{dumps(_renamed_mint(mint, plain), sort_keys=True)},"steps":[{",".join(texts)}]}}'
    if not mint and not steps:
        return SmallerState(key="", document={}, names={})
    new = hashlib.sha256(content.encode()).hexdigest()[:12]
    names = {name: name.replace(f"_{key[:_DIGITS]}", f"_{new[:_DIGITS]}") for name in plain}
    document: Entry = {"name": _name(state, dropped, phrases, [plain[name] for name in mint])}
    if mint:
        document["mint"] = _renamed_mint(mint, names)
    if steps:
        document["steps"] = [_renamed_step(step, names) for step in steps]
    if also:
        document["also"] = _renamed_also(also, names)
    return SmallerState(key=new, document=document, names=names)


def with_smaller_state(pact: Document, key: str, smaller: SmallerState) -> Document:
    """Put a smaller state in the place of a state, in the table and in all interactions that refer to it."""
    states = dict(states_of(pact))
    states.pop(key, None)
    name = smaller.document.get("name")
    if smaller.key:
        known = states.get(smaller.key)
        if known is not None:
            name = known.get("name")
        states[smaller.key] = smaller.document if known is None else _fuller(known, smaller.document)
    interactions = [_moved(each, smaller, name) if state_of(each) == key else each for each in pact["interactions"]]
    interactions.sort(key=_identity)
    ours = {name: value for name, value in pact["metadata"]["treaty"].items() if name != "states"}
    if states:
        ours["states"] = dict(sorted(states.items()))
    return {**pact, "interactions": interactions, "metadata": {**pact["metadata"], "treaty": ours}}


def are_told_apart(pact: Document) -> bool:
    """Tell whether no two interactions have both their description and their states in common."""
    found = [
        (str(each.get("description")), dumps(each.get("providerStates", []), sort_keys=True))
        for each in pact["interactions"]
    ]
    return len(set(found)) == len(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """What stays of a state, and what goes."""

    state: Document
    dropped: frozenset[int]
    needed: frozenset[str]
    written: Sequence[Document] = field(default=())

    @classmethod
    def of(cls, state: Document, dropped: Collection[int], used: Collection[str]) -> _Cut:
        """Find which variables what stays needs."""
        steps = state.get("steps", [])
        needed = {*used}
        for index, step in enumerate(steps):
            if index not in dropped:
                needed |= set(names_in_step(step))
        mint = state.get("mint", {})
        needed |= {name for key in mint if key in needed for name in names_in_json(mint[key])}
        return cls(state=state, dropped=frozenset(dropped), needed=frozenset(needed), written=steps)

    def names(self) -> Iterator[str]:
        """Give all variables of the state, and of what it leaves out."""
        also = self.state.get("also", {})
        yield from self.state.get("mint", {})
        yield from also.get("mint", {})
        yield from also.get("bind", {})
        for step in (*self.written, *also.get("calls", [])):
            yield from _content(step).get("bind", {})

    def mint(self) -> Entry:
        """Give what is made for what stays."""
        return {name: how for name, how in self.state.get("mint", {}).items() if name in self.needed}

    def steps(self) -> list[Entry]:
        """Give the steps that stay, each with the values that what stays needs of its answer."""
        return [_binding(step, self._needed_of(step)) for index, step in enumerate(self.written) if self._stays(index)]

    def also(self) -> Entry:
        """Give what is left out: the calls of before with those dropped, and the values that only these need."""
        old = self.state.get("also", {})
        calls = list(self._calls(old))
        asked = {name for call in calls for name in names_in_step(call)}
        mint = {**old.get("mint", {}), **self.state.get("mint", {})}
        asked |= {name for key in mint if key in asked for name in names_in_json(mint[key])}
        extra = {name: how for name, how in mint.items() if name in asked and name not in self.needed}
        bind = {name: [self._place(at), place] for name, (at, place) in old.get("bind", {}).items() if self._stays(at)}
        for index, step in enumerate(self.written):
            if self._stays(index):
                more = _content(step).get("bind", {})
                bind |= {
                    name: [self._place(index), place]
                    for name, place in more.items()
                    if name in asked and name not in self.needed
                }
        found: Entry = {"calls": calls} if calls else {}
        if bind and calls:
            found["bind"] = dict(sorted(bind.items()))
        if extra:
            found["mint"] = dict(sorted(extra.items()))
        return found

    def _calls(self, old: Document) -> Iterator[Entry]:
        known = old.get("calls", [])
        later = {name for call in known for name in names_in_step(call)}
        later |= {name for index in self.dropped for name in names_in_step(self.written[index])}
        for index in range(len(self.written) + 1):
            place = self._place(index)
            yield from ({**call, "before": place} for call in known if call["before"] == index)
            if index in self.dropped and (call := self._as_call(index, later, old)) is not None:
                yield {"before": place, "call": call}

    def _as_call(self, index: int, later: Collection[str], old: Document) -> Entry | None:
        """Give a dropped step as a call that may be made once more; a wait is one only when others need its values."""
        content = dict(_content(self.written[index]))
        bind = {
            **content.pop("bind", {}),
            **{name: at[1] for name, at in old.get("bind", {}).items() if at[0] == index},
        }
        bind = {name: place for name, place in sorted(bind.items()) if name in later}
        is_wait = "until" in content
        for key in ("until", "seconds"):
            content.pop(key, None)
        if is_wait and not bind:
            return None
        return {**content, "bind": bind} if bind else content

    def _stays(self, index: int) -> bool:
        return index not in self.dropped

    def _place(self, index: int) -> int:
        return index - sum(other < index for other in self.dropped)

    def _needed_of(self, step: Document) -> Mapping[str, str]:
        bind = _content(step).get("bind", {})
        return {name: place for name, place in bind.items() if name in self.needed}


def names_in_step(step: Document) -> Iterator[str]:
    """Yield the variables that a written step asks with, and waits for."""
    content = _content(step)
    yield from names_in_json(content.get("request"))
    yield from names_in_json(content.get("until"))


def bound_in_step(step: Document) -> frozenset[str]:
    """Give the variables that a written step takes out of its answer."""
    return frozenset(_content(step).get("bind", {}))


def _content(step: Document) -> Document:
    return next((value for kind, value in step.items() if kind != "before"), {})


def _binding(step: Document, bind: Mapping[str, str]) -> Entry:
    ((kind, content),) = step.items()
    rest = {key: value for key, value in content.items() if key != "bind"}
    return {kind: {**rest, "bind": dict(bind)} if bind else rest}


def _plain(name: str, key: str) -> str:
    return name.removesuffix(f"_{key[:_DIGITS]}")


def _renamed_step(step: Document, names: Mapping[str, str]) -> Entry:
    found: Entry = {}
    for kind, content in step.items():
        if not isinstance(content, Mapping):
            found[kind] = content
            continue
        copied = dict(content)
        for key in ("request", "until"):
            if key in copied:
                copied[key] = rename_json(copied[key], names)
        if "bind" in copied:
            copied["bind"] = dict(sorted((names[name], place) for name, place in copied["bind"].items()))
        found[kind] = copied
    return found


def _renamed_mint(mint: Document, names: Mapping[str, str]) -> Entry:
    return {names[name]: rename_json(how, names) for name, how in mint.items()}


def _renamed_also(also: Document, names: Mapping[str, str]) -> Entry:
    found: Entry = {"calls": [_renamed_step(call, names) for call in also["calls"]]} if "calls" in also else {}
    if "bind" in also:
        found["bind"] = dict(sorted((names[name], at) for name, at in also["bind"].items()))
    if "mint" in also:
        found["mint"] = dict(sorted(_renamed_mint(also["mint"], names).items()))
    return found


def _name(state: Document, dropped: Collection[int], phrases: Sequence[str], variables: Sequence[str]) -> JsonValue:
    steps = state.get("steps", [])
    if len(phrases) != len(steps):
        return str(state["name"])
    left = [(step, phrases[index]) for index, step in enumerate(steps) if index not in dropped]
    return state_name(
        [phrase for step, phrase in left if "expect" not in step],
        [phrase for step, phrase in left if "expect" in step],
        variables,
    )


def _moved(interaction: Document, smaller: SmallerState, name: JsonValue) -> Document:
    renamed = rename_json(dict(interaction), smaller.names)
    assert isinstance(renamed, dict)
    if not smaller.key:
        return {each: value for each, value in renamed.items() if each != "providerStates"}
    return {**renamed, "providerStates": [{"name": name, "params": {"treaty": smaller.key}}]}


def _fuller(first: Document, second: Document) -> Document:
    """Give a state that is there already, with what either of two leaves out: the most."""
    most = max(
        (first, second), key=lambda each: (len(each.get("also", {}).get("calls", [])), dumps(each, sort_keys=True))
    )
    return {**first, "also": most["also"]} if "also" in most else first


def _identity(interaction: Document) -> tuple[str, str]:
    return str(interaction["description"]), dumps(interaction.get("providerStates", []), sort_keys=True)
