"""What the recorded contracts say about each known fault is what docs/reference/faults.md says.

And whatever the official engine calls broken, ours does not call kept. One run of ours serves both.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.integration.shop_contracts.fault_table import (
    INSIDE,
    NEVER_REACHED,
    OUTSIDE,
    PAGE,
    UNSEEN,
    observe,
    page,
    row,
)
from tests.integration.shop_contracts.providers import ROOT, Verification
from treaty.verify.outcome import Verdict
from treaty_shop.platform.faults import FAULTS, Fault

pytest.importorskip("pact", reason="the extra 'official' is not installed")


Observed = Callable[[Fault], Verification]
JUDGED = [fault for fault in INSIDE if fault.id != NEVER_REACHED]
"""Where a state is never reached there is nothing to judge, and the wait for it lasts its time with either engine."""


@pytest.fixture(name="ours", scope="module")
def _ours(tmp_path_factory: pytest.TempPathFactory) -> Observed:
    """Give what our engine says of a fault, verified once."""
    return cache(lambda fault: observe(fault, tmp_path_factory.mktemp(fault.id)))


def rows() -> dict[str, str]:
    """Give the lines of the table by fault."""
    text = PAGE.read_text(encoding="utf-8").partition("## Outside")[0]
    return {match[1]: match[0] for match in re.finditer(r"^\| ([A-Z]\d*-?\w+) \|.*$", text, re.MULTILINE)}


@pytest.mark.parametrize("fault", INSIDE, ids=lambda fault: fault.id)
def test_a_fault_shows_as_the_page_says(fault: Fault, ours: Observed) -> None:
    """Verdict, counts and places; if another outcome is right, `make faults` writes it down."""
    assert row(fault, ours(fault)).text() == rows().get(fault.id)


@pytest.mark.parametrize("fault", JUDGED, ids=lambda fault: fault.id)
def test_ours_is_red_wherever_the_official_engine_is(fault: Fault, ours: Observed, tmp_path: Path) -> None:
    """Interaction by interaction: what the official one calls broken, ours calls broken, or could not set up."""
    official = observe(fault, tmp_path, engine="official")
    mine = {(each.pact, each.position): each.verdict for each in ours(fault).outcomes}
    missed = [
        each.description
        for each in official.outcomes
        if each.verdict is Verdict.BROKEN and mine[each.pact, each.position] is Verdict.KEPT
    ]
    assert missed == []
    assert bool(ours(fault).summary.broken) >= bool(official.summary.broken)


def test_the_page_has_all_faults_and_says_why_some_are_not_red() -> None:
    """In the order of the registry; what is not red has a reason, and only that."""
    table = rows()
    assert list(table) == [fault.id for fault in INSIDE]
    assert PAGE.read_text(encoding="utf-8") == page(table.values())
    assert {id_ for id_, row in table.items() if "| broken (" not in row} == set(UNSEEN)


def test_the_faults_outside_are_shown_by_tests_that_there_are() -> None:
    assert list(OUTSIDE) == [fault.id for fault in FAULTS if fault.needs]
    for proof in OUTSIDE.values():
        file, _, name = proof.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


def test_at_least_ten_faults_are_red_and_name_the_field() -> None:
    """Beside those whose status alone tells."""
    named = [row for row in rows().values() if "| broken (" in row and re.search(r"`(body\.|header\.)", row)]
    assert len(named) >= 10
