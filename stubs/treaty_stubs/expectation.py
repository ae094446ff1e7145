"""Which requests are meant, and how often they are expected: `GET /users/{id}`, exactly twice, with this body."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonInvalid, JsonValue, Number, decimal_of, dumps, loads
from treaty.contract.matching_values import json_equal
from treaty.errors import UsageError, counted
from treaty_stubs.concealment import Concealer
from treaty_stubs.journal import Entry
from treaty_stubs.message import NOT_JSON, Received, segments_of

QueryValues: TypeAlias = str | Sequence[str]
NamesOf: TypeAlias = Callable[[Entry], Sequence[str]]
"""Gives the descriptions of the interaction that answered and those that say the same; none for a miss."""

MOST_SHOWN: Final = 10
_REQUEST_LINE: Final = re.compile(r"(?P<method>[A-Za-z]+|\*)\s+(?P<path>/[^\s?]*)(?:\?(?P<query>\S*))?")


class Anything(Enum):
    """In place of a body: any will do, and none."""

    ANYTHING = "anything"


ANYTHING: Final = Anything.ANYTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Which requests are meant; what is left out may be anything.

    Attributes:
        method: upper case; empty for any.
        path: raw segments; ``{name}`` stands for one segment of any text, and a last ``**`` for all that follow.
        interaction: the description of the interaction that answered.
        query: parameters with their values in order; others may be there too.
        headers: one value each, compared without surrounding blanks; names in any case.
        body: for JSON, the members that matter (objects may have more, lists may not; numbers are
            compared by value); for text or bytes, all of it.

    """

    method: str = ""
    path: str = ""
    interaction: str = ""
    query: Mapping[str, QueryValues] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: JsonValue | bytes | Anything = ANYTHING

    def accept(self, entry: Entry, *names: str) -> bool:
        """Say whether a request is one of those.

        Args:
            entry: the request with what became of it.
            names: the descriptions of the interaction that answered it and those that say the same; none for a miss.

        """
        return self.is_about(entry, *names) and not self.unlike(entry)

    def is_about(self, entry: Entry, *names: str) -> bool:
        """Say whether method, path and interaction are those that are meant."""
        received = entry.received
        return (
            self.method in {"", received.method}
            and self.interaction in {"", *names}
            and (not self.path or _path_fits(self.path, received.segments))
        )

    def unlike(self, entry: Entry) -> list[str]:
        """Name the parts of a request that are not as they should be: ``query page``, ``header Accept``, ``body``."""
        received = entry.received
        parts = [
            f"query {parameter}"
            for parameter, values in self.query.items()
            if not _query_fits(received, parameter, values)
        ]
        parts += [
            f"header {header}" for header, value in self.headers.items() if not _header_fits(received, header, value)
        ]
        if self.body is not ANYTHING and not _body_fits(self.body, received):
            parts.append("body")
        return parts

    def __str__(self) -> str:
        what = self.interaction or f"{self.method or 'any method'} {self.path or 'any path'}"
        return " ".join([what, *self._conditions()])

    def _conditions(self) -> list[str]:
        said = [f"query {parameter}={_listed(values)}" for parameter, values in self.query.items()]
        said += [f"header {header}" for header in self.headers]
        if self.body is not ANYTHING:
            said.append(f"body {_shown_body(self.body)}")
        return [f"with {', '.join(said)}"] if said else []


@dataclass(frozen=True, slots=True, kw_only=True)
class HowOften:
    """How many requests are expected.

    Attributes:
        at_least: none fewer.
        at_most: none more; None sets no bound.

    """

    at_least: int = 1
    at_most: int | None = None

    def __contains__(self, count: int) -> bool:
        return count >= self.at_least and (self.at_most is None or count <= self.at_most)

    def __str__(self) -> str:
        if self.at_most is None:
            return f"at least {_times(self.at_least)}"
        if self.at_most == self.at_least:
            return "never" if self.at_most == 0 else f"exactly {_times(self.at_most)}"
        if self.at_least == 0:
            return f"at most {_times(self.at_most)}"
        return f"{self.at_least} to {_times(self.at_most)}"


def read_calls(
    text: str,
    *,
    query: Mapping[str, QueryValues] | None = None,
    headers: Mapping[str, str] | None = None,
    body: JsonValue | bytes | Anything = ANYTHING,
) -> Calls:
    """Read which requests are meant.

    Args:
        text: a method and a path, ``GET /users/{id}`` or ``* /users?page=2``; anything else is the description of an
            interaction, ``GET /users/{id} -> 200``.
        query: as in `Calls`.
        headers: as in `Calls`.
        body: as in `Calls`.

    Raises:
        UsageError: when the text is empty.

    """
    text = text.strip()
    if not text:
        raise UsageError("no request is named", hint="a method and a path, as 'GET /users/{id}', or a description")
    match = _REQUEST_LINE.fullmatch(text)
    if match is None:
        return Calls(interaction=text, query=query or {}, headers=headers or {}, body=body)
    named = Received(method="GET", target=f"/?{match['query']}").query if match["query"] else {}
    return Calls(
        method="" if match["method"] == "*" else match["method"].upper(),
        path=match["path"],
        query={**{name: [value or "" for value in values] for name, values in named.items()}, **(query or {})},
        headers=headers or {},
        body=body,
    )


def read_how_often(*, times: int | None = None, at_least: int | None = None, at_most: int | None = None) -> HowOften:
    """Read how often requests are expected; at least once when nothing is said.

    Raises:
        UsageError: for a negative number, or bounds that leave nothing.

    """
    if times is not None:
        if at_least is not None or at_most is not None:
            raise UsageError("times says it all", why="at_least or at_most was given beside it")
        at_least = at_most = times
    least = at_least if at_least is not None else (0 if at_most is not None else 1)
    if least < 0 or (at_most is not None and at_most < least):
        raise UsageError("no number of requests can satisfy that", why=f"at least {least}, at most {at_most}")
    return HowOften(at_least=least, at_most=at_most)


def unmet(calls: Calls, how_often: HowOften, entries: Sequence[Entry], names_of: NamesOf, *, forgotten: int = 0) -> str:
    """Say why an expectation is not met by what was asked, or that nobody can tell; empty when it is met.

    Secrets of requests are concealed.

    Args:
        calls: which requests are meant.
        how_often: how many of them.
        entries: what was asked, oldest first.
        names_of: gives the descriptions of what answered.
        forgotten: how many further requests came; each may be one of those that are meant.

    """
    count = sum(calls.accept(entry, *names_of(entry)) for entry in entries)
    if count in how_often and (not forgotten or how_often.at_most is None):
        return ""
    came = "never" if count == 0 else _times(count)
    if forgotten and (how_often.at_most is None or count <= how_often.at_most):
        return (
            f"{calls} was expected {how_often}, and came {came} among the requests that are kept; "
            f"the journal keeps {counted(forgotten, 'request')} no longer, so it cannot tell; "
            "reset it before the requests that matter"
        )
    lines = [f"{calls} was expected {how_often}, and came {came}"]
    lines += [f"  {line}" for line in _asked(calls, entries, names_of)]
    return "\n".join(lines)


def _asked(calls: Calls, entries: Sequence[Entry], names_of: NamesOf) -> list[str]:
    if not entries:
        return ["nothing was asked"]
    more = len(entries) - MOST_SHOWN
    lines = [f"({counted(more, 'earlier request')})"] if more > 0 else []
    for entry in entries[-MOST_SHOWN:]:
        unlike = calls.unlike(entry) if calls.is_about(entry, *names_of(entry)) else []
        why = f"  (another {', another '.join(unlike)})" if unlike else ""
        lines.append(f"asked  {entry.received.method} {Concealer(entry.received).target} -> {entry.status}{why}")
    return lines


def _path_fits(path: str, segments: Sequence[str]) -> bool:
    wanted = segments_of(path)
    if wanted[-1] == "**":
        wanted, segments = wanted[:-1], segments[: len(wanted) - 1]
    return len(wanted) == len(segments) and all(
        (part.startswith("{") and part.endswith("}") and bool(segment)) or part == segment
        for part, segment in zip(wanted, segments, strict=True)
    )


def _query_fits(received: Received, parameter: str, values: QueryValues) -> bool:
    wanted = [values] if isinstance(values, str) else list(values)
    return [value or "" for value in received.query.get(parameter, ())] == wanted and parameter in received.query


def _header_fits(received: Received, header: str, value: str) -> bool:
    came = received.header(header.lower())
    return came is not None and came.strip() == value.strip()


def _body_fits(wanted: JsonValue | bytes, received: Received) -> bool:
    if isinstance(wanted, bytes):
        return bytes(received.body) == wanted
    came = received.json
    if isinstance(wanted, str) and received.body == wanted.encode():
        return True
    return came is not NOT_JSON and _holds(wanted, came)


def _holds(wanted: JsonValue, came: JsonValue) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(came, Mapping) and all(
            name in came and _holds(value, came[name]) for name, value in wanted.items()
        )
    if isinstance(wanted, (list, tuple)):
        return (
            isinstance(came, (list, tuple))
            and len(came) == len(wanted)
            and all(_holds(one, other) for one, other in zip(wanted, came, strict=True))
        )
    first, second = _number(wanted), _number(came)
    return json_equal(wanted, came) if first is None or second is None else first == second


def _number(value: JsonValue) -> Decimal | None:
    return decimal_of(value) if isinstance(value, (int, Number)) and not isinstance(value, bool) else None


def _listed(values: QueryValues) -> str:
    return values if isinstance(values, str) else ",".join(values)


def _shown_body(body: JsonValue | bytes | Anything) -> str:
    if isinstance(body, bytes):
        return f"of {len(body)} bytes"
    return "any" if isinstance(body, Anything) else dumps(body)


def _times(count: int) -> str:
    return "once" if count == 1 else counted(count, "time")


def as_json_value(value: object) -> JsonValue:
    """Take what Python calls a JSON document: floats become numbers that keep their text.

    Raises:
        UsageError: when it is none.

    """
    import json  # noqa: PLC0415 - only tests in Python hand such values over

    try:
        return loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError, RecursionError, JsonInvalid) as fault:
        raise UsageError("the body that is expected is no JSON document", why=str(fault)) from None
