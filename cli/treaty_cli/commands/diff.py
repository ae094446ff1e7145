"""`treaty diff`: what differs between two contracts, and whether it is breaking."""

from __future__ import annotations

from pathlib import Path

import click

from treaty_cli import options


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@options.json_lines("a change")
def command(*, old: Path, new: Path, json_lines: str | None) -> int:
    """Say what differs between two contracts: each change breaking or safe, for whom and why.

    OLD and NEW are two pact files, or two folders whose pacts are paired by consumer and provider. What the rules
    accept decides, not how they are written: a response may only become narrower, a request only wider.

    Exit status: 0 nothing is breaking, 1 something is, 2 a pact cannot be read.
    """
    from treaty_cli.bootstrap.comparing import compare  # noqa: PLC0415 - heavy imports happen inside the command
    from treaty_cli.output.comparing import (  # noqa: PLC0415 - as above
        comparison_outputs,
        show_comparison,
        write_comparison,
    )

    comparison = compare(old, new)
    with comparison_outputs(json_lines) as (terminal, stream):
        if stream is not None:
            write_comparison(stream, comparison)
        show_comparison(terminal, comparison)
    return int(comparison.exit_status())
