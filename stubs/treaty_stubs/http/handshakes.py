"""Why clients and a server that speaks TLS do not come together; asyncio says nothing of it."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from typing import Any, Final

_UNTRUSTED: Final = "a client does not trust the certificate"
_WHY: Final[Mapping[str, str]] = {
    "HTTP_REQUEST": "a client speaks plain HTTP; the address begins with https://",
    "SSLV3_ALERT_BAD_CERTIFICATE": _UNTRUSTED,
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": _UNTRUSTED,
    "TLSV1_ALERT_UNKNOWN_CA": _UNTRUSTED,
    "UNSUPPORTED_PROTOCOL": "a client speaks a version of TLS that is too old",
    "NO_SHARED_CIPHER": "a client knows none of the ciphers",
    "WRONG_VERSION_NUMBER": "what a client sends is no TLS",
    "UNKNOWN_PROTOCOL": "what a client sends is no TLS",
}
"""By the reasons of OpenSSL."""


def watch_handshakes(context: ssl.SSLContext, tell: Callable[[str], None]) -> None:
    """Tell of each connection of a server that does not come about.

    Args:
        context: what the server speaks TLS with, in an event loop.
        tell: called with a clause that says why, in the thread of the loop.

    """

    class Watched(ssl.SSLObject):
        """One connection."""

        def do_handshake(self) -> None:
            try:
                super().do_handshake()
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                raise
            except ssl.SSLError as fault:
                tell(why_not(fault))
                raise

        def read(self, len: int = 1024, buffer: Any = None) -> Any:  # noqa: A002 - named by the library
            # In TLS 1.3 the client's verdict on the certificate comes after the server's part of the handshake.
            try:
                return super().read(len, buffer)
            except ssl.SSLError as fault:
                if "ALERT" in (fault.reason or ""):
                    tell(why_not(fault))
                raise

    context.sslobject_class = Watched


def why_not(fault: ssl.SSLError) -> str:
    """Say for people why a connection did not come about."""
    reason = fault.reason or "unknown reason"
    return _WHY.get(reason) or f"a client gave up, or is not understood ({reason.replace('_', ' ').lower()})"
