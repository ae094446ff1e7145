"""`treaty conformance` as a command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from treaty.errors import ExitStatus
from treaty_cli.app import main
from treaty_cli.bootstrap.conforming import KNOWN

ROOT = Path(__file__).resolve().parents[4]
OFFICIAL = ROOT.parent / "shared" / "data" / "pact-spec-testcases"
PAGE = ROOT / "docs" / "reference" / "conformance.md"
OURS = ROOT / "tests" / "conformance" / "cases"


def write_case(folder: Path, name: str, *, match: bool, status: int = 200) -> None:
    path = folder / "version-3" / "testcases" / "response" / "status" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    case = {"match": match, "comment": "", "expected": {"status": 200}, "actual": {"status": status}}
    path.write_text(json.dumps(case), encoding="utf-8")


def test_the_page_shows_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    """All cases of the specification agree, apart from the known exceptions."""
    if not OFFICIAL.is_dir():
        pytest.skip("the specification's cases are not beside this repository")
    assert main(["conformance", str(OFFICIAL)]) == ExitStatus.KEPT
    shown = capsys.readouterr().out
    assert f"```\n{shown}```\n" in PAGE.read_text(encoding="utf-8")
    assert shown.count("differs, known: ") == len(KNOWN)


def test_our_own_cases_all_agree(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conformance", str(OURS)]) == ExitStatus.KEPT
    assert "differs" not in capsys.readouterr().out


def test_a_case_that_differs_for_no_known_reason_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_case(tmp_path, "fine", match=True)
    write_case(tmp_path, "missed", match=True, status=404)
    write_case(tmp_path, "seen", match=False)
    assert main(["conformance", str(tmp_path)]) == ExitStatus.BROKEN
    assert capsys.readouterr().out.splitlines() == [
        "V3    response     1/3",
        "all                1/3",
        "",
        "differs: V3 response status/missed",
        "  the case wants a match; we find status: the status is 404, not 200",
        "",
        "differs: V3 response status/seen",
        "  the case wants a mismatch; we find none",
    ]


def test_a_folder_without_cases_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """So are one that is missing, and a case that is none."""
    assert main(["conformance", str(tmp_path)]) == ExitStatus.USAGE
    assert "holds no test cases" in capsys.readouterr().err
    assert main(["conformance", str(tmp_path / "none")]) == ExitStatus.USAGE
    assert "[file-missing]" in capsys.readouterr().err
    write_case(tmp_path, "broken", match=True)
    for text in ("{", "{}"):
        next(tmp_path.rglob("broken.json")).write_text(text, encoding="utf-8")
        assert main(["conformance", str(tmp_path)]) == ExitStatus.USAGE
        assert "[pact-unreadable]" in capsys.readouterr().err
