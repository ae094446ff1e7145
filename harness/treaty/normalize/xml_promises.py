"""What is promised of XML, in rules that Pact has for it: paths without positions, and values that are texts.

Pact pairs elements of one name by position and lets more come. So of a list that holds more than an interaction decides
the example has one member, and a note of ours (``each``) asks all others to be like it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from treaty.contract.json_value import JsonValue, Number
from treaty.contract.path import Field, Index, parse_path
from treaty.contract.xml_tree import prefixes_of, shortened, xml_text
from treaty.normalize.bodies import Payload
from treaty.normalize.leaves import key_step
from treaty.normalize.promises import Body, Matcher

_POSITION: Final = re.compile(r"'(?:[^'\\]|\\.)*'|\[(?:\d+|\*)\]")
_VALUE: Final = re.compile(r"\['(?:@(?:[^'\\]|\\.)*|#text)'\]$")
_INTEGER: Final = r"-?\d+"
_NUMBER: Final = r"-?\d+(\.\d+)?([eE][+-]?\d+)?"


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlPromise:
    """A body of XML as a pact says it.

    Attributes:
        example: the document.
        rules: matchers by rule path.
        causes: our causes, by location.
        each: paths of the elements of which all must be like the first of the example.

    """

    example: str
    rules: Mapping[str, JsonValue]
    causes: Mapping[str, JsonValue] = field(default_factory=dict)
    each: Sequence[str] = ()


def xml_promise(body: Body, payload: Payload) -> XmlPromise:
    """Write what is promised of a tree as what is promised of the document.

    Args:
        body: example, rules and causes of the tree, with positions.
        payload: that the example was made of.

    """
    open_lists = {path: rule for path, rule in body.rules.items() if not _VALUE.search(path)}
    tree = _cut(body.example, "$", open_lists)
    examples: dict[str, list[str]] = {}
    for path, value in _values(tree, "$"):
        examples.setdefault(xml_path(path), []).append(_text(value))
    found: dict[str, list[list[Matcher]]] = {}
    causes = dict(body.causes)
    for path, rule in body.rules.items():
        if _VALUE.search(path) and xml_path(path) in examples:
            matchers = _texts(rule)
            if matchers not in found.setdefault(xml_path(path), []):
                found[xml_path(path)].append(matchers)
    rules: dict[str, JsonValue] = {}
    for path, kinds in sorted(found.items()):
        matchers = kinds[0] if len(kinds) == 1 and _hold(kinds[0], examples[path]) else _general(examples[path])
        rules[path] = {"combine": "AND", "matchers": list(matchers)}
    assert isinstance(tree, Mapping)
    each = sorted(xml_path(path) for path in open_lists if any(name.startswith(xml_path(path)) for name in examples))
    return XmlPromise(example=xml_text(tree, like=payload.data), rules=rules, causes=causes, each=each)


def xml_path(path: str) -> str:
    """Take positions out of a path: elements of one name share a rule."""
    return _POSITION.sub(lambda found: found[0] if found[0].startswith("'") else "", path)


def text_matcher_of(matcher: Matcher) -> Matcher:
    """Write a matcher for a value that XML has as text."""
    kind = matcher.get("match")
    if kind == "integer":
        return {"match": "regex", "regex": _INTEGER}
    if kind in {"number", "decimal"}:
        return {"match": "regex", "regex": _NUMBER}
    return matcher


def generator_path(location: str, payload: Payload) -> str:
    """Write the path of a generator in XML: names as the document writes them, as the official engine looks for them.

    Positions stand only where there is more than one element, which that engine does not know.
    """
    prefixes = prefixes_of(payload.data)
    value: JsonValue = payload.value
    path = "$"
    for token in parse_path(location.removeprefix("body.")).tokens:
        if isinstance(token, Field):
            path += key_step(shortened(token.name, prefixes))
            value = value.get(token.name) if isinstance(value, Mapping) else None
        elif isinstance(token, Index) and isinstance(value, list):
            path += f"[{token.position}]" if len(value) > 1 else ""
            value = value[token.position]
    return path


def _cut(value: JsonValue, path: str, open_lists: Mapping[str, JsonValue]) -> JsonValue:
    """Leave one member of each open list, and none of one that may be empty."""
    if isinstance(value, Mapping):
        found = {key: _cut(child, path + key_step(key), open_lists) for key, child in value.items()}
        return {key: child for key, child in found.items() if child != []}
    if isinstance(value, Sequence) and not isinstance(value, str):
        rule = open_lists.get(path)
        below = [_cut(child, f"{path}[*]", open_lists) for child in value]
        return below[: _least(rule)] if rule is not None else below
    return value


def _least(rule: JsonValue) -> int:
    matchers = rule.get("matchers") if isinstance(rule, Mapping) else None
    least = matchers[0].get("min") if isinstance(matchers, list) and isinstance(matchers[0], Mapping) else 1
    return least if isinstance(least, int) else 1


def _values(value: JsonValue, path: str) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from _values(child, path + key_step(key))
    elif isinstance(value, list):
        for child in value:
            yield from _values(child, path)
    else:
        yield path, value


def _texts(rule: JsonValue) -> list[Matcher]:
    """Write the matchers of a rule for text; an exact number is told by its regular expression alone."""
    assert isinstance(rule, Mapping)
    matchers = [dict(each) for each in rule["matchers"] if isinstance(each, Mapping)]  # type: ignore[union-attr]
    spelled = [each for each in matchers if each.get("match") == "regex"]
    kept = spelled or [each for each in matchers if each.get("match") != "null"][:1] or [{"match": "type"}]
    return [text_matcher_of(each) for each in kept]


def _hold(matchers: Sequence[Matcher], examples: Sequence[str]) -> bool:
    """Tell whether the examples keep a rule, which all elements of a name share."""
    forms = [str(each["regex"]) for each in matchers if "regex" in each]
    return all(re.fullmatch(form, text) for form in forms for text in examples)


def _general(examples: Sequence[str]) -> list[Matcher]:
    for form in (_INTEGER, _NUMBER):
        if all(re.fullmatch(form, text) for text in examples):
            return [{"match": "regex", "regex": form}]
    return [{"match": "type"}]


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else value.text if isinstance(value, Number) else str(value)
