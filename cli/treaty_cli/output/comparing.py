"""The difference of two contracts, for people and as JSON lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TextIO

from treaty.contract.difference_changes import Change, Fate, InteractionDifference, PactDifference
from treaty.errors import OutputUnwritable, counted
from treaty_cli.bootstrap.comparing import Comparison
from treaty_cli.output.terminal import Style, Terminal, printable, standard_error, standard_output

_LONGEST: Final = 1000
"""Characters of a line for people; JSON lines have all."""


def show_comparison(terminal: Terminal, comparison: Comparison) -> None:
    """Show every pact with changes, then a line of counts."""
    for pact in comparison.pacts:
        if pact.interactions:
            _show_pact(terminal, pact)
    breaking, safe = comparison.breaking, comparison.safe
    style = Style.BAD if breaking else Style.GOOD
    counts = f"{breaking} breaking, {safe} safe" if breaking or safe else "no change"
    looked_at = f"{counted(comparison.compared, 'interaction')} in {counted(len(comparison.pacts), 'pact')}"
    terminal.line(f"{terminal.paint(counts, style)}; {looked_at} compared")


def _show_pact(terminal: Terminal, pact: PactDifference) -> None:
    terminal.line(terminal.paint(printable(f"{pact.consumer} -> {pact.provider}"), Style.STRONG))
    for interaction in pact.interactions:
        _show_interaction(terminal, interaction)
    terminal.line()


def _show_interaction(terminal: Terminal, interaction: InteractionDifference) -> None:
    states = f"  given {', '.join(interaction.states)}" if interaction.states else ""
    terminal.line(f"  {interaction.fate.value:<8} {printable(_one_line(interaction.description + states))}")
    for change in interaction.changes:
        word, style = ("breaking", Style.BAD) if change.breaking else ("safe", Style.GOOD)
        painted, reason = terminal.paint(f"{word:<8}", style), f"{_whom(change)}: {change.reason}"
        if interaction.fate is not Fate.CHANGED:
            terminal.line(f"    {painted}  {printable(_one_line(reason))}")
            continue
        where = change.location if change.part == "interaction" else f"{change.part} {change.location}"
        terminal.line(f"    {painted}  {printable(_one_line(f'{where}  {change.old} -> {change.new}'))}")
        terminal.line(terminal.paint(f"              {printable(_one_line(reason))}", Style.QUIET))


def _whom(change: Change) -> str:
    """Say for whom a change is what it is."""
    if change.breaking:
        return "for the consumer, and a demand on the provider" if change.demand else "for the consumer"
    return "for the consumer, but a demand on the provider" if change.demand else "for both"


def _one_line(text: str) -> str:
    line = " ".join(text[: _LONGEST + 1].split("\n"))
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}… ({len(text)} characters)"


# --- JSON lines ---------------------------------------------------------------------------------------------------


@contextmanager
def comparison_outputs(json_lines: str | None) -> Iterator[tuple[Terminal, TextIO | None]]:
    """Open what was asked for: where people read, and where JSON lines go.

    Args:
        json_lines: a file, `-` for standard output (the text for people then goes to standard error), or None.

    Raises:
        OutputUnwritable: when the file cannot be written.

    """
    if json_lines is None:
        yield standard_output(), None
    elif json_lines == "-":
        yield standard_error(), sys.stdout
    else:
        path = Path(json_lines)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            stream = path.open("w", encoding="utf-8")
        except OSError as fault:
            raise OutputUnwritable(f"{path} cannot be written", why=fault.strerror or str(fault)) from None
        with stream:
            yield standard_output(), stream


def write_comparison(stream: TextIO, comparison: Comparison) -> None:
    """Write one JSON object a change, then one with the counts."""
    stream.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in comparison_lines(comparison))
    stream.flush()


def comparison_lines(comparison: Comparison) -> Iterator[dict[str, Any]]:
    """Give the objects: each with `event`, ``change`` or ``finished``."""
    for pact in comparison.pacts:
        for interaction in pact.interactions:
            for change in interaction.changes:
                yield {
                    "event": "change",
                    "consumer": pact.consumer,
                    "provider": pact.provider,
                    "description": interaction.description,
                    "states": list(interaction.states),
                    "fate": interaction.fate.value,
                    "part": change.part,
                    "location": change.location,
                    "old": change.old,
                    "new": change.new,
                    "breaking": change.breaking,
                    "affects": list(change.affected),
                    "reason": change.reason,
                }
    yield {
        "event": "finished",
        "breaking": comparison.breaking,
        "safe": comparison.safe,
        "compared": comparison.compared,
        "exit_status": int(comparison.exit_status()),
    }
