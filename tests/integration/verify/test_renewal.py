"""Providers that are emptied, or started anew, before each set-up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integration.verify import contracts
from tests.integration.verify.test_provider_alone import events, project, verify

pytest.importorskip("aiosmtpd", reason="the mail sink needs aiosmtpd")

LISTING = """
import http.server, json, os, pathlib, sys

STORE = pathlib.Path(os.environ["STORE"])

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200, {"ok": True} if self.path == "/health" else self.things())

    def do_POST(self):
        if self.path == "/reset":
            STORE.unlink(missing_ok=True)
            self.answer(int(os.environ.get("RESET_STATUS", "200")), {})
        else:
            STORE.write_text(json.dumps([*self.things(), 1]))
            self.answer(201, self.things())

    def things(self):
        return json.loads(STORE.read_text()) if STORE.exists() else []

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass

http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def ours(key: str) -> list[dict[str, Any]]:
    return contracts.ours(f"{key} things exist", key)


def post(count: int, key: str) -> dict[str, Any]:
    """Promise how many things there are after one more was made."""
    return contracts.interaction(
        f"POST /things -> 201, then {count}",
        {"method": "POST", "path": "/things"},
        {"status": 201, "body": contracts.json_body([1] * count)},
        providerStates=ours(key),
    )


EMPTY = contracts.interaction(
    "GET /things -> 200, none",
    {"method": "GET", "path": "/things"},
    {"status": 200, "body": contracts.json_body([])},
    providerStates=ours("none"),
)
MAKE = {"call": {"request": {"method": "POST", "path": "/things"}, "status": 201}}
STATES = {"none": {"name": "none", "steps": []}, "one": {"name": "one", "steps": [MAKE]}}
INTERACTIONS = [post(1, "none"), post(2, "one"), EMPTY]


def listing(folder: Path, **more: Any) -> Path:
    """Write a project whose shop holds a list that every set-up changes for all others."""
    environment = {"STORE": "${work}/things.json", **more.pop("environment", {})}
    config = project(folder, start=["${python}", "listing.py", "${port}"], env=environment, **more)
    (folder / "listing.py").write_text(LISTING)
    contracts.write(folder / "pacts", contracts.pact(INTERACTIONS, states=STATES))
    return config


def test_without_it_set_ups_meet_what_those_before_left_behind(tmp_path: Path) -> None:
    """Else the tests below would prove nothing."""
    assert verify(listing(tmp_path)) == 1


@pytest.mark.parametrize(
    "reset", ["/reset", ["${python}", "-c", "import os; os.path.exists(f:=os.environ['STORE']) and os.remove(f)"]]
)
@pytest.mark.parametrize("engine", ["treaty", "official"])
def test_a_provider_that_says_how_is_emptied_before_each_set_up(tmp_path: Path, reset: Any, engine: str) -> None:
    """By a URL or by a command, with both engines."""
    if engine == "official":
        pytest.importorskip("pact", reason="the extra 'official' is not installed")
    assert verify(listing(tmp_path, reset=reset), "--engine", engine) == 0


def test_several_workers_become_one(tmp_path: Path) -> None:
    """Said in the report: emptying disturbs whoever works at the same time."""
    report = tmp_path / "events.jsonl"
    assert verify(listing(tmp_path, reset="/reset"), "--workers", "4", "--json", report) == 0
    assert "one worker" in events(report)[0]["notes"][0]


def test_a_reset_that_fails_is_no_verdict(tmp_path: Path) -> None:
    """Each interaction says so."""
    report = tmp_path / "events.jsonl"
    config = listing(tmp_path, reset="/reset", environment={"RESET_STATUS": "500"})
    assert verify(config, "--json", report) == 3
    reasons = [event["reason"] for event in events(report) if event["event"] == "interaction"]
    assert [reason["what"] for reason in reasons] == ["the provider could not be reset"] * len(INTERACTIONS)
    assert "500" in reasons[0]["why"]


@pytest.mark.parametrize("rounds", ["1", "2"])
def test_a_fresh_provider_has_an_empty_folder(tmp_path: Path, rounds: str) -> None:
    """Each set-up starts a new process at the same address."""
    config = listing(tmp_path)
    assert verify(config, "--fresh", "--rounds", rounds) == 0


def test_a_provider_that_is_not_ours_cannot_be_started_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Told before anything is sent."""
    from tests.integration.verify.provider import running_provider

    with running_provider() as provider:
        assert verify(listing(tmp_path), "--fresh", "--base-url", provider.url) == 2
        assert provider.seen == []
    assert "--fresh" in capsys.readouterr().err
