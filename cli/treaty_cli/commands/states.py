"""`treaty states serve`: our provider states for any Pact verifier."""

from __future__ import annotations

from pathlib import Path

import click


@click.group("states")
def command() -> None:
    """Serve our provider states to any Pact verifier."""


@command.command("serve")
@click.argument("pacts", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PACT...")
@click.option("--base-url", required=True, metavar="URL", help="Where the provider runs.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDR", help="The address to listen on.")
@click.option("--state-url", metavar="URL", help="Your handler of states that have no recorded steps.")
@click.option(
    "--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="Set on every set-up call; never shown."
)
@click.option("--allow-writes", multiple=True, metavar="HOST", help="Let set-up calls write to this host.")
def serve(
    pacts: tuple[Path, ...],
    base_url: str,
    port: int,
    host: str,
    state_url: str | None,
    headers: tuple[str, ...],
    allow_writes: tuple[str, ...],
) -> int:
    """Set up the provider states of pacts for any Pact verifier, until SIGINT or SIGTERM.

    Give the printed address to the verifier as its state change URL, with the request in the body.
    """
    from treaty_cli.bootstrap.state_serving import StatesRequest, serve_states  # noqa: PLC0415 - heavy imports happen inside
    from treaty_cli.commands.verify import parse_header  # noqa: PLC0415 - as above

    request = StatesRequest(
        pacts=pacts,
        base_url=base_url,
        host=host,
        port=port,
        state_url=state_url,
        headers=[parse_header(text) for text in headers],
        allowed_hosts=allow_writes,
    )
    with serve_states(request) as served:
        click.echo(f"{served.states} states of {served.pacts} pacts are served at {served.url}")
        served.ended.wait()
    return 0
