"""The outputs of a verification that were asked for, as one handler of events."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from treaty.errors import OutputUnwritable, TreatyError
from treaty.verify.events import Event
from treaty_cli.output.terminal import standard_error, standard_output
from treaty_cli.output.verification import TerminalReport
from treaty_cli.output.verification_github import GithubAnnotations, in_github_actions
from treaty_cli.output.verification_json import JsonLinesReport
from treaty_cli.output.verification_junit import junit_xml
from treaty_cli.output.verification_run import Run, run_of


@contextmanager
def handlers(
    *, json_lines: str | None = None, junit: Path | None = None, html: Path | None = None
) -> Iterator[Callable[[Event], None]]:
    """Open all outputs and give a handler that feeds them; files are made before anything is sent.

    Args:
        json_lines: a file, `-` for standard output (the text for people then goes to standard error), or None.
        junit: a file, or None.
        html: a file, or None.

    Raises:
        OutputUnwritable: when a file cannot be written.

    """
    with ExitStack() as stack:
        reports: list[Callable[[Event], None]] = []
        terminal = standard_error() if json_lines == "-" else standard_output()
        people = TerminalReport(terminal)
        reports.append(people)
        if in_github_actions():
            reports.append(GithubAnnotations(terminal.stream))
        if json_lines == "-":
            reports.append(JsonLinesReport(sys.stdout))
        elif json_lines is not None:
            reports.append(JsonLinesReport(stack.enter_context(_open(Path(json_lines)))))
        if junit is not None:
            reports.append(stack.enter_context(_at_the_end(junit, _junit)))
        if html is not None:
            reports.append(stack.enter_context(_at_the_end(html, _html)))

        def handle(event: Event) -> None:
            for report in reports:
                report(event)

        try:
            yield handle
        except BaseException:
            people.cut_short()
            raise


@contextmanager
def _at_the_end(path: Path, document: Callable[[Run], str]) -> Iterator[Callable[[Event], None]]:
    """Collect events and write them as one document, even when the run was cut short."""
    events: list[Event] = []
    failure: TreatyError | None = None
    with _open(path) as stream:
        try:
            yield events.append
        except TreatyError as fault:
            failure = fault
            raise
        finally:
            stream.write(document(run_of(events, failure=failure)))


def _junit(run: Run) -> str:
    return junit_xml(run).decode()


def _html(run: Run) -> str:
    from treaty_cli.output.verification_html import html_page  # noqa: PLC0415 - only where it is asked for

    return html_page(run, moment=datetime.now(UTC))


def _open(path: Path) -> TextIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("w", encoding="utf-8")
    except OSError as fault:
        raise OutputUnwritable(f"{path} cannot be written", why=fault.strerror or str(fault)) from None
