"""`treaty conformance`: run test cases of the Pact specification against our matching."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("conformance")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def command(*, folder: Path) -> int:
    """Run the test cases of the Pact specification below DIR, and count those that agree with us.

    Cases lie in version-N/testcases/{request,response,message}/ASPECT/NAME.json, as the specification has them.

    Exit status: 0 all agree, or differ for a known reason; 1 another one differs; 2 there is no case in DIR.
    """
    from treaty_cli.bootstrap.conforming import run_cases  # noqa: PLC0415 - heavy imports happen inside the command
    from treaty_cli.output.conforming import show_conformance  # noqa: PLC0415 - as above
    from treaty_cli.output.terminal import standard_output  # noqa: PLC0415 - as above

    conformance = run_cases(folder)
    show_conformance(standard_output(), conformance)
    return int(conformance.exit_status())
