"""The command line of the shop: serve one service, several, drive them, list the faults.

Exit status: 0 done, 1 a service failed or answered what was not expected, 2 wrong usage or
setting, 3 an address cannot be used.
"""

import os
import socket
import sys
import threading
from collections.abc import Callable, Mapping

import click

from treaty_shop.platform.faults import FAULTS, Faults, UnknownFault
from treaty_shop.platform.names import CORE, DEFAULT_PORTS, ServiceName
from treaty_shop.platform.settings import InvalidSetting, check_base_url, read_fault_ids, read_settings

_CANNOT_LISTEN = 3


def _check_faults(_context: click.Context, _parameter: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    try:
        Faults([*read_fault_ids(os.environ), *value])
    except UnknownFault as error:
        raise click.BadParameter(str(error)) from None
    return value


_fault_option = click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="ID",
    callback=_check_faults,
    help="Switch a known defect on; repeatable. SHOP_FAULTS holds a comma list of them.",
)


def _fail(message: str, status: int) -> None:
    click.echo(f"error: {message}", err=True)
    sys.exit(status)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run the shop: services that call each other, to record and verify contracts."""


@main.command()
@click.argument("service", type=click.Choice([name.value for name in ServiceName]))
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 picks a free one [PORT].")
@click.option("--socket", "descriptor", type=int, hidden=True, help="A listening socket that was handed down.")
@click.option("--supervised", is_flag=True, hidden=True, help="Stop when standard input ends.")
@_fault_option
def serve(service: str, port: int | None, descriptor: int | None, faults: tuple[str, ...], *, supervised: bool) -> None:
    """Serve one service until SIGINT or SIGTERM."""
    from treaty_shop.apps import create_app  # noqa: PLC0415 (only what runs is loaded)
    from treaty_shop.platform.serving import CannotListen, listen, serve, stop_on_signals  # noqa: PLC0415 (only what runs is loaded)

    try:
        settings = read_settings(ServiceName(service), os.environ, port=port, faults=faults)
        listener = listen(settings.host, settings.port) if descriptor is None else socket.socket(fileno=descriptor)
        with listener:
            app = create_app(settings)
            stop = threading.Event()
            stop_on_signals(stop)
            if supervised:
                threading.Thread(target=_stop_at_end_of_input, args=(stop,), daemon=True).start()
            serve(app, listener, stop)
    except InvalidSetting as error:
        raise click.UsageError(str(error)) from None
    except CannotListen as error:
        _fail(str(error), _CANNOT_LISTEN)


def _stop_at_end_of_input(stop: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        continue
    stop.set()


@main.command()
@click.option(
    "--port-base",
    type=click.IntRange(0, 65536 - len(ServiceName)),
    help="First port, the others follow; 0 picks free ones. Without it 8080 to 8086.",
)
@click.option("--full", is_flag=True, help="Also start inventory, accounts and the gateway.")
@_fault_option
def up(port_base: int | None, faults: tuple[str, ...], *, full: bool) -> None:
    """Start user, order, payment and notification; SIGINT or SIGTERM stops them.

    Prints `ready NAME URL` for each. TREATY_URL_ORDER_USER and the like put something in between
    two services.
    """
    from treaty_shop.platform.database_url import check_database_url, engines_of  # noqa: PLC0415 (only what runs is loaded)
    from treaty_shop.platform.serving import CannotListen, stop_on_signals  # noqa: PLC0415 (only what runs is loaded)
    from treaty_shop.together import ShopFailed, Together, ports_from  # noqa: PLC0415 (only what runs is loaded)

    environment: Mapping[str, str] = dict(os.environ)
    services = tuple(ServiceName) if full else CORE
    try:
        for service in services:
            settings = read_settings(service, environment)
            check_database_url(settings.database_url, engines_of(service), of=f" of the {service} service")
        host = environment.get("SHOP_HOST", "") or "127.0.0.1"
        shop = Together(environment, host=host, ports=ports_from(port_base, services))
        # From here on a signal ends the wait below, also while the services start.
        stop_on_signals(shop.ended)
        shop.start(faults)
    except InvalidSetting as error:
        raise click.UsageError(str(error)) from None
    except CannotListen as error:
        return _fail(str(error), _CANNOT_LISTEN)
    except ShopFailed as error:
        return _fail(str(error), 1)
    for service, url in shop.urls.items():
        click.echo(f"ready {service} {url}")
    shop.ended.wait()
    broken = shop.broken()
    shop.stop()
    return None if broken is None else _fail(broken, 1)


def _url_options(command: Callable[..., None]) -> Callable[..., None]:
    for service in reversed(CORE):
        variables = [f"TREATY_URL_CLIENT_{service.upper()}", f"{service.upper()}_URL"]
        command = click.option(
            f"--control-{service}",
            metavar="URL",
            envvar=[f"{service.upper()}_CONTROL_URL", f"TREATY_SERVICE_{service.upper()}"],
            help=f"The {service} service itself, for calls that nobody is to see [default: --{service}].",
        )(command)
        command = click.option(
            f"--{service}",
            metavar="URL",
            envvar=variables,
            default=f"http://127.0.0.1:{DEFAULT_PORTS[service]}",
            show_default=True,
            help=f"Where the {service} service is called.",
        )(command)
    return command


@main.command()
@_url_options
def drive(**urls: str | None) -> None:
    """Play one day of a client against the running shop; needs a fresh one.

    Ends with 1 at the first answer that is not what the day expects.
    """
    from treaty_shop.driver.calls import DayFailed  # noqa: PLC0415 (only what runs is loaded)
    from treaty_shop.driver.play import play  # noqa: PLC0415 (only what runs is loaded)

    try:
        seen = {name: check_base_url(f"--{name}", urls[name] or "") for name in CORE}
        control = {name: check_base_url(f"--control-{name}", urls[f"control_{name}"] or seen[name]) for name in CORE}
    except InvalidSetting as error:
        raise click.UsageError(str(error)) from None
    try:
        play(seen, control, click.echo)
    except DayFailed as error:
        _fail(str(error), 1)


@main.command()
def faults() -> None:
    """List the known defects that can be switched on."""
    for fault in FAULTS:
        needs = f" ({fault.needs})" if fault.needs else ""
        click.echo(f"{fault.id:<6} {fault.service:<13} {fault.summary}: {fault.effect}{needs}")


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def outside(arguments: tuple[str, ...]) -> None:
    """Stand in for what the shop uses outside: mail, stripe."""
    from treaty_shop.outside.command_line import outside as stand_ins  # noqa: PLC0415 (only what runs is loaded)

    stand_ins.main(list(arguments) or ["--help"], prog_name="treaty_shop outside")
