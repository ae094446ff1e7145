"""For a request that nothing answers: the interactions it came nearest to, with every difference."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice
from typing import Final

from treaty.contract.mismatch import Mismatch
from treaty.contract.model import BodyState, Request
from treaty_stubs.message import NOT_JSON, Received, segments_of
from treaty_stubs.select.candidate import Candidate
from treaty_stubs.select.leaves import json_leaves
from treaty_stubs.select.likeness import Likeness
from treaty_stubs.select.rules import differences
from treaty_stubs.select.templates import Template, template_of

_MOST_ENDPOINTS: Final = 12
_MOST_OF_ENDPOINT: Final = 8
_MOST_REMEMBERED: Final = 256
_MOST_WORK: Final = 4 * 1024 * 1024
"""Bytes of body that are compared for one miss, over all interactions; at least `count` of them are measured."""
_LARGEST_COMPARED: Final = 1024 * 1024
"""Bytes of a body above which bodies are not compared: one comparison would keep all clients waiting."""
_MOST_LEAVES: Final = 10_000
MOST_DIFFERENCES: Final = 50
"""Of the query, and of the body of one request."""

_METHOD_WEIGHT: Final = 3.0
_PATH_WEIGHT: Final = 4.0
_BODY_WEIGHT: Final = 2.0
_QUERY_WEIGHT: Final = 1.0
_HEADER_WEIGHT: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """An interaction near to a request.

    Attributes:
        candidate: the interaction.
        distance: 0 is a match; parts weigh: path 4, method 3, body 2, query 1, headers 1.
        mismatches: the differences; of the query, and of the body, `MOST_DIFFERENCES`, and how much is left out.

    """

    candidate: Candidate
    distance: float
    mismatches: tuple[Mismatch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Endpoint:
    method: str
    template: Template
    likeness: Likeness


class Neighbourhood:
    """Finds neighbours; endpoints are compared roughly, and only the interactions of the best ones leaf by leaf.

    Args:
        candidates: all interactions, in their default order.

    """

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        grouped: dict[tuple[str, Template], list[Candidate]] = {}
        for candidate in candidates:
            request = candidate.interaction.request
            segments = segments_of(request.path)
            template = template_of(request.rules.path, "/".join(("", *segments))) or segments
            grouped.setdefault((request.method.upper(), template), []).append(candidate)
        self._endpoints: Final = tuple(
            _Endpoint(method=method, template=template, likeness=Likeness(listed))
            for (method, template), listed in grouped.items()
        )
        self._remembered: dict[tuple[str, str], tuple[_Endpoint, ...]] = {}

    def nearest(self, received: Received, *, count: int = 3) -> tuple[Neighbour, ...]:
        """Give the interactions that differ least from a request, nearest first.

        Method, path, query, headers and body are weighed together, so an interaction of another path can be nearer
        than one whose body has nothing in common with the request. Of a large body fewer interactions are measured,
        and of a very large one only the size is told.
        """
        size = len(received.body) if len(received.body) <= _LARGEST_COMPARED else 0
        each = max(1, min(_MOST_OF_ENDPOINT, _MOST_WORK // (size + 1)))
        work = max(count, _MOST_WORK // (size + 1))
        near = [
            (endpoint, candidate)
            for endpoint in self._endpoints_near(received)
            for candidate in endpoint.likeness.most_like(received, count=each)
        ]
        came = _body_leaves(received)
        neighbours = [_measure(endpoint, candidate, received, came) for endpoint, candidate in near[:work]]
        neighbours.sort(key=lambda neighbour: (neighbour.distance, neighbour.candidate.number))
        found: dict[tuple[str, str, tuple[Mismatch, ...]], Neighbour] = {}
        for neighbour in neighbours:
            # What was promised to several consumers alike is told once.
            found.setdefault((neighbour.candidate.name, neighbour.candidate.state, neighbour.mismatches), neighbour)
        return tuple(islice(found.values(), count))

    def _endpoints_near(self, received: Received) -> tuple[_Endpoint, ...]:
        key = (received.method, received.path)
        found = self._remembered.get(key)
        if found is None:
            segments = received.segments
            found = tuple(
                heapq.nsmallest(
                    _MOST_ENDPOINTS,
                    self._endpoints,
                    key=lambda endpoint: (
                        _PATH_WEIGHT * _rough_distance(endpoint.template, segments)
                        + _METHOD_WEIGHT * (endpoint.method != received.method)
                    ),
                )
            )
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = found
        return found


def _rough_distance(template: Template, segments: Sequence[str]) -> float:
    longest = max(len(template), len(segments))
    same = sum(wanted is None or wanted == segment for wanted, segment in zip(template, segments, strict=False))
    return (longest - same) / longest


def _measure(endpoint: _Endpoint, candidate: Candidate, received: Received, came: int) -> Neighbour:
    mismatches = _differences(candidate, received)
    request = candidate.interaction.request
    parts = {"method": 0, "path": 0, "query": 0, "header": 0, "body": 0}
    for mismatch in mismatches:
        part = mismatch.location.partition(".")[0].partition("[")[0]
        parts["header" if part == "headers" else part] = parts.get(part, 0) + (mismatch.left or 1)
    distance = 0.0
    if parts["method"]:
        distance += _METHOD_WEIGHT
    if parts["path"]:
        distance += _PATH_WEIGHT * _path_distance(endpoint.template, received.segments)
    names = len(set(request.query or {}) | set(received.query))
    distance += _QUERY_WEIGHT * _share(parts["query"], names)
    distance += _HEADER_WEIGHT * _share(parts["header"], len(request.headers))
    distance += _BODY_WEIGHT * _share(parts["body"], max(_promised_leaves(request), came))
    return Neighbour(candidate=candidate, distance=distance, mismatches=mismatches)


def _share(differing: int, whole: int) -> float:
    return min(1.0, differing / max(1, whole))


def _path_distance(template: Template, segments: Sequence[str]) -> float:
    """Compare paths segment by segment; a segment that is nearly the same counts for a part."""
    longest = max(len(template), len(segments))
    same = 0.0
    for wanted, segment in zip(template, segments, strict=False):
        if wanted is None or wanted == segment:
            same += 1
        else:
            same += SequenceMatcher(a=wanted[:64], b=segment[:64], autojunk=False).ratio() / 2
    return max((longest - same) / longest, 1 / (8 * longest))


def _differences(candidate: Candidate, received: Received) -> tuple[Mismatch, ...]:
    if len(received.body) <= _LARGEST_COMPARED:
        return differences(candidate.interaction.request, received, most=MOST_DIFFERENCES)
    size = f"{len(received.body):,} bytes, too many to compare"
    mismatch = Mismatch(
        location="body",
        rule="size",
        wanted=f"{len(candidate.interaction.request.body.data):,} bytes",
        got=size,
        message=size,
    )
    others = differences(candidate.interaction.request, received.cut(0), most=MOST_DIFFERENCES)
    return (*(other for other in others if not other.location.startswith("body")), mismatch)


def _promised_leaves(request: Request) -> int:
    if request.body.state is BodyState.PRESENT and request.body.is_json():
        return sum(1 for _ in islice(json_leaves(request.body.json()), _MOST_LEAVES))
    return 1


def _body_leaves(received: Received) -> int:
    if len(received.body) > _LARGEST_COMPARED or (document := received.json) is NOT_JSON:
        return 1
    return sum(1 for _ in islice(json_leaves(document), _MOST_LEAVES))
