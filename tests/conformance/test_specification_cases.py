"""The Pact specification's own test cases, and ours in the same layout: all pass, or the exception is known by name."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from treaty.pactfile.conformance import Case, find_cases, run_case
from treaty_cli.bootstrap.conforming import KNOWN

_OURS = Path(__file__).parent / "cases"
_OFFICIAL = Path(__file__).parents[2].parent / "shared" / "data" / "pact-spec-testcases"


def _verdicts(folder: Path) -> list[tuple[Case, bool]]:
    return [
        (case, run_case(case.path.read_bytes(), version=case.version, part=case.part).passed)
        for case in find_cases(folder)
    ]


def test_the_specification_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    """Every case of the specification has the specified verdict, apart from the named exceptions."""
    if not _OFFICIAL.is_dir():
        pytest.skip("the specification's cases are not beside this repository")
    verdicts = _verdicts(_OFFICIAL)
    total = Counter((case.version, case.part) for case, _ in verdicts)
    passed = Counter((case.version, case.part) for case, verdict in verdicts if verdict)
    with capsys.disabled():
        for version, part in sorted(total):
            print(f"\nspecification V{version} {part}: {passed[version, part]}/{total[version, part]}", end="")  # noqa: T201 - the counts are this test's report
    assert len(verdicts) > 400
    assert {str(case) for case, verdict in verdicts if not verdict} == set(KNOWN)


@pytest.mark.parametrize("case", list(find_cases(_OURS)), ids=str)
def test_our_own_cases_agree(case: Case) -> None:
    """Each of our own cases has its stated verdict."""
    verdict = run_case(case.path.read_bytes(), version=case.version, part=case.part)
    assert verdict.passed, verdict.mismatches


def test_our_own_cases_reach_every_version_and_part() -> None:
    """The committed cases exercise every version of the specification and every part."""
    cases = list(find_cases(_OURS))
    assert {case.version for case in cases} == {"1", "1.1", "2", "3", "4"}
    assert {case.part for case in cases} == {"request", "response", "message"}
