"""Pacts of the test provider, written by hand in the form that Treaty writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

STATE: Final = "4f1c2a9be0d3"
PAID: Final = "77aa01bc23de"
JSON_HEADERS: Final = {"Content-Type": ["application/json"]}


def json_body(content: Any) -> dict[str, Any]:
    """Build a JSON body of V4."""
    return {"contentType": "application/json", "encoded": False, "content": content}


def rules(**paths: dict[str, Any]) -> dict[str, Any]:
    """Build body rules; `id` stands for `$.id`."""
    return {"body": {f"$.{name}": {"combine": "AND", "matchers": [matcher]} for name, matcher in paths.items()}}


def ours(name: str, key: str) -> list[dict[str, Any]]:
    """Refer to one of our states."""
    return [{"name": name, "params": {"treaty": key}}]


def from_state(expression: str, kind: str = "STRING") -> dict[str, Any]:
    """Build a generator that takes a value from the state."""
    return {"type": "ProviderState", "expression": expression, "dataType": kind}


def interaction(description: str, request: dict[str, Any], response: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Build an HTTP interaction of V4."""
    return {
        "type": "Synchronous/HTTP",
        "description": description,
        "pending": False,
        "request": request,
        "response": response,
        **more,
    }


SIGN_UP: Final[dict[str, Any]] = {
    "call": {
        "description": "POST /users -> 201",
        "request": {
            "method": "POST",
            "path": "/users",
            "headers": JSON_HEADERS,
            "body": json_body({"name": "Alice", "email": "${email_4f1c}"}),
        },
        "status": 201,
        "bind": {"user_id_4f1c": "body.$.id"},
    }
}
PAY: Final[dict[str, Any]] = {
    "call": {
        "description": "POST /payments -> 201",
        "request": {
            "method": "POST",
            "path": "/payments",
            "headers": JSON_HEADERS,
            "body": json_body({"user_id": "${user_id_4f1c}"}),
        },
        "status": 201,
        "bind": {"payment_id_77aa": "body.$.id"},
    }
}
SETTLED: Final[dict[str, Any]] = {
    "await": {
        "request": {"method": "GET", "path": "/payments/${payment_id_77aa}"},
        "status": 200,
        "until": {"body.$.status": "success"},
        "seconds": 5,
    }
}
MINT: Final[dict[str, Any]] = {"email_4f1c": {"type": "string", "like": "alice@example.com"}}
STATES: Final[dict[str, Any]] = {
    STATE: {"name": "a user exists", "mint": MINT, "steps": [SIGN_UP]},
    PAID: {"name": "a payment settled", "mint": MINT, "steps": [SIGN_UP, PAY, SETTLED]},
}

READ_USER: Final = interaction(
    "GET /users/{id} -> 200",
    {
        "method": "GET",
        "path": "/users/1",
        "generators": {"path": from_state("/users/${user_id_4f1c}")},
    },
    {
        "status": 200,
        "headers": JSON_HEADERS,
        "body": json_body({"id": 1, "name": "Alice", "email": "alice@example.com", "role": "member"}),
        "matchingRules": rules(
            id={"match": "integer"}, email={"match": "type"}, role={"match": "regex", "regex": "member|admin"}
        ),
    },
    providerStates=ours("a user exists", STATE),
    comments={
        "treaty": {
            "response": {
                "body.$.id": {"cause": "echo", "of": "path[1]"},
                "body.$.email": {"cause": "carried"},
                "body.$.role": {"cause": "constant"},
            }
        }
    },
)
CREATE_USER: Final = interaction(
    "POST /users -> 201",
    {
        "method": "POST",
        "path": "/users",
        "headers": JSON_HEADERS,
        "body": json_body({"name": "Bob", "email": "bob@example.com"}),
        "generators": {"body": {"$.email": from_state("${email_9b}")}},
    },
    {
        "status": 201,
        "body": json_body({"id": 2, "name": "Bob", "email": "bob@example.com"}),
        "matchingRules": rules(id={"match": "integer"}, email={"match": "type"}),
    },
    providerStates=ours("a new e-mail", "9b9b9b9b9b9b"),
)
DUPLICATE: Final = interaction(
    "POST /users -> 409",
    {
        "method": "POST",
        "path": "/users",
        "headers": JSON_HEADERS,
        "body": json_body({"name": "Alice", "email": "alice@example.com"}),
        "generators": {"body": {"$.email": from_state("${email_4f1c}")}},
    },
    {"status": 409, "body": json_body({"error": "email taken"})},
    providerStates=ours("a user exists", STATE),
)
READ_PAYMENT: Final = interaction(
    "GET /payments/{id} -> 200",
    {
        "method": "GET",
        "path": "/payments/2",
        "generators": {"path": from_state("/payments/${payment_id_77aa}")},
    },
    {
        "status": 200,
        "body": json_body({"id": 2, "user_id": 1, "status": "success"}),
        "matchingRules": rules(id={"match": "integer"}, user_id={"match": "integer"}),
    },
    providerStates=ours("a payment settled", PAID),
)
HEALTH: Final = interaction(
    "GET /health -> 200", {"method": "GET", "path": "/health"}, {"status": 200, "body": json_body({"ok": True})}
)
MISSING: Final = interaction(
    "GET /users/{id} -> 404",
    {"method": "GET", "path": "/users/999999999"},
    {"status": 404, "body": json_body({"error": "user not found"})},
)
EVERYTHING: Final = [HEALTH, CREATE_USER, DUPLICATE, READ_USER, MISSING, READ_PAYMENT]
ALL_STATES: Final = {
    **STATES,
    "9b9b9b9b9b9b": {
        "name": "a new e-mail",
        "mint": {"email_9b": {"type": "string", "like": "bob@example.com"}},
        "steps": [],
    },
}


def pact(
    interactions: list[dict[str, Any]],
    *,
    states: dict[str, Any] | None = None,
    consumer: str = "web",
    provider: str = "shop",
) -> dict[str, Any]:
    """Build a pact of V4 with our table of states."""
    table = ALL_STATES if states is None else states
    return {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": interactions,
        "metadata": {"pactSpecification": {"version": "4.0"}, "treaty": {"format": 1, "states": table}},
    }


def write(folder: Path, content: dict[str, Any], name: str = "web-shop.json") -> Path:
    """Write a pact file."""
    path = folder / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return path
