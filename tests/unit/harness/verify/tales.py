"""Pacts with states of many steps, written in a few words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from treaty.verify.document import PactDocument, read_document


def call(method: str, path: str, *, bind: Mapping[str, str] | None = None, status: int = 200) -> dict[str, Any]:
    """Write a set-up call."""
    step: dict[str, Any] = {"request": {"method": method, "path": path}, "status": status}
    if bind:
        step["bind"] = dict(bind)
    return {"call": step}


def state(*steps: dict[str, Any], mint: Mapping[str, str] | None = None, name: str = "it exists") -> dict[str, Any]:
    """Write a state; `mint` gives each name the e-mail or number that it is like."""
    made = {key: {"type": "string", "like": like} for key, like in (mint or {}).items()}
    return {"name": name, "mint": made, "steps": list(steps)}


def interaction(
    method: str, path: str, *states: dict[str, Any], generated: str = "", status: int = 200, **more: Any
) -> dict[str, Any]:
    """Write an interaction; `generated` is the expression of its path."""
    request: dict[str, Any] = {"method": method, "path": path}
    if generated:
        request["generators"] = {"path": {"type": "ProviderState", "expression": generated, "dataType": "STRING"}}
    return {
        "type": "Synchronous/HTTP",
        "description": f"{method} {path} -> {status}",
        "request": request,
        "response": {"status": status},
        "states": list(states),
        **more,
    }


def document(interactions: Sequence[dict[str, Any]]) -> PactDocument:
    """Make a pact; states are written at their interactions."""
    table: dict[str, Any] = {}
    written = []
    for each in interactions:
        rest = dict(each)
        references = []
        for content in rest.pop("states", []):
            key = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]
            table[key] = content
            references.append({"name": content["name"], "params": {"treaty": key}})
        written.append({**rest, "providerStates": [*references, *rest.get("providerStates", [])]})
    pact = {
        "consumer": {"name": "web"},
        "provider": {"name": "shop"},
        "interactions": written,
        "metadata": {"pactSpecification": {"version": "4.0"}, "treaty": {"format": 1, "states": table}},
    }
    return read_document(json.dumps(pact).encode(), source="web-shop.json")
