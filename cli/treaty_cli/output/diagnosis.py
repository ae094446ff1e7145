"""The findings of ``treaty doctor`` for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from treaty.errors import counted
from treaty_cli.findings import Finding, Verdict
from treaty_cli.output.terminal import Style, Terminal, printable

_MARKS: Final = {
    Verdict.GOOD: ("ok    ", Style.GOOD),
    Verdict.ABSENT: ("absent", Style.DOUBT),
    Verdict.FAILS: ("FAILS ", Style.BAD),
}
_INDENT: Final = " " * 8


def show_finding(finding: Finding, terminal: Terminal) -> None:
    """Write a finding: its verdict, subject and text on a line, what to do below."""
    mark, style = _MARKS[finding.verdict]
    first, *rest = printable(finding.text).splitlines() or [""]
    terminal.line(f"{terminal.paint(mark, style)}  {terminal.paint(printable(finding.subject), Style.STRONG)}: {first}")
    for line in rest:
        terminal.line(_INDENT + line)
    if finding.hint:
        terminal.line(f"{_INDENT}{terminal.paint(printable(finding.hint), Style.QUIET)}")


def show_outcome(findings: Sequence[Finding], terminal: Terminal) -> None:
    """Write the last line: how many findings would make something fail."""
    failing = sum(finding.verdict is Verdict.FAILS for finding in findings)
    terminal.line()
    if failing:
        terminal.line(
            terminal.paint(f"{failing} of {counted(len(findings), 'finding')} would make something fail", Style.BAD)
        )
    else:
        terminal.line(terminal.paint("all that is needed is there", Style.GOOD))
