"""The findings of the doctor for people."""

from __future__ import annotations

import io

from treaty_cli.findings import Finding, Verdict
from treaty_cli.output.diagnosis import show_finding, show_outcome
from treaty_cli.output.terminal import Terminal

GOOD = Finding(subject="Python", verdict=Verdict.GOOD, text="3.11")
FAILS = Finding(subject="edge a -> b", verdict=Verdict.FAILS, text="port 1 is taken\nby x", hint="stop that")


def test_a_finding_has_its_verdict_text_and_hint() -> None:
    stream = io.StringIO()
    show_finding(GOOD, Terminal(stream))
    show_finding(FAILS, Terminal(stream))
    assert stream.getvalue() == (
        "ok      Python: 3.11\nFAILS   edge a -> b: port 1 is taken\n        by x\n        stop that\n"
    )


def test_the_outcome_counts_what_fails() -> None:
    stream = io.StringIO()
    show_outcome([GOOD, FAILS], Terminal(stream))
    show_outcome([GOOD], Terminal(stream))
    assert stream.getvalue() == "\n1 of 2 findings would make something fail\n\nall that is needed is there\n"
