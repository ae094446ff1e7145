"""`treaty states serve`: our provider states for any Pact verifier."""

from __future__ import annotations

from pathlib import Path

import click

from treaty.errors import UsageError, counted
from treaty_cli import options


@click.group("states")
def command() -> None:
    """Serve our provider states to any Pact verifier."""


@command.command("serve")
@click.argument("pacts", nargs=-1, type=click.Path(path_type=Path), metavar="[PACT|DIR]...")
@options.base_url
@click.option("--provider", metavar="NAME", help="Only the states of this provider; needed to start it.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0 takes a free one.")
@options.host
@options.state_url
@options.header("set-up call")
@options.secret
@options.allow_writes
@options.destructive
@options.clock
@options.clock_session
@options.config
def serve(
    *,
    pacts: tuple[Path, ...],
    base_url: str | None,
    provider: str | None,
    port: int,
    host: str,
    state_url: str | None,
    headers: tuple[str, ...],
    secrets: tuple[str, ...],
    allow_writes: tuple[str, ...],
    destructive: bool,
    clock: str | None,
    session: Path | None,
    config: Path | None,
) -> int:
    """Set up the provider states of pacts for any Pact verifier, until SIGINT or SIGTERM.

    Give the printed address to the verifier as its state change URL, with the request in the body. With --provider and
    no --base-url the provider is started alone, with stand-ins for what it calls, and its address is printed, too.
    """
    from treaty_cli.bootstrap.state_serving import StatesRequest, serve_states  # noqa: PLC0415 - heavy imports happen inside

    if base_url is None and provider is None:
        raise UsageError("it is not known where the provider runs", where="--base-url", hint="or --provider NAME")
    request = StatesRequest(
        pacts=pacts,
        base_url=base_url,
        host=host,
        port=port,
        state_url=state_url,
        headers=[options.parse_header(text) for text in headers],
        allowed_hosts=allow_writes,
        provider=provider,
        secrets=secrets,
        destructive=destructive,
        clock=clock,
        session=session,
        config=config,
    )
    with serve_states(request) as served:
        what = f"{counted(served.states, 'state')} of {counted(served.pacts, 'pact')}"
        click.echo(f"{what}, served at {served.url}")
        if served.provider_url:
            click.echo(f"{provider} is started at {served.provider_url}")
        for note in served.notes:
            click.echo(f"note: {note}")
        served.ended.wait()
    return 0
