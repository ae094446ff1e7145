"""Headers of requests without what only says at which address their provider was recorded."""

from __future__ import annotations

import re
from collections.abc import Iterable

from treaty.session.exchange import Exchange


def placeless(exchange: Exchange) -> Iterable[tuple[str, str]]:
    """Give the headers of a request without what only says at which address its provider was.

    A ``Destination`` may be a path (RFC 4918 section 10.3); a cookie that is named by the port is another one
    elsewhere.
    """
    own = f"//{exchange.request.authority}/"
    for name, value in exchange.request.headers:
        if name.lower() == "destination" and own in value:
            yield name, "/" + value.partition(own)[2]
        elif name.lower() == "cookie":
            pairs = [pair for pair in value.split(";") if not is_of_address(pair, exchange.request.authority)]
            if pairs:
                yield name, ";".join(pairs).strip()
        else:
            yield name, value


def is_of_address(cookie: str, authority: str) -> bool:
    """Tell whether the name of a cookie holds the port of its server, as servers do that share a host with others."""
    port = authority.rpartition(":")[2]
    return len(port) > 3 and port.isdecimal() and port in re.findall(r"\d+", cookie.partition("=")[0])
