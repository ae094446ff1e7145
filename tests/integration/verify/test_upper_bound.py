"""Providers whose answers depend on calls that no provider state has: tried once more, and not called broken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.verify import contracts
from tests.unit.harness.normalize.sessions import Session
from treaty.normalize.pipeline import normalize
from treaty_cli.app import main

SHOP = """
import http.server, json, os, sys

SETTINGS, THINGS, MEMBERS = {"currency": "USD"}, [], set()

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/health":
            return self.answer(200, {})
        number = int(self.path.rsplit("/", 1)[1])
        if number not in THINGS:
            return self.answer(404, {"error": "not_found"})
        self.answer(200, self.thing(number))

    def do_PUT(self):
        SETTINGS["currency"] = {"europe": "EUR"}[self.body()["region"]]
        self.answer(200, {"done": True})

    def do_POST(self):
        sent = self.body()
        if self.path == "/reset":
            SETTINGS["currency"] = "USD"
            THINGS.clear()
            MEMBERS.clear()
            return self.answer(200, {})
        if self.path == "/members":
            MEMBERS.add(sent["thing_id"])
            return self.answer(201, {"done": True})
        THINGS.append(501 + len(THINGS))
        self.answer(201, {"id": THINGS[-1]})

    def body(self):
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")

    def thing(self, number):
        currency = os.environ.get("CURRENCY") or SETTINGS["currency"]
        return {"id": number, "currency": currency, "member": number in MEMBERS}

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
EDGE = "web>shop"


def recorded(*, currency: str = "USD", member: bool = False) -> dict[str, Any]:
    """Record a thing that is read after its currency was set, or after it was made a member; give the pact."""
    session = Session()
    if currency != "USD":
        session.call(EDGE, "PUT /settings", {"region": "europe"}, 200, {"done": True})
    session.call(EDGE, "POST /things", {"name": "a lamp"}, 201, {"id": 77})
    if member:
        session.call(EDGE, "POST /members", {"thing_id": 77}, 201, {"done": True})
    session.call(EDGE, "GET /things/77", None, 200, {"id": 77, "currency": currency, "member": member})
    (pact,) = normalize(session.exchanges).pacts.values()
    return dict(pact)


def verify(folder: Path, pact: dict[str, Any], *arguments: str, **more: Any) -> tuple[int, dict[str, dict[str, Any]]]:
    """Verify a shop that is started; give the exit status, and the last event of each interaction."""
    (folder / "shop.py").write_text(SHOP)
    service = {"start": ["${python}", "shop.py", "${port}"], "ready": "/health", **more}
    config = folder / "treaty.yaml"
    config.write_text(yaml.safe_dump({"services": {"shop": service}, "edges": ["web:shop"]}))
    (folder / "pacts").mkdir()
    contracts.write(folder / "pacts", pact)
    report = folder / "events.jsonl"
    status = main(["verify", "--provider", "shop", "--config", str(config), "--json", str(report), *arguments])
    events = [json.loads(line) for line in report.read_text().splitlines()]
    return status, {event["description"]: event for event in events if event["event"] == "interaction"}


@pytest.mark.parametrize(
    ("more", "rounds"), [({}, "1"), ({"reset": "/reset"}, "1"), ({"reset": "/reset"}, "2")], ids=str
)
def test_a_call_that_shares_nothing_with_the_state_is_found_and_named(
    tmp_path: Path, more: dict[str, Any], rounds: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The region is that of the whole shop: no value leads from it to the thing, nor to its currency."""
    status, outcomes = verify(tmp_path, recorded(currency="EUR"), "--rounds", rounds, **more)
    assert status == 3
    reason = outcomes["GET /things/{id} -> 200"]["reason"]
    assert (reason["code"], reason["where"]) == ("state-too-small", "it lacks PUT /settings -> 200 (web -> shop)")
    assert "'EUR'" in reason["why"] or '"EUR"' in reason["why"]
    assert [outcomes[name]["verdict"] for name in sorted(outcomes)] == ["could not tell", "kept", "kept"]
    assert "[state-too-small]" in capsys.readouterr().out


def test_a_call_about_the_same_thing_is_found_in_the_state(tmp_path: Path) -> None:
    """It is about this thing, so it is sent between the making of the thing and the read."""
    status, outcomes = verify(tmp_path, recorded(member=True))
    assert status == 3
    reason = outcomes["GET /things/{id} -> 200"]["reason"]
    assert (reason["code"], reason["where"]) == ("state-too-small", "it lacks POST /members -> 201")


def test_what_no_call_mends_stays_broken(tmp_path: Path) -> None:
    """With its differences; the shop forgets what it was told."""
    status, outcomes = verify(tmp_path, recorded(currency="EUR", member=True), env={"CURRENCY": "GBP"})
    assert status == 1
    outcome = outcomes["GET /things/{id} -> 200"]
    assert (outcome["verdict"], outcome["reason"]) == ("broken", None)
    assert [each["location"] for each in outcome["differences"]] == ["body.$.currency", "body.$.member"]


def test_nothing_is_tried_on_a_provider_that_is_not_ours(tmp_path: Path) -> None:
    """That is said where something could have been tried; the provider that runs here knows no things."""
    from tests.integration.verify.provider import running_provider

    with running_provider() as provider:
        status, outcomes = verify(tmp_path, recorded(member=True), "--base-url", provider.url)
    assert status == 1
    assert "only a provider that Treaty started" in outcomes["GET /things/{id} -> 200"]["note"]
