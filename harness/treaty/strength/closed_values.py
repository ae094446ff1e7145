"""Values that a pact promises beside its example, for they hold only where nothing else is (DESIGN 4.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from treaty.contract.json_value import JsonValue
from treaty.contract.model import HttpInteraction
from treaty.normalize.leaves import wildcard
from treaty.verify.closed_world import closed_facts
from treaty.verify.locations import Any, LocationInvalid, parse_location


def with_closed_values(document: JsonValue, contract: HttpInteraction) -> JsonValue:
    """Copy the example of an answer, with those of its closed values that it leaves out: the end of pages, a null."""
    for text, fact in closed_facts(contract).items():
        try:
            place = parse_location(text)
        except LocationInvalid:
            continue
        if "value" in fact and place.part == "body" and place.path:
            document = _with(document, place.path, fact["value"])
    return document


def closed_nulls(contract: HttpInteraction) -> frozenset[str]:
    """Give the places, every index a star, that are null where nothing else is: elsewhere any value may stand there."""
    return frozenset(
        wildcard(text) for text, fact in closed_facts(contract).items() if "value" in fact and fact["value"] is None
    )


def _with(value: JsonValue, path: Sequence[str | int | Any], wanted: JsonValue) -> JsonValue:
    first, rest = path[0], path[1:]
    if isinstance(value, Mapping) and isinstance(first, str):
        if rest:
            return {key: _with(child, rest, wanted) if key == first else child for key, child in value.items()}
        return value if first in value else {**value, first: wanted}
    if isinstance(value, (list, tuple)) and rest and not isinstance(first, str):
        return [
            _with(child, rest, wanted) if isinstance(first, Any) or first == index else child
            for index, child in enumerate(value)
        ]
    return value
