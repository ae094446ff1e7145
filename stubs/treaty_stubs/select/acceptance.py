"""Quick tests whether a request is surely acceptable, for the forms that rules nearly always have.

A test that gives False has not decided: then the rules themselves are asked, which also say what differs. So speed is
all that is won here, and nothing is accepted that they would refuse.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from treaty.contract import rules as kinds
from treaty.contract.json_value import JsonInvalid, JsonValue, Number
from treaty.contract.matching_headers import LISTED
from treaty.contract.matching_json import compile_json
from treaty.contract.media_type import NO_MEDIA_TYPE, parse_media_type
from treaty.contract.model import BodyState, Request
from treaty.contract.regexes import RegexInvalid, full_matcher
from treaty.contract.rules import RuleList
from treaty.contract.scopes import KEYS_FREE, Scope, root_scope
from treaty_stubs.message import NOT_JSON, Received

Surely: TypeAlias = Callable[[Received], bool]
"""Tells whether a request is surely acceptable in one part; False leaves it open."""

_Test: TypeAlias = Callable[[JsonValue], bool]

_KINDS: Final[Mapping[type, frozenset[type]]] = {
    str: frozenset({str}),
    bool: frozenset({bool}),
    int: frozenset({int, Number}),
    Number: frozenset({int, Number}),
    type(None): frozenset({type(None)}),
}
"""The types whose values a `type` rule accepts, by the type of the example."""
_MOST_TYPES: Final = 64
_LONGEST_TYPE: Final = 256


class _Missing:
    """Stands for a member that is not there; no type and no value is its own."""


_MISSING: Final = _Missing()


def quick_headers(request: Request) -> Surely | None:
    """Make a quick test of the headers that a request must have; None where their rules are of other forms."""
    rules = {name.lower(): listed for name, listed in request.rules.header.items()}
    equal: list[tuple[bytes, bytes]] = []
    patterns: list[tuple[bytes, Callable[[str], bool]]] = []
    for name, values in request.headers.items():
        key = name.lower()
        if len(values) != 1 or key in LISTED or not (key.isascii() and values[0].isascii()):
            return None
        listed = rules.get(key)
        if listed is None:
            equal.append((key.encode("ascii"), values[0].strip().encode("ascii")))
            continue
        accepts = _only_pattern(listed)
        if accepts is None:
            return None
        patterns.append((key.encode("ascii"), accepts))

    def test(received: Received) -> bool:
        lines = received.block.single_lines
        for key, value in equal:
            if lines.get(key) != value:
                return False
        for key, accepts in patterns:
            line = lines.get(key)
            if line is None or not accepts(line.decode("latin-1").strip()):
                return False
        return True

    return test


def quick_json_body(request: Request) -> Surely | None:
    """Make a quick test of a JSON body; None where none is promised."""
    if request.body.state is not BodyState.PRESENT or not request.media_type().is_json:
        return None
    try:
        document = request.body.json()
    except JsonInvalid:
        return None
    accepts = _compile(document, root_scope(request.rules.body))
    wanted = request.media_type()
    fitting: dict[bytes, bool] = {}

    def fits(line: bytes) -> bool:
        got = parse_media_type(line.decode("latin-1").strip())
        known = got is not NO_MEDIA_TYPE and (wanted.covers(got) or wanted.covers_suffix(got))
        if len(fitting) < _MOST_TYPES and len(line) <= _LONGEST_TYPE:
            fitting[line] = known
        return known

    def test(received: Received) -> bool:
        line = received.block.single_lines.get(b"content-type")
        if line is None:
            return False
        known = fitting.get(line)
        if not (fits(line) if known is None else known):
            return False
        came = received.json
        return came is not NOT_JSON and accepts(came)

    return test


def _only_pattern(listed: RuleList) -> Callable[[str], bool] | None:
    if len(listed.matchers) == 1 and isinstance(matcher := listed.matchers[0], kinds.Regex):
        with contextlib.suppress(RegexInvalid):
            return full_matcher(matcher.pattern)
    return None


def _compile(expected: JsonValue, scope: Scope) -> _Test:
    if isinstance(expected, Mapping) and expected and scope.rules is None and not scope.direct & KEYS_FREE:
        return _object(expected, scope)
    check = compile_json(expected, scope, strict=True, most=1)
    return lambda came: check(came) is None


def _object(expected: Mapping[str, JsonValue], scope: Scope) -> _Test:
    """Compile an object whose members are all wanted and no others."""
    equal: list[tuple[str, JsonValue, type]] = []
    typed: list[tuple[str, frozenset[type]]] = []
    others: list[tuple[str, _Test]] = []
    for key, value in expected.items():
        below = scope.step(key)
        rules = below.rules
        if rules is None and type(value) in {str, int}:
            equal.append((key, value, type(value)))
        elif rules is not None and type(value) in _KINDS and [*map(type, rules.matchers)] == [kinds.Type]:
            typed.append((key, _KINDS[type(value)]))
        else:
            others.append((key, _compile(value, below)))
    size = len(expected)

    def test(came: JsonValue) -> bool:
        if type(came) is not dict or len(came) != size:
            return False
        get = came.get
        for key, kinds_accepted in typed:
            if get(key, _MISSING).__class__ not in kinds_accepted:
                return False
        for key, value, kind in equal:
            found = get(key)
            if found != value or found.__class__ is not kind:
                return False
        for key, accepts in others:  # noqa: SIM110 - a loop is quicker than a generator
            if key not in came or not accepts(came[key]):
                return False
        return True

    return test
