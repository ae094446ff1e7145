"""The outputs of a verification that were asked for, as one handler of events."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

from treaty.errors import OutputUnwritable
from treaty.verify.events import Event, InteractionJudged, RunFinished
from treaty.verify.outcome import Outcome
from treaty_cli.output.terminal import standard_error, standard_output
from treaty_cli.output.verification import TerminalReport
from treaty_cli.output.verification_github import GithubAnnotations, in_github_actions
from treaty_cli.output.verification_json import JsonLinesReport
from treaty_cli.output.verification_junit import junit_xml


@contextmanager
def handlers(*, json_lines: str | None, junit: Path | None) -> Iterator[Callable[[Event], None]]:
    """Open all outputs and give a handler that feeds them; files are made before anything is sent.

    Args:
        json_lines: a file, `-` for standard output (the text for people then goes to standard error), or None.
        junit: a file, or None.

    Raises:
        OutputUnwritable: when a file cannot be written.

    """
    with ExitStack() as stack:
        reports: list[Callable[[Event], None]] = []
        terminal = standard_error() if json_lines == "-" else standard_output()
        reports.append(TerminalReport(terminal))
        if in_github_actions():
            reports.append(GithubAnnotations(terminal.stream))
        if json_lines == "-":
            reports.append(JsonLinesReport(sys.stdout))
        elif json_lines is not None:
            reports.append(JsonLinesReport(stack.enter_context(_open(Path(json_lines)))))
        if junit is not None:
            reports.append(_JunitFile(stack.enter_context(_open(junit))))

        def handle(event: Event) -> None:
            for report in reports:
                report(event)

        yield handle


class _JunitFile:
    """Collects outcomes and writes them when the run is over."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._outcomes: list[Outcome] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, InteractionJudged):
            self._outcomes.append(event.outcome)
        elif isinstance(event, RunFinished):
            self._stream.write(junit_xml(self._outcomes).decode())


def _open(path: Path) -> TextIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("w", encoding="utf-8")
    except OSError as fault:
        raise OutputUnwritable(f"{path} cannot be written", why=fault.strerror or str(fault)) from None
