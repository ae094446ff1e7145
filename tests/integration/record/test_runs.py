"""``treaty record --runs`` with a real service, started anew each time: what it depends on is named."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.integration.record.upstream import Upstream

SERVICE = """
import json, os, time
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

NEXT = int(os.environ.get("FIRST_ID", "1"))
WORDS = ("one", "two", "three", "four", "five", "six", "seven")

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200, {
            "offset": time.strftime("%z"),
            "era": "now" if time.time() < LATER else "later",
            "shard": "even" if NEXT % 2 == 0 else "odd",
            "owner_id": 1,
            "chance": os.urandom(1).hex() + "-" + os.urandom(8).hex()[:7] if self.path == "/random" else "none",
            "steady": "yes",
        })

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(201, {"owner_id": NEXT})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""
DRIVER = """
import os, requests, sys
url = os.environ["TREATY_URL_WEB_SHOP"]
owner = requests.post(url + "/owners", json={"name": "ann"}).json()["owner_id"]
requests.get(url + "/settings?owner_id=" + str(owner))
requests.get(url + "/random")
"""


def configure(folder: Path, *, start: list[str] | None = None) -> None:
    """Write the service and its configuration."""
    later = "import time; LATER = __import__('os').path.getmtime('treaty.yaml') + 200 * 86400\n"
    (folder / "service.py").write_text(later + SERVICE)
    (folder / "driver.py").write_text(DRIVER)
    service = {
        "start": start or [sys.executable, "service.py"],
        "env": {"PORT": "${port}", "TZ": "UTC"},
        "vary": {"FIRST_ID": [4712]},
    }
    (folder / "treaty.yaml").write_text(json.dumps({"services": {"shop": service}, "edges": ["web:shop"]}))


def record(folder: Path, *arguments: str, status: int = 0) -> str:
    """Record by the command line; gives what it shows."""
    result = subprocess.run(
        [sys.executable, "-m", "treaty_cli", "record", "--session", "session", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == status, result.stdout + result.stderr
    return result.stdout + result.stderr


def runs_of(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "session" / "session.json").read_text())["runs"]
    return found


def test_what_an_answer_depends_on_is_named(tmp_path: Path) -> None:
    """The zone, the clock, the first id and chance, each from three runs; what stays is promised."""
    configure(tmp_path)
    text = record(tmp_path, "--runs", "3", "--", sys.executable, "driver.py")
    assert "run 2 of 3: the clock +400 days, another FIRST_ID" in text
    assert "run 3 of 3: the time zone Pacific/Chatham, another FIRST_ID" in text
    for place, reason in (("offset", "the time zone"), ("era", "the clock"), ("shard", "FIRST_ID")):
        assert f"body.$.{place} of GET /settings -> 200 differs with {reason}: it is not promised" in text
    assert "body.$.chance of GET /random -> 200 differs between runs, whatever varied" in text
    assert "steady" not in text
    pact = json.loads((tmp_path / "pacts" / "web-shop.json").read_text())
    settings = next(item for item in pact["interactions"] if item["description"].startswith("GET /settings"))
    assert settings["response"]["body"]["content"]["steady"] == "yes"
    notes = settings["comments"]["treaty"]["response"]
    assert notes["body.$.offset"] == {"cause": "random", "along": ["zone"]}
    assert "body.$.owner_id" not in notes or "of" not in notes["body.$.owner_id"]


def test_a_driver_that_fails_in_the_second_run_keeps_the_first(tmp_path: Path) -> None:
    """Its status is ours, and the pacts are there."""
    configure(tmp_path)
    code = DRIVER + "\nseen = os.path.exists('seen'); open('seen', 'w').close(); sys.exit(7 if seen else 0)"
    text = record(tmp_path, "--runs", "3", "--", sys.executable, "-c", code, status=7)
    assert "exit status 7 in run 2" in text
    assert [run["number"] for run in runs_of(tmp_path)] == [1, 2]
    assert (tmp_path / "pacts" / "web-shop.json").is_file()


def test_a_service_that_does_not_come_back_is_told(tmp_path: Path) -> None:
    """Status 3 and the error; the first run is kept."""
    configure(tmp_path)
    code = DRIVER + "\nos.remove('service.py')"
    text = record(tmp_path, "--runs", "2", "--", sys.executable, "-c", code, status=3)
    assert "run 2 could not begin" in text
    assert "[provider-failed]" in text
    assert (tmp_path / "pacts" / "web-shop.json").is_file()


def test_where_no_service_is_started_here_the_command_is_only_repeated(tmp_path: Path, upstream: Upstream) -> None:
    """That is told, and the same comes out."""
    code = "import os, requests; requests.post(os.environ['TREATY_URL_WEB_SHOP'] + '/echo', json={'a': 1})"
    edge = ("--edge", f"web:shop={upstream.url}")
    text = record(tmp_path, *edge, "--runs", "2", "--", sys.executable, "-c", code)
    assert "no service is started here, so nothing varies: the command is only repeated" in text
    assert "2 exchanges" in text
    assert [run["number"] for run in runs_of(tmp_path)] == [1, 2]
    assert "fresh" not in runs_of(tmp_path)[1]
