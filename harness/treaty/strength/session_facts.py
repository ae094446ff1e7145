"""What a session shows of an endpoint beyond the pact: what is sometimes absent or null, what varies, more headers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.contract.matching import compile_request
from treaty.contract.model import ActualRequest, HttpInteraction
from treaty.contract.query import parse_query
from treaty.normalize.bodies import decode
from treaty.session.exchange import Edge, Exchange
from treaty.strength.places import Path, comparable, generic, is_list, is_scalar, nodes

_MOST_CANDIDATES: Final = 2000
_RELIED_ON: Final = frozenset({"location", "www-authenticate", "allow", "cache-control"})
_VOLATILE: Final = (
    "request",
    "trace",
    "correlation",
    "runtime",
    "time",
    "rate",
    "powered",
    "served",
    "cache",
    "forwarded",
)
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
        headers: those that readers rely on and that every answer had, names in lower case; with the value where it was
            always the same, else with that of the first answer.
        constant: names of those of which the value was always the same, in at least two answers.

    """

    present: Mapping[Path, int] = field(default_factory=dict)
    objects: Mapping[Path, int] = field(default_factory=dict)
    nulls: frozenset[Path] = frozenset()
    values: Mapping[Path, frozenset[object]] = field(default_factory=dict)
    lengths: Mapping[Path, frozenset[int]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    constant: frozenset[str] = frozenset()

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """One exchange: the request, and of its answer the headers that readers rely on and the JSON body, if it is one."""

    request: ActualRequest
    headers: Mapping[str, str]
    is_json: bool
    document: JsonValue


class SessionFacts:
    """The exchanges of a session, by edge, method, length of the path and status.

    Args:
        exchanges: of the session; only their requests and the answers' bodies and headers are kept.

    """

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        self._seen: Final[dict[tuple[Edge, str, int, int], list[_Seen]]] = {}
        for exchange in exchanges:
            self._add(exchange)

    def of(self, contract: HttpInteraction, *, consumer: str, provider: str) -> Facts:
        """Give what the answers to requests like that of an interaction show."""
        asked = contract.request
        edge = Edge(consumer=consumer, provider=provider)
        key = (edge, asked.method.upper(), asked.path.count("/"), contract.response.status)
        check = compile_request(asked)
        candidates = islice(self._seen.get(key, ()), _MOST_CANDIDATES)
        fitting = (each for each in candidates if not check.path(each.request) and not check.body(each.request))
        return _facts(list(islice(fitting, _MOST_ANSWERS)))

    def _add(self, exchange: Exchange) -> None:
        response = exchange.response
        if response is None or not response.content.is_at_hand:
            return
        payload = decode(response.content, response.headers)
        asked = exchange.request
        request = ActualRequest(
            method=asked.method,
            path=asked.path,
            query=parse_query(asked.query or ""),
            headers=asked.headers,
            body=asked.content.data or None,
        )
        seen = _Seen(
            request=request,
            headers={name.lower(): value for name, value in response.headers if _is_relied_on(name.lower())},
            is_json=payload.kind == "json",
            document=payload.value if payload.kind == "json" else None,
        )
        key = (exchange.edge, asked.method.upper(), asked.path.count("/"), response.status)
        self._seen.setdefault(key, []).append(seen)


def _is_relied_on(name: str) -> bool:
    """Tell whether a header is one that readers rely on (DESIGN 4.2), not one that any proxy or server may set."""
    return name in _RELIED_ON or (name.startswith("x-") and not any(word in name for word in _VOLATILE))


def _headers(answers: Sequence[_Seen]) -> tuple[dict[str, str], frozenset[str]]:
    """Give the headers that every answer has, and the names of those that never change.

    Of the custom ones only those count that never change.
    """
    names = set(answers[0].headers).intersection(*(each.headers for each in answers)) if answers else set()
    constant = {name for name in names if len(answers) > 1 and len({each.headers[name] for each in answers}) == 1}
    kept = sorted(name for name in names if name in constant or name in _RELIED_ON)
    return {name: answers[0].headers[name] for name in kept}, frozenset(constant - {"location"})


def _facts(answers: Sequence[_Seen]) -> Facts:
    headers, constant = _headers(answers)
    present: dict[Path, int] = {}
    objects: dict[Path, int] = {}
    nulls: set[Path] = set()
    values: dict[Path, set[object]] = {}
    lengths: dict[Path, set[int]] = {}
    for document in (each.document for each in answers if each.is_json):
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
        headers=headers,
        constant=constant,
    )
