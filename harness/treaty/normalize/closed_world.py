"""Facts of an answer that follow from everything its provider holds: lists, totals, the ends of pages (DESIGN 4.2).

The standard part of a pact must be true of every healthy provider, also of one that holds more than the set-up made. So
such values are only typed there, and said fully under our own key, which verification asserts where it may.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from treaty.contract.json_value import JsonValue, is_number
from treaty.normalize.beside import asks_for_a_part, asks_with
from treaty.normalize.causes import CODE_FIELDS, Cause
from treaty.normalize.drafts import MOST_MEMBERS, Draft
from treaty.normalize.elements import Members, is_about_ends
from treaty.normalize.leaves import Leaf
from treaty.normalize.shapes import GIVEN

_SORT_WORDS: Final = frozenset({"sort", "sortby", "order", "orderby", "ordering", "direction"})
_ENOUGH_IN_ORDER: Final = 5
"""So many random ids stand in the order in which they were made by chance once in 120 times."""


def is_of_everything(draft: Draft, leaf: Leaf, cause: Cause, open_lists: Collection[str]) -> bool:
    """Tell whether a value beside the lists of an answer follows from all that the provider holds.

    Args:
        draft: the exchange.
        leaf: of its answer.
        cause: of the leaf.
        open_lists: the places of lists that hold whatever the provider holds.

    """
    if leaf.location in draft.unsettled and cause.exact and cause.kind == "constant":
        return True
    if leaf.location in draft.tallied:
        return True
    if not open_lists or not draft.reads or draft.scoped or cause.kind != "constant":
        return False
    if leaf.location.startswith(tuple(open_lists)):
        return False
    if is_number(leaf.value):
        return leaf.name.field.split("_")[-1] not in CODE_FIELDS
    return (leaf.value is None or isinstance(leaf.value, bool)) and is_about_ends(leaf)


def is_member_key(place: str, open_lists: Collection[str]) -> bool:
    """Tell whether a place, ``[*]`` for each index, is a key of members of an open list."""
    return not place.endswith("]") and place.startswith(tuple(f"{each}[*]" for each in open_lists))


def closed_facts(
    draft: Draft, loose: Sequence[tuple[Leaf, Cause]], open_lists: Collection[str]
) -> dict[str, JsonValue]:
    """Write the facts of an answer about everything there is, by location.

    Args:
        draft: the exchange that is the example of its interaction.
        loose: what follows from everything beside the lists.
        open_lists: the places of lists that hold whatever the provider holds.

    """
    facts: dict[str, JsonValue] = {}
    is_explained = bool(draft.lists) and all(each.is_explained for each in draft.lists)
    for members in draft.lists:
        if draft.reads and members.place in open_lists and members.is_explained:
            facts[members.place] = {"length": members.size}
        told = _told(draft, members)
        if told:
            facts[f"{members.place}[*]{members.identity}"] = told
    for leaf, cause in loose:
        if leaf.location in draft.unsettled or leaf.location in draft.tallied:
            facts[leaf.location] = {"value": leaf.value}
            continue
        is_counted = is_number(leaf.value) and (cause.exact or leaf.value == draft.company.counted != 0)
        if is_explained and (is_counted or not is_number(leaf.value)):
            facts[leaf.location] = {"value": leaf.value}
    return dict(sorted(facts.items()))


def is_told(facts: Mapping[str, JsonValue], place: str) -> bool:
    """Tell whether facts say which values a place has, ``[*]`` for each index: positions then say nothing more."""
    fact = facts.get(place)
    return isinstance(fact, Mapping) and not fact.keys().isdisjoint({"contains", "elements"})


def _told(draft: Draft, members: Members) -> dict[str, JsonValue]:
    variables = draft.state.variables
    known = [token for token in members.tokens[:MOST_MEMBERS] if token in variables]
    if not known or not draft.reads:
        return {}
    if asks_for_a_part(draft.item) and _comes_by_name(draft, members):
        return {}
    names: list[JsonValue] = ["${" + variables[token] + "}" for token in known]
    is_part = not draft.scoped and (draft.company.is_part or asks_for_a_part(draft.item))
    told: dict[str, JsonValue] = {"elements" if is_part else "contains": names}
    if is_ordered(draft, members):
        told["ordered"] = True
    lacking = [token for token in draft.missing.get(members.place, ()) if token in variables]
    if lacking and not is_part and not draft.scoped:
        told["lacks"] = ["${" + variables[token] + "}" for token in lacking]
    return told


def _comes_by_name(draft: Draft, members: Members) -> bool:
    """Tell whether another thing of the set-up may stand first in each verification: by its name, or its random id."""
    is_random = any(token.shape in GIVEN for token in members.tokens)
    return members.is_named or (is_random and any(token.unique for token in draft.state.variables))


def is_ordered(draft: Draft, members: Members) -> bool:
    """Tell whether the order of a list is one that a provider keeps: that of making, either way, or what was asked for.

    Ids that are random stand in the order of making by chance when they are few; names that are made anew for each
    set-up do not keep the order that they had.
    """
    tokens = members.tokens[:MOST_MEMBERS]
    if len(tokens) < 2 or members.is_named or any(token.unique for token in tokens):
        return False
    if asks_with(draft.item, _SORT_WORDS) and not any(token.unique for token in draft.state.variables):
        return True
    made = [token.origin for token in tokens]
    order = {number: place for place, number in enumerate(dict.fromkeys(_in_time(draft, made)))}
    places = [order[number] for number in made if number in order]
    steps = {after > before for before, after in itertools.pairwise(places) if after != before}
    is_random = any(token.shape in GIVEN for token in tokens)
    return len(places) == len(made) and len(steps) == 1 and (not is_random or len(made) >= _ENOUGH_IN_ORDER)


def _in_time(draft: Draft, numbers: Collection[int]) -> list[int]:
    found = [step.observation for step in draft.steps if step.observation.number in numbers]
    found.sort(key=lambda item: (item.started, item.number))
    return [item.number for item in found]
