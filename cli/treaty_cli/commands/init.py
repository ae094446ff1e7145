"""``treaty init``: write a treaty.yaml to start from."""

from __future__ import annotations

from pathlib import Path

import click

from treaty.config import CONFIG_NAME, EdgeSetting, load_config, parse_edge, parse_service
from treaty.config.starting_file import starting_file
from treaty.errors import OutputUnwritable, counted
from treaty.session.reader import open_session
from treaty_cli.output.terminal import standard_output


@click.command(name="init")
@click.option(
    "--edge",
    "edges",
    multiple=True,
    metavar="CONSUMER:PROVIDER[:PORT][=URL]",
    help="Who calls whom, and where the provider is.",
)
@click.option("--service", "services", multiple=True, metavar="NAME=URL", help="Where a service listens.")
@click.option(
    "--session",
    type=click.Path(path_type=Path, file_okay=False),
    help="Take edges and URLs from this recorded session.",
)
@click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path(CONFIG_NAME),
    show_default=True,
    help="The file to write.",
)
@click.option("--force", is_flag=True, help="Replace a file that exists.")
def command(
    edges: tuple[str, ...],
    services: tuple[str, ...],
    session: Path | None,
    path: Path,
    force: bool,  # noqa: FBT001 - click hands flags over so
) -> None:
    """Write a treaty.yaml to start from.

    It holds the services and edges that are given, and comments on what else can be set. An existing file is kept
    unless --force is given.
    """
    settings = [*(parse_edge(text) for text in edges), *(_recorded_edges(session) if session else ())]
    text = starting_file(_without_repetition(settings), dict(parse_service(text) for text in services))
    _write(path, text, force=force)
    config = load_config(path)
    terminal = standard_output()
    terminal.line(f"wrote {path}: {counted(len(config.services), 'service')}, {counted(len(config.edges), 'edge')}")
    terminal.line("next: treaty doctor checks it, treaty record records what it names")


def _recorded_edges(session: Path) -> list[EdgeSetting]:
    info = open_session(session).info
    upstreams = {address.edge: address.upstream.rstrip("/") or None for address in info.addresses}
    return [EdgeSetting(edge=edge, url=upstreams.get(edge)) for edge in info.edges]


def _without_repetition(settings: list[EdgeSetting]) -> list[EdgeSetting]:
    # What is given by hand comes first and wins over what a session says.
    return list({setting.edge: setting for setting in reversed(settings)}.values())[::-1]


def _write(path: Path, text: str, *, force: bool) -> None:
    try:
        with path.open("w" if force else "x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise OutputUnwritable(f"{path} exists already", where=str(path), hint="--force replaces it") from None
    except OSError as error:
        raise OutputUnwritable(
            f"{path} cannot be written", where=str(path), why=(error.strerror or "").lower()
        ) from None
