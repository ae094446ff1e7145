"""One request to one instance of a service, and the ways it can fail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError, ReadTimeoutError

_SERVER_ERROR: Final = 500
_CONNECT_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamRequest:
    """A request as it is passed on; `target` is the encoded path with its query."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamReply:
    """What an instance answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_failure(self) -> bool:
        """Whether the instance itself failed."""
        return self.status >= _SERVER_ERROR


class UpstreamError(Exception):
    """The instance did not answer."""


class NotConnected(UpstreamError):
    """There was no connection, so the request was never sent."""


class Broken(UpstreamError):
    """The connection ended, or the answer is no HTTP; the request may have been carried out."""


class TimedOut(UpstreamError):
    """No answer in time; the request may have been carried out."""


class HttpUpstream:
    """Sends over HTTP, a connection of its own for each request: none can have gone stale in between."""

    def __init__(self, timeout: float) -> None:
        """Wait so many seconds for an answer, and no longer than that for a connection."""
        self._timeout = (min(timeout, _CONNECT_SECONDS), timeout)

    def send(self, base_url: str, request: UpstreamRequest) -> UpstreamReply:
        """Send a request; raises `NotConnected`, `Broken` or `TimedOut`."""
        try:
            response = requests.request(
                request.method,
                f"{base_url}{request.target}",
                data=request.body,
                headers={**request.headers, "Accept-Encoding": "identity"},
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.ConnectTimeout as error:
            raise NotConnected("no connection in time") from error
        except requests.Timeout as error:
            raise TimedOut("no answer in time") from error
        except requests.RequestException as error:
            cause = error.args[0] if error.args else None
            if isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError):
                raise NotConnected("no connection") from error
            if isinstance(cause, ReadTimeoutError):
                raise TimedOut("no whole answer in time") from error
            raise Broken("no whole answer") from error
        return UpstreamReply(status=response.status_code, headers=response.headers, body=response.content)
