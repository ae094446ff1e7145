"""The interactions of the stub benchmark in the formats of other stub servers, as their own manuals write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.benchmarks.stub_workload import make_interactions

_JSON = {"Content-Type": "application/json"}


def write_pact(count: int, folder: Path) -> Path:
    """A Pact file."""
    return _write(
        folder / "load-bench.json",
        {
            "consumer": {"name": "load"},
            "provider": {"name": "bench"},
            "interactions": list(make_interactions(count)),
            "metadata": {"pactSpecification": {"version": "4.0"}},
        },
    )


def write_wiremock(count: int, folder: Path) -> Path:
    """A root folder with one file of mappings."""
    mappings = []
    for interaction in make_interactions(count):
        request, response = interaction["request"], interaction["response"]
        wanted: dict[str, Any] = {"method": request["method"], **_wiremock_path(request)}
        if "query" in request:
            wanted["queryParameters"] = {name: {"equalTo": values[0]} for name, values in request["query"].items()}
        if "X-Tenant" in request.get("headers", {}):
            wanted["headers"] = {"X-Tenant": {"matches": request["headers"]["X-Tenant"][0]}}
        if "body" in request:
            content = request["body"]["content"]
            wanted["bodyPatterns"] = [
                {"matchesJsonPath": f"$[?(@.sku == '{content['sku']}')]"},
                {"matchesJsonPath": f"$.address[?(@.city == '{content['address']['city']}')]"},
                {"matchesJsonPath": "$.amount"},
                {"matchesJsonPath": "$.note"},
            ]
        answer = {"status": response["status"], "headers": _JSON, "body": json.dumps(response["body"]["content"])}
        mappings.append({"request": wanted, "response": answer})
    (folder / "mappings").mkdir()
    _write(folder / "mappings" / "all.json", {"mappings": mappings})
    return folder


def _wiremock_path(request: dict[str, Any]) -> dict[str, str]:
    rule = _path_rule(request)
    return {"urlPath": request["path"]} if rule is None else {"urlPathPattern": rule}


def write_mountebank(count: int, folder: Path, port: int) -> Path:
    """One imposter."""
    stubs = []
    for interaction in make_interactions(count):
        request, response = interaction["request"], interaction["response"]
        equals: dict[str, Any] = {"method": request["method"]}
        predicates: list[dict[str, Any]] = [{"equals": equals}]
        rule = _path_rule(request)
        if rule is None:
            equals["path"] = request["path"]
        else:
            predicates.append({"matches": {"path": f"^{rule}$"}})
        if "query" in request:
            equals["query"] = {name: values[0] for name, values in request["query"].items()}
        if "X-Tenant" in request.get("headers", {}):
            predicates.append({"matches": {"headers": {"X-Tenant": f"^{request['headers']['X-Tenant'][0]}$"}}})
        if "body" in request:
            content = request["body"]["content"]
            equals["body"] = {"sku": content["sku"], "address": content["address"]}
            predicates.append({"exists": {"body": {"amount": True, "note": True}}})
        answer = {"statusCode": response["status"], "headers": _JSON, "body": response["body"]["content"]}
        stubs.append({"predicates": predicates, "responses": [{"is": answer}]})
    imposter = {"port": port, "protocol": "http", "recordRequests": False, "stubs": stubs}
    return _write(folder / "imposters.json", {"imposters": [imposter]})


def write_mockoon(count: int, folder: Path, port: int) -> Path:
    """One environment; interactions of one method and path are responses of one route, chosen by their rules."""
    routes: dict[tuple[str, str], dict[str, Any]] = {}
    for number, interaction in enumerate(make_interactions(count)):
        request, response = interaction["request"], interaction["response"]
        rule = _path_rule(request)
        endpoint = (request["path"] if rule is None else rule.replace(r"\d", "[0-9]")).lstrip("/")
        route = routes.setdefault(
            (request["method"], endpoint),
            {
                "uuid": f"route-{number}",
                "type": "http",
                "documentation": "",
                "method": request["method"].lower(),
                "endpoint": endpoint,
                "responses": [],
                "responseMode": None,
            },
        )
        rules = [_mockoon_rule("query", name, values[0]) for name, values in request.get("query", {}).items()]
        if "X-Tenant" in request.get("headers", {}):
            rules.append(_mockoon_rule("header", "X-Tenant", request["headers"]["X-Tenant"][0]))
        if "body" in request:
            rules.append(_mockoon_rule("body", "sku", request["body"]["content"]["sku"]))
            rules.append(_mockoon_rule("body", "address.city", request["body"]["content"]["address"]["city"]))
        route["responses"].append(
            {
                "uuid": f"response-{number}",
                "body": json.dumps(response["body"]["content"]),
                "latency": 0,
                "statusCode": response["status"],
                "label": "",
                "headers": [{"key": "Content-Type", "value": "application/json"}],
                "bodyType": "INLINE",
                "filePath": "",
                "databucketID": "",
                "sendFileAsBody": False,
                "rules": rules,
                "rulesOperator": "AND",
                "disableTemplating": True,
                "fallbackTo404": False,
                "default": False,
                "crudKey": "id",
                "callbacks": [],
            }
        )
    environment = {
        "uuid": "environment",
        "lastMigration": 33,
        "name": "bench",
        "port": port,
        "hostname": "127.0.0.1",
        "endpointPrefix": "",
        "latency": 0,
        "folders": [],
        "routes": list(routes.values()),
        "rootChildren": [{"type": "route", "uuid": route["uuid"]} for route in routes.values()],
        "proxyMode": False,
        "proxyHost": "",
        "proxyRemovePrefix": False,
        "tlsOptions": {"enabled": False, "type": "CERT", "pfxPath": "", "certPath": "", "keyPath": "", "caPath": ""},
        "cors": False,
        "headers": [],
        "proxyReqHeaders": [],
        "proxyResHeaders": [],
        "data": [],
        "callbacks": [],
    }
    return _write(folder / "mockoon.json", environment)


def _mockoon_rule(target: str, modifier: str, value: str) -> dict[str, Any]:
    return {"target": target, "modifier": modifier, "value": value, "invert": False, "operator": "equals"}


def write_openapi(count: int, folder: Path) -> Path:
    """An OpenAPI document: paths and methods only, as it cannot tell requests of one operation apart."""
    paths: dict[str, Any] = {}
    for interaction in make_interactions(count):
        request, response = interaction["request"], interaction["response"]
        path, parameters = request["path"], []
        if _path_rule(request) is not None:
            path = path.removesuffix("/1") + "/{item}"
            parameters = [{"name": "item", "in": "path", "required": True, "schema": {"type": "integer"}}]
        content = {"application/json": {"example": response["body"]["content"]}}
        answer = {str(response["status"]): {"description": "", "content": content}}
        operation: dict[str, Any] = {"parameters": parameters, "responses": answer}
        paths.setdefault(path, {}).setdefault(request["method"].lower(), operation)
    document = {"openapi": "3.0.3", "info": {"title": "bench", "version": "1"}, "paths": paths}
    return _write(folder / "openapi.json", document)


def write_database(count: int, folder: Path) -> Path:
    """The resources of the interactions that get one by its id; nothing else can be told to json-server."""
    resources: dict[str, list[Any]] = {}
    for interaction in make_interactions(count):
        request = interaction["request"]
        name, _, identity = request["path"].removeprefix("/api/").partition("/")
        listed = resources.setdefault(name, [])
        if request["method"] == "GET" and identity.isdigit():
            listed.append(interaction["response"]["body"]["content"])
    _write(folder / "routes.json", {"/api/*": "/$1"})
    return _write(folder / "database.json", resources)


def _path_rule(request: dict[str, Any]) -> str | None:
    rule = request.get("matchingRules", {}).get("path")
    return None if rule is None else str(rule["matchers"][0]["regex"])


def _write(file: Path, document: object) -> Path:
    file.write_text(json.dumps(document), encoding="utf-8")
    return file
