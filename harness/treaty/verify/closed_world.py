"""What an answer says about everything that the provider holds: lists, totals, ends of pages (DESIGN 4.2).

Such facts lie under `comments.treaty.closed` of an interaction, by location. On a provider that holds nothing but what
the set-up made they are asserted in full. Elsewhere the open form holds: what the set-up made is there, in its order,
counts are at least those, and a place that may be null is there at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from treaty.contract.fitted import fitted
from treaty.contract.json_value import JsonValue, Number, decimal_of, dumps, is_number
from treaty.contract.model import HttpInteraction
from treaty.verify.locations import Any, Location, LocationInvalid, LocationMissing, join_path, parse_location, value_at
from treaty.verify.members import find_unlike
from treaty.verify.outcome import ClosedForm
from treaty.verify.relations import Evidence, Finding
from treaty.verify.variables import VariableUnknown, as_text, substitute_json

RULES: Final = frozenset({"length", "value", "contains", "order", "lacks"})
"""Names of the rules here, as findings and differences give them."""

_LEAST_PAGE: Final = 10
_PAGE_STEP: Final = 5
_ODD_PAGES: Final = frozenset({12, 16, 24, 32, 36, 48, 64, 96, 128, 256, 512})
_NEXT_WORDS: Final = frozenset({"next", "more", "cursor", "continuation", "marker", "truncated"})
_TOTAL_WORDS: Final = frozenset({"total", "count", "found"})
_NEXT_LINK: Final = re.compile(r"""rel\s*=\s*["']?[^"';,]*\bnext\b""", re.IGNORECASE)


def closed_facts(contract: HttpInteraction) -> Mapping[str, Mapping[str, JsonValue]]:
    """Give what an interaction says about everything that its provider holds, by location."""
    ours = contract.comments.get("treaty")
    facts = ours.get("closed") if isinstance(ours, Mapping) else None
    if not isinstance(facts, Mapping):
        return {}
    return {place: fact for place, fact in facts.items() if isinstance(fact, Mapping)}


def form_of(contract: HttpInteraction, *, in_full: bool) -> ClosedForm | None:
    """Say in which form such facts of an interaction are judged; None when it has none that differ in the two."""
    if not any(fact.keys() - {"contains", "lacks", "ordered", "like"} for fact in closed_facts(contract).values()):
        return None
    return ClosedForm.FULL if in_full else ClosedForm.OPEN


def find_untrue(contract: HttpInteraction, evidence: Evidence, *, in_full: bool) -> Iterator[Finding]:
    """Give the facts that an answer contradicts.

    Args:
        contract: what was promised.
        evidence: the answer.
        in_full: whether the provider holds nothing but what the set-up made.

    """
    for text, fact in closed_facts(contract).items():
        try:
            place = parse_location(text)
        except LocationInvalid:
            continue
        if place.part != "body" or place.path is None:
            continue
        if "length" in fact and in_full:
            yield from _length(text, place, fact["length"], evidence)
        if "value" in fact:
            yield from _value(place, fact["value"], evidence, in_full=in_full)
        if "like" in fact:
            yield from find_unlike(place, fact["like"], evidence)
        if "lacks" in fact:
            yield from _lacking(text, place, fact["lacks"], evidence)
        if "contains" in fact:
            yield from _members(text, place, fact, "contains", evidence, in_full=in_full)
        elif "elements" in fact and in_full:
            yield from _members(text, place, fact, "elements", evidence, in_full=in_full)


def _length(text: str, place: Location, wanted: JsonValue, evidence: Evidence) -> Iterator[Finding]:
    found = _at(place, evidence)
    if isinstance(found, (list, tuple)) and isinstance(wanted, int) and len(found) != wanted:
        message = f"the list has {len(found)} elements where everything there is makes {wanted}"
        yield Finding(location=text, rule="length", wanted=dumps(wanted), got=dumps(len(found)), message=message)


def _value(place: Location, wanted: JsonValue, evidence: Evidence, *, in_full: bool) -> Iterator[Finding]:
    for way, holder, key in _holders(place, evidence.document):
        if key not in holder:
            yield Finding(
                location=f"body.{way}", rule="value", wanted=dumps(wanted), got="", message="nothing is there"
            )
            continue
        got = holder[key]
        if is_number(wanted) and is_number(got):
            reason = _number_reason(got, wanted, in_full=in_full)
        else:
            same = type(got) is type(wanted) and got == wanted
            reason = f"it is not {dumps(wanted)}, as it is where nothing else is" if in_full and not same else ""
        if reason:
            yield Finding(location=f"body.{way}", rule="value", wanted=dumps(wanted), got=dumps(got), message=reason)


def _number_reason(got: JsonValue, wanted: JsonValue, *, in_full: bool) -> str:
    assert isinstance(got, (int, Number))
    assert isinstance(wanted, (int, Number))
    mine, other = decimal_of(got), decimal_of(wanted)
    if in_full:
        return "" if mine == other else f"the number is not {dumps(wanted)}, which everything there is makes"
    return "" if mine >= other else f"the number is less than {dumps(wanted)}, which alone the set-up makes"


def _members(
    text: str, place: Location, fact: Mapping[str, JsonValue], key: str, evidence: Evidence, *, in_full: bool
) -> Iterator[Finding]:
    expressions = fact[key]
    if not isinstance(expressions, (list, tuple)):
        return
    try:
        wanted = [as_text(substitute_json(each, evidence.variables)) for each in expressions]
    except VariableUnknown:
        return
    found = [as_text(value) for value in _all(place, evidence.document)]
    missing = [each for each in wanted if each not in found]
    if missing and (in_full or not may_be_cut(place, evidence)):
        message = f"{', '.join(missing)} is not there, which the set-up made"
        yield Finding(location=text, rule="contains", wanted=dumps(wanted), got=dumps(found[:50]), message=message)
        return
    positions = [found.index(each) for each in wanted if each in found]
    if fact.get("ordered") is True and positions != sorted(positions):
        message = "what the set-up made stands in another order"
        yield Finding(location=text, rule="order", wanted=dumps(wanted), got=dumps(found[:50]), message=message)


def _lacking(text: str, place: Location, expressions: JsonValue, evidence: Evidence) -> Iterator[Finding]:
    try:
        unwanted = substitute_json(expressions, evidence.variables)
    except VariableUnknown:
        return
    names = {as_text(each) for each in unwanted} if isinstance(unwanted, list) else set()
    found = [as_text(value) for value in _all(place, evidence.document)]
    present = sorted(names.intersection(found))
    if present:
        message = f"{', '.join(present)} is there, which the set-up made so that it is not"
        got = dumps(found[:50])
        yield Finding(location=text, rule="lacks", wanted=f"not {dumps(present)}", got=got, message=message)


def may_be_cut(place: Location, evidence: Evidence) -> bool:
    """Tell whether an answer may hold a page of a list only: its length is that of pages, or it speaks of more."""
    listed = _at(_list_of(place), evidence)
    size = len(listed) if isinstance(listed, (list, tuple, Mapping)) else 0
    if size >= _LEAST_PAGE and (size % _PAGE_STEP == 0 or size in _ODD_PAGES):
        return True
    if any(_NEXT_LINK.search(line) for line in evidence.headers.get("link", ())):
        return True
    return _speaks_of_more(evidence.document, size, depth=2)


def _speaks_of_more(value: JsonValue, size: int, *, depth: int) -> bool:
    if not isinstance(value, Mapping):
        return False
    for key, child in value.items():
        parts = {part.lower() for part in re.findall(r"[A-Za-z][a-z]*", key)}
        if parts & _NEXT_WORDS and child not in (None, False, "", 0) and not isinstance(child, (list, tuple)):
            return True
        if parts & _TOTAL_WORDS and is_number(child):
            assert isinstance(child, (int, Number))
            if decimal_of(child) > size:
                return True
        if depth and _speaks_of_more(child, size, depth=depth - 1):
            return True
    return False


def _list_of(place: Location) -> Location:
    path = place.path or ()
    if Any.INDEX in path:
        path = path[: path.index(Any.INDEX)]
    return Location(part="body", path=path)


def _at(place: Location, evidence: Evidence) -> JsonValue:
    try:
        return value_at(evidence.document, place.path or ())
    except LocationMissing:
        return None


def _all(place: Location, document: JsonValue) -> Iterator[JsonValue]:
    """Give the values at a place, in order; of an object its keys."""
    for _, value in _walk(document, place.path or (), "$"):
        if isinstance(value, Mapping):
            yield from value
        else:
            yield value


def _holders(place: Location, document: JsonValue) -> Iterator[tuple[str, Mapping[str, JsonValue], str]]:
    """Give the objects that should have a place's last key, with the way to that key."""
    path = place.path or ()
    if not path or not isinstance(path[-1], str):
        return
    for way, value in _walk(document, path[:-1], "$"):
        if isinstance(value, Mapping):
            yield join_path(way, path[-1]), value, path[-1]


def _walk(value: JsonValue, path: Sequence[str | int | Any], way: str) -> Iterator[tuple[str, JsonValue]]:
    if not path:
        yield way, value
        return
    first, rest = path[0], path[1:]
    value = fitted(value, first)
    if isinstance(first, str):
        if isinstance(value, Mapping) and first in value:
            yield from _walk(value[first], rest, join_path(way, first))
    elif isinstance(value, (list, tuple)):
        indices = range(len(value)) if isinstance(first, Any) else [first] if first < len(value) else []
        for index in indices:
            yield from _walk(value[index], rest, f"{way}[{index}]")
