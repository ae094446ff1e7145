"""What else is known of the members of a list that the set-up made: not only that they are there (DESIGN 4.2).

The rules of a pact see every member alike, those that others made, too. Which of them the set-up made, their identity
tells. So what follows from the set-up is said of each by the variable of its identity, where the rules do not say it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from treaty.contract.json_value import JsonValue, dumps, is_number
from treaty.normalize.causes import Cause
from treaty.normalize.drafts import Draft
from treaty.normalize.elements import Members, is_about_ends
from treaty.normalize.leaves import Leaf
from treaty.normalize.left_out import likeness
from treaty.normalize.names import words
from treaty.normalize.slices import Step
from treaty.normalize.token_values import Token

MOST_COMPARED: Final = 20
"""So many members of a list are told in full."""

_PLACE_WORDS: Final = frozenset(
    {"default", "primary", "current", "latest", "newest", "oldest", "top", "rank", "position", "index", "selected"}
)
"""Words for what a thing is among all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """A leaf of a member: the way to it from the member, what it must be, and whether that follows from no request."""

    way: str
    value: JsonValue
    is_bare: bool


def tell_members(
    closed: Mapping[str, JsonValue], draft: Draft, causes: Mapping[str, Cause], loose: Collection[str]
) -> None:
    """Add to the facts about lists what the members are that the set-up made: by variable, the value at each place.

    What differs between members that were made alike depends on others, and is not said.

    Args:
        closed: the facts of an answer, by location; those about members are added to.
        draft: the exchange that is the example of its interaction.
        causes: of the answer's leaves, by location.
        loose: the locations of leaves that the rules do not hold to a value.

    """
    for members in draft.lists:
        fact = closed.get(f"{members.place}[*]{members.identity}")
        if isinstance(fact, dict) and (like := _likeness(draft, members, causes, loose)):
            fact["like"] = like


def _likeness(
    draft: Draft, members: Members, causes: Mapping[str, Cause], loose: Collection[str]
) -> dict[str, JsonValue]:
    variables = draft.state.variables
    if not members.is_explained or "#" in members.identity:
        return {}
    found: dict[str, list[_Known]] = {}
    alike: dict[tuple[str, str], set[str]] = {}
    for index, token in enumerate(members.tokens[:MOST_COMPARED]):
        if token not in variables:
            continue
        known = list(_known(draft, f"{members.place}[{index}]", members.identity, causes, loose))
        found[variables[token]] = known
        history = repr(sorted(likeness(step.observation) for step in draft.steps if _names(draft, step, token)))
        for each in known:
            if each.is_bare:
                alike.setdefault((each.way, history), set()).add(dumps(each.value))
    varying = {way for (way, _), seen in alike.items() if len(seen) > 1}
    said = {
        "${" + name + "}": {each.way: each.value for each in known if not (each.is_bare and each.way in varying)}
        for name, known in sorted(found.items())
    }
    return {name: dict(sorted(values.items())) for name, values in said.items() if values}


def _known(
    draft: Draft, member: str, identity: str, causes: Mapping[str, Cause], loose: Collection[str]
) -> Iterator[_Known]:
    variables = draft.state.variables
    for leaf in draft.item.response:
        way = leaf.location.removeprefix(member)
        if not leaf.location.startswith(f"{member}.") or way == identity or "[" in way or leaf.location not in loose:
            continue
        if leaf.location in draft.unsettled:
            continue
        cause = causes.get(leaf.location)
        if cause is None:
            continue
        if cause.token is not None and cause.token in variables and not draft.scoped:
            # Of lists that the set-up decides the notes of each position say it.
            yield _Known(way=f"${way}", value="${" + variables[cause.token] + "}", is_bare=False)
        elif cause.token is None and cause.exact and not _is_of_place(leaf):
            is_bare = cause.kind == "constant"
            if not (is_bare and is_number(leaf.value)):
                yield _Known(way=f"${way}", value=_escaped(draft, leaf), is_bare=is_bare)


def _escaped(draft: Draft, leaf: Leaf) -> JsonValue:
    value = draft.examples.of_text(leaf.value) if isinstance(leaf.value, str) else leaf.value
    return value.replace("${", "$${") if isinstance(value, str) else value


def _is_of_place(leaf: Leaf) -> bool:
    """Tell whether a field says what a thing is among all others, which the set-up does not decide."""
    return is_about_ends(leaf) or bool(_PLACE_WORDS & set(words(leaf.location.rpartition(".")[2])))


def _names(draft: Draft, step: Step, token: Token) -> bool:
    return any(found is token for _, found in draft.world.flow.tokens_of(step.observation.number, ""))
