"""Where a provider's messages are asked for (`--message-url`)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from treaty.adapters.http_calls import check_reachable, is_loopback, split_base_url
from treaty.errors import ProviderUnreachable, UsageError, WritesRefused

_FLAG = "--message-url"


def split_message_url(url: str) -> tuple[str, str]:
    """Take the URL of a handler of messages apart: the base URL of its host, and the target on it.

    Raises:
        UsageError: when it is none of HTTP, or has a user or fragment in it.

    """
    try:
        parts = urlsplit(url)
        is_usable = parts.username is None and not parts.fragment
    except ValueError:
        is_usable = False
    if not is_usable:
        raise UsageError(
            "the URL of messages cannot be used", where=_FLAG, why="it may have no user and no fragment in it"
        )
    base_url = f"{parts.scheme}://{parts.netloc}"
    try:
        split_base_url(base_url)
    except UsageError as fault:
        raise UsageError(
            f"{url!r} is not the URL of a handler of messages",
            where=_FLAG,
            why=fault.why,
            hint="http://127.0.0.1:8080/_pact/messages",
        ) from None
    return base_url, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def check_message_url(url: str) -> None:
    """Insist that something accepts connections there.

    Raises:
        ProviderUnreachable: when nothing does.
        UsageError: as `split_message_url`.

    """
    base_url, _ = split_message_url(url)
    try:
        check_reachable(base_url)
    except ProviderUnreachable as fault:
        raise ProviderUnreachable(
            f"no handler of messages answers at {base_url}",
            where=fault.where,
            why=fault.why,
            hint=f"is it running, and is {_FLAG} right? Nothing was sent yet",
        ) from None


def check_message_writes(url: str, *, allowed: Sequence[str], ours: str = "") -> None:
    """Insist that messages may be asked for there: making one may have an effect.

    Args:
        url: of the handler.
        allowed: hosts that may be written to.
        ours: the host of the provider when Treaty started it.

    Raises:
        WritesRefused: when the host is neither this machine, nor allowed, nor that of a provider started here.
        UsageError: as `split_message_url`.

    """
    base_url, _ = split_message_url(url)
    _, host, _, _ = split_base_url(base_url)
    if not is_loopback(host) and host not in (*allowed, ours):
        raise WritesRefused(
            f"asking for messages may write to {host}",
            where=host,
            why="the handler of messages makes them, which may have an effect",
            hint=f"if {host} may be written to, say so: --allow-writes {host}",
        )
