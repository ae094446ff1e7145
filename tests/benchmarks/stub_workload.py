"""Interactions and requests for the stub benchmark, after the measurement of peers (W2 and W3 there).

Four resources. Of the interactions 56 % are GET by an exact path, 8 % GET by a path rule, 8 % GET by query, 8 % GET
with a header rule, and 20 % POST with a JSON body of about 200 bytes, matched by equality and by type. Every answer is
about 300 bytes of JSON. Answers to POST repeat values of the request, make a fresh id and write the present time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from treaty.contract.model import Pact
from treaty.pactfile import read_pact

RESOURCES: Final = ("users", "orders", "payments", "invoices")
_FILLING: Final = "A line of ordinary prose that makes the answer about as long as answers are, and then a little."


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A request with the interaction that must answer it."""

    data: bytes
    expected: str


def make_pact(count: int) -> Pact:
    """Make a pact of so many interactions."""
    document = {
        "consumer": {"name": "load"},
        "provider": {"name": "bench"},
        "interactions": list(make_interactions(count)),
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    return read_pact(json.dumps(document).encode(), source="benchmark")


def make_interactions(count: int) -> Iterator[dict[str, Any]]:
    """Yield so many interactions as a pact has them."""
    return map(_interaction, range(count))


def make_probes(count: int) -> Iterator[Probe]:
    """Yield one request for each interaction."""
    for number in range(count):
        request = _interaction(number)["request"]
        target = request["path"]
        if "query" in request:
            target += "?" + "&".join(f"{name}={values[0]}" for name, values in request["query"].items())
        lines = [f"{request['method']} {target} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
        lines.append("User-Agent: benchmark/1.0")
        if "X-Tenant" in request.get("headers", {}):
            lines.append(f"X-Tenant: tenant-{number}")
        body = b""
        if "body" in request:
            body = json.dumps({**request["body"]["content"], "note": f"note {number}"}).encode()
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        yield Probe(data="\r\n".join([*lines, "", ""]).encode() + body, expected=f"interaction {number}")


def _interaction(number: int) -> dict[str, Any]:
    resource = RESOURCES[number % 4]
    kind = number // 4 % 25
    request: dict[str, Any] = {"method": "GET", "path": f"/api/{resource}/{number}"}
    rules: dict[str, Any] = {}
    causes: dict[str, Any] = {}
    if kind < 14:
        causes["body.$.id"] = {"cause": "echo", "of": "path[2]"}
    elif kind < 16:
        request["path"] = f"/api/{resource}/{number}/items/1"
        rules["path"] = _regex(rf"/api/{resource}/{number}/items/\d+")
    elif kind < 18:
        request["path"] = f"/api/{resource}"
        request["query"] = {"page": [str(number)], "size": ["20"]}
    elif kind < 20:
        request["path"] = f"/api/{resource}/own"
        request["headers"] = {"X-Tenant": [f"tenant-{number}"]}
        rules["header"] = {"X-Tenant": _regex(f"tenant-{number}")}
    else:
        request.update(method="POST", path=f"/api/{resource}", body=_body(number))
        request["headers"] = {"Content-Type": ["application/json"]}
        rules["body"] = {"$.note": _match("type"), "$.amount": _match("type"), "$.tags": _match("type", min=1)}
        causes = {
            "body.$.note": {"cause": "echo", "of": "body.$.note"},
            "body.$.serial": {"cause": "created"},
            "body.$.created_at": {"cause": "clock"},
        }
    if rules:
        request["matchingRules"] = rules
    return {
        "type": "Synchronous/HTTP",
        "description": f"interaction {number}",
        "request": request,
        "response": _response(number, posted=request["method"] == "POST"),
        "comments": {"treaty": {"response": causes}},
    }


def _body(number: int) -> dict[str, Any]:
    content = {"sku": f"sku-{number}", "amount": 12, "note": "n", "tags": ["a", "b"], "address": {"city": "Ulm"}}
    return {"contentType": "application/json", "encoded": False, "content": content}


def _response(number: int, *, posted: bool) -> dict[str, Any]:
    content: dict[str, Any] = {"id": str(number), "text": _FILLING, "price": 17.25, "tags": ["x", "y", "z"]}
    rules: dict[str, Any] = {}
    if posted:
        content |= {"serial": 9007001, "note": "n", "created_at": "2024-05-06T07:08:09.123Z"}
        rules = {"$.serial": _match("integer"), "$.note": _match("type"), "$.created_at": _regex(r"\S+Z")}
    return {
        "status": 201 if posted else 200,
        "headers": {"Content-Type": ["application/json"]},
        "body": {"contentType": "application/json", "encoded": False, "content": content},
        "matchingRules": {"body": rules},
    }


def _match(name: str, **values: int) -> dict[str, Any]:
    return {"matchers": [{"match": name, **values}]}


def _regex(pattern: str) -> dict[str, Any]:
    return {"matchers": [{"match": "regex", "regex": pattern}]}
