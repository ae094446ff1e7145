"""`treaty explain`: why a pact promises what it promises."""

from __future__ import annotations

from pathlib import Path

import click

from treaty_cli import options


@click.command("explain")
@click.argument("pact", type=click.Path(path_type=Path), metavar="PACT|DIR")
@click.option("--interaction", metavar="TEXT", help="Only interactions whose description or key holds this text.")
@click.option(
    "--session",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The recording that the pact was made of: exchanges, runs, links, doubts.",
)
@options.json_lines("an interaction")
def command(*, pact: Path, interaction: str | None, session: Path | None, json_lines: str | None) -> int:
    """Say for each rule why it is there, what was seen of it, and what would change it; the doubtful ones first.

    Without a session it says what the pact alone tells. What was changed by hand since the pact was generated is named,
    and so is what was replaced by stand-ins, with the option that allows it.

    Exit status: 0 explained, 2 a file cannot be read, or no interaction has the text.
    """
    from treaty_cli.bootstrap.explaining import explain_pacts  # noqa: PLC0415 - heavy imports happen inside the command
    from treaty_cli.output.explaining import explanation_report  # noqa: PLC0415 - as above

    explained = explain_pacts(pact, interaction=interaction, session=session)
    with explanation_report(json_lines) as report:
        report(explained)
    return 0
