"""Starting the stand-ins for outside services."""

import json
import logging
import os
import ssl
import sys
import threading
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from treaty_shop.platform.serving import CannotListen, listen, stop_on_signals

if TYPE_CHECKING:
    from treaty_shop.outside.mail_catcher import CaughtMail

_CANNOT_LISTEN: Final = 3
_HOST: Final = "127.0.0.1"
_FIRST_REFUSAL: Final = 400
_LAST_REFUSAL: Final = 599

_port_option = click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port [default: a free one].")


@click.group()
def outside() -> None:
    """Stand in for what the shop uses outside, on this machine."""


@outside.command()
@_port_option
@click.option(
    "--tls",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Insist on STARTTLS; what to trust is written to ca.pem in this folder.",
)
@click.option(
    "--answer", "answers", multiple=True, metavar="ADDRESS=CODE", help="Refuse a recipient, such as with 550."
)
def mail(port: int, tls: Path | None, answers: tuple[str, ...]) -> None:
    """Catch mails: one JSON object a line on standard output, until SIGINT or SIGTERM.

    MAIL_ACCOUNT holds USER:PASSWORD of who may send; unset, nobody has to log in.
    """
    from treaty_shop.outside.mail_catcher import MailCatcher, MailRules  # noqa: PLC0415 (only what runs is loaded)

    user, colon, password = os.environ.get("MAIL_ACCOUNT", "").partition(":")
    rules = MailRules(
        context=None if tls is None else _context(tls),
        accounts={user: password} if colon else None,
        answers=dict(_answer(text) for text in answers),
    )
    # It warns of what it uses itself.
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    stop = threading.Event()
    stop_on_signals(stop)
    try:
        listener = listen(_HOST, port)
    except CannotListen as error:
        _fail(str(error))
    with listener, MailCatcher(listener, rules, _tell):
        scheme = "smtp" if tls is None else "smtp+starttls"
        click.echo(f"ready mail {scheme}://{_HOST}:{listener.getsockname()[1]}")
        stop.wait()


@outside.command()
@_port_option
@click.option(
    "--tls",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Speak HTTPS; what to trust is written to ca.pem in this folder.",
)
@click.option(
    "--webhook", metavar="URL", help="Tell a shop of what happens, such as http://127.0.0.1:8083/webhooks/stripe."
)
def stripe(port: int, tls: Path | None, webhook: str | None) -> None:
    """Answer as Stripe's API does, until SIGINT or SIGTERM; no money is moved.

    STRIPE_API_KEY and STRIPE_WEBHOOK_SECRET are those of the shop.
    """
    from treaty_shop.outside.stripe.running import running_stripe  # noqa: PLC0415 (only what runs is loaded)

    key, secret = (os.environ.get(name, "") for name in ("STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET"))
    if not key or (webhook is not None and not secret):
        raise click.UsageError("STRIPE_API_KEY must be set, and STRIPE_WEBHOOK_SECRET with --webhook")
    stop = threading.Event()
    stop_on_signals(stop)
    try:
        listener = listen(_HOST, port)
    except CannotListen as error:
        _fail(str(error))
    context = None if tls is None else _context(tls)
    with listener, running_stripe(listener, context, key=key, webhook=webhook, secret=secret) as url:
        click.echo(f"ready stripe {url}")
        stop.wait()


def _answer(text: str) -> tuple[str, str]:
    address, _, code = text.rpartition("=")
    if not address or not code.isdigit() or not _FIRST_REFUSAL <= int(code) <= _LAST_REFUSAL:
        raise click.BadParameter(f"{text!r} is not ADDRESS=CODE, such as gone@example.com=550")
    return address, f"{code} not now, not here"


def _context(folder: Path) -> ssl.SSLContext:
    from treaty_shop.outside.certificates import server_context  # noqa: PLC0415 (only what runs is loaded)

    try:
        return server_context(folder)
    except OSError as error:
        raise click.UsageError(f"--tls: cannot write to {folder}: {error.strerror}") from None


def _tell(caught: "CaughtMail") -> None:
    message = message_from_bytes(caught.content, policy=policy.default)
    body = message.get_body(("plain", "html"))
    line = {
        "from": caught.sender,
        "to": caught.recipients,
        "subject": message["Subject"],
        "text": "" if body is None else body.get_content(),
        "tls": caught.tls,
        "user": caught.user,
    }
    click.echo(json.dumps(line, ensure_ascii=False))


def _fail(message: str) -> NoReturn:
    click.echo(f"error: {message}", err=True)
    sys.exit(_CANNOT_LISTEN)
