"""Running test cases of a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from treaty.errors import ExitStatus, PactUnreadable
from treaty.pactfile.reading import LARGEST_FILE
from treaty_cli.bootstrap.conforming import Conformance, Differing, run_cases


def test_only_unknown_differences_are_failures() -> None:
    known = Differing(case="a", should_match=True, found="x", known="the case is wrong")
    unknown = Differing(case="b", should_match=True, found="x", known="")
    assert Conformance(total={}, passed={}, differing=[known]).exit_status() is ExitStatus.KEPT
    assert Conformance(total={}, passed={}, differing=[known, unknown]).exit_status() is ExitStatus.BROKEN


def test_a_case_that_would_take_all_memory_is_refused(tmp_path: Path) -> None:
    """Before it is parsed."""
    folder = tmp_path / "version-4" / "testcases" / "response" / "body"
    folder.mkdir(parents=True)
    with (folder / "large.json").open("wb") as stream:
        # It has its size, but takes no room on the disk.
        stream.truncate(2 * LARGEST_FILE)
    with pytest.raises(PactUnreadable, match=r"large\.json is too large"):
        run_cases(tmp_path)
