"""`treaty demo`: record, normalise, verify and stub the reference shop."""

from __future__ import annotations

import click

from treaty.errors import ExitStatus


@click.command("demo")
def command() -> int:
    """Record, normalise, verify, break and stub the reference shop, and say what happened.

    Everything is written to .treaty/demo, which is made anew each time.

    Exit status: 0 every promise was kept, 1 one was not, 3 something did not start.
    """
    from treaty_cli.bootstrap.demonstration import demonstrate  # noqa: PLC0415 - heavy imports inside the command
    from treaty_cli.output.demonstration import DemonstrationView  # noqa: PLC0415 - as above
    from treaty_cli.output.terminal import standard_output  # noqa: PLC0415 - as above

    demonstrated = demonstrate(DemonstrationView(standard_output()))
    return int(ExitStatus.KEPT if demonstrated.kept else ExitStatus.BROKEN)
