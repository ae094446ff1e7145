"""``treaty doctor``: what is installed, what is configured, and what would fail and why."""

from __future__ import annotations

from pathlib import Path

import click

from treaty.config import find_config
from treaty.errors import ExitStatus
from treaty_cli.bootstrap.diagnosis import examine
from treaty_cli.findings import Verdict
from treaty_cli.output.diagnosis import show_finding, show_outcome
from treaty_cli.output.terminal import standard_output


@click.command(name="doctor")
@click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The treaty.yaml to look at; by default the nearest one in this folder or above.",
)
def command(path: Path | None) -> ExitStatus:
    """Say what is installed, what is configured, and what would fail and why.

    Looks at Python, the optional parts, treaty.yaml, the ports and services it names, and the pacts and sessions.
    Changes nothing. Exit status 0 when all that is needed is there, else 3.
    """
    terminal = standard_output()
    findings = []
    for finding in examine(path or find_config(Path())):
        show_finding(finding, terminal)
        findings.append(finding)
    show_outcome(findings, terminal)
    failed = any(finding.verdict is Verdict.FAILS for finding in findings)
    return ExitStatus.COULD_NOT if failed else ExitStatus.KEPT
