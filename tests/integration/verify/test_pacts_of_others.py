"""Files as other tools and people write them, V1 to V4: both engines ask the provider the same and say the same."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.verify import contracts
from tests.integration.verify.answering_provider import PICTURE, AnsweringProvider, Asked, answering_provider
from tests.integration.verify.test_own_engine import outcomes_of
from treaty_cli.app import main

pact_python = pytest.importorskip("pact", reason="the extra 'official' is not installed")

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
Case = tuple[dict[str, Any], dict[str, Any], str]
"""A request, a response, and the verdict."""


def get(path: str, **more: Any) -> dict[str, Any]:
    return {"method": "GET", "path": path, **more}


def post(path: str, body: Any, **more: Any) -> dict[str, Any]:
    return {"method": "POST", "path": path, "body": body, **more}


def ok(**more: Any) -> dict[str, Any]:
    return {"status": 200, **more}


def v3_rules(category: str, **paths: list[dict[str, Any]]) -> dict[str, Any]:
    """Build rules of one category; `_` stands for its whole, `n` for `$.n`."""
    of_body = {"$" if name == "_" else f"$.{name}": {"matchers": each} for name, each in paths.items()}
    return {category: of_body if category != "header" else {name: {"matchers": each} for name, each in paths.items()}}


def typed(content: Any, content_type: str = "application/json") -> dict[str, Any]:
    return {"contentType": content_type, "encoded": False, "content": content}


def binary(content: bytes, content_type: str) -> dict[str, Any]:
    return {"contentType": content_type, "encoded": "base64", "content": base64.b64encode(content).decode()}


V1: dict[str, Case] = {
    "a query as text": (get("/json", query="tag=a&tag=b&q=x+y&e="), ok(body={"tags": ["a", "b"]}), "kept"),
    "no rules, so an array is exact": (get("/json"), ok(body={"tags": ["a"]}), "broken"),
    "a header list as text": (get("/string", headers={"Accept": "application/json, text/plain"}), ok(), "kept"),
}
V2: dict[str, Case] = {
    "rules under $.body": (
        post("/json", {"a": 1.0, "b": "ü"}, query="a=%20&b=1%2C2", headers=JSON),
        ok(body={"tags": ["x"]}, matchingRules={"$.body.tags": {"min": 2, "match": "type"}}),
        "kept",
    ),
    "fewer than the rule wants": (
        get("/json"),
        ok(body={"tags": ["x"]}, matchingRules={"$.body.tags": {"min": 3, "match": "type"}}),
        "broken",
    ),
    "a form": (post("/form", "a=1&b=x+y", headers=FORM), ok(headers=FORM, body="a=1&b=x+y&b=z"), "kept"),
    "text with a rule": (
        get("/text"),
        ok(
            headers={"Content-Type": "text/plain; charset=utf-8"},
            body="hello moon",
            matchingRules={"$.body": {"match": "regex", "regex": "hello \\w+"}},
        ),
        "kept",
    ),
    "JSON that is sent as text": (post("/text", {"a": "b"}, headers={"Content-Type": "text/plain"}), ok(), "kept"),
    "a header with a rule": (
        get("/json"),
        ok(
            headers=JSON,
            matchingRules={"$.headers.Content-Type": {"match": "regex", "regex": "application/json.*"}},
        ),
        "kept",
    ),
    "null is no body": ({"method": "DELETE", "path": "/json"}, {"status": 204, "body": None}, "kept"),
    "null where there is a body": (get("/json"), ok(body=None), "broken"),
    "XML": (
        get("/xml"),
        ok(
            headers={"Content-Type": "application/xml"},
            body="<a n='2'><b>q</b></a>",
            matchingRules={
                "$.body.a['@n']": {"match": "regex", "regex": "\\d"},
                "$.body.a.b": {"match": "type"},
                "$.body.a.b['#text']": {"match": "type"},
            },
        ),
        "kept",
    ),
}
V3: dict[str, Case] = {
    "a query of lists": (
        get("/json", query={"tag": ["a", "b"], "e": [""], "sp": ["x y&z=1"]}),
        ok(
            body={"n": 2},
            matchingRules={"body": {"$.n": {"combine": "OR", "matchers": [{"match": "null"}, {"match": "integer"}]}}},
        ),
        "kept",
    ),
    "values of a map": (
        get("/json"),
        ok(
            body={"by_id": {"1": {"v": 9}}},
            matchingRules=v3_rules("body", by_id=[{"match": "values"}], **{"by_id.*.v": [{"match": "integer"}]}),
        ),
        "kept",
    ),
    "a form with a rule": (
        post("/form", "a=1&b=x+y", headers=FORM),
        ok(
            headers=FORM,
            body="a=7&b=x+y&b=z",
            matchingRules=v3_rules("body", a=[{"match": "regex", "regex": "\\d"}]),
        ),
        "kept",
    ),
    "a form that differs": (get("/form"), ok(headers=FORM, body="a=2&b=x+y&b=z"), "broken"),
    "JSON that is a string": (post("/string", "hey", headers=JSON), ok(headers=JSON, body="hello"), "kept"),
    "JSON written as a string": (post("/string", '"hey"', headers=JSON), ok(headers=JSON, body='"hello"'), "kept"),
    "an object written as a string": (
        post("/json", '{"a":1}', headers=JSON),
        ok(headers=JSON, body="7"),
        "broken",
    ),
    "header lists as text": (
        get("/lists", headers={"Accept": "text/html, application/json"}),
        ok(headers={"Vary": "Accept,Origin"}),
        "kept",
    ),
    "a header list in another order": (get("/lists"), ok(headers={"Vary": "Origin, Accept"}), "broken"),
    "text without a content type": (post("/text", "abc"), ok(), "kept"),
}
V4: dict[str, Case] = {
    "a query of lists": (
        get("/json", query={"tag": ["a", "b"], "e": [""], "t": "plain"}),
        ok(
            body=typed({"tags": ["b"]}),
            matchingRules=v3_rules("body", tags=[{"match": "arrayContains", "variants": [{"index": 0, "rules": {}}]}]),
        ),
        "kept",
    ),
    "binary": (get("/picture"), ok(body=binary(PICTURE, "image/png")), "kept"),
    "binary that differs": (get("/picture"), ok(body=binary(PICTURE + b"1", "image/png")), "broken"),
    "binary of a kind": (
        get("/picture"),
        ok(
            body=binary(PICTURE[:8], "image/png"),
            matchingRules=v3_rules("body", _=[{"match": "contentType", "value": "image/png"}]),
        ),
        "kept",
    ),
    "binary that is sent": (
        {
            "method": "PUT",
            "path": "/json",
            "headers": {"Content-Type": ["application/octet-stream"]},
            "body": binary(bytes(range(256)), "application/octet-stream"),
        },
        {"status": 204},
        "kept",
    ),
    "a form with a rule": (
        post(
            "/form",
            typed("a=1&b=x+y&b=%C3%BC", FORM["Content-Type"]),
            headers={"Content-Type": [FORM["Content-Type"]]},
        ),
        ok(body=typed("a=1&b=q&b=q", FORM["Content-Type"]), matchingRules=v3_rules("body", b=[{"match": "type"}])),
        "kept",
    ),
    "header lists": (
        get("/lists", headers={"Accept": ["text/html", "application/json"]}),
        ok(headers={"Vary": ["Accept", "Origin"], "X-Part": ["1", "2"]}),
        "kept",
    ),
    "a header list with a rule": (
        get("/lists"),
        ok(
            headers={"X-Part": ["7"]},
            matchingRules=v3_rules("header", **{"X-Part": [{"match": "regex", "regex": "\\d"}]}),
        ),
        "kept",
    ),
    "a status with a rule": (
        get("/lists"),
        {"status": 299, "matchingRules": v3_rules("status", _=[{"match": "statusCode", "status": "success"}])},
        "kept",
    ),
    "text with a rule": (
        post("/text", typed("plain ü", "text/plain"), headers={"Content-Type": ["text/plain"]}),
        ok(
            body=typed("hello there", "text/plain"),
            matchingRules=v3_rules("body", _=[{"match": "include", "value": "hello"}]),
        ),
        "kept",
    ),
    "JSON as its text": (
        post(
            "/string",
            {"contentType": "application/json", "encoded": "JSON", "content": '{"a":1}'},
            headers={"Content-Type": ["application/json"]},
        ),
        ok(body={"contentType": "application/json", "encoded": "JSON", "content": '"hello"'}),
        "kept",
    ),
    "an absent key whose rule is a type": (
        get("/json"),
        ok(body=typed({"more": 1}), matchingRules=v3_rules("body", more=[{"match": "type"}])),
        "broken",
    ),
}
FILES = {"1.0.0": V1, "2.0.0": V2, "3.0.0": V3, "4.0": V4}


@pytest.fixture(name="provider")
def _provider() -> Iterator[AnsweringProvider]:
    with answering_provider() as provider:
        yield provider


def written(folder: Path, version: str) -> Path:
    """Write the file of a version."""
    kind = {"type": "Synchronous/HTTP"} if version == "4.0" else {}
    interactions = [
        {"description": name, "request": request, "response": response, **kind}
        for name, (request, response, _) in FILES[version].items()
    ]
    content = {
        "consumer": {"name": "web"},
        "provider": {"name": "shop"},
        "interactions": interactions,
        "metadata": {"pactSpecification": {"version": version}},
    }
    return contracts.write(folder, content)


def comparable(asked: Asked, request: dict[str, Any]) -> tuple[Any, ...]:
    """Give what must be the same with both engines: the headers that the pact names, the query in any order."""
    headers = {name.lower(): asked.headers.get(name.lower()) for name in request.get("headers", {})}
    return asked.method, asked.path, sorted(asked.query), headers, asked.body


@pytest.mark.parametrize("version", FILES)
def test_both_engines_ask_the_same_and_say_the_same(version: str, tmp_path: Path, provider: AnsweringProvider) -> None:
    """Interaction by interaction."""
    pact = written(tmp_path, version)
    wanted = {name: verdict for name, (_, _, verdict) in FILES[version].items()}
    requests = [request for request, _, _ in FILES[version].values()]
    questions = []
    for engine in ("treaty", "official"):
        provider.asked.clear()
        found = outcomes_of(pact, provider.url, engine=engine)
        assert {each.description: each.verdict.value for each in found} == wanted, engine
        questions.append([comparable(*each) for each in zip(provider.asked, requests, strict=True)])
    assert questions[0] == questions[1]
    assert all(value is not None for each in questions[0] for value in each[3].values())


def test_a_pending_interaction_is_told_and_fails_nothing(
    tmp_path: Path, provider: AnsweringProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    """V4 marks promises that nobody has to keep yet."""
    broken = contracts.interaction("not yet", get("/json"), {"status": 201})
    content = contracts.pact([{**broken, "pending": True}, contracts.interaction("now", get("/json"), ok())])
    arguments = ["verify", "--provider", "shop", "--base-url", provider.url, str(contracts.write(tmp_path, content))]
    assert main(arguments) == 0
    assert "pending" in capsys.readouterr().out
    content["interactions"][0]["pending"] = False
    contracts.write(tmp_path, content)
    assert main(arguments) == 1


@pytest.mark.parametrize("engine", ["treaty", "official"])
def test_what_pact_pythons_consumer_writes_verifies(engine: str, tmp_path: Path, provider: AnsweringProvider) -> None:
    """Lists in query and headers, binary and multipart bodies, nested matchers: on the wire and in the verdict."""
    match = pact_python.match
    pact = pact_python.Pact("web", "shop").with_specification("V4")
    (
        pact.upon_receiving("lists", "HTTP")
        .with_request("GET", "/json")
        .with_query_parameter("tag", "a")
        .with_query_parameter("tag", "b")
        .with_header("Accept", "text/html, application/json")
        .will_respond_with(200)
        .with_body(
            {
                "tags": match.each_like("x", min=2),
                "n": match.number(7),
                "none": match.none(),
                "by_id": match.each_value_matches({"1": {"v": 3}}, rules=match.like({"v": 3})),
            }
        )
    )
    (
        pact.upon_receiving("a picture", "HTTP")
        .with_request("PUT", "/picture")
        .with_binary_body(PICTURE, "image/png")
        .will_respond_with(204)
    )
    upload = tmp_path / "upload.png"
    upload.write_bytes(PICTURE)
    (
        pact.upon_receiving("an upload", "HTTP")
        .with_request("POST", "/text")
        .with_multipart_file("picture", upload, "image/png")
        .will_respond_with(200)
        .with_header("Content-Type", match.regex("text/plain", regex=r"text/plain(;.*)?"))
    )
    pact.upon_receiving("broken", "HTTP").with_request("GET", "/json").will_respond_with(200).with_body(
        {"n": match.str("1")}
    )
    pact.write_file(tmp_path)
    (path,) = tmp_path.glob("*.json")
    found = {each.description: each.verdict.value for each in outcomes_of(path, provider.url, engine=engine)}
    assert found == {"lists": "kept", "a picture": "kept", "an upload": "kept", "broken": "broken"}
    asked = {each.method: each for each in provider.asked if each.path != "/json"}
    assert [each.query for each in provider.asked if each.query] == [[("tag", "a"), ("tag", "b")]]
    assert asked["PUT"].body == PICTURE
    assert asked["POST"].headers["content-type"].startswith("multipart/form-data; boundary=")
    assert PICTURE in asked["POST"].body
    assert json.loads(path.read_text())["metadata"]["pactSpecification"]["version"] == "4.0"
