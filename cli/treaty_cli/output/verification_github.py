"""A verification as annotations of GitHub Actions: workflow commands that point at the pact file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, TextIO

from treaty.pactfile.places import interaction_lines
from treaty.report.conclusion import conclusion
from treaty.report.failures import failure_text
from treaty.verify.events import Event, InteractionJudged, RequestUnanswered, RunStarted
from treaty.verify.outcome import Outcome, Unanswered, Verdict
from treaty_cli.output.terminal import printable

_LONGEST: Final = 4000


def in_github_actions(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether this runs as a step of GitHub Actions, which sets the variable itself."""
    return environment.get("GITHUB_ACTIONS") == "true"


class GithubAnnotations:
    """Writes a workflow command for each interaction that is not kept; call it with each event in order.

    Broken is an error, could not tell a warning; what is pending and not kept, and findings, are notices. GitHub shows
    only the first ten of each kind, so what could not be told never hides what is broken.

    Args:
        stream: where the runner reads commands.
        environment: `GITHUB_WORKSPACE` is the folder that files are named from.

    """

    def __init__(self, stream: TextIO, *, environment: Mapping[str, str] = os.environ) -> None:
        self._stream: Final = stream
        self._workspace: Final = environment.get("GITHUB_WORKSPACE", "")
        self._lines: Final[dict[str, tuple[int, ...]]] = {}

    def __call__(self, event: Event) -> None:
        """Write what an event is worth."""
        if isinstance(event, RunStarted):
            for note in event.notes:
                self._write("notice", {"title": f"treaty verify, {event.provider}"}, note)
        elif isinstance(event, InteractionJudged):
            if event.outcome.verdict is not Verdict.KEPT:
                self._outcome(event.outcome)
        elif isinstance(event, RequestUnanswered):
            self._finding(event.unanswered)
        elif not event.summary.counts:
            self._write("warning", {"title": "treaty verify"}, conclusion(event.summary, provider="the provider"))

    def _outcome(self, outcome: Outcome) -> None:
        kind = "notice" if outcome.pending else "error" if outcome.fails else "warning"
        pending = " (pending: does not count)" if outcome.pending else ""
        title = f"{outcome.consumer} -> {outcome.provider}: {outcome.description}: {outcome.verdict.value}{pending}"
        given = f"given {' and '.join(outcome.states)}\n" if outcome.states else ""
        again = f"round {outcome.round}\n" if outcome.round > 1 else ""
        place = {"file": _named_from(self._workspace, outcome.pact), "line": str(self._line(outcome))}
        self._write(kind, {**place, "title": title}, given + again + failure_text(outcome))

    def _finding(self, unanswered: Unanswered) -> None:
        text = f"{unanswered.request} is in no pact of {unanswered.consumer} -> {unanswered.dependency}"
        nearest = f"\nnearest: {unanswered.nearest}" if unanswered.nearest else ""
        self._write("notice", {"title": f"{unanswered.consumer} calls what no pact knows"}, text + nearest)

    def _line(self, outcome: Outcome) -> int:
        if outcome.pact not in self._lines:
            try:
                text = Path(outcome.pact).read_text(encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError):
                text = ""
            self._lines[outcome.pact] = interaction_lines(text)
        lines = self._lines[outcome.pact]
        return lines[outcome.position] if outcome.position < len(lines) else 1

    def _write(self, kind: str, properties: Mapping[str, str], message: str) -> None:
        # The command at the beginning of a line counts, whatever else is in it.
        self._stream.write(f"{_command(kind, properties, message[:_LONGEST])}\n")
        self._stream.flush()


def _command(kind: str, properties: Mapping[str, str], message: str) -> str:
    """Write a workflow command as the runner's own toolkit escapes it."""
    listed = ",".join(_properties(properties))
    return f"::{kind} {listed}::{_escaped(printable(message))}"


def _properties(properties: Mapping[str, str]) -> Iterator[str]:
    for name, value in properties.items():
        yield f"{name}={_escaped(printable(value)).replace(':', '%3A').replace(',', '%2C')}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _named_from(workspace: str, file: str) -> str:
    if not workspace:
        return file
    try:
        return str(Path(file).resolve().relative_to(Path(workspace).resolve()))
    except (ValueError, OSError):
        return file
