"""What a session shows that is no promise but that its owners should know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from treaty.session.exchange import Edge, Exchange


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """One thing worth knowing.

    Attributes:
        kind: ``edge-without-traffic``, ``edge-always-fails``, ``server-error``, ``wire-error``, ``varies``
            or ``body-not-at-hand``.
        edge: where.
        text: one sentence.
        count: how often.

    """

    kind: str
    edge: Edge
    text: str
    count: int


def find(exchanges: Sequence[Exchange], declared: Iterable[Edge]) -> list[Finding]:
    """Find edges without traffic, edges on which every call failed, and calls that are no promise.

    Args:
        exchanges: the whole session.
        declared: the edges that were to be recorded.

    """
    by_edge: dict[Edge, list[Exchange]] = {}
    for item in exchanges:
        by_edge.setdefault(item.edge, []).append(item)
    found = [
        Finding(kind="edge-without-traffic", edge=edge, text="declared, but nothing went over it", count=0)
        for edge in set(declared)
        if edge not in by_edge
    ]
    for edge, items in by_edge.items():
        failed = [item for item in items if item.response is None or item.response.status >= 400]
        if len(failed) == len(items):
            found.append(Finding(kind="edge-always-fails", edge=edge, text="every call failed", count=len(items)))
        errors = [item for item in items if item.response is not None and item.response.status >= 500]
        for (method, path, status), count in _counted(errors).items():
            text = f"{method} {path} answered {status}: left out of the pact"
            found.append(Finding(kind="server-error", edge=edge, text=text, count=count))
        answered = [item for item in items if item.response is not None and item.response.status < 500]
        for (method, path, status), count in _counted(item for item in answered if not _can_be_sent(item)).items():
            text = f"{method} {path} answered {status}: left out of the pact, its body is too large or missing"
            found.append(Finding(kind="body-not-at-hand", edge=edge, text=text, count=count))
        for (method, path, status), count in _counted(item for item in answered if _is_unseen(item)).items():
            text = f"{method} {path} answered {status} with a body that is too large or missing: it is not promised"
            found.append(Finding(kind="body-not-at-hand", edge=edge, text=text, count=count))
        broken = [item for item in items if item.response is None]
        if broken:
            text = f"no answer: {broken[0].error}"
            found.append(Finding(kind="wire-error", edge=edge, text=text, count=len(broken)))
    return sorted(found)


def _can_be_sent(item: Exchange) -> bool:
    return item.request.content.is_at_hand


def _is_unseen(item: Exchange) -> bool:
    if item.response is None or not _can_be_sent(item):
        return False
    content = item.response.content
    return not content.data and content.size > 0


def _counted(items: Iterable[Exchange]) -> dict[tuple[str, str, int], int]:
    counts: dict[tuple[str, str, int], int] = {}
    for item in items:
        status = item.response.status if item.response is not None else 0
        key = (item.request.method, item.request.path, status)
        counts[key] = counts.get(key, 0) + 1
    return counts
