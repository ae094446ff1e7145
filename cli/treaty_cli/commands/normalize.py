"""`treaty normalize`: turn recorded sessions into pacts."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("normalize")
@click.argument("sessions", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SESSION...")
@click.option("--out", type=click.Path(path_type=Path), default=Path("pacts"), show_default=True, metavar="DIR")
@click.option(
    "--spec",
    type=click.Choice(["4", "3", "2"]),
    default="4",
    show_default=True,
    help="Version of the Pact specification; what an older one cannot say is listed.",
)
@click.option(
    "--strictness",
    type=click.Choice(["promise", "replay"]),
    help="What is exact: what consumers can rely on, or all that is reproducible. Default: treaty.yaml's, or promise.",
)
@click.option("--prune", is_flag=True, help="Take out interactions that were recorded before and not this time.")
@click.option("--allow-empty", is_flag=True, help="Sessions that promise nothing are fine.")
@click.option("--minimise", is_flag=True, help="Try on fresh providers which set-up steps are not needed; drop those.")
@click.option("--provider", "providers", multiple=True, metavar="NAME", help="With --minimise: only of this provider.")
@click.option(
    "--secret", "secrets", multiple=True, metavar="NAME=env:VAR", help="With --minimise: the value of a secret slot."
)
def command(
    *,
    sessions: tuple[Path, ...],
    out: Path,
    spec: str,
    strictness: str | None,
    prune: bool,
    allow_empty: bool,
    minimise: bool,
    providers: tuple[str, ...],
    secrets: tuple[str, ...],
) -> int:
    """Turn recorded sessions into pacts, one file an edge.

    Several sessions count as runs of one: what they share is promised, and no id of one is an id of another. What lies
    in the folder is merged: edits by hand stay, what was not seen this time stays unless --prune says otherwise, and
    what both sides changed is a conflict.

    --minimise starts each provider as treaty.yaml says, and tries on it, fresh each time, which steps of the provider
    states its interactions are kept without.

    Exit status: 0 written, 1 a merge conflicts, 2 a session or pact cannot be read, 4 there is nothing to
    promise; with --minimise 3 a provider does not start.
    """
    from treaty.contract.specification import SPECIFICATIONS  # noqa: PLC0415 - heavy imports inside the command
    from treaty_cli.bootstrap.normalizing import normalize_all, usual_strictness  # noqa: PLC0415 - as above
    from treaty_cli.output.normalizing import show_normalized  # noqa: PLC0415 - as above
    from treaty_cli.output.terminal import standard_output  # noqa: PLC0415 - as above

    terminal = standard_output()
    minimising = None
    if minimise or providers or secrets:
        from treaty_cli.bootstrap.minimising import minimise_request  # noqa: PLC0415 - verification is needed only here

        minimising = minimise_request(wanted=minimise, providers=providers, secrets=secrets, tell=terminal.progress)
    summary = normalize_all(
        sessions,
        out,
        prune=prune,
        allow_empty=allow_empty,
        strictness=strictness or usual_strictness(),
        version=SPECIFICATIONS[spec],
        minimising=minimising,
    )
    show_normalized(terminal, summary)
    return int(summary.exit_status())
