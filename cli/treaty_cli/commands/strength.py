"""`treaty strength`: how much of what can break in an answer the contracts notice."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import click

from treaty_cli import options


@click.command("strength")
@click.argument("pacts", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PACT|DIR...")
@click.option(
    "--min",
    "minimum",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="The score that each pact has to reach; below it the exit status is 1.",
)
@click.option(
    "--session",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The recording, which shows what may be absent, null or another word.",
)
@options.json_lines("an interaction")
def command(*, pacts: tuple[Path, ...], minimum: float | None, session: Path | None, json_lines: str | None) -> int:
    """Say how much the contracts notice: mutate their replies, and ask the judge of `treaty verify`.

    No provider is needed. Harmful changes (a field dropped; a type, code, id, unit, format, or the status changed)
    should be caught; harmless ones (a field added, other ids and times, prose reworded) should not be complained of.
    What survived is named, with the rule that would catch it.

    Exit status: 0 measured, 1 a pact is below --min, 2 a pact cannot be read, 4 there is no reply to change.
    """
    from treaty_cli.bootstrap.measuring import measure_pacts  # noqa: PLC0415 - heavy imports happen inside the command
    from treaty_cli.output.measuring import measurement_report  # noqa: PLC0415 - as above

    percentage = None if minimum is None else Decimal(str(minimum))
    with measurement_report(json_lines) as report:
        return int(measure_pacts(pacts, session=session, minimum=percentage, handle=report))
