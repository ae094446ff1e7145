"""Who may call the admin API, and how: its own pages, tools of this machine, and holders of the token.

A page of another site that is open in a browser of this machine could reach the loopback too. So requests that carry
another site's name (``Origin``, ``Sec-Fetch-Site``), or come under a name that is not the loopback's (``Host``: DNS
rebinding), are refused; and what changes something is JSON, which no form can send.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from treaty_stubs.admin.problems import problem

LARGEST_BODY: Final = 1024 * 1024
LONGEST_WAIT: Final = 30.0
"""Seconds within which a body has to arrive."""
OPEN_PATHS: Final = frozenset({"/"})
OPEN_FOLDER: Final = "/page/"
"""The page itself holds nothing of the stubs; it asks for the token and then for the rest."""
_SAME_SITE: Final = frozenset({"same-origin", "none"})
_POLICY: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may call.

    Attributes:
        token: what callers must hold; None asks for none.
        any_name: it may be called under any name, not only the loopback's.

    """

    token: str | None = None
    any_name: bool = False


class Guard:
    """Refuses calls before they reach the application, and adds to every answer how browsers shall treat it.

    Args:
        application: what it guards.
        access: who may call.
        fault: told of an exception of the application; the caller is answered by then.

    """

    def __init__(self, application: ASGIApp, *, access: Access, fault: Callable[[Exception], None]) -> None:
        self._application = application
        self._access = access
        self._fault = fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_POLICY)
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send_with_policy)
            return
        try:
            await self._application(scope, _bounded(receive, more=_has_body(Headers(scope=scope))), send_with_policy)
        except Exception as error:  # noqa: BLE001 - one bad request must not end the server; the fault is reported
            self._fault(error)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        path: str = scope["path"]
        method: str = scope["method"]
        host = headers.get("host", "")
        if not self._access.any_name and not _is_loopback(host):
            return problem(
                403,
                "the admin API is not called by that name",
                detail=f"'{host}' could be the name of another site",
                hint="call it by 127.0.0.1 or localhost",
            )
        if _is_foreign(headers, host, scope["scheme"], is_visit=method == "GET" and path in OPEN_PATHS):
            return problem(403, "pages of other sites may not call the admin API")
        if not (path in OPEN_PATHS or path.startswith(OPEN_FOLDER)) and not self._is_allowed(headers):
            refused = problem(
                401,
                "the admin API wants its token",
                hint="send the header 'Authorization: Bearer TOKEN'",
            )
            refused.headers["WWW-Authenticate"] = "Bearer"
            return refused
        length = headers.get("content-length", "0")
        if length.isdigit() and int(length) > LARGEST_BODY:
            return too_large()
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if _has_body(headers) and media_type != "application/json":
            return problem(
                415, "the body is not said to be JSON", hint="send the header 'Content-Type: application/json'"
            )
        return None

    def _is_allowed(self, headers: Headers) -> bool:
        if self._access.token is None:
            return True
        scheme, _, token = headers.get("authorization", "").partition(" ")
        given = token.strip().encode("utf-8", "surrogateescape")
        return hmac.compare_digest(given, self._access.token.encode()) and scheme.lower() == "bearer"


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def too_large() -> Response:
    """Make the answer to a body that is too large."""
    return problem(413, "the body is too large", detail=f"more than {LARGEST_BODY} bytes")


def is_loopback_address(host: str) -> bool:
    """Tell whether only this machine reaches an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_loopback(host: str) -> bool:
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return is_loopback_address(name.removeprefix("[").removesuffix("]").lower())


def _is_foreign(headers: Headers, host: str, scheme: str, *, is_visit: bool) -> bool:
    origin = headers.get("origin")
    if origin is not None and origin.lower() != f"{scheme}://{host.lower()}":
        return True
    # A link on another page may lead here.
    return headers.get("sec-fetch-site", "none") not in _SAME_SITE and not is_visit


def _bounded(receive: Receive, *, more: bool) -> Receive:
    """Bound a body in size, however it is framed, and in time; `more` says whether one is announced."""
    size = 0
    until = asyncio.get_running_loop().time() + LONGEST_WAIT

    async def receive_bounded() -> Message:
        nonlocal size, more
        if not more:
            return await receive()  # tells that the caller is gone, whenever that is
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408) from None
        more = message.get("more_body", False)
        size += len(message.get("body", b""))
        if size > LARGEST_BODY:
            raise HTTPException(413)
        return message

    return receive_bounded
