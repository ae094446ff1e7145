"""Sixty planted secrets of all kinds are in nothing that Treaty writes or shows."""

from __future__ import annotations

import base64
import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from tests.integration.gallery.rig import serving
from tests.integration.record.planted_flow import COOKIE_OF_LOGIN, PLANTED, TOKEN_OF_LOGIN, planted_app

TREATY = (sys.executable, "-m", "treaty_cli")
DRIVE = (
    "import os; from tests.integration.record.planted_flow import play; play(os.environ['TREATY_URL_CLIENT_SERVICE'])"
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
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(Path.cwd()), *sys.path))}
    done = subprocess.run(
        [*TREATY, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode != 70, done.stderr
    return done.stdout + done.stderr


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
    for command in (("strength", "pacts"), ("doctor",), ("diff", "pacts/client-service.json", "other")):
        shown[f"terminal of {command[0]}"] = _treaty(folder, *command)
    files = {
        str(path.relative_to(folder)): path.name + "\n" + path.read_bytes().decode("latin-1")
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert {"pacts/client-service.json", "broken.html", "broken.xml", "broken.jsonl", "one/exchanges.jsonl"} <= set(
        files
    )
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
