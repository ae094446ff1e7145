"""Short ways to write interactions, pacts and requests in tests of the stub."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from treaty.contract.model import HttpInteraction, Pact
from treaty.pactfile import read_pact
from treaty_stubs.message import Received
from treaty_stubs.select.candidate import Candidate, gather_candidates


def matches(name: str, **values: Any) -> dict[str, Any]:
    """Write the rule list of one matcher."""
    return {"matchers": [{"match": name, **values}]}


def regex(pattern: str) -> dict[str, Any]:
    """Write the rule list of a regular expression."""
    return matches("regex", regex=pattern)


def json_body(content: Any) -> dict[str, Any]:
    """Write a JSON body as V4 has it."""
    return {"contentType": "application/json", "encoded": False, "content": content}


def interaction(
    description: str,
    *,
    method: str = "GET",
    path: str = "/",
    status: int = 200,
    request: Mapping[str, Any] | None = None,
    response: Mapping[str, Any] | None = None,
    causes: Mapping[str, Any] | None = None,
    states: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Write an interaction as V4 has it."""
    return {
        "type": "Synchronous/HTTP",
        "description": description,
        "providerStates": list(states),
        "request": {"method": method, "path": path, **(request or {})},
        "response": {"status": status, **(response or {})},
        "comments": {"treaty": {"response": dict(causes or {})}},
    }


def pact(
    *interactions: Mapping[str, Any],
    consumer: str = "web",
    provider: str = "order",
    states: Mapping[str, Any] | None = None,
) -> Pact:
    """Read a pact of these interactions."""
    document = {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": list(interactions),
        "metadata": {"pactSpecification": {"version": "4.0"}, "treaty": {"format": 1, "states": dict(states or {})}},
    }
    return read_pact(json.dumps(document).encode(), source="test")


def candidates(*interactions: Mapping[str, Any]) -> tuple[Candidate, ...]:
    """Give the candidates of a pact of these interactions."""
    return gather_candidates([pact(*interactions)])


def read_interaction(written: Mapping[str, Any]) -> HttpInteraction:
    """Read one interaction."""
    return pact(written).http_interactions()[0]


def received(
    method: str = "GET",
    target: str = "/",
    *,
    headers: Mapping[str, str] | None = None,
    body: Any = None,
) -> Received:
    """Make a request that came in; a body that is not bytes is sent as JSON."""
    lines = {"Host": "stub.test", **(headers or {})}
    data = b""
    if isinstance(body, bytes):
        data = body
    elif body is not None:
        data = json.dumps(body).encode()
        lines.setdefault("Content-Type", "application/json")
    raw = [(name.encode(), value.encode("latin-1")) for name, value in lines.items()]
    return Received(method=method, target=target, raw_headers=raw, body=data)
