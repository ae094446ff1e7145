"""The page of scenarios names tests that there are, and leaves no scenario out."""

from __future__ import annotations

import ast
import re
from functools import cache
from itertools import groupby
from pathlib import Path

from treaty_shop.platform.faults import FAULTS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "scenarios.md"
_TEST = re.compile(r"\[`(?P<name>\w+)`\]\(\.\./\.\./(?P<file>tests/[\w/]+\.py)\)")


def test_every_proof_is_a_test_that_there_is() -> None:
    """By file and by name; a test that is renamed takes its row along."""
    proofs = [match.group("file", "name") for cells in _rows() for match in _TEST.finditer(cells[3])]
    assert [proof for proof in proofs if proof[1] not in _tests(proof[0])] == []


def test_a_scenario_has_a_proof_or_says_not_yet() -> None:
    """In the last cell; only what has no proof has nothing to show."""
    for id_, _, shown, proven in _rows():
        assert bool(_TEST.search(proven)) or proven.startswith("not yet"), id_
        assert (shown == "-") == proven.startswith("not yet"), id_
        assert not proven.startswith("in part") or "; " in proven, id_


def test_the_numbers_of_each_group_count_up_from_one() -> None:
    """So ids are unique, and none is left out."""
    parted = [re.fullmatch(r"(K|[RS]\d-)(\d+)", cells[0]) for cells in _rows()]
    pairs = [(match[1], int(match[2])) for match in parted if match is not None]
    assert len(pairs) == len(parted)
    groups = [(name, [number for _, number in group]) for name, group in groupby(pairs, key=lambda pair: pair[0])]
    assert [name for name, _ in groups] == ["K", "S0-", "S1-", "S2-", "S3-", "S4-", "R0-"]
    assert [name for name, numbers in groups if numbers != list(range(1, len(numbers) + 1))] == []


def test_every_fault_of_the_shop_belongs_to_a_scenario() -> None:
    """A letter at the end of a fault's id tells several faults of one scenario apart."""
    known = {cells[0] for cells in _rows()}
    assert [fault.id for fault in FAULTS if fault.id.rstrip("abc") not in known] == []


def test_the_summary_counts_the_rows() -> None:
    proofs = [cells[3] for cells in _rows()]
    parts, missing = (sum(proof.startswith(start) for proof in proofs) for start in ("in part", "not yet"))
    proven = len(proofs) - parts - missing
    expected = f"Of {len(proofs)} scenarios {proven} are proven, {parts} in part, {missing} not yet."
    assert expected in PAGE.read_text(encoding="utf-8")


def _rows() -> list[list[str]]:
    """Give the four cells of each scenario in the order of the page."""
    lines = re.findall(r"^\| ([A-Z]\d.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    rows = [line.split(" | ") for line in lines]
    assert rows
    assert [cells for cells in rows if len(cells) != 4] == []
    return rows


@cache
def _tests(file: str) -> frozenset[str]:
    path = ROOT / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
