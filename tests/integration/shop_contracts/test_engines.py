"""Both engines say the same of the shop: green when it is healthy, and ours is red wherever the official one is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.shop_contracts.fault_table import INSIDE, NEVER_REACHED, NOT_READY
from tests.integration.shop_contracts.providers import PROVIDERS, Variant, verify_alone
from treaty.verify.outcome import Verdict
from treaty_shop.platform.faults import Fault

pytest.importorskip("pact", reason="the extra 'official' is not installed")

JUDGED = [fault for fault in INSIDE if fault.id != NEVER_REACHED]
"""Where a state is never reached there is nothing to judge, and the wait for it lasts its time with either engine."""


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


@pytest.mark.parametrize("fault", JUDGED, ids=lambda fault: fault.id)
def test_ours_is_red_wherever_the_official_engine_is(fault: Fault, tmp_path: Path) -> None:
    """Interaction by interaction: what the official one calls broken, ours calls broken, or could not set up."""
    variant = Variant(environment={"SHOP_FAULTS": fault.id}, asks_health=fault.id != NOT_READY)
    service = fault.service.value
    official = verify_alone(tmp_path / "official", service, variant, engine="official")
    ours = verify_alone(tmp_path / "ours", service, variant)
    mine = {(each.pact, each.position): each.verdict for each in ours.outcomes}
    missed = [
        each.description
        for each in official.outcomes
        if each.verdict is Verdict.BROKEN and mine[each.pact, each.position] is Verdict.KEPT
    ]
    assert missed == []
    assert bool(ours.summary.broken) >= bool(official.summary.broken)
