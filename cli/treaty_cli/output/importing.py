"""How an import goes, for people and as JSON lines."""

from __future__ import annotations

import json
from typing import Any, Final, TextIO

from treaty.errors import TreatyError
from treaty.record.captures.finds import Oddity
from treaty.session.exchange import Edge
from treaty_cli.bootstrap.importing import ImportSummary
from treaty_cli.output.terminal import Style, Terminal, printable, shown_path

SHOWN_PLACES: Final = 20
"""How many places people see for one reason; JSON lines hold them all."""


class ImportView:
    """Shows an import on a terminal, and writes its events as JSON lines when asked to.

    Args:
        terminal: for people.
        lines: where JSON lines go, None for nowhere.

    """

    def __init__(self, terminal: Terminal, *, lines: TextIO | None) -> None:
        self._terminal = terminal
        self._lines = lines
        self._places: dict[tuple[bool, str], list[str]] = {}
        self._counts: dict[tuple[bool, str], int] = {}

    def progress(self, calls: int) -> None:
        """Show how many calls there are."""
        self._terminal.progress(f"{_calls(calls)} imported")

    def odd(self, oddity: Oddity) -> None:
        """Keep something odd for the summary."""
        key = (oddity.kept, oddity.reason)
        self._counts[key] = self._counts.get(key, 0) + 1
        places = self._places.setdefault(key, [])
        if len(places) < SHOWN_PLACES:
            places.append(_place(oddity))
        self._write(
            "odd",
            place=oddity.place,
            reason=oddity.reason,
            kept=oddity.kept,
            method=oddity.method,
            path=oddity.path,
            detail=oddity.detail,
        )

    def summary(self, summary: ImportSummary) -> None:
        """Show what was read on each edge, what was odd, and what to do next."""
        terminal = self._terminal
        if summary.session is not None:
            terminal.line(f"session {shown_path(summary.session)}")
        for edge, count in summary.counts.items():
            failed = summary.failed.get(edge, 0)
            note = f"  ({failed} without an answer)" if failed else ""
            line = f"  {printable(str(edge)):<28} {_calls(count)}{note}"
            terminal.line(terminal.paint(line, Style.DOUBT) if failed else line)
            self._write("edge", edge, exchanges=count, failed=failed)
        self._oddities("odd, but taken", kept=True)
        self._oddities("left out", kept=False)
        following = "" if summary.session is None else f"treaty normalize {shown_path(summary.session)}"
        if following:
            terminal.line(f"next: {terminal.paint(following, Style.STRONG)}")
        self._write(
            "imported",
            session=None if summary.session is None else str(summary.session),
            exchanges=sum(summary.counts.values()),
            left_out=summary.left_out,
            next=following,
            exit_status=int(summary.exit_status()),
        )

    def failed(self, error: TreatyError) -> None:
        """Write an error that ends the import; people see it elsewhere."""
        self._terminal.clear_progress()
        self._write("failed", code=error.code, what=error.what, why=error.why, exit_status=int(error.exit_status))

    def _oddities(self, title: str, *, kept: bool) -> None:
        reasons = [reason for is_kept, reason in self._places if is_kept is kept]
        if not reasons:
            return
        terminal = self._terminal
        terminal.line(title)
        for reason in reasons:
            count = self._counts[kept, reason]
            times = f" ({count} times)" if count > 1 else ""
            terminal.line(terminal.paint(f"  {printable(reason)}{times}:", Style.DOUBT))
            places = self._places[kept, reason]
            for place in places:
                terminal.line(f"    {printable(place)}")
            if count > len(places):
                terminal.line(terminal.paint(f"    and {count - len(places)} more; --json lists them all", Style.QUIET))

    def _write(self, event: str, edge: Edge | None = None, **values: Any) -> None:
        if self._lines is None:
            return
        ends = {} if edge is None else {"consumer": edge.consumer, "provider": edge.provider}
        self._lines.write(json.dumps({"event": event, **ends, **values}, ensure_ascii=False) + "\n")
        self._lines.flush()


def _place(oddity: Oddity) -> str:
    call = f"  {oddity.method} {oddity.path}".rstrip() if oddity.method or oddity.path else ""
    return f"{oddity.place}{call}" + (f"  ({oddity.detail})" if oddity.detail else "")


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count} calls"
