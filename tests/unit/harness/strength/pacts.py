"""Pacts of one interaction, written in a few words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from treaty.strength.measuring import measure
from treaty.strength.score import InteractionStrength
from treaty.strength.subject import Subject, subject_of
from treaty.verify.document import PactDocument, read_document

STATE = "0123456789ab"
ORDER: dict[str, Any] = {
    "id": 9007002,
    "user_id": 9007001,
    "status": "pending",
    "paid": False,
    "note": None,
    "total": 25.00,
    "items": [{"sku": "A7", "price": 12.50, "quantity": 2}],
    "created_at": "2000-01-01T00:00:00.000Z",
    "message": "order 9007002 was placed",
}
ORDER_CAUSES: dict[str, Any] = {
    "body.$.id": {"cause": "echo", "of": "path[1]"},
    "body.$.user_id": {"cause": "carried", "of": "${user_id}"},
    "body.$.items[*].sku": {"cause": "carried"},
    "body.$.items[*].price": {"cause": "carried"},
    "body.$.items[*].quantity": {"cause": "carried"},
    "body.$.created_at": {"cause": "clock"},
}
ORDER_RULES: dict[str, Any] = {
    "$.id": "integer",
    "$.user_id": "integer",
    "$.created_at": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
    "$.message": "type",
    "$.total": r"number 25(\.0+)?",
    "$.items[*].price": r"number 12\.50*",
    "$.items[*].quantity": r"number 2(\.0+)?",
}
ORDER_STATE: dict[str, Any] = {
    "name": "an order exists",
    "mint": {"user_id": {"type": "integer", "like": 9007001}},
    "steps": [
        {
            "call": {
                "request": {
                    "method": "POST",
                    "path": "/orders",
                    "body": {
                        "contentType": "application/json",
                        "encoded": False,
                        "content": {
                            "user_id": "${user_id}",
                            "items": [{"sku": "A7", "price": 12.50, "quantity": 2}],
                        },
                    },
                },
                "status": 201,
                "bind": {"order_id": "body.$.id"},
            }
        }
    ],
}


def rule(match: str) -> dict[str, Any]:
    """Write matchers; what is no name of a matcher is a regular expression."""
    if match.startswith("number "):
        return {"combine": "AND", "matchers": [{"match": "number"}, {"match": "regex", "regex": match[7:]}]}
    named = match in {"type", "integer", "number", "decimal", "boolean", "equality", "null"}
    return {"combine": "AND", "matchers": [{"match": match} if named else {"match": "regex", "regex": match}]}


def interaction(
    content: Any = None,
    *,
    line: str = "GET /things",
    generated: str = "",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    sent: Any = None,
    causes: Mapping[str, Any] | None = None,
    rules: Mapping[str, str] | None = None,
    states: Sequence[str] = (),
    **more: Any,
) -> dict[str, Any]:
    """Write an interaction; `content` is the JSON body of its answer."""
    method, path = line.split(" ")
    request: dict[str, Any] = {"method": method, "path": path.partition("?")[0]}
    if "?" in path:
        request["query"] = {pair.split("=")[0]: [pair.split("=")[1]] for pair in path.partition("?")[2].split("&")}
    if generated:
        request["generators"] = {"path": {"type": "ProviderState", "expression": generated, "dataType": "STRING"}}
    if sent is not None:
        request["body"] = {"contentType": "application/json", "encoded": False, "content": sent}
    response: dict[str, Any] = {"status": status}
    if content is not None:
        response["headers"] = {"Content-Type": ["application/json"]}
        response["body"] = {"contentType": "application/json", "encoded": False, "content": content}
    if headers:
        response["headers"] = {**response.get("headers", {}), **{name: [value] for name, value in headers.items()}}
    if rules:
        response["matchingRules"] = {"body": {path: rule(match) for path, match in rules.items()}}
    return {
        "type": "Synchronous/HTTP",
        "description": f"{line} -> {status}",
        "providerStates": [{"name": name, "params": {"treaty": STATE}} for name in states],
        "request": request,
        "response": response,
        **({"comments": {"treaty": {"response": dict(causes)}}} if causes else {}),
        **more,
    }


def order(**more: Any) -> dict[str, Any]:
    """Write the reading of an order, as normalisation would have it."""
    given: dict[str, Any] = {
        "content": ORDER,
        "line": "GET /orders/9007002",
        "generated": "/orders/${order_id}",
        "causes": ORDER_CAUSES,
        "rules": ORDER_RULES,
        "states": ["an order exists"],
        **more,
    }
    return interaction(given.pop("content"), **given)


def document(*interactions: dict[str, Any], ours: bool = True, state: Mapping[str, Any] | None = None) -> PactDocument:
    """Make a pact, by Treaty or by another tool."""
    treaty = {"format": 1, "states": {STATE: ORDER_STATE if state is None else dict(state)}}
    pact = {
        "consumer": {"name": "web"},
        "provider": {"name": "shop"},
        "interactions": list(interactions),
        "metadata": {"pactSpecification": {"version": "4.0"}, **({"treaty": treaty} if ours else {})},
    }
    return read_document(json.dumps(pact).encode(), source="web-shop.json")


def subject(written: dict[str, Any] | None = None, *, ours: bool = True) -> Subject:
    """Look at one interaction, by default the reading of an order."""
    found = document(order() if written is None else written, ours=ours)
    return subject_of(found, found.interactions[0])


def measured(written: dict[str, Any] | None = None, *, ours: bool = True) -> InteractionStrength:
    """Measure one interaction, by default the reading of an order."""
    found = document(order() if written is None else written, ours=ours)
    return measure(found, found.interactions[0])


def survived(strength: InteractionStrength) -> list[tuple[str, str]]:
    """Give kind and place of what survived."""
    return [(each.kind.value, each.location) for each in strength.survivors]
