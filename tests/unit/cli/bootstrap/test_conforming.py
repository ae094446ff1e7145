"""Running test cases of a folder."""

from __future__ import annotations

from treaty.errors import ExitStatus
from treaty_cli.bootstrap.conforming import Conformance, Differing


def test_only_unknown_differences_are_failures() -> None:
    known = Differing(case="a", should_match=True, found="x", known="the case is wrong")
    unknown = Differing(case="b", should_match=True, found="x", known="")
    assert Conformance(total={}, passed={}, differing=[known]).exit_status() is ExitStatus.KEPT
    assert Conformance(total={}, passed={}, differing=[known, unknown]).exit_status() is ExitStatus.BROKEN
