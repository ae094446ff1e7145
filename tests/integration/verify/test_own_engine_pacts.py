"""Pacts that others wrote, by hand and with pact-python, and pacts that nobody should write."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.integration.verify import contracts
from tests.integration.verify.provider import RunningProvider, running_provider
from tests.integration.verify.test_own_engine import outcomes_of
from treaty.adapters.http_calls import HttpCalls
from treaty.errors import PactUnreadable
from treaty.verify.calls import Call
from treaty.verify.outcome import Outcome, Verdict
from treaty_cli.app import main

ENGINES = ["treaty", "official"]


@pytest.fixture(name="engine", params=ENGINES)
def _engine(request: pytest.FixtureRequest) -> str:
    if request.param == "official":
        pytest.importorskip("pact", reason="the extra 'official' is not installed")
    return str(request.param)


@pytest.fixture(name="provider")
def _provider() -> Iterator[RunningProvider]:
    with running_provider() as provider:
        yield provider


@contextmanager
def handler_of_states(provider: RunningProvider) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    """Serve Pact's protocol: a user is made in the provider, and its id returned."""
    asked: list[Mapping[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(request)
            values: dict[str, Any] = {}
            if request["action"] == "setup" and request["state"] == "a user exists":
                values = {"id": _make_user(provider, f"user{len(asked)}@example.com")}
            body = json.dumps(values).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given by the standard library
            """Keep standard error clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/states", asked
        finally:
            server.shutdown()
            thread.join()


def _make_user(provider: RunningProvider, email: str) -> int:
    body = json.dumps({"name": "Alice", "email": email}).encode()
    call = Call(method="POST", target="/users", headers=(("Content-Type", "application/json"),), body=body)
    with HttpCalls(provider.url) as calls:
        return int(json.loads(calls.send(call, seconds=5).body)["id"])


V2: dict[str, Any] = {
    "consumer": {"name": "web"},
    "provider": {"name": "shop"},
    "interactions": [
        {
            "description": "health",
            "request": {"method": "get", "path": "/health"},
            "response": {
                "status": 200,
                "headers": {"Content-Type": "application/json"},
                "body": {"ok": False},
                "matchingRules": {"$.body.ok": {"match": "type"}},
            },
        },
        {
            "description": "nobody",
            "request": {"method": "GET", "path": "/users/77", "query": "verbose=1&verbose=2"},
            "response": {"status": 404, "body": {"error": "x"}, "matchingRules": {"$.body.error": {"match": "type"}}},
        },
        {
            "description": "wrong on purpose",
            "request": {"method": "GET", "path": "/health"},
            "response": {"status": 200, "body": {"ok": "yes"}},
        },
    ],
    "metadata": {"pactSpecification": {"version": "2.0.0"}},
}
V3: dict[str, Any] = {
    "consumer": {"name": "web"},
    "provider": {"name": "shop"},
    "interactions": [
        {
            "description": "a user",
            "providerStates": [{"name": "a user exists", "params": {"role": "member"}}, {"name": "all is well"}],
            "request": {
                "method": "GET",
                "path": "/users/1",
                "generators": {"path": {"type": "ProviderState", "expression": "/users/${id}"}},
            },
            "response": {
                "status": 200,
                "body": {"id": 1, "name": "A", "role": "member", "created_at": "2000-01-01"},
                "matchingRules": {
                    "body": {
                        "$.id": {"matchers": [{"match": "integer"}]},
                        "$.name": {"matchers": [{"match": "regex", "regex": "[A-Z][a-z]+"}]},
                        "$.created_at": {"matchers": [{"match": "type"}]},
                    }
                },
            },
        }
    ],
    "metadata": {"pactSpecification": {"version": "3.0.0"}},
}


def verdicts(found: list[Outcome]) -> list[str]:
    return [each.verdict.value for each in found]


def test_a_v2_file_verifies(tmp_path: Path, provider: RunningProvider, engine: str) -> None:
    """Rules under `$.body`, queries as text, headers as text."""
    found = outcomes_of(contracts.write(tmp_path, V2), provider.url, engine=engine)
    assert verdicts(found) == ["kept", "kept", "broken"]
    assert [each.location for each in found[2].differences] == ["body.$.ok"]


def test_the_state_of_a_v2_file_is_brought_about_by_the_users_handler(
    tmp_path: Path, provider: RunningProvider, engine: str
) -> None:
    """It is one name, has no parameters, and gives no values."""
    lonely = {
        "description": "a user",
        "providerState": "a user exists",
        "request": {"method": "GET", "path": "/users/1"},
        "response": {"status": 200, "body": {"id": 1}},
    }
    with handler_of_states(provider) as (url, asked):
        pact = contracts.write(tmp_path, {**V2, "interactions": [lonely]})
        assert verdicts(outcomes_of(pact, provider.url, engine=engine, state_url=url)) == ["kept"]
    assert [(each["action"], each["state"]) for each in asked] == [
        ("setup", "a user exists"),
        ("teardown", "a user exists"),
    ]


def test_a_v3_file_with_states_verifies_with_the_users_handler(
    tmp_path: Path, provider: RunningProvider, engine: str
) -> None:
    """It is told state by state, with parameters, and torn down; its values go into the request."""
    with handler_of_states(provider) as (url, asked):
        found = outcomes_of(contracts.write(tmp_path, V3), provider.url, engine=engine, state_url=url)
    assert verdicts(found) == ["kept"]
    assert {"action": "setup", "params": {"role": "member"}, "state": "a user exists"} in asked
    assert sorted(each["action"] for each in asked) == ["setup", "setup", "teardown", "teardown"]


def test_steps_and_manual_states_can_be_mixed(tmp_path: Path, provider: RunningProvider, engine: str) -> None:
    """An interaction may need both."""
    mixed = json.loads(json.dumps(contracts.READ_USER))
    mixed["providerStates"].append({"name": "all is well"})
    with handler_of_states(provider) as (url, asked):
        pact = contracts.write(tmp_path, contracts.pact([mixed]))
        assert verdicts(outcomes_of(pact, provider.url, engine=engine, state_url=url)) == ["kept"]
    assert [each["state"] for each in asked] == ["all is well"] * 2


def test_a_pact_of_pact_pythons_own_dsl_verifies(tmp_path: Path, provider: RunningProvider, engine: str) -> None:
    """Matchers and generators as it writes them."""
    pact_python = pytest.importorskip("pact", reason="the extra 'official' is not installed")
    match = pact_python.match
    pact = pact_python.Pact("web", "shop").with_specification("V4")
    (
        pact.upon_receiving("health", "HTTP")
        .with_request("GET", "/health")
        .will_respond_with(200)
        .with_body({"ok": match.bool(True)})
    )
    (
        pact.upon_receiving("a user", "HTTP")
        .given("a user exists", role="member")
        .with_request("GET", "/users/1")
        .with_generators({"path": {"type": "ProviderState", "expression": "/users/${id}"}}, "Request")
        .will_respond_with(200)
        .with_header("Content-Type", "application/json")
        .with_body(
            {
                "id": match.int(1),
                "name": match.str("A"),
                "email": match.regex("a@b", regex=r"\S+@\S+"),
                "role": match.regex("member", regex="member|admin"),
            }
        )
    )
    (
        pact.upon_receiving("a new user", "HTTP")
        .with_request("POST", "/users")
        .with_body({"name": match.str("Bob"), "email": match.str("bob@example.com")})
        .will_respond_with(201)
        .with_body({"id": match.int(1), "name": "Bob"})
    )
    pact.write_file(tmp_path)
    (path,) = tmp_path.glob("*.json")
    with handler_of_states(provider) as (url, _):
        found = outcomes_of(path, provider.url, engine=engine, state_url=url)
    assert verdicts(found) == ["kept"] * 3


def test_messages_that_nobody_hands_out_could_not_be_told_with_a_reason(
    tmp_path: Path, provider: RunningProvider
) -> None:
    """Where there is no handler of messages, what it answers is no message."""
    message = {"type": "Asynchronous/Messages", "description": "an event", "contents": contracts.json_body({"a": 1})}
    (found,) = outcomes_of(contracts.write(tmp_path, contracts.pact([message])), provider.url)
    assert found.verdict is Verdict.COULD_NOT_TELL
    assert found.reason is not None
    assert "it answered 404" in found.reason.why


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def with_response(**response: Any) -> dict[str, Any]:
    return contracts.pact(
        [contracts.interaction("x", {"method": "GET", "path": "/health"}, {"status": 200, **response})]
    )


WHOLE = json.dumps(contracts.pact(contracts.EVERYTHING))
BOMB = '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY c "&a;&a;&a;&a;&a;&a;&a;&a;">]><b>&c;</b>'
UNREADABLE: dict[str, str] = {
    "cut off": WHOLE[: len(WHOLE) // 2],
    "not an object": "[]",
    "wrong types": json.dumps({**contracts.pact([]), "interactions": {"a": 1}}),
    "an interaction of a wrong type": json.dumps(contracts.pact([7])),  # type: ignore[list-item]  # that is the point
    "a status of a wrong type": json.dumps(with_response(status="many")),
    "deeper than any parser": '{"a":' * 100_000,
    "an unknown version": json.dumps(
        {**contracts.pact(contracts.EVERYTHING), "metadata": {"pactSpecification": {"version": "9.0"}}}
    ),
    "an unknown matcher": json.dumps(
        with_response(body=contracts.json_body({"a": 1}), matchingRules=contracts.rules(a={"match": "guess"}))
    ),
    "not text": "\udcff\udcfe",
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_pact_is_refused_with_its_place(
    tmp_path: Path, provider: RunningProvider, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 2, and nothing is sent."""
    path = tmp_path / "web-shop.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert main(["verify", "--provider", "shop", "--base-url", provider.url, str(path)]) == 2
    errors = capsys.readouterr().err
    assert f"[{PactUnreadable.code}]" in errors
    assert "Traceback" not in errors
    assert provider.seen == []


HOSTILE: dict[str, dict[str, Any]] = {
    "a regex that backtracks for ever": with_response(
        body=contracts.json_body({"ok": "a" * 40 + "!"}),
        matchingRules=contracts.rules(ok={"match": "regex", "regex": "(a+)+$"}),
    ),
    "a regex that is none": with_response(
        body=contracts.json_body({"ok": "a"}), matchingRules=contracts.rules(ok={"match": "regex", "regex": "(("})
    ),
    "a deep example": with_response(body=contracts.json_body({"ok": deep(150)})),
    "a huge number": with_response(body=contracts.json_body({"ok": 10**3000})),
    "an XML bomb": with_response(
        headers={"Content-Type": ["application/xml"]},
        body={"contentType": "application/xml", "encoded": False, "content": BOMB},
    ),
    "a path with a line break": contracts.pact(
        [contracts.interaction("x", {"method": "GET", "path": "/a\r\nX: 1"}, {"status": 200})]
    ),
    "a method that is none": contracts.pact(
        [contracts.interaction("x", {"method": "GET / HTTP/1.1\r\nX: 1", "path": "/"}, {"status": 200})]
    ),
    "a header with a line break": contracts.pact(
        [contracts.interaction("x", {"method": "GET", "path": "/", "headers": {"X": ["a\r\nY: 1"]}}, {"status": 200})]
    ),
    "a body that is not base64": with_response(
        body={"contentType": "text/plain", "encoded": "base64", "content": "###"}
    ),
    "notes of a wrong type": contracts.pact(
        [{**contracts.HEALTH, "comments": {"treaty": {"response": {"body.$.ok": [1], "body.$[": {"cause": "clock"}}}}}]
    ),
    "a state that refers to itself": contracts.pact(
        [{**contracts.READ_USER}],
        states={
            contracts.STATE: {
                "name": "s",
                "mint": {"user_id_4f1c": {"type": "base64", "like": "${user_id_4f1c}"}},
                "steps": [],
            }
        },
    ),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_pact_gets_an_answer(
    tmp_path: Path, provider: RunningProvider, content: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """Kept, broken, could not tell or unreadable: but no fault of ours, and no request that nobody meant."""
    path = contracts.write(tmp_path, content)
    status = main(["verify", "--provider", "shop", "--base-url", provider.url, str(path)])
    output, errors = capsys.readouterr()
    assert status in {0, 1, 2, 3}
    assert "Traceback" not in output + errors
    assert len(provider.seen) <= 1


def test_a_provider_that_never_answers_is_bounded(tmp_path: Path) -> None:
    """The reason names the time that was waited."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        pact = contracts.write(tmp_path, contracts.pact([contracts.HEALTH]))
        (found,) = outcomes_of(pact, url)
    assert found.verdict is Verdict.COULD_NOT_TELL
    assert found.reason is not None
    assert "no complete answer within 5 s" in found.reason.why
