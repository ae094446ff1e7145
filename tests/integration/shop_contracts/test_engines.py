"""Both engines say the same of the healthy shop, and so do several workers; of its faults, test_faults tells that."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.shop_contracts.providers import PROVIDERS, verify_alone

pytest.importorskip("pact", reason="the extra 'official' is not installed")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_official_engine_finds_a_healthy_service_healthy(provider: str, tmp_path: Path) -> None:
    """Ours does so in test_verification."""
    verification = verify_alone(tmp_path, provider, engine="official")
    assert verification.account() == ""


@pytest.mark.parametrize("provider", PROVIDERS)
def test_several_workers_say_what_one_says(provider: str, tmp_path: Path) -> None:
    """In the same order; in a second round, too."""
    one = verify_alone(tmp_path / "one", provider)
    four = verify_alone(tmp_path / "four", provider, workers=4, rounds=2)
    assert four.account() == ""
    told = [(outcome.pact, outcome.position, outcome.verdict) for outcome in one.outcomes]
    assert [(outcome.pact, outcome.position, outcome.verdict) for outcome in four.outcomes] == told * 2
