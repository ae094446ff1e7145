"""Sending requests to a provider: bytes as they are, no redirects, no proxies, a bound on time and size."""

from __future__ import annotations

import http.client
import ipaddress
import re
import select
import socket
import ssl
import time
from contextlib import suppress
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from treaty.adapters.timed_answers import timed_answers
from treaty.errors import ProviderUnreachable, UsageError
from treaty.session.exchange import Headers
from treaty.verify.calls import Answer, Call, CallFailed

_CHUNK: Final = 65536
_LARGEST: Final = 64 * 1024 * 1024
_PLAIN: Final = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"})
"""Reasons of OpenSSL for an answer that is plain text."""
_LENGTH: Final = re.compile(r"[0-9]+(\s*,\s*[0-9]+)*")
_STALE: Final = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)
_REPEATABLE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class HttpCalls:
    """Calls to one base URL over one kept connection; not for several threads at once.

    Args:
        base_url: `http://` or `https://`, may have a path that is put before every target.

    Raises:
        UsageError: when the URL is none of HTTP.

    """

    def __init__(self, base_url: str) -> None:
        self._scheme, self._host, self._port, self._prefix = split_base_url(base_url)
        self._connection: http.client.HTTPConnection | None = None
        self._deadline = 0.0
        self._answers: Final = timed_answers(lambda: self._deadline)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def send(self, call: Call, *, seconds: float) -> Answer:
        """Send a request and wait at most `seconds` for the whole answer.

        Raises:
            CallFailed: when there is no complete answer.

        """
        self._deadline = time.monotonic() + seconds
        self._drop_ended()
        reused = self._connection is not None
        try:
            return self._exchange(call)
        except _STALE as fault:
            # A kept connection may have been closed just now; a new one shows whether the provider is at fault.
            # A write may have been executed, so it is not sent again.
            self.close()
            if not reused or call.method not in _REPEATABLE:
                raise CallFailed(f"{call.method} {call.target}: the connection was closed without an answer") from fault
        except (OSError, http.client.HTTPException, ValueError) as fault:
            self.close()
            raise CallFailed(f"{call.method} {call.target}: {_why(fault, seconds)}") from fault
        try:
            return self._exchange(call)
        except (OSError, http.client.HTTPException, ValueError) as fault:
            self.close()
            raise CallFailed(f"{call.method} {call.target}: {_why(fault, seconds)}") from fault

    def _drop_ended(self) -> None:
        """Leave a connection that the provider has ended while nothing was asked: a write could not be sent again."""
        kept = None if self._connection is None else self._connection.sock
        if kept is None:
            return
        watch = select.poll()
        watch.register(kept, select.POLLIN | select.POLLHUP | select.POLLERR)
        if watch.poll(0):
            self.close()

    def _exchange(self, call: Call) -> Answer:
        connection = self._connect()
        is_named = any(name.lower() == "host" for name, _ in call.headers)
        connection.putrequest(call.method, self._prefix + call.target, skip_host=is_named, skip_accept_encoding=True)
        for name, value in call.headers:
            connection.putheader(name, value.encode("utf-8"))
        if call.body is not None or call.method in ("POST", "PUT", "PATCH"):
            connection.putheader("Content-Length", str(len(call.body or b"")))
        connection.endheaders(call.body or None)
        response = connection.getresponse()
        body = self._read(response)
        lines: Headers = tuple(response.getheaders())
        if response.will_close:
            self.close()
        return Answer(status=response.status, headers=lines, body=body)

    def _connect(self) -> http.client.HTTPConnection:
        remaining = max(self._deadline - time.monotonic(), 0.001)
        if self._connection is None:
            if self._scheme == "https":
                context = ssl.create_default_context()
                self._connection = http.client.HTTPSConnection(
                    self._host, self._port, timeout=remaining, context=context
                )
            else:
                self._connection = http.client.HTTPConnection(self._host, self._port, timeout=remaining)
            self._connection.response_class = self._answers
        elif self._connection.sock is not None:
            self._connection.sock.settimeout(remaining)
        return self._connection

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        declared = response.getheader("Content-Length", "0")
        if not response.chunked and not _LENGTH.fullmatch(declared):
            raise ValueError(f"the Content-Length {declared!r} is no number")
        parts: list[bytes] = []
        size = 0
        while part := response.read1(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > _LARGEST:
                raise ValueError(f"the answer is larger than {_LARGEST} bytes")
        if response.length:
            raise http.client.IncompleteRead(b"".join(parts), response.length)
        response.close()  # read1 does not notice the end of a body of known length, and the connection is used again
        return b"".join(parts)


def split_base_url(base_url: str, *, flag: str = "--base-url") -> tuple[str, str, int, str]:
    """Take a base URL apart: scheme, host, port, and the path to put before targets (without a final `/`).

    Args:
        base_url: as the user gave it.
        flag: where, for errors.

    Raises:
        UsageError: when it is not a URL of HTTP with a host.

    """
    try:
        parts = urlsplit(base_url)
        port = parts.port
    except ValueError as fault:
        raise _not_a_url(repr(base_url), str(fault), flag) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _not_a_url(repr(base_url), "it needs http:// or https:// and a host", flag)
    if parts.username is not None or parts.query or parts.fragment:
        raise _not_a_url("the URL", "it may have no user, query or fragment; credentials go into --header", flag)
    return parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80), parts.path.rstrip("/")


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this machine; only `localhost` of the names is taken to be."""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host.lower() == "localhost" or host.lower().endswith(".localhost")


def check_reachable(base_url: str, *, seconds: float = 5.0) -> None:
    """Insist that something accepts connections at a base URL.

    Raises:
        ProviderUnreachable: when nothing does.
        UsageError: when the URL is none of HTTP.

    """
    _, host, port, _ = split_base_url(base_url)
    try:
        with socket.create_connection((host, port), timeout=seconds):
            return
    except OSError as fault:
        raise ProviderUnreachable(
            f"nothing answers at {base_url}",
            where=f"{host} port {port}",
            why=_why(fault, seconds),
            hint="is the provider running, and is --base-url right? Nothing was sent yet",
        ) from None


def _why(fault: Exception, seconds: float) -> str:
    if isinstance(fault, TimeoutError):
        return f"no complete answer within {seconds:.3g} s"
    if isinstance(fault, ConnectionRefusedError):
        return "connection refused"
    if isinstance(fault, socket.gaierror):
        return f"the name of the host is not known ({fault.strerror or 'DNS'})"
    if isinstance(fault, ssl.SSLError):
        return f"TLS failed: {_why_no_tls(fault)}"
    if isinstance(fault, OSError) and fault.strerror:
        return fault.strerror
    return str(fault) or type(fault).__name__


def _why_no_tls(fault: ssl.SSLError) -> str:
    if isinstance(fault, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {fault.verify_message}"
    if fault.reason in _PLAIN:
        return "what answers there speaks no TLS; is it http://?"
    return (fault.reason or str(fault)).replace("_", " ").lower()


def _not_a_url(url: str, why: str, flag: str) -> UsageError:
    what = "a base URL" if flag == "--base-url" else "a URL of HTTP"
    return UsageError(f"{url} is not {what}", where=flag, why=why, hint="http://127.0.0.1:8080")
