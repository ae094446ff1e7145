"""Asks a service whether it is ready: an HTTP answer of 2xx, or a port that accepts connections."""

from __future__ import annotations

import http.client
import socket
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import urlsplit

ANSWER_SECONDS: Final = 5.0
"""How long one answer may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: whether it was good, and in words."""

    is_good: bool
    text: str


class Probe(Protocol):
    """A question to a service."""

    @property
    def place(self) -> str:
        """Where the question goes, for people."""

    def send(self, method: str) -> Answer:
        """Ask once; whatever goes wrong on the way is an answer that is not good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpProbe:
    """A request to a URL. Proxies of the environment are not used: the service is near."""

    place: str

    def send(self, method: str) -> Answer:
        """Ask once, without a body."""
        parts = urlsplit(self.place)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=ANSWER_SECONDS)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(method, path, headers={"Connection": "close", "Accept": "*/*"})
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            return Answer(is_good=False, text=_words(error))
        finally:
            connection.close()
        return Answer(is_good=200 <= status < 300, text=f"the last answer was {status}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PortProbe:
    """A connection that is closed at once."""

    host: str
    port: int

    @property
    def place(self) -> str:
        """The address."""
        return f"{self.host}:{self.port}"

    def send(self, method: str) -> Answer:
        """Connect once; the method has no meaning here."""
        del method
        try:
            socket.create_connection((self.host, self.port), timeout=ANSWER_SECONDS).close()
        except OSError as error:
            return Answer(is_good=False, text=_words(error))
        return Answer(is_good=True, text="the port accepts connections")


def probe_for(ready: str | None, *, base_url: str) -> Probe:
    """Return the question for a path, a URL, or None (the port of the base URL)."""
    parts = urlsplit(base_url)
    if ready is None:
        return PortProbe(host=parts.hostname or "", port=parts.port or {"https": 443, "smtp": 25}.get(parts.scheme, 80))
    return HttpProbe(place=base_url + ready if ready.startswith("/") else ready)


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {ANSWER_SECONDS:g} s"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return f"no HTTP answer ({type(error).__name__})"
