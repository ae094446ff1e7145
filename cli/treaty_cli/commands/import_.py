"""`treaty import`: make a session of what another tool captured."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

import click

from treaty.errors import OutputUnwritable, TreatyError

_EXISTING = click.Path(path_type=Path)
_OPTIONS = (
    click.option("--session", type=_EXISTING, metavar="DIR", help="Where the session goes, a new folder."),
    click.option(
        "--service",
        "services",
        multiple=True,
        metavar="NAME=URL",
        help="The provider at this address, and path, if any.",
    ),
    click.option(
        "--consumer",
        "consumers",
        multiple=True,
        metavar="NAME[=TEXT]",
        help="Who calls: everybody else, or whose User-Agent holds TEXT.",
    ),
    click.option("--only", is_flag=True, help="Leave out providers that neither --service nor treaty.yaml names."),
    click.option(
        "--allow-secret", "allowed", multiple=True, metavar="NAME", help="Values of this name are no secrets."
    ),
    click.option("--no-redact", is_flag=True, help="Keep secrets as they are; for throw-away systems only."),
    click.option("--allow-empty", is_flag=True, help="Importing nothing is fine."),
    click.option("--json", "json_lines", metavar="FILE", help="Write one JSON line an event; - is standard output."),
    click.option("--config", type=_EXISTING, metavar="FILE", help="Use this treaty.yaml."),
)


def _with_options(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options that all kinds of captures share."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return click.argument("path", type=_EXISTING)(function)


@click.group("import")
def command() -> None:
    """Make a session of what another tool captured, for `treaty normalize`.

    Secrets are replaced before anything is written. What is odd in a capture is reported and does not stop the rest.

    Exit status: 0 imported, 2 usage, or not such a capture, 3 no room or no mitmproxy, 4 there was nothing to import.
    """


@command.command("keploy")
@_with_options
def keploy(**options: Any) -> int:
    """Import the tests and mocks of keploy: a folder of test sets, or one that holds those of several services.

    Calls of keploy's mocks belong to the service whose tests have their address or path; --service says it where
    nothing else does.
    """
    return _import("keploy", **options)


@command.command("har")
@_with_options
def har(**options: Any) -> int:
    """Import a HAR file of a browser, or of a proxy that exports them.

    Providers without a name are called by their host. Browsers leave cookies and credentials out of a HAR file unless
    they are told to export them.
    """
    return _import("har", **options)


@command.command("flow")
@_with_options
def flow(**options: Any) -> int:
    """Import a flow file of mitmproxy (mitmdump -w); needs `pip install 'treaty[record]'`.

    The user of the proxy names the consumer where there is one.
    """
    return _import("flow", **options)


def _import(
    kind: str,
    *,
    path: Path,
    session: Path | None,
    services: tuple[str, ...],
    consumers: tuple[str, ...],
    only: bool,
    allowed: tuple[str, ...],
    no_redact: bool,
    allow_empty: bool,
    json_lines: str | None,
    config: Path | None,
) -> int:
    from treaty_cli.bootstrap.importing import ImportRequest, import_capture  # noqa: PLC0415 - heavy imports happen inside
    from treaty_cli.output.importing import ImportView  # noqa: PLC0415 - as above
    from treaty_cli.output.terminal import standard_error, standard_output  # noqa: PLC0415 - as above

    request = ImportRequest(
        kind=kind,
        path=path,
        session=session,
        services=services,
        consumers=consumers,
        only=only,
        allowed=allowed,
        redact=not no_redact,
        allow_empty=allow_empty,
        config=config,
    )
    with ExitStack() as stack:
        terminal = standard_error() if json_lines == "-" else standard_output()
        view = ImportView(terminal, lines=_open_lines(json_lines, stack))
        try:
            summary = import_capture(request, view)
        except TreatyError as error:
            view.failed(error)
            raise
        view.summary(summary)
    if summary.nothing is not None:
        raise summary.nothing
    return int(summary.exit_status())


def _open_lines(name: str | None, stack: ExitStack) -> TextIO | None:
    if name is None or name == "-":
        return None if name is None else sys.stdout
    try:
        return stack.enter_context(Path(name).open("w", encoding="utf-8"))
    except OSError as fault:
        raise OutputUnwritable("the JSON lines cannot be written", where=name, why=fault.strerror or "") from None
