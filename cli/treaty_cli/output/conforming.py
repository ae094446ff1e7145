"""What came out of the specification's test cases, for people."""

from __future__ import annotations

from treaty_cli.bootstrap.conforming import Conformance, Differing
from treaty_cli.output.terminal import Style, Terminal, printable


def show_conformance(terminal: Terminal, conformance: Conformance) -> None:
    """Show the counts by version and part, then each case that differs with its reason."""
    for (version, part), total in conformance.total.items():
        passed = conformance.passed.get((version, part), 0)
        style = Style.GOOD if passed == total else Style.DOUBT
        terminal.line(f"V{version:<4} {part:<9} {terminal.paint(f'{passed:>4}/{total}', style)}")
    total, passed = sum(conformance.total.values()), sum(conformance.passed.values())
    terminal.line(f"{'all':<15} {passed:>4}/{total}")
    for one in conformance.differing:
        _show_differing(terminal, one)


def _show_differing(terminal: Terminal, one: Differing) -> None:
    terminal.line()
    label, style = ("differs, known", Style.DOUBT) if one.known else ("differs", Style.BAD)
    terminal.line(f"{terminal.paint(label, style)}: {printable(one.case)}")
    wanted = "a match" if one.should_match else "a mismatch"
    got = "we find none" if not one.found else f"we find {one.found}"
    terminal.line(printable(f"  the case wants {wanted}; {got}"))
    for line in _wrapped(one.known):
        terminal.line(f"  {printable(line)}")


def _wrapped(text: str) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + len(word) < 100:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
