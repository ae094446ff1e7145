"""Which objects in the answers of a session have ids as keys, and those answers with entries in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from treaty.normalize.bodies import Payload, body_leaves
from treaty.normalize.id_maps import Maps, as_entries, candidates, settle_maps
from treaty.normalize.leaves import path_segments
from treaty.normalize.templates import Template
from treaty.session.exchange import Exchange

Bodies: TypeAlias = tuple[Exchange, Payload, Payload]
"""An exchange with its decoded bodies."""


def with_entries(bodies: Sequence[Bodies], templates: Mapping[tuple[str, str], Template]) -> list[Bodies]:
    """Give exchanges with their decoded bodies, and in the answers entries in place of objects whose keys are ids."""
    found: dict[tuple[str, str], dict[str, set[str]]] = {}
    for item, _, response in bodies:
        if response.kind == "json":
            for place, keys in candidates(response.value, "body.$"):
                places = found.setdefault(_endpoint(item, templates), {})
                places.setdefault(place, set()).update(keys)
    if not found:
        return list(bodies)
    ids = _ids(bodies, templates, {provider for provider, _ in found})
    maps = {endpoint: settle_maps(places, ids.get(endpoint[0], {})) for endpoint, places in found.items()}
    return [
        (item, request, _changed(response, maps.get(_endpoint(item, templates), {})))
        for item, request, response in bodies
    ]


def _endpoint(item: Exchange, templates: Mapping[tuple[str, str], Template]) -> tuple[str, str]:
    template = templates[item.edge.provider, item.request.path]
    return item.edge.provider, f"{item.request.method} {template}"


def _changed(response: Payload, maps: Maps) -> Payload:
    return replace(response, value=as_entries(response.value, "body.$", maps)) if maps else response


def _ids(
    bodies: Sequence[Bodies], templates: Mapping[tuple[str, str], Template], providers: set[str]
) -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Give all ids that answers and paths of some providers name, by the kind of thing."""
    found: dict[str, dict[str, set[str]]] = {}
    for item, _, response in bodies:
        provider = item.edge.provider
        if provider not in providers:
            continue
        template = templates[provider, item.request.path]
        known = found.setdefault(provider, {})
        segments = path_segments(item.request.path)
        for index, name in template.names().items():
            known.setdefault(name.entity, set()).add(segments[index])
        for leaf in body_leaves(response, template.entity):
            if leaf.name.field == "id" and leaf.value is not None:
                known.setdefault(leaf.name.entity, set()).add(str(leaf.value))
    return {provider: {name: frozenset(ids) for name, ids in known.items()} for provider, known in found.items()}
