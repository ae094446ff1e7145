"""Generated pacts in the form of older versions of the Pact specification, and what those cannot say (DESIGN 6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from treaty.contract.json_value import loads
from treaty.contract.specification import Specification
from treaty.pactfile import canonical_json, read_pact, write_pact_as


def in_version(document: Mapping[str, Any], specification: Specification) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Write a pact as a version of the specification has it; one that is of this version stays as it is.

    Returns:
        The document, and a sentence for each thing that this version cannot say.

    Raises:
        PactUnreadable: when the document is none of a pact.

    """
    pact = read_pact(canonical_json(dict(document)), source="the pact")
    if pact.specification == specification:
        return document, ()
    written = write_pact_as(pact, specification)
    older: Any = loads(written.data)
    own = older["metadata"].get("treaty", {})
    if specification.many_states or "states" not in own:
        return older, written.dropped
    # Nothing would refer to them: set-ups are found by a parameter of their state.
    older["metadata"]["treaty"] = {key: value for key, value in own.items() if key != "states"}
    return older, (*written.dropped, "'all interactions': the set-ups of their provider states")


def with_keys_of(document: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give interactions without a key that of the one with the same description and states in another pact.

    Older versions know no keys, so a pact that comes from one is joined with a generated one by what people read.
    """
    keys: dict[tuple[str, ...], list[str]] = {}
    for item in other.get("interactions", []):
        if "key" in item:
            keys.setdefault(_told(item), []).append(item["key"])
    interactions = []
    for item in document.get("interactions", []):
        known = [] if "key" in item else keys.get(_told(item), [])
        interactions.append({**item, "key": known.pop(0)} if known else item)
    return {**document, "interactions": interactions}


def _told(interaction: Mapping[str, Any]) -> tuple[str, ...]:
    """Give what people read: V2 has no more of a state than its name."""
    states = interaction.get("providerStates", [])
    return str(interaction.get("description", "")), *(str(state.get("name", "")) for state in states)
