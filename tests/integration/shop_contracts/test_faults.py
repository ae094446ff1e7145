"""What the recorded contracts say about each known fault is what docs/reference/faults.md says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.integration.shop_contracts.fault_table import INSIDE, OUTSIDE, PAGE, UNSEEN, observe, page
from tests.integration.shop_contracts.providers import ROOT
from treaty_shop.platform.faults import FAULTS, Fault

pytest.importorskip("pact", reason="the extra 'official' is not installed")


def rows() -> dict[str, str]:
    """Give the lines of the table by fault."""
    text = PAGE.read_text(encoding="utf-8").partition("## Outside")[0]
    return {match[1]: match[0] for match in re.finditer(r"^\| ([A-Z]\d*-?\w+) \|.*$", text, re.MULTILINE)}


@pytest.mark.parametrize("fault", INSIDE, ids=lambda fault: fault.id)
def test_a_fault_shows_as_the_page_says(fault: Fault, tmp_path: Path) -> None:
    """Verdict, counts and places; if another outcome is right, `make faults` writes it down."""
    assert observe(fault, tmp_path).text() == rows().get(fault.id)


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
