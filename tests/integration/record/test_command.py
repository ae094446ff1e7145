"""``treaty record`` as users run it: readiness, the command, services of a configuration, pacts, exit status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.integration.record.upstream import Upstream

TREATY = (sys.executable, "-m", "treaty_cli")
CALL = "import os, sys, requests; url = os.environ['TREATY_URL_WEB_SHOP']; requests.post(url + '/echo', json={'a': 1})"
SECRET = "pl4nted-Passw0rd"
SERVICE = """
import json, os, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        behind = os.environ.get("BEHIND")
        body = urlopen(behind + "/price").read() if behind and self.path != "/health" else b'{"price": 5}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""


def _run(folder: Path, *arguments: str, check: int = 0) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        [*TREATY, "record", *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == check, result.stdout + result.stderr
    return result


def _python(code: str) -> Sequence[str]:
    return ("--", sys.executable, "-c", code)


def _events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_command_is_recorded_and_its_pact_written(tmp_path: Path, upstream: Upstream) -> None:
    """The command finds the recorder in its environment; readiness, counts and the pact are shown."""
    result = _run(tmp_path, "--edge", f"web:shop={upstream.url}", *_python(CALL))
    assert "recording web -> shop at http://127.0.0.1:" in result.stdout
    assert "1 exchange" in result.stdout
    pact = json.loads((tmp_path / "pacts" / "web-shop.json").read_text())
    assert (pact["consumer"]["name"], pact["provider"]["name"]) == ("web", "shop")
    (session,) = (tmp_path / ".treaty" / "sessions").iterdir()
    assert session.stat().st_mode & 0o777 == 0o700


def test_pacts_are_written_when_the_command_fails(tmp_path: Path, upstream: Upstream) -> None:
    """The command's exit status is ours."""
    _run(tmp_path, "--edge", f"web:shop={upstream.url}", *_python(CALL + "; sys.exit(7)"), check=7)
    assert (tmp_path / "pacts" / "web-shop.json").exists()


def test_nothing_recorded_is_told(tmp_path: Path, upstream: Upstream) -> None:
    """No traffic is exit status 4 and names the edge, and 0 with ``--allow-empty``."""
    edge = ("--edge", f"web:shop={upstream.url}")
    result = _run(tmp_path, *edge, *_python("pass"), check=4)
    assert "nothing-recorded" in result.stderr
    assert "nothing came" in result.stdout
    _run(tmp_path, *edge, "--allow-empty", *_python("pass"))


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        ((), 2, "usage"),
        (("--edge", "web"), 2, "edge-invalid"),
        (("--edge", "web:shop=ftp://x"), 2, "edge-invalid"),
        (("--edge", "web:shop"), 2, "edge-invalid"),
        (("--edge", "a:b:9001=http://x", "--edge", "c:b:9001=http://x"), 2, "edge-invalid"),
        (("--edge", "a:b=http://x", "--edge", "a:b=http://y"), 2, "edge-invalid"),
        (("--service", "shop=http://x"), 2, "usage"),
        (("--edge", "a:b=http://127.0.0.1:1", "--", "/does/not/exist"), 3, "command-not-found"),
        (("--config", "none.yaml"), 2, "file-missing"),
    ],
)
def test_mistakes_are_explained(tmp_path: Path, arguments: tuple[str, ...], status: int, code: str) -> None:
    """Each mistake has its exit status and code, and no traceback."""
    result = _run(tmp_path, *arguments, check=status)
    assert f"[{code}]" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_taken_port_leaves_no_session(tmp_path: Path, upstream: Upstream) -> None:
    """The edge and its port are named, and nothing lies around afterwards."""
    result = _run(tmp_path, "--edge", f"web:shop:{upstream.server_port}={upstream.url}", *_python("pass"), check=3)
    assert "[port-taken]" in result.stderr
    assert f"web -> shop cannot listen on port {upstream.server_port}" in result.stderr
    assert not list((tmp_path / ".treaty" / "sessions").iterdir())


def test_an_existing_session_is_not_continued(tmp_path: Path, upstream: Upstream) -> None:
    """A session folder is written once."""
    arguments = ("--edge", f"web:shop={upstream.url}", "--session", "s", *_python(CALL))
    _run(tmp_path, *arguments)
    assert "exists already" in _run(tmp_path, *arguments, check=2).stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_without_a_command_a_signal_ends_recording(tmp_path: Path, upstream: Upstream, number: int) -> None:
    """Recording goes on until the signal; then the pacts are written."""
    with subprocess.Popen(
        [*TREATY, "record", "--edge", f"web:shop={upstream.url}", "--json", "-"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        listening = json.loads(process.stdout.readline())
        assert requests.get(f"{listening['url']}/json", timeout=10).status_code == 200
        process.send_signal(number)
        output, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    names = [event["event"] for event in _events(output)]
    assert names == ["recorded", "edge", "pact", "finished"]
    assert (tmp_path / "pacts" / "web-shop.json").exists()


def test_a_signal_reaches_the_command_and_the_pacts_are_still_written(tmp_path: Path, upstream: Upstream) -> None:
    """SIGTERM ends the command; what it did until then becomes a pact, and its status is ours."""
    code = CALL + "; print('called', flush=True); import time; time.sleep(60)"
    with subprocess.Popen(
        [*TREATY, "record", "--edge", f"web:shop={upstream.url}", *_python(code)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        while process.stdout.readline().strip() != "called":
            assert process.poll() is None
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    assert (tmp_path / "pacts" / "web-shop.json").exists()


def test_a_configuration_starts_its_services_behind_the_recorder(tmp_path: Path) -> None:
    """Services find each other through the recorder on ports chosen before it started, and are stopped afterwards."""
    (tmp_path / "service.py").write_text(SERVICE)
    (tmp_path / "treaty.yaml").write_text(
        textwrap.dedent(
            """
            services:
              shop:
                start: ["${python}", service.py]
                ready: /health
                env: {PORT: "${port}", BEHIND: "${edge.shop.prices}"}
              prices:
                start: ["${python}", service.py]
                ready: /health
                env: {PORT: "${port}"}
              mail: {kind: smtp}
            edges: ["web:shop", "shop:prices", "shop:mail"]
            pacts: contracts
            """
        )
    )
    code = (
        "import os, smtplib, requests\n"
        "assert requests.get(os.environ['TREATY_URL_WEB_SHOP'] + '/x').json() == {'price': 5}\n"
        "host, _, port = os.environ['TREATY_URL_SHOP_MAIL'].removeprefix('smtp://').partition(':')\n"
        "smtplib.SMTP(host, int(port)).sendmail('a@x.example', ['b@x.example'], 'hello')"
    )
    result = _run(tmp_path, "--json", "-", *_python(code))
    events = _events(result.stdout)
    recorded = {
        (event["consumer"], event["provider"]): event["exchanges"] for event in events if event["event"] == "edge"
    }
    assert recorded == {("web", "shop"): 1, ("shop", "prices"): 1}
    assert {path.name for path in (tmp_path / "contracts").glob("*.json")} == {"web-shop.json", "shop-prices.json"}
    upstreams = [event["upstream"] for event in events if event["event"] == "listening"]
    for url in upstreams:
        with pytest.raises(requests.ConnectionError):
            requests.get(url, timeout=5)


def test_no_output_tells_a_secret(tmp_path: Path, upstream: Upstream) -> None:
    """Terminal, JSON lines, logs, session and pacts hold no planted secret, also when the provider is down."""
    code = (
        "import os, requests\n"
        "for name in ('SHOP', 'DOWN'):\n"
        "    url = os.environ['TREATY_URL_WEB_' + name]\n"
        f"    requests.post(url + '/login?token={SECRET}', json={{'user': 'a', 'password': '{SECRET}'}},"
        f" headers={{'Authorization': 'Bearer {SECRET}'}}, auth=None)\n"
    )
    edges = ("--edge", f"web:shop={upstream.url}", "--edge", "web:down=http://127.0.0.1:1")
    result = _run(tmp_path, *edges, "--json", "events.jsonl", *_python(code))
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert SECRET not in result.stdout + result.stderr
    assert SECRET.encode() not in written
    assert SECRET[::-1].encode() not in written
    assert "1 without an answer" in result.stdout


def test_recording_needs_its_extra(tmp_path: Path) -> None:
    """Without mitmproxy the command says what to install."""
    code = (
        "import importlib.util, sys\n"
        "real = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *rest: None if name == 'mitmproxy' else real(name, *rest)\n"
        "from treaty_cli.app import main\n"
        "sys.exit(main(['record', '--edge', 'a:b=http://127.0.0.1:1', '--', 'true']))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert result.returncode == 3
    assert "[extra-missing]" in result.stderr
    assert "treaty[record]" in result.stderr
