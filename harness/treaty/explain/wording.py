"""Matching rules and causes in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import singledispatch
from typing import Final

from treaty.contract import rules as kinds
from treaty.contract.generators import FromProviderState, Generator
from treaty.contract.json_value import JsonValue, Number, dumps, is_number
from treaty.contract.rules import Combine, Matcher, RuleList
from treaty.normalize.promises import number_matchers
from treaty.normalize.shapes import (
    DATE_REGEX,
    EMAIL_REGEX,
    HTTP_DATE_REGEX,
    NAIVE_REGEX,
    TIMESTAMP_REGEX,
    UUID_REGEX,
    ZONED_REGEX,
)

_LONGEST: Final = 60
_MOST_MEMBERS: Final = 4
_PARAMETERS: Final = r"(\s*;.*)?"
_FORMS: Final = {
    TIMESTAMP_REGEX: "a time (RFC 3339, any fraction, any offset or none)",
    ZONED_REGEX: "a time (RFC 3339, any fraction, any offset)",
    NAIVE_REGEX: "a time (RFC 3339, any fraction, no offset)",
    DATE_REGEX: "a date (RFC 3339)",
    HTTP_DATE_REGEX: "a date of HTTP (RFC 9110)",
    UUID_REGEX: "a uuid",
    EMAIL_REGEX: "an e-mail address",
    r"\d+": "digits",
    r".*": "any text",
    r".+": "any text that is not empty",
}
"""Patterns that Treaty writes, in words."""

CAUSES: Final = {
    "constant": "constant: it follows from what was asked and set up",
    "echo": "echo: it equals something that was asked",
    "created": "created: the provider made it in this call",
    "carried": "carried: it came from an earlier call",
    "minted": "minted: the consumer made it; each verification makes its own",
    "derived": "derived: it follows from other values at hand",
    "clock": "clock: a time",
    "random": "random: it differs between runs, and nothing in the session says why",
    "unordered": "unordered: the order of the list varies",
    "secret": "secret: only a stand-in for it was recorded",
    "token": "a value that other calls use",
    "absent": "absent: it names what no recorded call made",
    "outside": "from outside: no recorded call made it",
}


def rule_in_words(rule: RuleList | None, example: JsonValue) -> str:
    """Say what a rule accepts; without one only the example itself is accepted."""
    if rule is None or not rule.matchers:
        return f"exactly {shown(example)}"
    if is_pinned(rule, example):
        return f"exactly {shown(example)}, in any spelling of the number"
    joint = " or " if rule.combine is Combine.OR else ", and "
    return joint.join(_words(matcher) for matcher in rule.matchers)


def is_pinned(rule: RuleList, example: JsonValue) -> bool:
    """Tell whether a rule demands the example's number by value, as Treaty writes it."""
    if not is_number(example) or rule.combine is Combine.OR:
        return False
    text = example.text if isinstance(example, Number) else str(example)
    patterns = [matcher.pattern for matcher in rule.matchers if isinstance(matcher, kinds.Regex)]
    return bool(patterns) and patterns == [item["regex"] for item in number_matchers(text) if "regex" in item]


def shown(value: JsonValue) -> str:
    """Write a value in one line, shortened where it is long."""
    text = dumps(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 4]} ..."


def causes_in_words(causes: Sequence[str]) -> str:
    """Say why values are what they are; several causes when they differ between exchanges."""
    if len(causes) == 1:
        return CAUSES.get(causes[0], causes[0])
    return " or ".join(causes) + ": not the same in every exchange"


def closed_in_words(fact: Mapping[str, JsonValue]) -> str:
    """Say what is promised of everything that a provider holds; in full only where nothing else is there."""
    parts = []
    if "length" in fact:
        parts.append(f"{fact['length']} of them")
    if "value" in fact:
        parts.append(shown(fact["value"]))
    for key, words in (("contains", "among them"), ("elements", "they are")):
        members = fact.get(key)
        if isinstance(members, (list, tuple)) and members:
            more = [f"{len(members) - _MOST_MEMBERS} more"] if len(members) > _MOST_MEMBERS else []
            parts.append(f"{words} {', '.join([*map(str, members[:_MOST_MEMBERS]), *more])}")
    order = ", in this order" if fact.get("ordered") else ""
    like = "; those of the set-up as it made them" if fact.get("like") else ""
    return f"where nothing else is there: {' and '.join(parts)}{order}{like}" if parts else ""


def generator_in_words(generator: Generator) -> str:
    """Say where a generated value comes from."""
    if isinstance(generator, FromProviderState):
        return f"{generator.expression} of the set-up"
    return f"generated: {generator.name}"


@singledispatch
def _words(matcher: Matcher) -> str:
    return f"what the rule '{matcher.name}' accepts"


@_words.register
def _(matcher: kinds.Equality) -> str:
    del matcher
    return "equal to the example"


@_words.register
def _(matcher: kinds.Regex) -> str:
    pattern = matcher.pattern
    if pattern in _FORMS:
        return _FORMS[pattern]
    if re.fullmatch(r"[\w-]+(\|[\w-]+)+", pattern):
        return "one of " + ", ".join(dumps(word) for word in pattern.split("|"))
    if pattern.endswith(_PARAMETERS):
        media_type = re.sub(r"\\(.)", r"\1", pattern.removesuffix(_PARAMETERS))
        return f"{media_type}, with any parameters"
    return f"a text of the form {pattern}"


@_words.register
def _(matcher: kinds.Type) -> str:
    if matcher.minimum == 0 and matcher.maximum is None:
        return "a list"
    bounds = [f"at least {matcher.minimum}"] if matcher.minimum is not None else []
    bounds += [f"at most {matcher.maximum}"] if matcher.maximum is not None else []
    return f"a list of {' and '.join(bounds)}" if bounds else "of the same type as the example"


@_words.register
def _(matcher: kinds.Include) -> str:
    return f"a text with {shown(matcher.value)} in it"


@_words.register
def _(matcher: kinds.Moment) -> str:
    return f"a {matcher.name} of the form {matcher.pattern or 'ISO 8601'}"


@_words.register
def _(matcher: kinds.ContentType) -> str:
    return f"bytes that look like {matcher.value}"


@_words.register
def _(matcher: kinds.EachKey) -> str:
    return f"each key {' and '.join(_words(rule) for rule in matcher.rules) or 'any'}"


@_words.register
def _(matcher: kinds.EachValue) -> str:
    return f"each value {' and '.join(_words(rule) for rule in matcher.rules) or 'like the example'}"


@_words.register
def _(matcher: kinds.StatusCode) -> str:
    status = matcher.status
    return (
        f"a status of the class {status}" if isinstance(status, str) else f"a status of {', '.join(map(str, status))}"
    )


@_words.register
def _(matcher: kinds.PluginMatcher) -> str:
    return f"what the plugin rule '{matcher.kind}' accepts"


_PLAIN: Final = {
    kinds.Integer: "a whole number",
    kinds.Decimal: "a number with a fraction",
    kinds.AnyNumber: "a number",
    kinds.Boolean: "true or false",
    kinds.Null: "null",
    kinds.Values: "an object with any keys",
    kinds.NotEmpty: "not empty",
    kinds.Semver: "a semantic version",
    kinds.ArrayContains: "a list that holds the examples, among others",
}


def _register_plain() -> None:
    for kind, text in _PLAIN.items():
        _words.register(kind, lambda _matcher, text=text: text)


_register_plain()
