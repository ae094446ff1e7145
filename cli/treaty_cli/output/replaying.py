"""How a replay goes, for people and as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TextIO

from treaty.errors import counted
from treaty.replay.playing import Outcome, Verdict
from treaty.replay.script import Script
from treaty.verify.calls import Answer
from treaty_cli.bootstrap.replaying import ReplaySummary
from treaty_cli.output.terminal import Style, Terminal, printable, shown_path

_MOST_DIFFERENCES = 10
_WORTH_TELLING = 1.0
_LONGEST_EXCERPT = 200


class ReplayView:
    """Shows a replay on a terminal, and writes a JSON line a call when asked to.

    Args:
        terminal: for people.
        lines: where JSON lines go, None for nowhere.

    """

    def __init__(self, terminal: Terminal, *, lines: TextIO | None) -> None:
        self._terminal = terminal
        self._lines = lines
        self._count = 0
        self._done = 0

    def begins(self, script: Script, where: Mapping[str, str]) -> None:
        """Tell what is sent where."""
        self._count = len(script.scenes)
        self._terminal.line(f"sending {counted(self._count, 'call')} again")
        for name, url in where.items():
            self._terminal.line(f"  {printable(name)} at {url}")
        for exchange, why in script.left_out:
            request = exchange.request
            text = f"  left out: {exchange.edge}  {request.method} {request.path}: {why}"
            self._terminal.line(self._terminal.paint(printable(text), Style.QUIET))
            self._write("left-out", number=exchange.number, why=why)

    def outcome(self, outcome: Outcome) -> None:
        """Tell what came of a call; one that was answered as recorded is only counted."""
        self._done += 1
        self._terminal.progress(f"{self._done} of {counted(self._count, 'call')}")
        if outcome.verdict is not Verdict.SAME:
            self._terminal.clear_progress()
            style = Style.BAD if outcome.verdict is Verdict.DIFFERENT else Style.DOUBT
            label = "differs" if outcome.verdict is Verdict.DIFFERENT else "could not"
            text = printable(f"{outcome.edge}  {outcome.description}")
            self._terminal.line(f"{self._terminal.paint(f'{label:<10}', style)} {text}")
        for each in outcome.differences[:_MOST_DIFFERENCES]:
            self._terminal.line(f"  {printable(f'{each.place}: {each.recorded} was recorded, {each.got} came')}")
        if (more := len(outcome.differences) - _MOST_DIFFERENCES) > 0:
            self._terminal.line(f"  and {counted(more, 'difference')} more")
        if outcome.answer is not None and (said := _excerpt(outcome.answer)):
            self._terminal.line(f"  it said {printable(said)}")
        if outcome.reason:
            self._terminal.line(f"  {printable(outcome.reason)}")
        if outcome.differences and outcome.waited > _WORTH_TELLING:
            self._terminal.line(f"  after waiting {outcome.waited:.0f} s")
        self._write_outcome(outcome)

    def summary(self, summary: ReplaySummary) -> None:
        """Tell how many calls were answered as recorded."""
        self._terminal.clear_progress()
        tally = summary.tally
        parts = [f"{tally.same} of {counted(self._count, 'call')} answered as recorded"]
        if tally.different:
            parts.append(self._terminal.paint(f"{tally.different} not", Style.BAD))
        if tally.could_not:
            parts.append(self._terminal.paint(f"{tally.could_not} could not be made", Style.DOUBT))
        self._terminal.line(", ".join(parts))
        if summary.slots and tally.different:
            names = ", ".join(summary.slots)
            self._terminal.line(f"  sent with stand-ins for secrets from outside: {printable(names)}")
            self._terminal.line(f"  fill them: --secret {printable(summary.slots[0])}=env:VARIABLE")
        if summary.recorded is not None:
            self._terminal.line(f"session {shown_path(summary.recorded)}")
        self._write(
            "finished",
            same=tally.same,
            different=tally.different,
            could_not=tally.could_not,
            exit_status=int(tally.exit_status()),
        )

    def _write_outcome(self, outcome: Outcome) -> None:
        differences = [
            {"place": each.place, "recorded": each.recorded, "got": each.got} for each in outcome.differences
        ]
        self._write(
            "call",
            number=outcome.number,
            consumer=outcome.edge.consumer,
            provider=outcome.edge.provider,
            description=outcome.description,
            verdict=outcome.verdict.value,
            differences=differences,
            reason=outcome.reason,
        )

    def _write(self, event: str, **values: Any) -> None:
        if self._lines is not None:
            self._lines.write(json.dumps({"event": event, **values}, ensure_ascii=False) + "\n")
            self._lines.flush()


def _excerpt(answer: Answer) -> str:
    text = " ".join(answer.body.decode("utf-8", "replace").split())
    return text if len(text) <= _LONGEST_EXCERPT else text[: _LONGEST_EXCERPT - 3] + "..."
