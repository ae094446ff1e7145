"""Errors as people read them: what [code], where, why, hint (DESIGN 5)."""

from __future__ import annotations

from treaty.errors import TreatyError
from treaty_cli.output.terminal import Style, Terminal, printable

_LABELS = ("where", "why", "hint")


def render_error(error: TreatyError, terminal: Terminal) -> str:
    """Return the text of an error for this terminal, without a final line break."""
    first, *rest = printable(str(error)).split("\n")
    what, _, code = first.rpartition("  ")
    lines = [f"{terminal.paint('error:', Style.BAD)} {terminal.paint(what, Style.STRONG)}  {code}"]
    for line in rest:
        label = line.strip().partition(" ")[0]
        is_labelled = label in _LABELS and line.startswith(f"  {label}")
        lines.append(f"  {terminal.paint(label, Style.QUIET)}{line[2 + len(label) :]}" if is_labelled else line)
    return "\n".join(lines)


def show_error(error: TreatyError, terminal: Terminal) -> None:
    """Write an error where a person reads it, usually standard error."""
    terminal.line(render_error(error, terminal))
