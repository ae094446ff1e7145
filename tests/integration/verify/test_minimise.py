"""Set-up steps that nothing needs are found on the provider itself, which is started for it (DESIGN 4.4)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.harness.normalize.sessions import START, Session
from treaty.session.info import SessionInfo
from treaty.session.writer import SessionWriter
from treaty_cli.app import main

SHOP = """
import http.server, json, sys

THINGS = {}

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/health":
            return self.answer(200, {})
        thing = THINGS.get(int(self.path.split("/")[2]))
        self.answer(404, {"error": "not_found"}) if thing is None else self.answer(200, thing)

    def do_PUT(self):
        number, name = self.path.split("/")[2:]
        sent = self.body()
        if name == "colour":
            THINGS[int(number)]["colour"] = sent["colour"]
        self.answer(200, {"done": True})

    def do_POST(self):
        number = 501 + len(THINGS)
        THINGS[number] = {"id": number, "colour": "none", **self.body()}
        self.answer(201, {"id": number})

    def body(self):
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")

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
READ = "GET /things/{id} -> 200"
MADE, SIZED, COLOURED, PLACED = (
    "POST /things -> 201",
    "PUT /things/{id}/size -> 200",
    "PUT /things/{id}/colour -> 200",
    "PUT /things/{id}/place -> 200",
)


def recorded(folder: Path, *asked: str) -> Path:
    """Record a thing that got a colour, which its reading shows, a size and a place; and what the bank was asked."""
    session = Session()
    session.call(EDGE, "POST /things", {"name": "a lamp"}, 201, {"id": 77})
    session.call(EDGE, "PUT /things/77/size", {"size": "large"}, 200, {"done": True})
    session.call(EDGE, "PUT /things/77/colour", {"colour": "red"}, 200, {"done": True})
    session.call(EDGE, "PUT /things/77/place", {"place": "attic"}, 200, {"done": True})
    session.call(EDGE, "GET /things/77", None, 200, {"id": 77, "colour": "red", "name": "a lamp"})
    for call in asked:
        session.call("shop>bank", call, None, 200, {"rate": 2})
    with SessionWriter(folder, SessionInfo(started=START, edges=())) as writer:
        for exchange in session.exchanges:
            writer.append(exchange)
    return folder


def configure(folder: Path, monkeypatch: pytest.MonkeyPatch, **service: Any) -> None:
    """Say how the shop is started, and work in its folder."""
    (folder / "shop.py").write_text(SHOP)
    settings = service or {"start": ["${python}", "shop.py", "${port}"], "ready": "/health"}
    (folder / "treaty.yaml").write_text(yaml.safe_dump({"services": {"shop": settings}, "edges": ["web:shop"]}))
    monkeypatch.chdir(folder)


def steps_of(pact: Path, description: str) -> tuple[list[str], list[str]]:
    """Give the steps of the state of an interaction, and what it leaves out."""
    document = json.loads(pact.read_bytes())
    (found,) = [each for each in document["interactions"] if each["description"] == description]
    state = document["metadata"]["treaty"]["states"][found["providerStates"][0]["params"]["treaty"]]
    calls = [step["call"]["description"] for step in state["steps"]]
    return calls, [call["call"]["description"] for call in state.get("also", {}).get("calls", [])]


def test_steps_that_no_interaction_needs_are_dropped_and_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One recorded step is needed for what is shown, two are not; the smaller pact is kept, and its bytes stay."""
    configure(tmp_path, monkeypatch)
    session, pact = recorded(tmp_path / "session"), tmp_path / "pacts" / "web-shop.json"
    assert main(["normalize", str(session)]) == 0
    before = steps_of(pact, READ)[0]
    assert main(["normalize", str(session), "--minimise"]) == 0
    assert before == [MADE, SIZED, COLOURED, PLACED]
    assert steps_of(pact, READ) == ([MADE, COLOURED], [SIZED, PLACED])
    shown = capsys.readouterr().out
    assert "shop: 5 steps of 3 interactions left out, 7 trials" in shown
    assert f"without {SIZED}" in shown
    assert main(["verify", "--provider", "shop"]) == 0
    (seen,) = json.loads((session / "evidence.json").read_bytes())["edges"]
    (told,) = [each for each in seen["interactions"].values() if each["description"] == READ]
    assert [step["call"] for step in told["steps"]] == [MADE, COLOURED]
    data = pact.read_bytes()
    assert main(["normalize", str(session), "--minimise", "--provider", "shop"]) == 0
    assert pact.read_bytes() == data


def test_dependencies_are_stood_in_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From what was recorded just now: no pact lies in the folder yet."""
    configure(tmp_path, monkeypatch)
    (tmp_path / "treaty.yaml").write_text(
        (tmp_path / "treaty.yaml").read_text().replace("- web:shop", "- web:shop\n- shop:bank=http://127.0.0.1:9")
    )
    session = recorded(tmp_path / "session", "GET /rates")
    assert main(["normalize", str(session), "--minimise"]) == 0
    assert steps_of(tmp_path / "pacts" / "web-shop.json", READ) == ([MADE, COLOURED], [SIZED, PLACED])
    assert (tmp_path / "pacts" / "shop-bank.json").exists()


def test_a_provider_that_treaty_cannot_start_keeps_its_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """That is said; nothing is sent to where it runs."""
    configure(tmp_path, monkeypatch, url="http://127.0.0.1:9")
    assert main(["normalize", str(recorded(tmp_path / "session")), "--minimise"]) == 0
    assert steps_of(tmp_path / "pacts" / "web-shop.json", READ) == ([MADE, SIZED, COLOURED, PLACED], [])
    assert "shop: no step was tried" in capsys.readouterr().out


def test_a_state_that_people_changed_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its interaction is named, and the edit stays; other states do with less."""
    configure(tmp_path, monkeypatch)
    session, pact = recorded(tmp_path / "session"), tmp_path / "pacts" / "web-shop.json"
    assert main(["normalize", str(session)]) == 0
    document = json.loads(pact.read_bytes())
    (found,) = [each for each in document["interactions"] if each["description"] == READ]
    key = found["providerStates"][0]["params"]["treaty"]
    document["metadata"]["treaty"]["states"][key]["steps"][1]["call"]["request"]["body"]["content"]["size"] = "huge"
    pact.write_text(json.dumps(document))
    assert main(["normalize", str(session), "--minimise"]) == 0
    assert steps_of(pact, READ) == ([MADE, SIZED, COLOURED, PLACED], [])
    assert "huge" in pact.read_text()
    assert steps_of(pact, PLACED)[0] == [MADE]
    shown = capsys.readouterr().out
    assert f"web -> shop: {READ} was left alone" in shown
    assert "edited by hand" in shown


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--minimise", "--provider", "shp"), "provider-unknown"),
        (("--provider", "shop"), "usage"),
        (("--minimise", "--secret", "key"), "usage"),
    ],
)
def test_flags_that_make_no_sense_are_refused(
    arguments: tuple[str, ...],
    code: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Before anything is written."""
    configure(tmp_path, monkeypatch)
    assert main(["normalize", str(recorded(tmp_path / "session")), *arguments]) == 2
    assert f"[{code}]" in capsys.readouterr().err
    assert not (tmp_path / "pacts").exists()


def test_without_a_configuration_nothing_can_be_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error says what is missing."""
    monkeypatch.chdir(tmp_path)
    assert main(["normalize", str(recorded(tmp_path / "session")), "--minimise"]) == 2
    assert "there is no treaty.yaml" in capsys.readouterr().err
