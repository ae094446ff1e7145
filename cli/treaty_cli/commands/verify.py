"""`treaty verify`: check that a provider keeps what its pacts promise."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from treaty_cli import options


@click.command("verify")
@click.argument("pacts", nargs=-1, type=click.Path(path_type=Path), metavar="[PACT|DIR]...")
@click.option("--provider", required=True, metavar="NAME", help="Whose promises are checked.")
@options.base_url
@click.option(
    "--engine",
    type=click.Choice(["treaty", "official"]),
    default="treaty",
    show_default=True,
    help="Who judges the answers: Treaty itself, or the official verifier (pact-python).",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="How many interactions are verified at once, where their states allow it; only the engine treaty can.",
)
@options.state_url
@click.option(
    "--message-url",
    metavar="URL",
    help="Your handler of the provider's messages (Pact's protocol); without it, as treaty.yaml says, or --base-url.",
)
@click.option("--consumer", "consumers", multiple=True, metavar="NAME", help="Only what was promised to this consumer.")
@click.option("--description", default="", metavar="TEXT", help="Only interactions whose description contains this.")
@click.option("--state", default="", metavar="TEXT", help="Only interactions with a provider state that contains this.")
@options.header("request, but not over values that set-up makes, nor on a refusal")
@click.option(
    "--header-command",
    metavar="CMD",
    help="Run for each request, which it reads as JSON; prints headers to add (signatures, fresh tokens).",
)
@options.secret
@options.allow_writes
@options.destructive
@options.clock
@options.clock_session
@click.option("--fresh", is_flag=True, help="Start the provider anew before each set-up; slow.")
@click.option(
    "--rounds",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="Verify so often against the same provider: shows that set-up does not need a fresh one.",
)
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write the results as JUnit XML.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write the results as one HTML page.")
@options.json_lines("an event")
@click.option("--allow-empty", is_flag=True, help="Nothing to verify is fine.")
@options.config
def command(
    *,
    pacts: tuple[Path, ...],
    provider: str,
    base_url: str | None,
    engine: str,
    workers: int,
    state_url: str | None,
    message_url: str | None,
    consumers: tuple[str, ...],
    description: str,
    state: str,
    headers: tuple[str, ...],
    header_command: str | None,
    secrets: tuple[str, ...],
    allow_writes: tuple[str, ...],
    destructive: bool,
    clock: str | None,
    session: Path | None,
    fresh: bool,
    rounds: int,
    junit: Path | None,
    html: Path | None,
    json_lines: str | None,
    allow_empty: bool,
    config: Path | None,
) -> int:
    """Check that a provider keeps what its pacts promise.

    Takes the pacts of treaty.yaml, or of the folder pacts/, when none are named. Provider states with recorded steps
    are set up by sending these steps again, only to a provider that was started here, or on this machine.

    Exit status: 0 all kept, 1 one is broken, 3 one could not be told, 4 nothing was verified.
    """
    from treaty.verify.plan import Selection  # noqa: PLC0415 - heavy imports happen inside the command
    from treaty_cli.bootstrap.verification import (  # noqa: PLC0415 - as above
        VerificationRequest,
        check_flags,
        verify,
    )
    from treaty_cli.output.verification_handlers import handlers  # noqa: PLC0415 - as above

    request = VerificationRequest(
        provider=provider,
        pacts=pacts,
        base_url=base_url,
        config=config,
        selection=Selection(consumers=consumers, description=description, state=state),
        state_url=state_url,
        message_url=message_url,
        headers=[options.parse_header(text) for text in headers],
        header_command=header_command,
        secrets=secrets,
        allowed_hosts=allow_writes,
        destructive=destructive,
        clock=clock,
        session=session,
        fresh=fresh,
        allow_empty=allow_empty,
        rounds=rounds,
        engine=engine,
        workers=workers,
    )
    flags = check_flags(request)
    with ExitStack() as outputs:
        handle = outputs.enter_context(handlers(json_lines=json_lines, junit=junit, html=html))
        summary = verify(request, handle, flags=flags)
    return int(summary.exit_status(allow_empty=allow_empty))
