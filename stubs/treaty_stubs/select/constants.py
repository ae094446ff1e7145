"""Constants of a JSON body, taken out of its rules.

Interactions of one endpoint often differ in nothing but constants. With these taken out they share one compiled check,
so that thousands of them need the memory of one, and a processor finds the check in its cache whichever is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from treaty.contract.json_value import JsonInvalid, JsonValue, dumps
from treaty.contract.model import BodyState, Request
from treaty.contract.path import RulePath, parse_path, print_place
from treaty.contract.rules import RuleList, Type, rule_list
from treaty_stubs.message import Received
from treaty_stubs.select.leaves import read_place

_Names: TypeAlias = tuple[str, ...]
Constants: TypeAlias = tuple[tuple[_Names, JsonValue], ...]
"""Texts and whole numbers of a JSON body, by the names of the members that lead to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A request without its constants.

    Attributes:
        request: the request, in which constants have become values of their type.
        constants: where they were, and what they must be.

    """

    request: Request
    constants: Constants = ()


def has_constants(constants: Constants, received: Received) -> bool:
    """Tell whether a request has all of some constants (in Pact 1 is neither 1.0 nor true)."""
    document = received.json
    for place, wanted in constants:
        # Only texts and whole numbers are taken out, so equal values of one type are all that is equal.
        value = read_place(document, place)
        if value != wanted or type(value) is not type(wanted):
            return False
    return True


def split_constants(request: Request) -> Split:
    """Take out the texts and whole numbers below objects that no rule is about."""
    if request.body.state is not BodyState.PRESENT or not request.media_type().is_json:
        return Split(request=request)
    try:
        document = request.body.json()
    except JsonInvalid:
        return Split(request=request)
    taken: list[tuple[_Names, JsonValue]] = []
    opened = _open(document, (), [parse_path(text) for text in request.rules.body], taken)
    if not taken:
        return Split(request=request)
    rules: dict[str, RuleList] = dict(request.rules.body)
    rules |= {print_place(place): rule_list(Type()) for place, _ in taken}
    body = replace(request.body, data=dumps(opened).encode("utf-8", "surrogatepass"))
    shared = replace(request, body=body, rules=replace(request.rules, body=rules))
    return Split(request=shared, constants=tuple(taken))


def _open(
    value: JsonValue, place: _Names, rules: Sequence[RulePath], taken: list[tuple[_Names, JsonValue]]
) -> JsonValue:
    if isinstance(value, Mapping):
        return {key: _open(child, (*place, key), rules, taken) for key, child in value.items()}
    if type(value) not in {str, int} or not place or any(path.weight(place) for path in rules):
        return value
    taken.append((place, value))
    return "" if isinstance(value, str) else 0
