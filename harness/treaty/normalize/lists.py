"""Lists in answers: which hold more than an interaction decides, and in what order their texts are written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from treaty.contract.json_value import JsonValue, dumps
from treaty.normalize.beside import asks_for_a_part
from treaty.normalize.causes import Cause
from treaty.normalize.drafts import Draft
from treaty.normalize.elements import holds_one_thing
from treaty.normalize.leaves import key_step, wildcard
from treaty.normalize.names import words

_SIZE_WORDS: Final = frozenset(
    {"size", "limit", "per", "perpage", "pagesize", "top", "take", "first", "max", "count", "rows", "results"}
)

_LONG_SIZE: Final = 6
"""A number of so many digits is no size of a page."""

_OF_THE_ANSWER: Final = frozenset({"errors", "warnings", "violations"})
"""Keys of lists that say something of the answer itself, and hold nothing of the provider's."""


def most_members(first: Draft, lengths: Collection[int]) -> int | None:
    """Give how many members a list has at most, where the request says so and an answer showed that many."""
    asked = [
        (leaf.location[len("query.") : leaf.location.rindex("[")], leaf.value)
        for leaf in first.item.request
        if leaf.location.startswith("query.") and isinstance(leaf.value, str)
    ]
    return max(lengths) if max(lengths) in sizes_asked_for(asked) else None


def sizes_asked_for(parameters: Iterable[tuple[str, str]]) -> frozenset[int]:
    """Give the numbers in a query, by name and text, that say how many members an answer holds at most."""
    return frozenset(
        int(text)
        for name, text in parameters
        if text.isdecimal() and text.isascii() and len(text) < _LONG_SIZE and _SIZE_WORDS & set(words(name))
    )


def open_lists_of(members: Sequence[Draft]) -> dict[str, dict[str, JsonValue]]:
    """Find lists whose members this interaction does not decide: with the rule for their length.

    A list is closed when a key in the path or query scopes it. Lists of answers to unscoped reads hold whatever the
    provider holds, even of one author or colour; lists whose lengths differ between observations are open too.
    """
    lengths: dict[str, set[int]] = {}
    for member in members:
        things = {place for operation, place in member.world.listed if operation == member.operation}
        _collect_lengths(member.item.response_payload.value, "body.$", lengths, things)
    first = members[0]
    alone = holds_one_thing(first.item)
    found: dict[str, dict[str, JsonValue]] = {}
    for place, seen in lengths.items():
        top = place.count("[*]") == 0 and first.reads and not first.scoped and (max(seen) > 0 or not alone)
        top = top and place.rpartition(".")[2] not in _OF_THE_ANSWER
        if top or len(seen) > 1:
            found[place] = {"match": "type", "min": 1 if 0 not in seen else 0}
            most = most_members(first, seen)
            if most:
                found[place]["max"] = most
    return found


def disordered(example: Draft, values: Mapping[str, Sequence[JsonValue]]) -> set[str]:
    """Find what differs from member to member of a list of things whose names are made anew for each set-up.

    A provider that lists by name, or in no order at all, has them in another order then.

    Args:
        example: the exchange.
        values: by place of the answer, ``[*]`` for each index.

    """
    renamed = tuple(f"{each.place}[*]" for each in example.lists if len(each.tokens) > 1 and each.is_named)
    if asks_for_a_part(example.item) and any(token.unique for token in example.state.variables):
        # Whoever comes first by name is another one each time.
        renamed += tuple(f"{each.place}[*]" for each in example.lists)
        values = {place: [*seen, None] if place.startswith(renamed) else seen for place, seen in values.items()}
    if not renamed:
        return set()
    return {place for place, seen in values.items() if place.startswith(renamed) and len(set(map(dumps, seen))) > 1}


def told_by_name(example: Draft, causes: Mapping[str, Cause], places: Collection[str]) -> dict[str, JsonValue]:
    """Say what is among the members of lists that come in another order each time, wherever it stands there.

    Args:
        example: the exchange.
        causes: of its answer's leaves, by location.
        places: what differs from member to member, ``[*]`` for each index.

    """
    variables = example.state.variables
    if asks_for_a_part(example.item):
        return {}
    found: dict[str, set[str]] = {}
    for leaf in example.item.response:
        cause, place = causes.get(leaf.location), wildcard(leaf.location)
        if cause is None or cause.of or cause.token is None or place not in places or place.count("[*]") > 1:
            continue
        if cause.token in variables:
            found.setdefault(place, set()).add("${" + variables[cause.token] + "}")
    return {place: {"contains": [*sorted(names)]} for place, names in found.items()}


def _collect_lengths(value: JsonValue, place: str, lengths: dict[str, set[int]], things: Collection[str]) -> None:
    if isinstance(value, Mapping):
        for key, child in value.items():
            _collect_lengths(child, place + key_step(key), lengths, things)
    elif isinstance(value, list):
        if not value or isinstance(value[0], Mapping) or place in things:
            lengths.setdefault(place, set()).add(len(value))
        for child in value:
            _collect_lengths(child, f"{place}[*]", lengths, things)


def sort_texts(written: dict[str, JsonValue], typed: Collection[str]) -> None:
    """Put the texts of a list in order where only their type is promised: a provider may hold them as a set."""
    lists: dict[str, list[str]] = {}
    for location in written:
        if location.endswith("]") and wildcard(location).endswith("[*]") and wildcard(location) in typed:
            lists.setdefault(location[: location.rindex("[")], []).append(location)
    for locations in lists.values():
        values = [written[location] for location in locations]
        if all(isinstance(value, str) for value in values):
            written.update(zip(locations, sorted(map(str, values)), strict=True))
