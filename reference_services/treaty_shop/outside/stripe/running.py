"""The whole stand-in on a socket."""

import itertools
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from treaty_shop.outside.stripe.account import Account
from treaty_shop.outside.stripe.app import create_app
from treaty_shop.outside.stripe.objects import Objects, new_id
from treaty_shop.outside.stripe.webhooks import Webhooks
from treaty_shop.outside.tls_serving import serving
from treaty_shop.platform.serving import base_url


def unix_seconds() -> int:
    """Return the time of now in whole seconds."""
    return int(time.time())


@contextmanager
def running_stripe(
    listener: socket.socket,
    context: ssl.SSLContext | None,
    *,
    key: str,
    webhook: str | None = None,
    secret: str = "",
    clock: Callable[[], int] = unix_seconds,
) -> Iterator[str]:
    """Serve on a listening socket while the block runs; yields the URL for ``STRIPE_API_BASE``.

    `key` is the secret key that callers need; `webhook` is told of what happens, signed with the `secret`.
    """
    url = base_url(listener)
    if context is not None:
        url = url.replace("http://", "https://", 1)
    counter = itertools.count(1)
    with Webhooks(webhook, secret, clock) as webhooks:
        account = Account(
            key=key,
            base_url=url,
            objects=Objects(clock, new_id),
            request_id=lambda: f"req_{next(counter):014}",
            tell=webhooks.send,
        )
        with serving(create_app(account, webhooks), listener, context):
            yield url
