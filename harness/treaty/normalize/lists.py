"""Lists in answers: which hold more than an interaction decides, and in what order their texts are written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from treaty.contract.json_value import JsonValue
from treaty.normalize.drafts import Draft
from treaty.normalize.leaves import key_step, wildcard


def open_lists_of(members: Sequence[Draft]) -> dict[str, int]:
    """Find lists whose members this interaction does not decide: with the least length that is promised.

    A list is closed when a key in the path or query scopes it. Lists of answers to unscoped reads hold whatever the
    provider holds, even of one author or colour; lists whose lengths differ between observations are open too.
    """
    lengths: dict[str, set[int]] = {}
    for member in members:
        _collect_lengths(member.item.response_payload.value, "body.$", lengths)
    item = members[0].item

    found: dict[str, int] = {}
    for place, seen in lengths.items():
        top = place.count("[*]") == 0 and item.method == "GET" and not members[0].scoped and max(seen) > 0
        if top or len(seen) > 1:
            found[place] = 1 if 0 not in seen else 0
    return found


def _collect_lengths(value: JsonValue, place: str, lengths: dict[str, set[int]]) -> None:
    if isinstance(value, Mapping):
        for key, child in value.items():
            _collect_lengths(child, place + key_step(key), lengths)
    elif isinstance(value, list):
        if not value or isinstance(value[0], Mapping):
            lengths.setdefault(place, set()).add(len(value))
        for child in value:
            _collect_lengths(child, f"{place}[*]", lengths)


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
