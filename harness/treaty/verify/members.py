"""Members of lists that the set-up made, held against what the set-up made them (`like` of a closed fact).

Which member is whose, its identity tells, wherever it stands; members that others made are nobody's business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from treaty.contract.json_value import JsonValue, dumps
from treaty.verify.locations import Any, Location, LocationInvalid, LocationMissing, parse_path, value_at
from treaty.verify.relations import Evidence, Finding, same_value
from treaty.verify.variables import VariableUnknown, as_text, substitute_json


def find_unlike(place: Location, like: JsonValue, evidence: Evidence) -> Iterator[Finding]:
    """Give the places of members that are not as the set-up made them.

    Args:
        place: of what tells which thing a member is: ``body.$.items[*].id``.
        like: by that, the value at each place in the member: ``{"${book_id}": {"$.open": true}}``.
        evidence: the answer, and the values of the set-up.

    """
    path = place.path or ()
    if not isinstance(like, Mapping) or Any.INDEX not in path:
        return
    wanted: dict[str, JsonValue] = {}
    for name, values in like.items():
        try:
            wanted[as_text(substitute_json(name, evidence.variables))] = substitute_json(values, evidence.variables)
        except VariableUnknown:
            continue
    split = path.index(Any.INDEX)
    try:
        members = value_at(evidence.document, path[:split])
    except LocationMissing:
        return
    for index, member in enumerate(members if isinstance(members, (list, tuple)) else ()):
        try:
            values = wanted.get(as_text(value_at(member, path[split + 1 :])))
        except LocationMissing:
            continue
        if isinstance(values, Mapping):
            here = f"body.{_written(path[:split])}[{index}]"
            yield from _unlike(here, member, values)


def _unlike(here: str, member: JsonValue, wanted: Mapping[str, JsonValue]) -> Iterator[Finding]:
    for way, value in wanted.items():
        try:
            found = value_at(member, parse_path(way))
        except LocationInvalid:
            continue
        except LocationMissing:
            found, got = None, ""
        else:
            got = dumps(found)
        if found is None and value is None:
            continue
        if found is None or value is None or not same_value(found, value):
            message = "the value is not the one that the set-up made of this member"
            yield Finding(location=here + way[1:], rule="like", wanted=dumps(value), got=got, message=message)


def _written(path: tuple[str | int | Any, ...]) -> str:
    return "$" + "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in path)
