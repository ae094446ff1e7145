"""What people changed in a pact: where it differs from what was generated last (DESIGN 4.9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from treaty.contract.json_value import JsonValue, dumps

Document: TypeAlias = Mapping[str, Any]


def edited_places(interaction: Document, base: Document) -> dict[str, None]:
    """Name the places of an interaction that differ from its generated form.

    Places are those of an explanation (``response.body.$.id``, ``response.header.Location``) where they are any; else
    the key of the interaction: ``description``, ``providerStates``, ``comments``.
    """
    return dict.fromkeys(_place(way) for way in _differences(interaction, base, ()))


def generated_form(interaction: Document, generated: Document | None) -> Document | None:
    """Find an interaction in what was generated last: by its key, else by description and states."""
    found = generated.get("interactions") if generated else None
    for other in found if isinstance(found, list) else []:
        if isinstance(other, Mapping) and _identity(other) == _identity(interaction):
            return other
    return None


def edited_states(pact: Document, generated: Document | None) -> frozenset[str]:
    """Give the hashes of our provider states whose entry differs from the generated one, or was not generated."""
    if generated is None:
        return frozenset()
    ours, theirs = _states(pact), _states(generated)
    return frozenset(
        key for key, state in ours.items() if dumps(state, sort_keys=True) != dumps(theirs.get(key), sort_keys=True)
    )


def deleted(pact: Document, generated: Document | None) -> list[str]:
    """List the interactions that were generated and are no more in the pact, by description."""
    kept = {_identity(each) for each in _interactions(pact)}
    return [str(each.get("description", "")) for each in _interactions(generated) if _identity(each) not in kept]


def _states(document: Document) -> Document:
    found: Any = document
    for key in ("metadata", "treaty", "states"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _interactions(document: Document | None) -> list[Document]:
    found = document.get("interactions") if document else None
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _identity(interaction: Document) -> tuple[str, str]:
    if interaction.get("key"):
        return ("", str(interaction["key"]))
    return str(interaction.get("description", "")), dumps(interaction.get("providerStates", []), sort_keys=True)


def _differences(one: JsonValue, other: JsonValue, way: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in dict.fromkeys([*one, *other]):
            if key not in one or key not in other:
                yield (*way, key)
            else:
                yield from _differences(one[key], other[key], (*way, key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            yield from _differences(mine, theirs, (*way, str(index)))
    elif dumps(one, sort_keys=True) != dumps(other, sort_keys=True):
        yield way


def _place(way: tuple[str, ...]) -> str:
    """Turn a way into the JSON of an interaction into a place."""
    side, *rest = way or ("",)
    if side == "comments" and rest[:2] == ["treaty", "response"] and len(rest) > 2:
        return f"response.{rest[2]}"
    if side not in {"request", "response"} or not rest:
        return side
    part, *inside = rest
    if part in {"matchingRules", "generators"} and inside:
        part, *inside = inside
        return f"{side}.{part}.{inside[0]}" if inside and part in {"body", "header", "query"} else f"{side}.{part}"
    if part == "body" and inside[:1] == ["content"]:
        return f"{side}.body.{_path(inside[1:])}"
    if part in {"headers", "query"} and inside:
        return f"{side}.{part.removesuffix('s')}.{inside[0]}"
    return f"{side}.{part}"


def _path(steps: list[str]) -> str:
    return "$" + "".join("[*]" if step.isdecimal() else f".{step}" for step in steps)
