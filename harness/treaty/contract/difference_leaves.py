"""Whether one promise about a single JSON value lies within another, kind of value by kind of value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from treaty.contract.difference_formulas import NOTHING, Formula, find_outside
from treaty.contract.difference_gaps import describe_value
from treaty.contract.difference_matchers import DOMAINS, KINDS, accepts_of_kind, combined, exactly, kind_of_leaf
from treaty.contract.json_value import JsonInvalid, JsonValue, loads
from treaty.contract.scopes import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuePromise:
    """What one value may be.

    Attributes:
        example: the example.
        formula: says for each of `KINDS` which values of that kind are accepted, as texts.
        accepts: asks the matching.

    """

    example: JsonValue
    formula: Callable[[str], Formula]
    accepts: Callable[[JsonValue], bool]


def leaf_formula(example: JsonValue, rules: Rules | None, kind: str) -> Formula:
    """Say which values of a kind an example without members accepts under its rules."""
    if rules is None:
        return exactly(example) if kind_of_leaf(example) == kind else NOTHING
    return combined([accepts_of_kind(one, example, kind) for one in rules.matchers], any_of=rules.any_of)


def find_value_outside(narrow: ValuePromise, wide: ValuePromise) -> str | None:
    """Find a value that only the first promise accepts.

    Returns:
        The value, written for people; an empty text when there may be one, but none was found; None when there is none.

    """
    doubt = False
    own = kind_of_leaf(narrow.example)
    for kind in (own, *(kind for kind in KINDS if kind != own)):
        outside = find_outside(narrow.formula(kind), wide.formula(kind), domain=DOMAINS[kind])
        if outside is None:
            continue
        for value in _candidates(outside.text, kind, narrow):
            if narrow.accepts(value) and not wide.accepts(value):
                return describe_value(value)
        doubt = True
    return "" if doubt else None


def _candidates(text: str | None, kind: str, narrow: ValuePromise) -> Iterator[JsonValue]:
    yield narrow.example
    if text is not None and kind == "string":
        yield text
    elif text is not None:
        with suppress(JsonInvalid):  # the text may lie between what values look like and what they are
            yield loads(text)
    if kind == "object":
        yield {}
    if kind == "array":
        yield []
