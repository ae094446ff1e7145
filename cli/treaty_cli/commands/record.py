"""`treaty record`: record who calls whom, and write the pacts."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

import click

from treaty.errors import OutputUnwritable, TreatyError
from treaty_cli import options


@click.command("record", context_settings={"allow_interspersed_args": False})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[-- COMMAND...]")
@click.option("--edge", "edges", multiple=True, metavar="CONSUMER:PROVIDER[:PORT][=URL]", help="Listen for this edge.")
@click.option("--proxy", "proxy_port", type=click.IntRange(0, 65535), metavar="PORT", help="Listen as a forward proxy.")
@click.option("--service", "services", multiple=True, metavar="NAME=URL", help="A provider that --proxy should know.")
@options.host
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Where pacts go.  [default: pacts]")
@click.option("--session", type=click.Path(path_type=Path), metavar="DIR", help="Where the session goes, a new folder.")
@click.option("--runs", type=click.IntRange(min=1), default=1, show_default=True, metavar="N", help="Repeat COMMAND.")
@click.option("--steady", multiple=True, metavar="NAME", help="Do not vary this between runs: clock, zone, a variable.")
@click.option("--prune", is_flag=True, help="Take out interactions that were recorded before and not this time.")
@click.option("--allow-secret", "allowed", multiple=True, metavar="NAME", help="Values of this name are no secrets.")
@click.option("--no-redact", is_flag=True, help="Keep secrets as they are; for throw-away systems only.")
@click.option("--allow-empty", is_flag=True, help="Recording nothing is fine.")
@options.json_lines("an event")
@options.config
def command(
    *,
    arguments: tuple[str, ...],
    edges: tuple[str, ...],
    proxy_port: int | None,
    services: tuple[str, ...],
    host: str,
    out: Path | None,
    session: Path | None,
    runs: int,
    steady: tuple[str, ...],
    prune: bool,
    allowed: tuple[str, ...],
    no_redact: bool,
    allow_empty: bool,
    json_lines: str | None,
    config: Path | None,
) -> int:
    """Record who calls whom, and write the pacts.

    Each edge gets a URL that its consumer uses in place of the provider's. COMMAND finds it in the variable
    TREATY_URL_CONSUMER_PROVIDER, and the service itself, past the recorder, in TREATY_SERVICE_NAME; when it ends,
    the pacts are written, and its exit status is ours when it failed.
    Without a command it records until Ctrl-C or SIGTERM. Without --edge, the edges of treaty.yaml are recorded.

    With --runs, services that treaty.yaml starts are started anew for each run, with another clock, time zone and first
    ids (`vary`), so that what only happened to be equal is told from what belongs together.

    Secrets are replaced before anything is stored.

    Exit status: 0 written, 1 a merge conflicts, 2 usage, 3 something did not start or store, 4 nothing was recorded.
    """
    from treaty_cli.bootstrap.recording import record  # noqa: PLC0415 - heavy imports happen inside the command
    from treaty_cli.bootstrap.recording_plan import RecordingRequest  # noqa: PLC0415 - as above
    from treaty_cli.output.recording import RecordingView  # noqa: PLC0415 - as above
    from treaty_cli.output.terminal import standard_error, standard_output  # noqa: PLC0415 - as above

    request = RecordingRequest(
        edges=edges,
        proxy_port=proxy_port,
        services=services,
        host=host,
        out=out,
        session=session,
        config=config,
        allowed=allowed,
        redact=not no_redact,
        prune=prune,
        allow_empty=allow_empty,
        command=arguments,
        runs=runs,
        steady=steady,
    )
    with ExitStack() as stack:
        terminal = standard_error() if json_lines == "-" else standard_output()
        view = RecordingView(terminal, lines=_open_lines(json_lines, stack), waits=not arguments)
        try:
            summary = record(request, view)
        except TreatyError as error:
            view.failed(error)
            raise
        view.summary(summary)
    if summary.failure is not None and not summary.command_status:
        raise summary.failure
    if summary.nothing is not None and not summary.command_status:
        raise summary.nothing
    return summary.exit_status()


def _open_lines(name: str | None, stack: ExitStack) -> TextIO | None:
    if name is None or name == "-":
        return None if name is None else sys.stdout
    try:
        return stack.enter_context(Path(name).open("w", encoding="utf-8"))
    except OSError as fault:
        raise OutputUnwritable("the JSON lines cannot be written", where=name, why=fault.strerror or "") from None
