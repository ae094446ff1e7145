"""How a recording goes, for people and as JSON lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TextIO

from treaty.errors import TreatyError, counted
from treaty.record.events import Stored
from treaty.record.targets import UNKNOWN_CONSUMER
from treaty.session.exchange import Edge
from treaty.session.runs import Run, run_record
from treaty_cli.bootstrap.recording import Listening, RecordingSummary, variable_of
from treaty_cli.output.normalizing import show_normalized
from treaty_cli.output.terminal import Style, Terminal, printable, shown_path


class RecordingView:
    """Shows a recording on a terminal, and writes its events as JSON lines when asked to.

    Args:
        terminal: for people.
        lines: where JSON lines go, None for nowhere.
        waits: whether only a signal ends the recording, so that people are told.

    """

    def __init__(self, terminal: Terminal, *, lines: TextIO | None, waits: bool) -> None:
        self._terminal = terminal
        self._lines = lines
        self._waits = waits

    def listening(self, listening: Listening) -> None:
        """Tell where to send calls."""
        for edge, url in listening.edges.items():
            self._terminal.line(f"recording {edge} at {self._strong(url)} (for {listening.upstreams[edge]})")
            self._write("listening", edge, url=url, upstream=listening.upstreams[edge], variable=variable_of(edge))
        for edge, url in listening.mail.items():
            self._terminal.line(f"taking mail of {edge} at {url} (not recorded)")
            self._write("mail", edge, url=url, variable=variable_of(edge))
        if listening.proxy:
            scheme, _, address = listening.proxy.partition("://")
            self._terminal.line(f"recording through the proxy {self._strong(f'{scheme}://CONSUMER:x@{address}')}")
            self._terminal.line(f"  for HTTPS through it, clients must trust {listening.authority}")
            self._write("proxy", url=listening.proxy, authority=str(listening.authority))
        if self._waits:
            self._terminal.line("recording until Ctrl-C")

    def run_begins(self, run: Run, *, of: int) -> None:
        """Tell what is around a run."""
        self._terminal.clear_progress()
        about = around(run)
        self._terminal.line(f"run {run.number} of {of}{f': {about}' if about else ''}")
        for kept in run.kept:
            self._terminal.line(self._terminal.paint(f"  {printable(kept)}", Style.DOUBT))
        self._write("run", **run_record(run))

    def progress(self, stored: Stored) -> None:
        """Show how many exchanges there are."""
        total = sum(stored.counts.values())
        if total:
            edges = counted(len(stored.counts), "edge")
            self._terminal.progress(f"{counted(total, 'exchange')} recorded on {edges}")

    def ended(self, session: Path) -> None:
        """Tell that recording is over."""
        self._terminal.clear_progress()
        self._write("recorded", session=str(session))

    def summary(self, summary: RecordingSummary) -> None:
        """Show what was recorded on each edge, what was not, and the pacts."""
        terminal = self._terminal
        terminal.line(f"session {shown_path(summary.session)}")
        for edge in dict.fromkeys([*summary.declared, *sorted(summary.stored.counts)]):
            self._edge(edge, summary)
        if summary.cut:
            terminal.line(terminal.paint(f"  {counted(summary.cut, 'call')} cut off before the answer", Style.DOUBT))
        if summary.normalized is not None:
            show_normalized(terminal, summary.normalized)
            for outcome in summary.normalized.pacts:
                self._write("pact", outcome.edge, path=str(outcome.path), interactions=outcome.interactions)
        if summary.nothing is not None and summary.command_status:
            terminal.line(terminal.paint(f"no pact was written: {summary.nothing.what}", Style.DOUBT))
        if summary.command_status:
            when = f" in run {len(summary.runs)}" if len(summary.runs) > 1 else ""
            text = f"the command ended with exit status {summary.command_status}{when}"
            terminal.line(terminal.paint(text, Style.BAD))
            if when and (about := around(summary.runs[-1])):
                terminal.line(f"  that run had {about}; --steady leaves it alone")
        elif summary.failure is not None:
            terminal.line(terminal.paint(f"run {len(summary.runs) + 1} could not begin", Style.BAD))
        self._write("finished", exit_status=summary.exit_status(), command_status=summary.command_status)

    def failed(self, error: TreatyError) -> None:
        """Write an error that ends the recording; people see it elsewhere."""
        self._write("failed", code=error.code, what=error.what, why=error.why, exit_status=int(error.exit_status))

    def _edge(self, edge: Edge, summary: RecordingSummary) -> None:
        count = summary.stored.counts.get(edge, 0)
        failed = summary.stored.failed.get(edge, 0)
        declared = edge in summary.declared
        notes = [f"{failed} without an answer"] if failed else []
        if not count:
            notes.append("nothing came: does the consumer use the recorder's URL?")
        if not declared:
            notes.append("consumer unknown" if edge.consumer == UNKNOWN_CONSUMER else "through the proxy")
        note = f"  ({', '.join(notes)})" if notes else ""
        line = f"  {printable(str(edge)):<28} {counted(count, 'exchange')}{note}"
        troubled = failed or not count or edge.consumer == UNKNOWN_CONSUMER
        self._terminal.line(self._terminal.paint(line, Style.DOUBT) if troubled else line)
        self._write("edge", edge, exchanges=count, failed=failed, declared=declared)

    def _strong(self, text: str) -> str:
        return self._terminal.paint(text, Style.STRONG)

    def _write(self, event: str, edge: Edge | None = None, **values: Any) -> None:
        if self._lines is None:
            return
        ends = {} if edge is None else {"consumer": edge.consumer, "provider": edge.provider}
        self._lines.write(json.dumps({"event": event, **ends, **values}, ensure_ascii=False) + "\n")
        self._lines.flush()


def around(run: Run) -> str:
    """Say what is different about a run; empty for one that leaves everything alone."""
    parts = []
    if run.clock:
        parts.append(f"the clock {run.clock.days:+d} days")
    if run.zone:
        parts.append(f"the time zone {run.zone}")
    parts += sorted({f"another {name}" for chosen in run.environment.values() for name in chosen})
    return ", ".join(parts)
