"""What a session shows of an endpoint beyond the pact: fields that are sometimes absent or null, and what varies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.contract.matching import compile_request
from treaty.contract.model import ActualRequest, HttpInteraction
from treaty.contract.query import parse_query
from treaty.normalize.leaves import decode
from treaty.session.exchange import Edge, Exchange
from treaty.strength.places import Path, comparable, generic, is_list, is_scalar, nodes

_MOST_ANSWERS: Final = 200
"""Of one interaction; more would hardly show anything new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the answers of a session show; places hold for all elements of a list.

    Attributes:
        present: how often each place was there.
        objects: how often the object around a place was there.
        nulls: places that were null.
        values: the scalars seen at a place.
        lengths: the lengths of a list.

    """

    present: Mapping[Path, int] = field(default_factory=dict)
    objects: Mapping[Path, int] = field(default_factory=dict)
    nulls: frozenset[Path] = frozenset()
    values: Mapping[Path, frozenset[object]] = field(default_factory=dict)
    lengths: Mapping[Path, frozenset[int]] = field(default_factory=dict)

    def is_optional(self, path: Path) -> bool:
        """Tell whether an answer lacked the member though its object was there."""
        place = generic(path)
        return place in self.present and self.present[place] < self.objects.get(place[:-1], 0)

    def is_nullable(self, path: Path) -> bool:
        """Tell whether an answer had null there."""
        return generic(path) in self.nulls

    def was_seen(self, path: Path, value: JsonValue) -> bool:
        """Tell whether an answer had this value there."""
        return is_scalar(value) and comparable(value) in self.values.get(generic(path), frozenset())

    def length_varies(self, path: Path) -> bool:
        """Tell whether answers had lists of different lengths there."""
        return len(self.lengths.get(generic(path), frozenset())) > 1


NO_FACTS: Final = Facts()


class SessionFacts:
    """The exchanges of a session, by edge, method and status.

    Args:
        exchanges: of the session; only their requests and the answers' bodies are kept.

    """

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        self._seen: Final[dict[tuple[Edge, str, int], list[tuple[ActualRequest, JsonValue]]]] = {}
        for exchange in exchanges:
            self._add(exchange)

    def of(self, contract: HttpInteraction, *, consumer: str, provider: str) -> Facts:
        """Give what the answers to requests like that of an interaction show."""
        key = (Edge(consumer=consumer, provider=provider), contract.request.method.upper(), contract.response.status)
        check = compile_request(contract.request)
        found: list[JsonValue] = []
        for request, document in self._seen.get(key, ()):
            if len(found) < _MOST_ANSWERS and not check.path(request) and not check.body(request):
                found.append(document)
        return _facts(found)

    def _add(self, exchange: Exchange) -> None:
        response = exchange.response
        if response is None or not response.content.is_at_hand:
            return
        payload = decode(response.content, response.headers)
        if payload.kind != "json":
            return
        asked = exchange.request
        request = ActualRequest(
            method=asked.method,
            path=asked.path,
            query=parse_query(asked.query or ""),
            headers=asked.headers,
            body=asked.content.data or None,
        )
        key = (exchange.edge, asked.method.upper(), response.status)
        self._seen.setdefault(key, []).append((request, payload.value))


def _facts(documents: Iterable[JsonValue]) -> Facts:
    present: dict[Path, int] = {}
    objects: dict[Path, int] = {}
    nulls: set[Path] = set()
    values: dict[Path, set[object]] = {}
    lengths: dict[Path, set[int]] = {}
    for document in documents:
        for path, value in nodes(document, whole=True):
            place = generic(path)
            present[place] = present.get(place, 0) + 1
            if isinstance(value, Mapping):
                objects[place] = objects.get(place, 0) + 1
            elif is_list(value):
                assert isinstance(value, (list, tuple))
                lengths.setdefault(place, set()).add(len(value))
            elif value is None:
                nulls.add(place)
            else:
                values.setdefault(place, set()).add(comparable(value))
    return Facts(
        present=present,
        objects=objects,
        nulls=frozenset(nulls),
        values={place: frozenset(seen) for place, seen in values.items()},
        lengths={place: frozenset(seen) for place, seen in lengths.items()},
    )
