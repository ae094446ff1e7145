"""Values made by the generators of a pact."""

from __future__ import annotations

from treaty.contract.generating import Source as Origin
from treaty.contract.generating import generate
from treaty.contract.generators import FromProviderState, Generator, PluginGenerator
from treaty.contract.json_value import JsonValue
from treaty_stubs.render.context import Context, Source


def generated(entry: Generator, example: JsonValue) -> Source | None:
    """Make the source of a generator's values; None where none can be made here, as those of a provider state."""
    if isinstance(entry, (FromProviderState, PluginGenerator)):
        return None

    def source(context: Context, _indices: tuple[int, ...]) -> JsonValue:
        origin = Origin(random=context.chance, clock=lambda: context.now, lenient=True, base_url=context.base_url)
        return generate(entry, example, origin)

    return source
