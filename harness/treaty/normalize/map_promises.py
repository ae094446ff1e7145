"""What is promised of objects whose keys are ids: looked into as lists of entries, written as the objects they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from treaty.contract.fitted import KEY, VALUE
from treaty.contract.json_value import JsonValue
from treaty.normalize.promises import Body

_OF_ENTRY: Final = re.compile(r"\[(?:\*|\d+)\]\['#(key|value)'\]")


def with_maps(body: Body) -> Body:
    """Write a promise of entries as one of the object: with Pact's rules for keys and for values."""
    if not any(_OF_ENTRY.search(path) for path in body.rules):
        return body
    rules: dict[str, JsonValue] = {}
    for path, rule in body.rules.items():
        way = _rule_path(path)
        found = re.fullmatch(r"(.*)\[\*\]\['#key'\]", path)
        if found is None:
            rules.setdefault(way, rule)
            continue
        rules[_rule_path(found[1])] = {
            "combine": "AND",
            "matchers": [{"match": "eachKey", "rules": [_of_text(rule)]}, {"match": "values"}],
        }
    return Body(
        example=_as_object(body.example),
        rules=rules,
        causes=body.causes,
        closed=_facts(body.closed),
    )


def _facts(closed: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Write which keys an object has; they have no order."""
    found = dict(closed)
    for place, fact in closed.items():
        if place.endswith(f"[*]['{KEY}']") and isinstance(fact, Mapping):
            del found[place]
            found[_OF_ENTRY.sub("", place)] = {name: each for name, each in fact.items() if name != "ordered"}
    return found


def _rule_path(path: str) -> str:
    return _OF_ENTRY.sub(lambda found: ".*" if found[1] == "value" else "", path)


def _of_text(rule: JsonValue) -> JsonValue:
    matchers = rule["matchers"] if isinstance(rule, Mapping) else ()
    first = matchers[0] if isinstance(matchers, Sequence) and matchers else {}
    if isinstance(first, Mapping) and first.get("match") == "regex":
        return first
    return {
        "match": "regex",
        "regex": r"\d+" if isinstance(first, Mapping) and first.get("match") == "integer" else ".+",
    }


def _as_object(value: JsonValue) -> JsonValue:
    if isinstance(value, Mapping):
        return {key: _as_object(child) for key, child in value.items()}
    if not isinstance(value, list):
        return value
    if value and all(isinstance(each, Mapping) and each.keys() == {KEY, VALUE} for each in value):
        return {str(each[KEY]): _as_object(each[VALUE]) for each in value if isinstance(each, Mapping)}
    return [_as_object(child) for child in value]
