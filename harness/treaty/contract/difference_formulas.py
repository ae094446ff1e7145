"""What a list of matchers accepts, as a formula over sets of texts, and whether one formula lies within another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final, TypeAlias

from treaty.contract.difference_languages import Language, SearchTooLarge, build_language, find_text
from treaty.contract.difference_patterns import Pattern, PatternOpaque, literal_pattern, parse_pattern

_MOST_UNKNOWN: Final = 5
_LONGEST_TEXT: Final = 3000


@dataclass(frozen=True, slots=True)
class TextSet:
    """A set of texts that a matcher accepts.

    Attributes:
        name: two sets of the same name are the same set.
        bound: what holds at least its texts; None when nothing is known.
        exact: the set is `bound` itself.

    """

    name: tuple[str, ...]
    bound: Pattern | None
    exact: bool


@dataclass(frozen=True, slots=True)
class Every:
    """All parts accept; without parts everything is accepted."""

    parts: tuple[Formula, ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """A part accepts; without parts nothing is accepted."""

    parts: tuple[Formula, ...] = ()


Formula: TypeAlias = TextSet | Every | Either

ALL: Final = Every()
NOTHING: Final = Either()


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A text that one formula may accept and the other may not; None when there is only doubt."""

    text: str | None


def literal(text: str) -> TextSet:
    """Give the set of one text; of a very long one only the name, as no search would look at all of it."""
    if len(text) > _LONGEST_TEXT:
        return unknown("text", text)
    pattern = literal_pattern(text)
    return TextSet(("text", text), pattern, pattern.exact)


def matching(pattern: str) -> TextSet:
    """Give the set of the texts that a regular expression matches as a whole."""
    return named(("regex", pattern), pattern, exact=True)


def named(name: tuple[str, ...], bound: str, *, exact: bool = False) -> TextSet:
    """Give a set by its name and a regular expression that matches at least its texts."""
    try:
        pattern = parse_pattern(bound)
        build_language(pattern)
    except (PatternOpaque, SearchTooLarge, RecursionError):
        return TextSet(name, None, exact=False)
    return TextSet(name, pattern, exact and pattern.exact)


def unknown(*name: str) -> TextSet:
    """Give a set of which only the name is known."""
    return TextSet(name, None, exact=False)


@lru_cache(maxsize=8192)
def find_outside(narrow: Formula, wide: Formula, *, domain: Formula = ALL) -> Counterexample | None:
    """Look for a text of `domain` that `narrow` accepts and `wide` does not; None is a proof that there is none."""
    if wide in (narrow, ALL) or narrow == NOTHING:
        return None
    inner = Every((domain, narrow))
    sets = list(dict.fromkeys((*_sets(inner), *_sets(wide))))
    unsure = [one for one in sets if not one.exact]
    if len(unsure) > _MOST_UNKNOWN:
        return Counterexample(None)
    known = [one for one in sets if one.bound is not None]
    try:
        languages = [_language(one) for one in known]
        text = find_text(
            languages,
            possible=lambda inside: _may_hold(inner, dict(zip(known, inside, strict=True))),
            wanted=lambda inside: _is_outside(inner, wide, dict(zip(known, inside, strict=True)), unsure),
        )
    except (SearchTooLarge, RecursionError):
        return Counterexample(None)
    return None if text is None else Counterexample(text)


def _language(one: TextSet) -> Language:
    assert one.bound is not None
    return build_language(one.bound)


def _sets(formula: Formula) -> Iterator[TextSet]:
    if isinstance(formula, TextSet):
        yield formula
        return
    for part in formula.parts:
        yield from _sets(part)


def _holds(formula: Formula, facts: Mapping[TextSet, bool]) -> bool:
    if isinstance(formula, TextSet):
        return facts[formula]
    parts = (_holds(part, facts) for part in formula.parts)
    return all(parts) if isinstance(formula, Every) else any(parts)


def _may_hold(formula: Formula, inside: Mapping[TextSet, bool]) -> bool:
    """Tell whether a formula can hold when sets without a bound could hold anything."""
    if isinstance(formula, TextSet):
        return inside.get(formula, True)
    parts = (_may_hold(part, inside) for part in formula.parts)
    return all(parts) if isinstance(formula, Every) else any(parts)


def _is_outside(inner: Formula, wide: Formula, inside: Mapping[TextSet, bool], unsure: list[TextSet]) -> bool:
    """Try what sets that are not exact may hold: a text within the bound may be in the set or not."""
    choices = [(False, True) if inside.get(one, True) else (False,) for one in unsure]
    for chosen in product(*choices):
        facts = {**inside, **dict(zip(unsure, chosen, strict=True))}
        if _holds(inner, facts) and not _holds(wide, facts):
            return True
    return False
