"""Errors of a provider that its consumer ignored: it answered its own caller as if nothing had happened.

Which call a service was answering when it made another one is told by containment in time, and only where one call
contains the other and no second one does (DESIGN 4.1).
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from treaty.normalize.findings import Finding, calls_in_words, examples_of
from treaty.session.exchange import Exchange

_CALLERS_FAULT: Final = frozenset({400, 401, 403, 405, 406, 411, 413, 414, 415, 422, 429})
"""Statuses that say that the caller did something wrong; 404, 409 and the like are answers to a question."""

_MOST_LOOKS: Final = 200

_ByProvider: TypeAlias = Mapping[str, tuple[Sequence[datetime], Sequence[Exchange]]]


def find_ignored_errors(exchanges: Sequence[Exchange]) -> list[Finding]:
    """Find calls that failed while their consumer answered a call with success, and did not try again."""
    failed = [item for item in exchanges if _failed(item)]
    if not failed:
        return []
    by_provider = _by_provider(exchanges)
    successes: dict[tuple[str, str, str, str], list[datetime]] = {}
    for item in exchanges:
        if item.response is not None and item.response.status < 400:
            successes.setdefault(_call(item), []).append(item.started)
    pairs = [
        (item, parent)
        for item in failed
        if (parent := _only_parent(item, by_provider)) is not None
        and parent.response is not None
        and parent.response.status < 400
        and not any(item.ended <= at <= parent.ended for at in successes.get(_call(item), ()))
    ]
    return sorted(_findings(pairs))


def _findings(pairs: Sequence[tuple[Exchange, Exchange]]) -> Iterator[Finding]:
    words = calls_in_words(exchange for pair in pairs for exchange in pair)
    found: dict[tuple[str, str], list[Exchange]] = {}
    for item, parent in pairs:
        assert parent.response is not None
        how = f"answered {item.response.status}" if item.response is not None else f"got no answer ({item.error})"
        text = (
            f"{words[item.number]} {how}, and {item.edge.consumer} answered"
            f" {words[parent.number]} with {parent.response.status} all the same"
        )
        found.setdefault((str(item.edge), text), []).append(item)
    for (_, text), items in found.items():
        yield Finding(
            kind="error-ignored", edge=items[0].edge, text=text, count=len(items), examples=examples_of(items)
        )


def _failed(item: Exchange) -> bool:
    return item.response is None or item.response.status >= 500 or item.response.status in _CALLERS_FAULT


def _call(item: Exchange) -> tuple[str, str, str, str]:
    return item.edge.consumer, item.edge.provider, item.request.method, item.request.path


def _by_provider(exchanges: Sequence[Exchange]) -> _ByProvider:
    found: dict[str, list[Exchange]] = {}
    for item in sorted(exchanges, key=lambda each: (each.started, each.number)):
        found.setdefault(item.edge.provider, []).append(item)
    return {name: ([item.started for item in items], items) for name, items in found.items()}


def _only_parent(item: Exchange, by_provider: _ByProvider) -> Exchange | None:
    """Give the one call that the consumer was answering all the while; None when there is none, or more than one."""
    starts, items = by_provider.get(item.edge.consumer, ((), ()))
    end = bisect.bisect_right(starts, item.started)
    around = [each for each in items[max(0, end - _MOST_LOOKS) : end] if each.ended >= item.ended and each is not item]
    return around[0] if len(around) == 1 else None
