"""Reads that were asked for in several languages (RFC 9110 section 12.5.4): there the header belongs to the call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from treaty.normalize.leaves import header
from treaty.session.exchange import Exchange

Asked: TypeAlias = tuple[str, str, str]
"""Provider, method and path."""


def asked(exchange: Exchange) -> Asked:
    """Give what was asked, whatever the language."""
    return (exchange.edge.provider, exchange.request.method, exchange.request.path)


def in_several_languages(exchanges: Iterable[Exchange]) -> frozenset[Asked]:
    """Find what was asked with different ``Accept-Language`` headers, or with and without one."""
    seen: dict[Asked, set[str | None]] = {}
    for item in exchanges:
        seen.setdefault(asked(item), set()).add(header(item.request.headers, "Accept-Language"))
    return frozenset(key for key, values in seen.items() if len(values) > 1)
