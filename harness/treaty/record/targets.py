"""Which provider a URL of the forward proxy leads to, and which consumer a proxy user names."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote, urlsplit

UNKNOWN_CONSUMER: Final = "unknown"
_PORTS: Final = {"http": 80, "https": 443}


class Targets:
    """The providers behind a forward proxy, by host and port; ``localhost`` and ``127.0.0.1`` are one."""

    def __init__(self, services: Mapping[str, str]) -> None:
        self._names = {_address(url): name for name, url in services.items()}

    def provider(self, host: str, port: int) -> str:
        """Give the name of the provider at an address; an undeclared one is called by its host."""
        return self._names.get((one_loopback(host), port)) or host.lower()


def consumer_of(proxy_authorization: str) -> str:
    """Give the consumer that the user of a ``Proxy-Authorization`` header names (RFC 7617), or ``unknown``."""
    scheme, _, encoded = proxy_authorization.partition(" ")
    if scheme.lower() != "basic":
        return UNKNOWN_CONSUMER
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return UNKNOWN_CONSUMER
    return unquote(text.partition(":")[0]) or UNKNOWN_CONSUMER


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return one_loopback(parts.hostname or ""), parts.port or _PORTS.get(parts.scheme, 80)


def one_loopback(host: str) -> str:
    """Give one name to the names of this machine, and every other host in lower case."""
    lower = host.lower().strip("[]")
    return "localhost" if lower in {"127.0.0.1", "::1", "localhost"} else lower
