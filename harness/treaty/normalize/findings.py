"""What a session shows that is no promise but that its owners should know: a short list, with edges and examples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from treaty.normalize.leaves import header
from treaty.normalize.templates import templates_of
from treaty.session.exchange import CapturedRequest, CapturedResponse, Edge, Exchange

MOST_EXAMPLES: Final = 3
MOST_OF_A_KIND: Final = 10
"""So many findings of one kind are listed for one edge; the last then says how many more there are."""

_TIMEOUT: Final = re.compile(r"time[d ]?-?\s?out", re.IGNORECASE)
_NO_BODY: Final = frozenset({204, 205, 304})
_LENGTH_OF_NAME: Final = len("Content-Length")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """One thing worth knowing.

    Attributes:
        kind: ``edge-without-traffic``, ``edge-always-fails``, ``server-error``, ``timeout``, ``wire-error``,
            ``error-ignored``, ``varies``, ``never-the-same``, ``shaped-differently``, ``contradicts-length`` or
            ``body-not-at-hand``.
        edge: where.
        text: one sentence.
        count: how often.
        examples: numbers of exchanges that show it, at most three.

    """

    kind: str
    edge: Edge
    text: str
    count: int
    examples: tuple[int, ...] = ()


def find(
    exchanges: Sequence[Exchange], declared: Iterable[Edge], observed: Mapping[Edge, int] | None = None
) -> list[Finding]:
    """Find edges without traffic, edges on which every call failed, and calls that are no promise.

    Args:
        exchanges: the session.
        declared: the edges that were to be recorded.
        observed: how many exchanges an edge had, where not all are here.

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
            count = (observed or {}).get(edge, len(items))
            found.append(replace(_told("edge-always-fails", edge, "every call failed", items), count=count))
        found.extend(_of_edge(edge, items))
    return sorted(found)


def shortened(findings: Iterable[Finding]) -> list[Finding]:
    """Keep the list short: ten of a kind for each edge, the most frequent first, and how many more there are."""
    kept: list[Finding] = []
    for (kind, edge), group in groupby(sorted(findings), key=lambda each: (each.kind, each.edge)):
        found = sorted(group, key=lambda each: (-each.count, each))
        if len(found) > MOST_OF_A_KIND:
            rest = found[MOST_OF_A_KIND - 1 :]
            more = Finding(
                kind=kind, edge=edge, text=f"{len(rest)} more of this kind", count=1, examples=rest[0].examples
            )
            found = [*found[: MOST_OF_A_KIND - 1], more]
        kept.extend(found)
    return kept


def examples_of(items: Iterable[Exchange]) -> tuple[int, ...]:
    """Give the numbers of the first exchanges."""
    return tuple(sorted(item.number for item in items)[:MOST_EXAMPLES])


def calls_in_words(items: Iterable[Exchange]) -> dict[int, str]:
    """Say each call by method and template, by the exchange's number: ``GET /orders/{id}``."""
    listed = list(items)
    templates = templates_of(((item.edge.provider, item.request.path) for item in listed), ())
    return {item.number: f"{item.request.method} {templates[item.edge.provider, item.request.path]}" for item in listed}


def _of_edge(edge: Edge, items: Sequence[Exchange]) -> Iterator[Finding]:
    errors = [item for item in items if item.response is not None and item.response.status >= 500]
    for text, group in _by_call(errors).items():
        yield _told("server-error", edge, f"{text}: left out of the pact", group)
    answered = [item for item in items if item.response is not None and item.response.status < 500]
    for text, group in _by_call(item for item in answered if not _can_be_sent(item)).items():
        yield _told("body-not-at-hand", edge, f"{text}: left out of the pact, its body is too large or missing", group)
    for text, group in _by_call(item for item in answered if _is_unseen(item)).items():
        said = f"{text} with a body that is too large or missing: it is not promised"
        yield _told("body-not-at-hand", edge, said, group)
    broken = [item for item in items if item.response is None]
    late = [item for item in broken if _TIMEOUT.search(item.error)]
    other = [item for item in broken if not _TIMEOUT.search(item.error)]
    if late:
        yield _told("timeout", edge, f"no answer in time: {late[0].error}", late)
    if other:
        yield _told("wire-error", edge, f"no answer: {other[0].error}", other)
    for side in ("request", "response"):
        odd = [item for item in items if _contradicts(item, side)]
        if odd:
            yield _told("contradicts-length", edge, f"the {side}'s body contradicts its Content-Length", odd)


def _told(kind: str, edge: Edge, text: str, items: Sequence[Exchange]) -> Finding:
    return Finding(kind=kind, edge=edge, text=text, count=len(items), examples=examples_of(items))


def _by_call(items: Iterable[Exchange]) -> Mapping[str, list[Exchange]]:
    listed = list(items)
    calls = calls_in_words(listed)
    found: dict[str, list[Exchange]] = {}
    for item in listed:
        status = item.response.status if item.response is not None else 0
        found.setdefault(f"{calls[item.number]} answered {status}", []).append(item)
    return found


def _can_be_sent(item: Exchange) -> bool:
    return item.request.content.is_at_hand


def _is_unseen(item: Exchange) -> bool:
    if item.response is None or not _can_be_sent(item):
        return False
    content = item.response.content
    return not content.data and content.size > 0


def _contradicts(item: Exchange, side: str) -> bool:
    """Tell whether a body has another size than its message says; stand-ins and undone codings say nothing."""
    message: CapturedRequest | CapturedResponse | None = item.request if side == "request" else item.response
    if message is None:
        return False
    # Most bodies have the size that is said: that is told first, and without looking at all headers.
    size = message.content.size
    declared = next((value.strip() for name, value in message.headers if _is_length(name)), "")
    if declared == str(size) or not declared.isascii() or not declared.isdigit() or int(declared) == size:
        return False
    if message.content.coding or message.content.missing:
        return False
    if isinstance(message, CapturedResponse) and (item.request.method == "HEAD" or message.status in _NO_BODY):
        return False
    if any(place.startswith(f"{side}.body") for place in item.redacted):
        return False
    return not header(message.headers, "Content-Encoding") and not header(message.headers, "Transfer-Encoding")


def _is_length(name: str) -> bool:
    return len(name) == _LENGTH_OF_NAME and name.lower() == "content-length"
