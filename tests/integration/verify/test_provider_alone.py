"""`treaty verify` without --base-url: the provider is started, and everything it calls is stood in for."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.verify import contracts, provider
from treaty_cli.app import main

pytest.importorskip("pact", reason="the extra 'official' is not installed")
pytest.importorskip("aiosmtpd", reason="the mail sink needs aiosmtpd")

PROGRAM = str(Path(provider.__file__).resolve())
BALANCE = contracts.interaction(
    "GET /balance/{id} -> 200",
    {"method": "GET", "path": "/balance/7"},
    {"status": 200, "body": contracts.json_body({"balance": 12})},
)
WELCOME = contracts.interaction(
    "POST /welcome -> 200",
    {"method": "POST", "path": "/welcome"},
    {"status": 200, "body": contracts.json_body({"sent": True})},
)
ACCOUNT = contracts.interaction(
    "GET /accounts/{id} -> 200",
    {"method": "GET", "path": "/accounts/7"},
    {"status": 200, "headers": contracts.JSON_HEADERS, "body": contracts.json_body({"amount": 12})},
)


def project(folder: Path, *command: str, **more: Any) -> Path:
    """Write a treaty.yaml whose shop is the test provider, in a folder with pacts."""
    shop = {
        "start": ["${python}", *command, PROGRAM, "--port", "${port}"],
        "ready": "/health",
        "env": {"BANK_URL": "${edge.shop.bank}", "MAIL_URL": "${edge.shop.mail}", "PYTHONPATH": str(Path.cwd())},
    }
    config = {
        "services": {"shop": {**shop, **more}, "bank": {"url": "http://127.0.0.1:1"}, "mail": {"kind": "smtp"}},
        "edges": ["web:shop", "shop:bank", "shop:mail"],
        "pacts": "pacts",
    }
    (folder / "pacts").mkdir()
    path = folder / "treaty.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


def verify(config: Path, *arguments: str | Path) -> int:
    return main(["verify", "--provider", "shop", "--config", str(config), *map(str, arguments)])


def events(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_provider_is_started_and_its_dependencies_are_stubs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it asks the bank is answered from the pact in which it is the consumer; mail goes to a sink."""
    config = project(tmp_path)
    contracts.write(tmp_path / "pacts", contracts.pact([*contracts.EVERYTHING, BALANCE, WELCOME]))
    contracts.write(tmp_path / "pacts", contracts.pact([ACCOUNT], consumer="shop", provider="bank"), "shop-bank.json")
    assert verify(config) == 0
    output = capsys.readouterr().out
    assert "(started by Treaty)" in output
    assert "8 kept" in output
    assert "Findings" not in output


def test_what_no_stub_can_answer_is_a_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A dependency without a pact answers 501; the request is named at the end."""
    config = project(tmp_path)
    contracts.write(tmp_path / "pacts", contracts.pact([BALANCE]))
    report = tmp_path / "events.jsonl"
    assert verify(config, "--json", report) == 1
    output = capsys.readouterr().out
    assert "Findings" in output
    assert "shop -> bank  GET /accounts/7" in output
    (finding,) = [event for event in events(report) if event["event"] == "finding"]
    assert (finding["consumer"], finding["dependency"], finding["request"]) == ("shop", "bank", "GET /accounts/7")


def test_the_nearest_interaction_of_a_finding_is_named(tmp_path: Path) -> None:
    """The stub knows what came nearest."""
    config = project(tmp_path)
    other = json.loads(json.dumps(ACCOUNT).replace("/accounts/7", "/accounts/8"))
    contracts.write(tmp_path / "pacts", contracts.pact([BALANCE]))
    contracts.write(tmp_path / "pacts", contracts.pact([other], consumer="shop", provider="bank"), "shop-bank.json")
    report = tmp_path / "events.jsonl"
    assert verify(config, "--json", report) == 1
    (finding,) = [event for event in events(report) if event["event"] == "finding"]
    assert finding["nearest"] == "GET /accounts/{id} -> 200"


def test_promises_hold_400_days_later(tmp_path: Path) -> None:
    """The provider runs at a shifted time, and every promise is kept there, too."""
    config = project(tmp_path)
    years = {str((datetime.now(UTC) + timedelta(days=days)).year) for days in (399, 400, 401)}
    later = contracts.interaction(
        "GET /now -> 200",
        {"method": "GET", "path": "/now"},
        {
            "status": 200,
            "body": contracts.json_body({"year": 2026}),
            "matchingRules": contracts.rules(year={"match": "regex", "regex": "|".join(sorted(years))}),
        },
    )
    contracts.write(tmp_path / "pacts", contracts.pact([*contracts.EVERYTHING, later]))
    assert verify(config, "--clock", "+400d") == 0


def test_a_provider_that_does_not_start_fails_with_its_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 3 and the end of what it wrote."""
    config = project(tmp_path, start=["${python}", "-c", "raise SystemExit('no database')", "${port}"])
    contracts.write(tmp_path / "pacts", contracts.pact([contracts.HEALTH]))
    assert verify(config) == 3
    errors = capsys.readouterr().err
    assert "[provider-failed]" in errors
    assert "no database" in errors


def test_a_provider_that_ends_on_the_way_is_told_with_its_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was asked of it could not be told, and the end of its log says why."""
    config = project(tmp_path)
    dying = contracts.interaction("GET /die -> 200", {"method": "GET", "path": "/die"}, {"status": 200})
    contracts.write(tmp_path / "pacts", contracts.pact([contracts.HEALTH, dying]))
    assert verify(config) == 3
    output, errors = capsys.readouterr()
    assert "1 kept, 0 broken, 1 could not tell" in output
    assert "ended with exit status 7" in errors
    assert "out of memory" in errors
    report = tmp_path / "report.html"
    assert verify(config, "--header", "X-Key: out of memory", "--html", report) == 3
    assert "ended with exit status 7" in report.read_text()
    # Even the log of the provider may hold what is secret.
    assert "out of memory" not in capsys.readouterr().err + report.read_text()


def test_a_known_service_without_a_place_needs_a_base_url(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without configuration, too."""
    monkeypatch.chdir(tmp_path)
    path = contracts.write(tmp_path, contracts.pact([contracts.HEALTH]))
    assert main(["verify", "--provider", "shop", str(path)]) == 2
    assert "--base-url" in capsys.readouterr().err
