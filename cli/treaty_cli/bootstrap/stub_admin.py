"""The admin API of `treaty stub --admin-port`; its libraries are an optional part of Treaty."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from treaty.errors import ExtraMissing, UsageError
from treaty_stubs.platform import Platform

if TYPE_CHECKING:
    from treaty_stubs.admin.server import AdminServer
    from treaty_stubs.admin.steering import Reload


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminRequest:
    """Where the admin API shall listen.

    Attributes:
        port: 0 takes a free one.
        host: an address of this machine; off the loopback a token must be in the environment.

    """

    port: int
    host: str = "127.0.0.1"


def read_admin_request(port: int | None, host: str | None) -> AdminRequest | None:
    """Read the flags; None when no admin API is wanted.

    Raises:
        UsageError: for a host without a port.

    """
    if port is not None:
        return AdminRequest(port=port, host=host or AdminRequest(port=port).host)
    if host is not None:
        raise UsageError("--admin-host alone opens nothing", hint="--admin-port 0 opens the admin API on a free port")
    return None


def make_admin(
    request: AdminRequest,
    platform: Platform,
    *,
    reload: Reload,
    tls: ssl.SSLContext | None = None,
    fault: Callable[[Exception], None],
) -> AdminServer:
    """Make the admin API, in the event loop in which the stubs answer.

    Raises:
        ExtraMissing: when its libraries are not installed.
        UsageError: when it may not listen there without a token, or the token can be guessed.

    """
    try:
        from treaty_stubs.admin.server import TOKEN_VARIABLE, AdminServer  # noqa: PLC0415 - an optional part
    except ModuleNotFoundError as error:
        raise ExtraMissing(
            "the admin API needs an optional part of Treaty",
            where="--admin-port",
            why=f"{error.name} is not installed",
            hint="pip install 'treaty[admin]'",
        ) from None
    token = os.environ.get(TOKEN_VARIABLE) or None
    return AdminServer(platform, host=request.host, port=request.port, token=token, reload=reload, tls=tls, fault=fault)
