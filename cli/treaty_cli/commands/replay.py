"""`treaty replay`: send a session's outside calls again, and compare."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

import click

from treaty.errors import OutputUnwritable
from treaty_cli import options


@click.command("replay")
@click.argument("session", type=click.Path(path_type=Path), metavar="SESSION")
@click.option("--edge", "edges", multiple=True, metavar="PROVIDER=URL", help="Where a provider is; nothing is started.")
@click.option("--run", type=click.IntRange(min=1), default=1, show_default=True, help="The run of the session to send.")
@click.option(
    "--session",
    "record_to",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Record the replay into a new session, as one run more.",
)
@click.option(
    "--secret",
    "secrets",
    multiple=True,
    metavar="NAME=env:VARIABLE",
    help="Send this in headers and fields of that name whose secret came from outside; never shown.",
)
@options.allow_writes
@options.destructive
@options.json_lines("a call")
@options.config
def command(
    *,
    session: Path,
    edges: tuple[str, ...],
    run: int,
    record_to: Path | None,
    secrets: tuple[str, ...],
    allow_writes: tuple[str, ...],
    destructive: bool,
    json_lines: str | None,
    config: Path | None,
) -> int:
    """Send a session's outside calls again, in order, and compare the answers.

    Outside calls are those of consumers that are no providers in the session. Ids, tokens and cookies that the answers
    make take the place of the recorded ones, times in requests stay as far from now as they were, and what changes by
    itself is waited for. Answers are compared by why each value is what it is, not by their bytes.

    Without --edge the services of treaty.yaml are started for it.

    Exit status: 0 as recorded, 1 an answer differs, 2 usage, 3 a call could not be made, 4 there is nothing to send.
    """
    from treaty_cli.bootstrap.replaying import ReplayRequest, replay  # noqa: PLC0415 - heavy imports inside the command
    from treaty_cli.output.replaying import ReplayView  # noqa: PLC0415 - as above
    from treaty_cli.output.terminal import standard_error, standard_output  # noqa: PLC0415 - as above

    request = ReplayRequest(
        session=session,
        run=run,
        edges=edges,
        record_to=record_to,
        secrets=secrets,
        allow_writes=allow_writes,
        destructive=destructive,
        config=config,
    )
    with ExitStack() as stack:
        terminal = standard_error() if json_lines == "-" else standard_output()
        view = ReplayView(terminal, lines=_open_lines(json_lines, stack))
        summary = replay(request, view)
        view.summary(summary)
    return int(summary.tally.exit_status())


def _open_lines(name: str | None, stack: ExitStack) -> TextIO | None:
    if name is None or name == "-":
        return None if name is None else sys.stdout
    try:
        return stack.enter_context(Path(name).open("w", encoding="utf-8"))
    except OSError as fault:
        raise OutputUnwritable("the JSON lines cannot be written", where=name, why=fault.strerror or "") from None
