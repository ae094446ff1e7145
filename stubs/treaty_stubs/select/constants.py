"""Constants of a JSON body and of headers, taken out of the rules.

Interactions of one endpoint often differ in nothing but constants. With these taken out they share one compiled check,
so that thousands of them need the memory of one, and a processor finds the check in its cache whichever is asked for.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonInvalid, JsonValue, dumps
from treaty.contract.matching_headers import LISTED
from treaty.contract.model import BodyState, Request
from treaty.contract.path import RulePath, parse_path, print_place
from treaty.contract.rules import RuleList, Type, rule_list
from treaty_stubs.message import Received
from treaty_stubs.select.leaves import PREFERENCES, asks_for_text, is_harmless

_Names: TypeAlias = tuple[str, ...]
Constants: TypeAlias = tuple[tuple[_Names, JsonValue], ...]
"""Texts and whole numbers of a JSON body, by the names of the members that lead to them."""
HeaderConstants: TypeAlias = tuple[tuple[bytes, bytes], ...]
"""Values of headers, by their names in lower case."""

_NOT_TAKEN: Final = frozenset({"content-type", "cookie"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A request without its constants.

    Attributes:
        request: the request, in which constants of the body have become values of their type, and headers that are
            constant are left out.
        constants: where in the body they were, and what they must be.
        headers: the headers that were left out. A request that has them so, each in a line of its own, keeps what the
            rules say of them; for any other the rules themselves must be asked.

    """

    request: Request
    constants: Constants = ()
    headers: HeaderConstants = ()


def has_constants(constants: Constants, received: Received) -> bool:
    """Tell whether a request has all of some constants (in Pact 1 is neither 1.0 nor true)."""
    document = received.json
    for place, wanted in constants:
        value: object = document
        for name in place:
            # Members of lists are never taken out.
            if value.__class__ is not dict:
                return False
            value = value.get(name)
        # Only texts and whole numbers are taken out, so equal values of one type are all that is equal.
        if value != wanted or value.__class__ is not wanted.__class__:
            return False
    return True


def has_headers(constants: HeaderConstants, received: Received) -> bool:
    """Tell whether a request has all of some headers, each in one line with just this value."""
    lines = received.block.single_lines
    for name, wanted in constants:
        value = lines.get(name)
        if value != wanted and (value is None or value.strip() != wanted):
            return False
    return True


def split_constants(request: Request) -> Split:
    """Take out the headers that must have one value, and the texts and whole numbers that no rule is about."""
    without, headers = _without_headers(request)
    if request.body.state is not BodyState.PRESENT or not request.media_type().is_json:
        return Split(request=without, headers=headers)
    try:
        document = request.body.json()
    except JsonInvalid:
        return Split(request=without, headers=headers)
    taken: list[tuple[_Names, JsonValue]] = []
    opened = _open(document, (), [parse_path(text) for text in request.rules.body], taken)
    if not taken:
        return Split(request=without, headers=headers)
    rules: dict[str, RuleList] = dict(request.rules.body)
    rules |= {print_place(place): rule_list(Type()) for place, _ in taken}
    body = replace(request.body, data=dumps(opened).encode("utf-8", "surrogatepass"))
    shared = replace(without, body=body, rules=replace(without.rules, body=rules))
    return Split(request=shared, constants=tuple(taken), headers=headers)


def _without_headers(request: Request) -> tuple[Request, HeaderConstants]:
    rules = {name.lower(): listed for name, listed in request.rules.header.items()}
    taken: dict[str, tuple[bytes, bytes]] = {}
    for name, values in request.headers.items():
        key = name.lower()
        # How lists and media types are compared is for the rules to say; a cookie is asked for in ways of its own.
        if key in LISTED or key in _NOT_TAKEN or key in PREFERENCES or is_harmless(key) or len(values) != 1:
            continue
        value = values[0].strip()
        if key.isascii() and value.isascii() and "," not in value and asks_for_text(rules.get(key), value):
            taken[name] = (key.encode("ascii"), value.encode("ascii"))
    if not taken:
        return request, ()
    left = {name: values for name, values in request.headers.items() if name not in taken}
    names = {name.lower() for name in taken}
    left_rules = {name: listed for name, listed in request.rules.header.items() if name.lower() not in names}
    return replace(request, headers=left, rules=replace(request.rules, header=left_rules)), tuple(taken.values())


def _open(
    value: JsonValue, place: _Names, rules: Sequence[RulePath], taken: list[tuple[_Names, JsonValue]]
) -> JsonValue:
    if isinstance(value, Mapping):
        return {key: _open(child, (*place, key), rules, taken) for key, child in value.items()}
    if type(value) not in {str, int} or not place or any(path.weight(place) for path in rules):
        return value
    taken.append((place, sys.intern(value) if isinstance(value, str) else value))
    return "" if isinstance(value, str) else 0
