"""Headers of answers that consumers send back: a lock, a session, a token against forgery (DESIGN 4.3)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from treaty.normalize.leaves import Leaf
from treaty.normalize.names import leaf_name
from treaty.normalize.shapes import RARE, shape_of
from treaty.session.exchange import Exchange

_LEAST_SECRET: Final = 12
"""Characters from which on two equal stand-ins of secrets are not equal by chance."""

_OBSERVED_ANYWAY: Final = frozenset({"location", "etag", "content-location", "last-modified", "retry-after", "link"})


def returned_headers(exchanges: Sequence[Exchange]) -> frozenset[tuple[str, str]]:
    """Give (provider, value) of headers of answers whose value a later request shows in a header of its own.

    The header may be called otherwise there (``X-Subject-Token`` and ``X-Auth-Token``), so the value has to speak for
    itself: a rare one, or the stand-in of a secret.

    Args:
        exchanges: in order of their start.

    """
    given: set[tuple[str, str]] = set()
    found: set[tuple[str, str]] = set()
    for item in exchanges:
        found |= {key for value in _shown(item) if (key := (item.edge.provider, value)) in given}
        if item.response is not None:
            given |= {
                (item.edge.provider, value) for name, value in item.response.headers if _speaks(item, name, value)
            }
    return frozenset(found)


def _shown(item: Exchange) -> Iterator[str]:
    for name, value in item.request.headers:
        yield value
        if name.lower() == "authorization":
            yield value.rpartition(" ")[2]


def _speaks(item: Exchange, name: str, value: str) -> bool:
    if name.lower() == "set-cookie":
        return False
    secret = len(value) >= _LEAST_SECRET and f"response.header.{name}" in item.redacted
    return secret or shape_of(value) in RARE


def returned_leaves(exchange: Exchange, returned: Collection[tuple[str, str]]) -> Iterator[Leaf]:
    """Give the leaves of the headers of an answer that are sent back, as `returned_headers` found them."""
    for name, value in exchange.response.headers if exchange.response is not None else ():
        if (exchange.edge.provider, value) in returned and name.lower() not in _OBSERVED_ANYWAY:
            yield Leaf(location=f"header.{name}", value=value, name=leaf_name(name, ""))
