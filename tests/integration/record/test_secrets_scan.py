"""Sixty planted secrets of all kinds are in nothing that Treaty writes or shows."""

from __future__ import annotations

import base64
import html
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from tests.integration.gallery.rig import serving
from tests.integration.record.planted_flow import COOKIE_OF_LOGIN, PLANTED, TOKEN_OF_LOGIN, planted_app, play

TREATY = (sys.executable, "-m", "treaty_cli")
DRIVE = (
    "import os; from tests.integration.record.planted_flow import play; play(os.environ['TREATY_URL_CLIENT_SERVICE'])"
)
_MUST_BE_THERE = (
    *("pacts/client-service.json", "pacts/.generated/client-service.json", "one/exchanges.jsonl", "one/evidence.json"),
    *("broken.html", "broken.xml", "broken.jsonl", "stub.jsonl"),
)
SECRETS = {
    **{each.kind: each.secret for each in PLANTED},
    "token of the login": TOKEN_OF_LOGIN,
    "cookie of the login": COOKIE_OF_LOGIN,
}


def spellings(secret: str) -> set[str]:
    """Give a secret as it may be written: plain, in URLs, JSON, HTML, hex, and base64 at each of three offsets."""
    data = secret.encode()
    written = {
        secret, secret.lower(), secret.upper(), quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1],
        quote(secret, safe="").lower(), json.dumps(secret, ensure_ascii=False)[1:-1], html.escape(secret),
        repr(secret)[1:-1], data.hex(), secret[: len(secret) * 2 // 3], secret[len(secret) // 3 :],
    }  # fmt: skip
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + data).decode()
        inner = encoded[4 if offset else 0 : len(encoded) // 4 * 4 - 4]
        written |= {inner, inner.replace("+", "-").replace("/", "_")}
    return {text for text in written if len(text) >= 6}


def found_in(written: str) -> dict[str, str]:
    """Give the secrets that a text holds, with the place."""
    found = {}
    for kind, secret in SECRETS.items():
        for spelling in spellings(secret):
            at = written.find(spelling)
            if at >= 0:
                found[kind] = written[max(at - 60, 0) : at + len(spelling) + 20]
    return found


def _treaty(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [*TREATY, *arguments], cwd=folder, env=_environment(), capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode != 70, done.stderr
    return done.stdout + done.stderr


def _stubbed(folder: Path) -> str:
    """Send all to a stub, with other words around, so that it tells what is nearest; give all that it says."""
    command = [*TREATY, "stub", "pacts", "--json", "stub.jsonl"]
    told: list[str] = []
    with subprocess.Popen(
        command, cwd=folder, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as stub:
        assert stub.stdout is not None
        try:
            for line in stub.stdout:
                told.append(line)
                if match := re.search(r"http://127\.0\.0\.1:[0-9]+", line):
                    play(match[0])
                    break
        finally:
            stub.send_signal(signal.SIGINT)
        told.append(stub.stdout.read())
    assert stub.returncode == 0, told
    assert len(told) > 1
    return "".join(told)


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join((str(Path.cwd()), *sys.path)), "PYTHONUNBUFFERED": "1"}


@pytest.fixture(name="written", scope="module")
def _written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Record, normalise, verify a healthy and a broken service, measure, diagnose: everything written, by its name."""
    folder = tmp_path_factory.mktemp("scan")
    shown: dict[str, str] = {}
    with serving(planted_app()) as url:
        shown["terminal of record"] = _treaty(
            folder, "record", "--edge", f"client:service={url}", "--session", "one", "--", sys.executable, "-c", DRIVE
        )
        shown["terminal of normalize"] = _treaty(folder, "normalize", "one", "--out", "other")
        shown["terminal of replay"] = _treaty(folder, "replay", "one", "--edge", f"service={url}")
        shown["terminal of verify"] = _treaty(folder, "verify", "pacts", "--provider", "service", "--base-url", url)
    with serving(planted_app(broken=True)) as url:
        reports = ("--json", "broken.jsonl", "--junit", "broken.xml", "--html", "broken.html")
        shown["terminal of a broken verify"] = _treaty(
            folder, "verify", "pacts", "--provider", "service", "--base-url", url, *reports
        )
    shown["terminal of stub"] = _stubbed(folder)
    pact = "pacts/client-service.json"
    explain = ("explain", pact, "--session", "one")
    for command in (("strength", "pacts"), ("doctor",), ("diff", pact, "other"), explain):
        shown[f"terminal of {command[0]}"] = _treaty(folder, *command)
    files = {
        str(path.relative_to(folder)): path.name + "\n" + path.read_bytes().decode("latin-1")
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert set(_MUST_BE_THERE) <= set(files)
    assert all(text.strip() for text in shown.values()), shown
    return shown | files


def test_no_planted_secret_is_in_anything_written(written: dict[str, str]) -> None:
    """Sessions, bodies, pacts, reports and terminals hold none of them, in no spelling."""
    assert len(SECRETS) >= 60
    assert {name: found for name, text in written.items() if (found := found_in(text))} == {}


def test_what_is_no_secret_is_still_there(written: dict[str, str]) -> None:
    """The scan looks at the right files: settings, names, pages and words of the same flow are in the session."""
    session = written["one/exchanges.jsonl"]
    for harmless in ("lang=de", "theme=dark", "page=2", "alice", "bob@example.com", "AUTH PLAIN", "db.example:5432"):
        assert harmless in session, harmless
    assert re.search(r'"count": ?1', session.replace("\\", ""))


def test_the_scan_finds_what_is_there() -> None:
    """Each spelling of each secret would be found."""
    for kind, secret in SECRETS.items():
        for spelling in spellings(secret):
            assert kind in found_in(f"before {spelling} after")
