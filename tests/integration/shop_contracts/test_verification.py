"""Every service of the shop keeps the checked-in pacts, alone, whatever it already holds and whenever that is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.integration.shop_contracts.providers import PACTS, PROVIDERS, Variant, verify_alone, write_configuration
from treaty.verify.outcome import Verdict
from treaty_cli.app import main
from treaty_cli.bootstrap.verification import read_documents

pytest.importorskip("pact", reason="the extra 'official' is not installed")


LEAP_DAY = datetime(2024, 2, 29, 23, 59, 58, tzinfo=UTC)


def promised(provider: str) -> int:
    """Count the interactions of all pacts of a provider."""
    return sum(len(each.interactions) for each in read_documents([PACTS], None) if each.provider == provider)


def started(log: str) -> datetime:
    """Read from a service's log when it was ready, by its own clock."""
    (line,) = (line for line in log.splitlines() if '"event": "ready"' in line)
    return datetime.fromisoformat(json.loads(line)["time"])


@pytest.mark.parametrize("provider", PROVIDERS)
def test_all_is_kept_by_a_fresh_provider_and_again_by_the_same(provider: str, tmp_path: Path) -> None:
    """The second round meets what the first one left behind."""
    verification = verify_alone(tmp_path, provider, rounds=2)
    assert verification.account() == ""
    kept = [outcome.round for outcome in verification.outcomes if outcome.verdict is Verdict.KEPT]
    assert kept == [1] * promised(provider) + [2] * promised(provider)


def test_rounds_are_asked_for_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each has its heading, and all are counted."""
    config, report = write_configuration(tmp_path, "user"), tmp_path / "events.jsonl"
    arguments = ["--config", str(config), "--description", "GET /health", "--rounds", "2", "--json", str(report)]
    assert main(["verify", "--provider", "user", *arguments, str(PACTS)]) == 0
    output = capsys.readouterr().out
    assert "Round 2 of 2, against the same provider" in output
    assert "2 kept" in output
    events = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    assert [event["round"] for event in events if event["event"] == "interaction"] == [1, 2]


@pytest.mark.parametrize(
    ("clock", "moment"), [("+400d", datetime.now(UTC) + timedelta(days=400)), ("2024-02-29T23:59:58Z", LEAP_DAY)]
)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_all_is_kept_at_another_time_elsewhere_with_other_ids(
    provider: str, clock: str, moment: datetime, tmp_path: Path
) -> None:
    """Nothing depends on the clock, the time zone or the ids of the recording."""
    environment = {"SHOP_START_ID": "4711", "TZ": "Pacific/Auckland"}
    verification = verify_alone(tmp_path, provider, Variant(environment=environment), clock=clock)
    assert verification.account() == ""
    assert verification.summary.kept == promised(provider)
    assert abs(started(verification.log) - moment) < timedelta(hours=1)
