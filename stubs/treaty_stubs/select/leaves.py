"""The leaves of a request: what each place of an example says, and how to read the same place of a request that came.

Selection compares leaves as *tokens*: values that are equal exactly when the leaves are, can be keys of a dictionary,
and tell 1, "1" and true apart. Numbers are compared by value here (1.0 equals 1.00 and 1); whether the spelling
matters is for the matching rules to say, which judge every request after the index.
"""

from __future__ import annotations

import enum
import re
import sys
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonInvalid, JsonValue, Number
from treaty.contract.model import BodyState, Request
from treaty.contract.path import Place, RulePath, parse_path
from treaty.contract.rules import Equality, Regex, RuleList
from treaty_stubs.message import NOT_JSON, NotJson, Received, segments_of

Token: TypeAlias = Hashable
Where: TypeAlias = tuple[str | int, ...]
"""A place in a request: ``("path", 3)``, ``("query", "page", 0)``, ``("header", "accept")``, ``("body", "id")``."""
Reader: TypeAlias = Callable[[Received], Token]

HARMLESS: Final = frozenset(
    {
        "accept-encoding",
        "b3",
        "baggage",
        "cache-control",
        "connection",
        "content-length",
        "date",
        "dnt",
        "forwarded",
        "host",
        "keep-alive",
        "origin",
        "pragma",
        "referer",
        "te",
        "traceparent",
        "tracestate",
        "transfer-encoding",
        "upgrade-insecure-requests",
        "user-agent",
        "via",
        "x-correlation-id",
        "x-request-id",
    }
)
"""Headers that differ from client to client, or are set on the way; no answer depends on them."""
HARMLESS_PREFIXES: Final = ("x-b3-", "x-forwarded-", "sec-", "x-treaty-")
PREFERENCES: Final = frozenset({"accept", "accept-language"})
"""Headers that choose between answers where there is a choice, and otherwise do not matter."""


_LITERAL: Final = re.compile(r"[\w /:;@%=&,-]*", re.ASCII)
"""Texts that, as a regular expression, match only themselves."""


class _Mark(enum.Enum):
    """Tokens of what is no plain value."""

    ABSENT = "absent"
    OBJECT = "object"
    LIST = "list"
    EMPTY_OBJECT = "empty object"
    EMPTY_LIST = "empty list"
    TRUE = "true"
    FALSE = "false"


ABSENT: Final = _Mark.ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One place of an example request.

    Attributes:
        where: the place.
        token: what the example has there.
        required: the rules ask for just this value.

    """

    where: Where
    token: Token
    required: bool


def is_harmless(header: str) -> bool:
    """Tell whether a header, named in lower case, never decides about an answer."""
    return header in HARMLESS or header.startswith(HARMLESS_PREFIXES)


def token_of(value: JsonValue) -> Token:
    """Give the token of a JSON value."""
    if isinstance(value, str) or value is None:
        return value
    if value is True:
        return _Mark.TRUE
    if value is False:
        return _Mark.FALSE
    if isinstance(value, int):
        return value
    if isinstance(value, Number):
        return value.value
    if isinstance(value, Mapping):
        return _Mark.OBJECT if value else _Mark.EMPTY_OBJECT
    return _Mark.LIST if value else _Mark.EMPTY_LIST


def header_token(value: str) -> Token:
    """Give the token of a header's value; blanks around commas do not matter (RFC 9110 section 5.6.1)."""
    return ",".join(part.strip() for part in value.split(",")) if "," in value else value.strip()


def leaves_of(request: Request) -> Iterator[Leaf]:
    """Yield the leaves of an example request: path, query, headers, body, in this order."""
    for position, segment in enumerate(segments_of(request.path)):
        yield Leaf(where=("path", position), token=segment, required=request.rules.path is None)
    for name, values in (request.query or {}).items():
        for position, value in enumerate(values):
            exact = asks_for_text(request.rules.query.get(name), value)
            yield Leaf(where=("query", name, position), token=value, required=exact)
    header_rules = {name.lower(): rules for name, rules in request.rules.header.items()}
    for name, lines in request.headers.items():
        key = name.lower()
        if not is_harmless(key) and key != "content-type":
            value = ", ".join(lines)
            exact = key not in PREFERENCES and asks_for_text(header_rules.get(key), value)
            yield Leaf(where=("header", key), token=header_token(value), required=exact)
    yield from _body_leaves(request)


def reader_of(where: Where) -> Reader:
    """Make the function that reads a place of a request that came; it gives ABSENT where there is nothing."""
    kind = where[0]
    if kind == "path":
        return _path_reader(int(where[1]))
    if kind == "query":
        return _query_reader(str(where[1]), int(where[2]))
    if kind == "header":
        return _header_reader(str(where[1]))
    if kind == "text":
        return lambda received: received.body
    return _body_reader(where[1:])


def read_place(value: JsonValue | NotJson, place: Place) -> JsonValue | _Mark:
    """Read a place of a JSON document, or give ABSENT."""
    if value is NOT_JSON:
        return ABSENT
    for step in place:
        if isinstance(value, dict):
            if step not in value:
                return ABSENT
            value = value[step]
        elif isinstance(value, list):
            if not isinstance(step, int) or step >= len(value):
                return ABSENT
            value = value[step]
        else:
            return ABSENT
    return value  # type: ignore[return-value]  # NOT_JSON was sent home above


def json_leaves(value: JsonValue, place: Place = ()) -> Iterator[tuple[Place, JsonValue]]:
    """Yield the places of a document that hold no others, with their values; empty lists and objects are leaves."""
    if isinstance(value, Mapping) and value:
        for key, child in value.items():
            yield from json_leaves(child, (*place, key))
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        for position, child in enumerate(value):
            yield from json_leaves(child, (*place, position))
    else:
        yield place, value


def _body_leaves(request: Request) -> Iterator[Leaf]:
    if request.body.state is not BodyState.PRESENT:
        return
    rules = request.rules.body
    if request.media_type().is_json:
        try:
            document = request.body.json()
        except JsonInvalid:
            document = None
        else:
            loose = [parse_path(text) for text, listed in rules.items() if not _is_exact(listed)]
            for place, value in json_leaves(document):
                # Interned, as constants are: looking one up and comparing it then takes one piece of memory.
                token = sys.intern(value) if type(value) is str else token_of(value)
                yield Leaf(where=("body", *place), token=token, required=not _is_covered(place, loose))
            return
    kind = request.media_type()
    # Forms, XML and parts can say the same with other bytes, so their bytes are no requirement.
    exact = not rules and not (kind.is_form or kind.is_xml or kind.is_multipart or kind.is_json)
    yield Leaf(where=("text",), token=request.body.data, required=exact)


def _is_covered(place: Place, paths: Sequence[RulePath]) -> bool:
    return any(path.weight(place) for path in paths)


def _is_exact(rules: RuleList | None) -> bool:
    return rules is None or all(isinstance(matcher, Equality) for matcher in rules.matchers)


def asks_for_text(rules: RuleList | None, example: str | None) -> bool:
    """Tell whether rules accept only the example, of a place whose values are texts."""
    if _is_exact(rules):
        return True
    if rules is None or len(rules.matchers) != 1 or example is None:
        return False
    matcher = rules.matchers[0]
    return isinstance(matcher, Regex) and matcher.pattern == example and _LITERAL.fullmatch(example) is not None


def _path_reader(position: int) -> Reader:
    def read(received: Received) -> Token:
        segments = received.segments
        return segments[position] if position < len(segments) else ABSENT

    return read


def _query_reader(name: str, position: int) -> Reader:
    def read(received: Received) -> Token:
        values = received.query.get(name, ())
        return values[position] if position < len(values) else ABSENT

    return read


def _header_reader(name: str) -> Reader:
    key = name.encode("latin-1", "replace")

    def read(received: Received) -> Token:
        line = received.block.single_lines.get(key)
        if line is not None and b"," not in line:
            return line.decode("latin-1").strip()
        value = received.header(name)
        return ABSENT if value is None else header_token(value)

    return read


def _body_reader(place: Place) -> Reader:
    if len(place) == 1 and isinstance(place[0], str):
        (key,) = place

        def read_member(received: Received) -> Token:
            document = received.json
            if type(document) is not dict:
                return ABSENT
            value = document.get(key, ABSENT)
            return value if type(value) is str or value is ABSENT else token_of(value)

        return read_member

    def read(received: Received) -> Token:
        value = read_place(received.json, place)
        return value if isinstance(value, _Mark) else token_of(value)

    return read
