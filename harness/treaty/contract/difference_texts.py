"""Whether one promise about texts lies within another: methods, paths, parameters, headers, form fields, plain text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from treaty.contract import rules as kinds
from treaty.contract.difference_formulas import ALL, Every, Formula, TextSet, find_outside, literal, matching, unknown
from treaty.contract.difference_gaps import ABSENT_TEXT, Gap, describe_matchers, describe_value
from treaty.contract.difference_matchers import accepts_text, combined
from treaty.contract.matching_headers import LISTED, compile_headers, group_headers
from treaty.contract.matching_text import Parameters, compile_text
from treaty.contract.model import HeaderMap
from treaty.contract.rules import RuleList
from treaty.contract.scopes import Rules, Scope, named_scope
from treaty.errors import counted

_PARAMETERISED: Final = frozenset({"accept", "content-type"})
_COMMA: Final = re.compile(r"\s*,\s*")
_HEADER_LINE: Final = matching(r"(\S([^\r\n]*\S)?)?")
"""The value of a header has no line ends, and no blanks around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPromise:
    """What one text may be.

    Attributes:
        example: the example.
        formula: the texts that are accepted.
        accepts: asks the matching.
        shown: a description for people.

    """

    example: str
    formula: Formula
    accepts: Callable[[str], bool]
    shown: str


def text_promise(example: str, rules: Rules | None) -> TextPromise:
    """Take a text under its rules."""
    check = compile_text(example, rules)
    formula: Formula = literal(example) if rules is None else _formula(example, rules)
    return TextPromise(
        example=example, formula=formula, accepts=lambda text: not check(text), shown=_shown(example, rules)
    )


def _formula(example: str, rules: Rules) -> Formula:
    return combined([accepts_text(matcher, example) for matcher in rules.matchers], any_of=rules.any_of)


def _shown(example: str, rules: Rules | None) -> str:
    if rules is None:
        return describe_value(example)
    return describe_matchers(rules.matchers, "any text", describe_value(example), any_of=rules.any_of)


def text_gap(narrow: TextPromise, wide: TextPromise, location: str, *, domain: Formula = ALL) -> Iterator[Gap]:
    """Find a text that only the narrow promise accepts."""
    outside = find_outside(narrow.formula, wide.formula, domain=domain)
    if outside is None:
        return
    extra = ""
    for text in (narrow.example, outside.text):
        if not extra and text is not None and narrow.accepts(text) and not wide.accepts(text):
            extra = describe_value(text)
    yield Gap(location=location, narrow=narrow.shown, wide=wide.shown, extra=extra)


# --- lists of texts -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TextsPromise:
    """What a list of texts may be: one promise for each position of the example.

    Attributes:
        texts: the promises; the first one counts for all further positions.
        least, most: how many texts there may be; None for no bound.
        free: anything is accepted.
        shown: a description for people.

    """

    texts: tuple[TextPromise, ...]
    least: int
    most: int | None
    free: bool
    shown: str

    def at(self, position: int) -> TextPromise:
        """Give what the text at a position may be."""
        return self.texts[position if position < len(self.texts) else 0]


def texts_promise(values: Sequence[str], scope: Scope) -> TextsPromise:
    """Take the values of a parameter under their rules."""
    rules = scope.rules
    shown = _shown(values[0], rules) if len(values) == 1 else describe_value(list(values))
    if rules is None:
        texts = tuple(text_promise(value, scope.step(position).rules) for position, value in enumerate(values))
        if len(values) == 1:
            shown = texts[0].shown
        return TextsPromise(texts=texts, least=len(values), most=len(values), free=False, shown=shown)
    bounds = [matcher for matcher in rules.matchers if isinstance(matcher, kinds.Type) and not scope.cascaded]
    counts = [len(values) for matcher in rules.matchers if isinstance(matcher, kinds.Equality)]
    return TextsPromise(
        texts=tuple(_with_own(text_promise(value, rules), scope.step(place)) for place, value in enumerate(values)),
        least=max((*counts, *(bound.minimum or 0 for bound in bounds)), default=0),
        most=min((*counts, *(bound.maximum for bound in bounds if bound.maximum is not None)), default=None),
        free=not values,
        shown=shown,
    )


def _with_own(promise: TextPromise, scope: Scope) -> TextPromise:
    """Add what the rules at the place of one text say, beside those of the list."""
    if scope.cascaded:
        return promise
    own = text_promise(promise.example, scope.rules)
    return TextPromise(
        example=promise.example,
        formula=Every((promise.formula, own.formula)),
        accepts=lambda text: promise.accepts(text) and own.accepts(text),
        shown=f"{promise.shown} and {own.shown}",
    )


def texts_gaps(narrow: TextsPromise, wide: TextsPromise, location: str, *, domain: Formula = ALL) -> Iterator[Gap]:
    """Find what only the narrow list accepts."""
    if wide.free:
        return
    if narrow.free:
        yield Gap(location=location, narrow="anything", wide=wide.shown, extra="any value")
        return
    if max(narrow.least, 1) < wide.least:
        yield _count_gap(narrow, wide, location, max(narrow.least, 1))
    if wide.most is not None and (narrow.most is None or narrow.most > wide.most):
        yield _count_gap(narrow, wide, location, wide.most + 1 if narrow.most is None else narrow.most)
    one_place = max(len(narrow.texts), len(wide.texts)) == 1
    positions = max(len(narrow.texts), len(wide.texts)) + (0 if one_place else 1)
    for position in range(positions):
        if all(most is None or position < most for most in (narrow.most, wide.most)):
            place = location if one_place else f"{location}[{position}]"
            yield from text_gap(narrow.at(position), wide.at(position), place, domain=domain)


def _count_gap(narrow: TextsPromise, wide: TextsPromise, location: str, count: int) -> Gap:
    return Gap(location=location, narrow=narrow.shown, wide=wide.shown, extra=counted(count, "value"))


def parameter_gaps(
    narrow: Parameters, narrow_scope: Scope, wide: Parameters, wide_scope: Scope, prefix: str
) -> Iterator[Gap]:
    """Find what only the narrow parameters, or form fields, accept; all are demanded, others are refused."""
    for name, values in wide.items():
        promise = texts_promise(values, wide_scope.step(name))
        if name in narrow:
            yield from texts_gaps(texts_promise(narrow[name], narrow_scope.step(name)), promise, f"{prefix}{name}")
        else:
            extra = "the parameter to be absent"
            yield Gap(location=f"{prefix}{name}", narrow=ABSENT_TEXT, wide=promise.shown, extra=extra)
    for name, values in narrow.items():
        if name not in wide:
            promise = texts_promise(values, narrow_scope.step(name))
            yield Gap(location=f"{prefix}{name}", narrow=promise.shown, wide=ABSENT_TEXT, extra="this parameter")


# --- headers ------------------------------------------------------------------------------------------------------


def header_gaps(
    narrow: HeaderMap, narrow_rules: Mapping[str, RuleList], wide: HeaderMap, wide_rules: Mapping[str, RuleList]
) -> Iterator[Gap]:
    """Find what only the narrow headers accept; headers that are not named are always accepted."""
    names = {name.lower(): name for name in narrow}
    narrow_scope, wide_scope = named_scope(narrow_rules, lower=True), named_scope(wide_rules, lower=True)
    for name, values in wide.items():
        key, location = name.lower(), f"header.{name}"
        promise = _header_promise(name, values, wide_scope.step(key), wide_rules)
        if key not in names:
            yield Gap(location=location, narrow=ABSENT_TEXT, wide=promise.shown, extra="the header to be absent")
            continue
        mine = narrow[names[key]]
        own = _header_promise(name, mine, narrow_scope.step(key), narrow_rules)
        if len(mine) == len(values) == 1 and key not in LISTED:
            # Rules accept any number of lines, but what is no list comes in one; the matching does not count a single.
            own, promise = replace(own, least=1, most=1), replace(promise, least=1)
        if not _same_header(mine, narrow_scope.step(key), values, wide_scope.step(key)):
            yield from texts_gaps(own, promise, location, domain=_HEADER_LINE)


def _same_header(left: Sequence[str], left_scope: Scope, right: Sequence[str], right_scope: Scope) -> bool:
    one, other = left_scope.rules, right_scope.rules
    if one is None or other is None:
        return False
    return tuple(left) == tuple(right) and one.matchers == other.matchers and one.any_of == other.any_of


def _header_promise(name: str, values: tuple[str, ...], scope: Scope, rules: Mapping[str, RuleList]) -> TextsPromise:
    trimmed = tuple(value.strip() for value in values)
    found = texts_promise(trimmed, scope)
    if scope.rules is not None:
        return found
    texts = tuple(
        text if scope.step(position).rules is not None else _plain_header(name, trimmed[position], rules)
        for position, text in enumerate(found.texts)
    )
    return TextsPromise(texts=texts, least=found.least, most=found.most, free=False, shown=found.shown)


def _plain_header(name: str, value: str, rules: Mapping[str, RuleList]) -> TextPromise:
    check = compile_headers({name: (value,)}, rules)
    parameterised = name.lower() in _PARAMETERISED
    return TextPromise(
        example=value,
        formula=parameterised_formula(value) if parameterised else _comma_formula(value),
        accepts=lambda text: not check(group_headers([(name, text)])),
        shown=describe_value(value),
    )


def parameterised_formula(value: str) -> Formula:
    """Give the values that have all parameters of the example, as `Content-Type` may."""
    parts = [part.strip() for part in value.split(";")]
    base = matching(re.escape(parts[0]) + r"\s*(;[\s\S]*)?")
    pairs = [part.partition("=") for part in parts[1:]]
    parameters: list[TextSet] = [
        unknown("parameter", name.strip(), text.strip().lower()) for name, equals, text in pairs if equals
    ]
    return Every((base, *dict.fromkeys(parameters)))


def _comma_formula(value: str) -> Formula:
    parts = _COMMA.split(value)
    return literal(value) if len(parts) == 1 else matching(r"\s*,\s*".join(map(re.escape, parts)))
