"""The counts of test cases, for people."""

from __future__ import annotations

import io

from treaty_cli.bootstrap.conforming import Conformance, Differing
from treaty_cli.output.conforming import show_conformance
from treaty_cli.output.terminal import Terminal


def test_counts_come_first_then_each_reason_in_lines_that_fit() -> None:
    stream = io.StringIO()
    one = Differing(case="V4 request body/x", should_match=False, found="", known="because " * 30)
    show_conformance(
        Terminal(stream), Conformance(total={("4", "request"): 2}, passed={("4", "request"): 1}, differing=[one])
    )
    lines = stream.getvalue().splitlines()
    assert lines[:5] == [
        "V4    request      1/2",
        "all                1/2",
        "",
        "differs, known: V4 request body/x",
        "  the case wants a mismatch; we find none",
    ]
    assert len(lines) == 8
    assert max(map(len, lines)) <= 102
