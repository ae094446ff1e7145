"""Calls as recordings tell them: what each one asked, and where its values come from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeAlias

from treaty.contract.generators import FromProviderState
from treaty.contract.json_value import JsonInvalid, JsonValue
from treaty.contract.model import BodyState, Request
from treaty.contract.path import Field, Index, RulePath
from treaty_stubs.lifecycle.room import MOST_VALUES
from treaty_stubs.message import Received, segments_of
from treaty_stubs.render.places import NothingThere, document_of
from treaty_stubs.select.candidate import Candidate
from treaty_stubs.select.templates import template_of

Template: TypeAlias = tuple[str | None, ...]
Endpoint: TypeAlias = tuple[str, Template]
"""A method in upper case and the segments of a path; None stands for any segment."""

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_DESCRIPTION: Final = re.compile(r"([A-Z]+) (/\S*) -> \d{3}")
_VARIABLE: Final = re.compile(r"\$\{([^{}]+)\}")
_DEEPEST: Final = 12


@dataclass(frozen=True, slots=True)
class Variable:
    """Stands where a call holds a value that another call made, or that is minted anew each time."""

    name: str


Value: TypeAlias = "JsonValue | Variable"
Values: TypeAlias = Mapping[str, Value]
"""What a call says, by place: ``path[3]``, ``query.page[0]``, ``header.if-match``, ``body.$.name``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request of a recording, with what became of it.

    Attributes:
        endpoint: where it went.
        status: of its answer.
        values: what it said.
        binds: the places of its answer at which variables were born, by variable.
        minted: examples of the variables that the consumer chose, by variable.

    """

    endpoint: Endpoint
    status: int
    values: Values
    binds: Mapping[str, str] = field(default_factory=dict)
    minted: Mapping[str, JsonValue] = field(default_factory=dict)

    @property
    def succeeds(self) -> bool:
        """The answer is of the class 2xx."""
        return 200 <= self.status < 300

    @property
    def is_effectful(self) -> bool:
        """It may have changed something: it succeeded, and its method is not a safe one (RFC 9110 section 9.2.1)."""
        return self.succeeds and self.endpoint[0] not in SAFE_METHODS

    def example(self, place: str) -> JsonValue:
        """Give the value at a place, an example of it where it is a variable; None where there is none."""
        return self.plain(self.values.get(place))

    def plain(self, value: Value) -> JsonValue:
        """Give a value of the call, an example of it where it is a variable."""
        return self.minted.get(value.name) if isinstance(value, Variable) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """The recording waited until something became true by itself.

    Attributes:
        until: values of an answer, by place.

    """

    until: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An interaction with all that happened before it.

    Attributes:
        candidate: the interaction.
        before: the calls of its provider states, in order.
        own: its own request.
        conditional: it also needs other services to answer in a certain way.

    """

    candidate: Candidate
    before: tuple[Call | Wait, ...]
    own: Call
    conditional: bool


def read_story(candidate: Candidate) -> Story:
    """Read what a pact tells of the past of an interaction; nothing where it was not written by us."""
    before: list[Call | Wait] = []
    conditional = False
    minted: dict[str, JsonValue] = {}
    for state in candidate.interaction.states:
        identity = state.params.get("treaty")
        known = candidate.table.get(identity) if isinstance(identity, str) else None
        if not isinstance(known, Mapping):
            continue
        minted.update(_minted(known.get("mint")))
        for step in _sequence(known.get("steps")):
            if not isinstance(step, Mapping):
                continue
            conditional = conditional or "expect" in step
            if isinstance(call := step.get("call"), Mapping):
                before += _read_step(call, minted)
            elif isinstance(wait := step.get("await"), Mapping) and isinstance(until := wait.get("until"), Mapping):
                before.append(Wait(until=until))
    return Story(candidate=candidate, before=tuple(before), own=_own(candidate, minted), conditional=conditional)


def endpoint_of(candidate: Candidate) -> Endpoint:
    """Tell where an interaction's request goes; its description knows which segments are open."""
    described = _described(candidate.name)
    if described is not None:
        return described
    request = candidate.interaction.request
    segments = segments_of(request.path)
    return request.method.upper(), template_of(request.rules.path, "/".join(("", *segments))) or segments


def values_of(received: Received) -> dict[str, JsonValue] | None:
    """Give what a request says, by place; None when that is more than a life cycle follows."""
    found: dict[str, JsonValue] = {f"path[{index}]": segment for index, segment in enumerate(received.segments)}
    for name, values in received.query.items():
        found |= {f"query.{name}[{index}]": value for index, value in enumerate(values)}
    for name, lines in received.headers.items():
        found[f"header.{name}"] = ", ".join(lines)
    document = document_of(received)
    if not isinstance(document, NothingThere):
        found |= {f"body.{place}": value for place, value in islice(leaves_of(document), MOST_VALUES + 1)}
    return found if len(found) <= MOST_VALUES else None


def leaves_of(document: JsonValue, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str, JsonValue]]:
    """Yield the leaves of a document with their places; an empty list or object is a leaf."""
    if isinstance(document, Mapping) and document and len(way) < _DEEPEST:
        for name, value in document.items():
            yield from leaves_of(value, (*way, name))
    elif isinstance(document, list) and document and len(way) < _DEEPEST:
        for index, value in enumerate(document):
            yield from leaves_of(value, (*way, index))
    else:
        yield place_of(way), document


def place_of(way: Sequence[str | int]) -> str:
    """Write a way into a document as a path."""
    return str(RulePath(tuple(Field(step) if isinstance(step, str) else Index(step) for step in way)))


def _described(text: str) -> Endpoint | None:
    match = _DESCRIPTION.match(text)
    if match is None:
        return None
    segments = segments_of(match[2])
    return match[1], tuple(None if "{" in segment else segment for segment in segments)


def _read_step(call: Mapping[str, JsonValue], minted: Mapping[str, JsonValue]) -> Iterator[Call]:
    request, status, described = call.get("request"), call.get("status"), call.get("description")
    if not isinstance(request, Mapping) or not isinstance(status, int) or not isinstance(described, str):
        return
    path = request.get("path")
    endpoint = _described(described)
    if endpoint is None or not isinstance(path, str):
        return
    values: dict[str, Value] = dict(_path_values(path))
    query, headers, body = request.get("query"), request.get("headers"), request.get("body")
    if isinstance(query, Mapping):
        for name, listed in query.items():
            values |= {f"query.{name}[{index}]": _value(each) for index, each in enumerate(_sequence(listed))}
    if isinstance(headers, Mapping):
        for name, listed in headers.items():
            lines = _sequence(listed)
            if len(lines) == 1:
                values[f"header.{name.lower()}"] = _value(lines[0])
    if isinstance(body, Mapping) and not body.get("encoded"):
        values |= {f"body.{place}": _value(leaf) for place, leaf in leaves_of(body.get("content"))}
    binds = call.get("bind")
    yield Call(
        endpoint=endpoint,
        status=status,
        values=values,
        binds={name: place for name, place in binds.items() if isinstance(place, str)}
        if isinstance(binds, Mapping)
        else {},
        minted=minted,
    )


def _own(candidate: Candidate, minted: Mapping[str, JsonValue]) -> Call:
    request = candidate.interaction.request
    path = request.path
    if isinstance(entry := request.generators.path, FromProviderState):
        path = entry.expression
    values: dict[str, Value] = dict(_path_values(path))
    for name, listed in (request.query or {}).items():
        values |= {f"query.{name}[{index}]": value for index, value in enumerate(listed)}
    for name, generator in request.generators.query.items():
        if isinstance(generator, FromProviderState):
            values[f"query.{name}[0]"] = _value(generator.expression)
    for name, lines in request.headers.items():
        values[f"header.{name.lower()}"] = ", ".join(lines)
    for name, generator in request.generators.header.items():
        if isinstance(generator, FromProviderState):
            values[f"header.{name.lower()}"] = _value(generator.expression)
    values |= _body_values(request)
    return Call(
        endpoint=endpoint_of(candidate),
        status=candidate.interaction.response.status,
        values=values,
        minted=minted,
    )


def _body_values(request: Request) -> dict[str, Value]:
    found: dict[str, Value] = {}
    if request.body.state is BodyState.PRESENT and request.media_type().is_json:
        try:
            document = request.body.json()
        except JsonInvalid:
            return found
        found |= {f"body.{place}": value for place, value in leaves_of(document)}
    for place, entry in request.generators.body.items():
        if isinstance(entry, FromProviderState):
            found[f"body.{place}"] = _value(entry.expression)
    return found


def _path_values(path: str) -> Iterator[tuple[str, Value]]:
    for index, segment in enumerate(segments_of(path)):
        yield f"path[{index}]", _value(segment)


def _value(value: JsonValue) -> Value:
    match = _VARIABLE.fullmatch(value) if isinstance(value, str) else None
    return value if match is None else Variable(match[1])


def _minted(table: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(table, Mapping):
        for name, entry in table.items():
            if isinstance(entry, Mapping):
                yield name, entry.get("like")


def _sequence(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, list) else ()


def open_way(document: JsonValue, way: Sequence[str]) -> JsonValue:
    """Follow names into a document; None where there is nothing."""
    value = document
    for name in way:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
