"""`treaty stub`: stand in for providers, as their pacts say."""

from __future__ import annotations

from pathlib import Path

import click

from treaty_cli import options


@click.command("stub")
@click.argument("pacts", nargs=-1, type=click.Path(path_type=Path), metavar="[PACT|DIR]...")
@click.option("--provider", metavar="NAME", help="Stand in for this one only.")
@click.option("--consumer", metavar="NAME", help="Keep only what was promised to this one.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default=True,
    metavar="N",
    help="Listen here; further providers on the ports that follow. 0 takes free ports.",
)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDR", help="Listen on this address.")
@click.option("--one-port", is_flag=True, help="Serve all providers on one port, each below /NAME.")
@click.option(
    "--tls", is_flag=True, help="Speak TLS, by a certificate authority made in .treaty/tls for clients to trust."
)
@click.option(
    "--tls-name",
    "tls_names",
    multiple=True,
    metavar="NAME",
    help="A host name that the certificate is for, beside localhost and --host. May be repeated.",
)
@click.option(
    "--cors",
    "origins",
    multiple=True,
    metavar="ORIGIN",
    help="Let web pages of this origin read answers; '*' lets all. May be repeated.",
)
@click.option(
    "--stateful",
    is_flag=True,
    help="Keep what clients make: it can be fetched, listed, changed and deleted, as was recorded.",
)
@click.option("--seed", type=int, metavar="N", help="Make generated values the same in every run.")
@click.option(
    "--miss-status",
    type=click.IntRange(400, 599),
    default=501,
    show_default=True,
    metavar="N",
    help="The status for requests that no interaction accepts.",
)
@click.option(
    "--fallback",
    "fallbacks",
    multiple=True,
    metavar="[NAME=]URL",
    help="Send what no interaction accepts to a real provider, and record it as a session. May be repeated.",
)
@click.option("--vary", is_flag=True, help="Give other answers that the contracts allow as well, by --seed.")
@click.option(
    "--faults",
    type=click.Path(path_type=Path),
    metavar="F",
    help="Play the faults that this file declares: late, failing, cut off or broken answers.",
)
@click.option(
    "--admin-port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help="Open the admin API and its web page here; 0 takes a free port.",
)
@click.option(
    "--admin-host",
    metavar="ADDR",
    help="Open it on this address. Off the loopback TREATY_ADMIN_TOKEN must hold a token.",
)
@click.option("--quiet", is_flag=True, help="Tell of misses and ties only, not of every request; serves faster.")
@options.json_lines("an event")
def command(
    *,
    pacts: tuple[Path, ...],
    provider: str | None,
    consumer: str | None,
    port: int,
    host: str,
    one_port: bool,
    tls: bool,
    tls_names: tuple[str, ...],
    origins: tuple[str, ...],
    stateful: bool,
    seed: int | None,
    miss_status: int,
    fallbacks: tuple[str, ...],
    vary: bool,
    faults: Path | None,
    admin_port: int | None,
    admin_host: str | None,
    quiet: bool,
    json_lines: str | None,
) -> None:
    """Stand in for the providers of pacts, each on a port of its own.

    Takes the pacts of treaty.yaml, or of the folder pacts/, when none are named. Every answer says in its header
    X-Treaty-Match which interaction it comes from, and why. A request that no interaction accepts is answered 501 with
    the nearest interactions and each difference. Pact files that change are read again. Ends on Ctrl-C, or SIGTERM,
    with a summary.
    """
    from treaty_cli.bootstrap.stub_admin import read_admin_request  # noqa: PLC0415 - as below
    from treaty_cli.bootstrap.stubbing import StubRequest, serve_stubs  # noqa: PLC0415 - heavy imports inside the command
    from treaty_cli.output.stubbing import stub_outputs  # noqa: PLC0415 - as above
    from treaty_stubs.doors import DoorSettings  # noqa: PLC0415 - as below

    request = StubRequest(
        pacts=pacts,
        provider=provider,
        consumer=consumer,
        doors=DoorSettings(host=host, port=port, one_port=one_port, origins=origins, tls=tls, tls_names=tls_names),
        seed=seed,
        miss_status=miss_status,
        fallbacks=fallbacks,
        vary=vary,
        faults=faults,
        admin=read_admin_request(admin_port, admin_host),
        quiet=quiet,
        tells_all=json_lines is not None,
        stateful=stateful,
    )
    with stub_outputs(json_lines) as handle:
        serve_stubs(request, handle)
