"""What people need to get through: computed headers, secrets out of the environment, and where writes may go."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import pytest

from tests.integration.verify import contracts
from tests.integration.verify.provider import running_provider
from tests.integration.verify.test_provider_alone import events
from treaty_cli.app import main

KEY: Final = "correct-horse-battery"
SIGN: Final = """
import base64, hashlib, json, sys
request = json.load(sys.stdin)
body = base64.b64decode(request["body_base64"])
text = f"{request['method']} {request['url']} ".encode() + body
print("X-Signature:", hashlib.sha256(text + KEY).hexdigest())
"""


@dataclass
class Guarded:
    """A provider that lets in who has signed the request, or has the key."""

    url: str = ""
    seen: list[str] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    provider: Guarded

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.provider.seen.append(f"{self.command} {self.path}")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        text = f"{self.command} {self.provider.url}{self.path} ".encode() + body
        signed = self.headers.get("X-Signature") == hashlib.sha256(text + KEY.encode()).hexdigest()
        held = self.headers.get("Authorization") == f"Bearer {KEY}" or self.headers.get("X-Api-Key") == KEY
        status = 200 if signed or held else 401
        answer = json.dumps({"id": 7, "told": dict(self.headers.items())}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given by the standard library
        """Keep standard error clean."""


@contextmanager
def guarded() -> Iterator[Guarded]:
    provider = Guarded()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def verify(provider: str, *arguments: str | Path) -> int:
    return main(["verify", "--provider", "shop", "--base-url", provider, *map(str, arguments)])


def reason(report: Path) -> dict[str, str]:
    (judged,) = [event for event in events(report) if event["event"] == "interaction"]
    found: dict[str, str] = judged["reason"]
    return found


LOG_IN: Final = {
    "call": {
        "request": {
            "method": "POST",
            "path": "/things",
            "headers": {**contracts.JSON_HEADERS, "X-Api-Key": ["${secret.api_key}"]},
            "body": contracts.json_body({"n": 1}),
        },
        "status": 200,
        "bind": {"thing_id_4f1c": "body.$.id"},
    }
}
STATES: Final = {"aa": {"name": "a thing exists", "steps": [LOG_IN]}}


def read_thing(headers: dict[str, Any], generators: dict[str, Any] | None = None) -> dict[str, Any]:
    return contracts.interaction(
        "GET /things/{id} -> 200",
        {
            "method": "GET",
            "path": "/things/1",
            "headers": headers,
            "generators": {"path": contracts.from_state("/things/${thing_id_4f1c}"), **(generators or {})},
        },
        {"status": 200, "body": contracts.json_body({"id": 7})},
        providerStates=contracts.ours("a thing exists", "aa"),
    )


IN_HEADER: Final = read_thing({"Authorization": ["Bearer ${secret.token}"]})
IN_GENERATOR: Final = read_thing(
    {"Authorization": ["Bearer x"]}, {"header": {"Authorization": contracts.from_state("Bearer ${secret.token}")}}
)


@pytest.mark.parametrize("content", [IN_HEADER, IN_GENERATOR], ids=["header", "generator"])
def test_slots_are_filled_from_the_environment(
    tmp_path: Path, content: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In set-up steps, in headers and in generators; the value is shown nowhere."""
    monkeypatch.setenv("SHOP_KEY", KEY)
    broken = json.loads(json.dumps(content).replace('"id": 7', '"told": 8'))
    path = contracts.write(tmp_path, contracts.pact([content], states=STATES))
    other = contracts.write(tmp_path, contracts.pact([broken], states=STATES, consumer="app"), "app-shop.json")
    secrets = ["--secret", "api_key=env:SHOP_KEY", "--secret", "token=env:SHOP_KEY"]
    reports = [tmp_path / name for name in ("events.jsonl", "junit.xml", "page.html")]
    files = [f"--{name}={report}" for name, report in zip(("json", "junit", "html"), reports, strict=True)]
    with guarded() as provider:
        assert verify(provider.url, path, *secrets) == 0
        assert provider.seen == ["POST /things", "GET /things/7"]
        assert verify(provider.url, other, *secrets, *files) == 1
    output, errors = capsys.readouterr()
    assert KEY not in output + errors + "".join(report.read_text() for report in reports)


def test_what_is_not_given_could_not_be_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sent for it, and the slots are named; what needs none is judged."""
    monkeypatch.setenv("SHOP_KEY", KEY)
    path, report = contracts.write(tmp_path, contracts.pact([IN_HEADER], states=STATES)), tmp_path / "events.jsonl"
    with guarded() as provider:
        assert verify(provider.url, path, "--json", report, "--secret", "token=env:SHOP_KEY") == 3
        assert provider.seen == []
    assert reason(report)["code"] == "secret-missing"
    assert "${secret.api_key}" in reason(report)["why"]
    assert "token" not in reason(report)["why"]


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        ("tokne=env:SHOP_KEY", "did you mean 'token'?"),
        ("token=env:SHOP_KYE", "did you mean 'SHOP_KEY'?"),
        ("token=env:UNLIKE_ALL_OTHERS_42", "export UNLIKE_ALL_OTHERS_42"),
        (f"token={KEY}", "--secret token=env:VARIABLE"),
        (KEY, "NAME=env:VARIABLE"),
    ],
)
def test_secrets_that_are_unknown_or_unset_are_usage_errors(
    tmp_path: Path, secret: str, why: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A text that may be the secret itself is not repeated."""
    monkeypatch.setenv("SHOP_KEY", KEY)
    path = contracts.write(tmp_path, contracts.pact([IN_HEADER], states=STATES))
    assert verify("http://127.0.0.1:1", path, "--secret", secret) == 2
    errors = capsys.readouterr().err
    assert why in errors
    assert KEY not in errors


def test_the_official_engine_refuses_slots_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is started; what is chosen without them is verified."""
    pytest.importorskip("pact", reason="the extra 'official' is not installed")
    monkeypatch.setenv("SHOP_KEY", KEY)
    path = contracts.write(tmp_path, contracts.pact([IN_HEADER, WITHOUT_KEY], states=STATES))
    flags = ["--engine", "official", "--secret", "api_key=env:SHOP_KEY", "--secret", "token=env:SHOP_KEY"]
    with guarded() as provider:
        assert verify(provider.url, path, *flags) == 2
        assert provider.seen == []
        assert verify(provider.url, path, *flags, "--description", "401") == 0
    errors = capsys.readouterr().err
    assert "${secret.token}" in errors
    assert "--engine treaty" in errors


def signing(key: str) -> str:
    return shlex.join([sys.executable, "-c", SIGN.replace("KEY", repr(key.encode()))])


SIGNED_STATES: Final[dict[str, Any]] = json.loads(json.dumps(STATES).replace("${secret.api_key}", "none"))


def test_a_command_signs_every_request(tmp_path: Path) -> None:
    """Those of set-up, too, each with its body and its place."""
    path = contracts.write(tmp_path, contracts.pact([read_thing({})], states=SIGNED_STATES))
    with guarded() as provider:
        assert verify(provider.url, path, "--header-command", signing(KEY)) == 0
        assert verify(provider.url, path, "--header-command", signing("wrong")) == 3
        assert verify(provider.url, path) == 3


def test_what_the_command_computed_is_not_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The provider tells it back, in an answer that is broken and reported."""
    content = contracts.interaction(
        "GET /things -> 200",
        {"method": "GET", "path": "/things"},
        {"status": 200, "body": contracts.json_body({"told": {"X-Signature": "x"}})},
    )
    path, report = contracts.write(tmp_path, contracts.pact([content])), tmp_path / "events.jsonl"
    with guarded() as provider:
        assert verify(provider.url, path, "--header-command", signing(KEY), "--json", report) == 1
        text = f"GET {provider.url}/things ".encode()
    output, errors = capsys.readouterr()
    signature = hashlib.sha256(text + KEY.encode()).hexdigest()
    assert "told" in output
    assert signature not in output + errors + report.read_text()


def test_a_command_that_fails_is_no_verdict(tmp_path: Path) -> None:
    """Its last words say why, and nothing was sent."""
    path, report = contracts.write(tmp_path, contracts.pact([contracts.HEALTH])), tmp_path / "events.jsonl"
    command = shlex.join([sys.executable, "-c", "import sys; sys.exit('the vault is closed')"])
    with guarded() as provider:
        assert verify(provider.url, path, "--header-command", command, "--json", report) == 3
        assert provider.seen == []
    assert "the vault is closed" in reason(report)["why"]


def test_the_official_engine_knows_no_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pytest.importorskip("pact", reason="the extra 'official' is not installed")
    path = contracts.write(tmp_path, contracts.pact([contracts.HEALTH]))
    assert verify("http://127.0.0.1:1", path, "--engine", "official", "--header-command", "true") == 2
    assert "--engine treaty" in capsys.readouterr().err


WITHOUT_KEY: Final = contracts.interaction(
    "GET /things -> 401", {"method": "GET", "path": "/things"}, {"status": 401, "body": contracts.json_body({"id": 7})}
)
STALE: Final = {
    **WITHOUT_KEY,
    "description": "GET /things/9 -> 200",
    "request": {"method": "GET", "path": "/things/9", "headers": {"Authorization": ["Bearer stale"]}},
    "response": {"status": 200, "body": contracts.json_body({"id": 7})},
}


@pytest.mark.parametrize("engine", ["treaty", "official"])
def test_a_given_credential_stays_away_from_what_promises_a_refusal(tmp_path: Path, engine: str) -> None:
    """It takes the place of the recorded example elsewhere; the report says to how many interactions it was added."""
    if engine == "official":
        pytest.importorskip("pact", reason="the extra 'official' is not installed")
    path, report = contracts.write(tmp_path, contracts.pact([WITHOUT_KEY, STALE])), tmp_path / "events.jsonl"
    given = ["--header", f"Authorization: Bearer {KEY}", "--engine", engine]
    with guarded() as provider:
        assert verify(provider.url, path, *given, "--json", report) == 0
        assert verify(provider.url, path, "--engine", engine) == 1
    assert len(events(report)) == 4


LOGGED_IN: Final = {
    "name": "a thing exists",
    "mint": {"key_4f1c": {"type": "string", "like": "key-1"}},
    "steps": [
        {
            "call": {
                "request": {"method": "POST", "path": "/things", "headers": {"X-Api-Key": ["${key_4f1c}"]}},
                "status": 401,
                "bind": {"thing_id_4f1c": "body.$.id", "told_4f1c": "body.$.told.X-Api-Key"},
            }
        }
    ],
}


def test_a_given_header_stays_away_from_values_that_set_up_makes(tmp_path: Path) -> None:
    """In steps and in requests: what was bound belongs to the resource that was made."""
    request = {
        "method": "GET",
        "path": "/things/1",
        "headers": {"X-Api-Key": ["key-1"]},
        "generators": {
            "path": contracts.from_state("/things/${thing_id_4f1c}"),
            "header": {"X-Api-Key": contracts.from_state("${told_4f1c}")},
        },
    }
    response = {"status": 401, "body": contracts.json_body({"id": 7})}
    content = contracts.interaction(
        "GET /things/{id} -> 401", request, response, providerStates=contracts.ours("a thing exists", "aa")
    )
    path = contracts.write(tmp_path, contracts.pact([content], states={"aa": LOGGED_IN}))
    with guarded() as provider:
        assert verify(provider.url, path, "--header", f"X-Api-Key: {KEY}") == 0


def test_the_command_line_of_a_failure_has_the_headers_that_were_given_and_computed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As variables; once they are set it sends the same request."""
    broken = {**STALE, "response": {"status": 404}}
    path = contracts.write(tmp_path, contracts.pact([broken]))
    with guarded() as provider:
        given = ["--header", f"Authorization: Bearer {KEY}", "--header-command", signing(KEY)]
        assert verify(provider.url, path, *given) == 1
        command = capsys.readouterr().out.partition("to send it again:")[2].partition("\n\n")[0]
        set_first = {"AUTHORIZATION": f"Bearer {KEY}", "X_SIGNATURE": "computed", "PATH": os.environ["PATH"]}
        done = subprocess.run(
            ["/bin/sh", "-c", command], capture_output=True, check=True, env=set_first, text=True, timeout=30
        )
    assert '-H "Authorization: ${AUTHORIZATION}"' in command
    assert done.stdout.startswith("HTTP/1.1 200")
    assert '"X-Signature": "computed"' in done.stdout


@pytest.mark.parametrize(
    ("content", "arguments", "option"),
    [
        (contracts.CREATE_USER, [], "--allow-writes shop.invalid"),
        ({**contracts.HEALTH, "request": {"method": "DELETE", "path": "/all"}}, [], "--allow-writes shop.invalid"),
        (
            {**contracts.HEALTH, "request": {"method": "DELETE", "path": "/all"}},
            ["--allow-writes", "shop.invalid"],
            "--destructive",
        ),
    ],
)
def test_writes_elsewhere_are_refused_before_anything_is_sent(
    tmp_path: Path, content: dict[str, Any], arguments: list[str], option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also those of interactions; --destructive is one more word for what this run did not create."""
    path = contracts.write(tmp_path, contracts.pact([content]))
    assert verify("http://shop.invalid", path, *arguments) == 2
    errors = capsys.readouterr().err
    assert "[writes-refused]" in errors
    assert option in errors
    # With all that is needed the host is looked for, and is not there.
    allowed = ["--allow-writes", "shop.invalid", "--destructive"]
    assert verify("http://shop.invalid", path, *allowed) == 3


def test_a_pending_interaction_is_reported_and_does_not_fail_the_run(tmp_path: Path) -> None:
    """With our engine; other broken ones do."""
    pending = {**contracts.HEALTH, "pending": True, "response": {"status": 418}}
    path, report = contracts.write(tmp_path, contracts.pact([pending])), tmp_path / "events.jsonl"
    with running_provider() as provider:
        assert verify(provider.url, path, "--json", report) == 0
        broken = contracts.write(tmp_path, contracts.pact([pending, {**pending, "pending": False}]), "b.json")
        assert verify(provider.url, broken) == 1
    assert events(report)[-1]["pending_broken"] == 1
