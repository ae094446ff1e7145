"""Values made by the generators of a pact."""

from __future__ import annotations

from treaty.contract.generators import Generator
from treaty.contract.json_value import JsonValue
from treaty_stubs.render.context import Context
from treaty_stubs.render.places import NOTHING, NothingThere


def generated(entry: Generator, example: JsonValue, context: Context) -> JsonValue | NothingThere:
    """Make the value of a generator; NOTHING where it cannot be made here, as that of a provider state."""
    del entry, example, context
    return NOTHING
