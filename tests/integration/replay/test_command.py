"""``treaty replay`` as users run it, against services that it starts."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SERVICE = """
import itertools, json, os, threading, time
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

IDS = itertools.count(int(os.environ.get("FIRST_ID", "1")))
JOBS = {}
MADE = {}

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        job = next(IDS)
        JOBS[job] = body["name"]
        MADE[job] = (time.monotonic(), datetime.now(timezone.utc).isoformat())
        self.answer(201, self.job(job))

    def do_GET(self):
        if self.path == "/health":
            return self.answer(200, {"ok": True})
        job = int(self.path.rpartition("/")[2])
        self.answer(200, self.job(job)) if job in JOBS else self.answer(404, {"error": "missing"})

    def job(self, job):
        began, made_at = MADE[job]
        greeting = os.environ.get("GREETING", "welcome here")
        status = "done" if time.monotonic() - began > 0.4 else "pending"
        return {"id": job, "name": JOBS[job], "status": status, "made_at": made_at, "greeting": greeting}

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""
DRIVER = """
import os, requests, threading
url = os.environ["TREATY_URL_WEB_SHOP"]
job = requests.post(url + "/jobs", json={"name": "sweep"}).json()["id"]
for _ in range(100):
    if requests.get(f"{url}/jobs/{job}").json()["status"] == "done":
        break
    threading.Event().wait(0.2)
requests.get(f"{url}/jobs/999999")
"""


def treaty(folder: Path, *arguments: str, status: int = 0, first: str = "1", greeting: str = "welcome here") -> str:
    """Run a command in a folder with the service; gives what it shows."""
    (folder / "service.py").write_text(SERVICE)
    service = {
        "start": [sys.executable, "service.py"],
        "ready": "/health",
        "env": {"PORT": "${port}", "FIRST_ID": first, "GREETING": greeting},
    }
    (folder / "treaty.yaml").write_text(json.dumps({"services": {"shop": service}, "edges": ["web:shop"]}))
    result = subprocess.run(
        [sys.executable, "-m", "treaty_cli", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == status, result.stdout + result.stderr
    return result.stdout + result.stderr


@pytest.fixture(name="once", scope="module")
def _once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recorded")
    treaty(folder, "record", "--session", "session", "--", sys.executable, "-c", DRIVER)
    return folder


@pytest.fixture(name="recorded")
def _recorded(once: Path, tmp_path: Path) -> Path:
    """A folder with the recording, for one test only."""
    return Path(shutil.copytree(once, tmp_path, dirs_exist_ok=True))


def test_a_fresh_service_with_other_ids_answers_as_recorded(recorded: Path) -> None:
    """What takes its time is waited for."""
    text = treaty(recorded, "replay", "session", first="4711")
    assert "answered as recorded" in text
    assert "not" not in text.splitlines()[-1]


def test_another_answer_is_a_difference(recorded: Path) -> None:
    """Each place with what was recorded and what came; as JSON lines, too."""
    text = treaty(recorded, "replay", "session", "--json", "lines", greeting="go away now", status=1)
    assert 'body.$.greeting: "welcome here" was recorded, "go away now" came' in text
    lines = [json.loads(line) for line in (recorded / "lines").read_text().splitlines()]
    assert lines[-1]["different"] >= 2
    assert lines[-1]["exit_status"] == 1


def test_a_replay_that_is_recorded_is_one_run_more(recorded: Path) -> None:
    """Its session gives the same pacts, alone and together with the first."""
    before = (recorded / "pacts" / "web-shop.json").read_bytes()
    treaty(recorded, "replay", "session", "--session", "again", first="4711")
    for number, sessions in enumerate((["again"], ["session", "again"])):
        treaty(recorded, "normalize", *sessions, "--out", f"out{number}")
        assert (recorded / f"out{number}" / "web-shop.json").read_bytes() == before


def test_without_any_word_on_where_services_run_it_says_so(recorded: Path) -> None:
    (recorded / "elsewhere").mkdir()
    result = subprocess.run(
        [sys.executable, "-m", "treaty_cli", "replay", str(recorded / "session"), "--config", "none.yaml"],
        cwd=recorded / "elsewhere",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, "[file-missing]" in result.stderr) == (2, True)
