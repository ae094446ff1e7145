"""Whether one JSON promise lies within another: all that the first accepts, the second accepts too.

The answer is sound: no gap means that there is no value between them (the matching itself is asked where an example can
decide). A gap without an example means that it could not be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeAlias

from treaty.contract import rules as kinds
from treaty.contract.difference_formulas import ALL, NOTHING, Every, Formula, find_outside, unknown
from treaty.contract.difference_gaps import ABSENT_TEXT, Gap, describe_value
from treaty.contract.difference_leaves import ValuePromise, find_value_outside, leaf_formula
from treaty.contract.difference_matchers import DOMAINS, KINDS, accepts_text
from treaty.contract.difference_shapes import (
    OTHER_KEYS,
    Contents,
    Demand,
    Members,
    Never,
    Shape,
    Size,
    Vocabulary,
    vocabulary,
)
from treaty.contract.json_value import JsonValue
from treaty.contract.matching_values import json_equal, text_test
from treaty.contract.path import ANY_INDEX, ANY_STEP, Field, Index, RulePath, Token
from treaty.contract.rules import RuleList
from treaty.contract.scopes import root_scope

Tokens: TypeAlias = tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """A gap with the way to its place, from here down."""

    tokens: Tokens
    gap: Gap

    def below(self, token: Token) -> _Found:
        return replace(self, tokens=(token, *self.tokens))


_Conjunction: TypeAlias = "tuple[Demand, ...]"


def json_gaps(
    narrow: JsonValue,
    narrow_rules: Mapping[str, RuleList],
    wide: JsonValue,
    wide_rules: Mapping[str, RuleList],
    *,
    strict: bool,
) -> list[Gap]:
    """Find what one example under its rules accepts and another does not, in the order of the wider example.

    Args:
        narrow: the example of the promise that should accept less.
        narrow_rules: its rules, by path.
        wide: the example of the promise that should accept more.
        wide_rules: its rules.
        strict: unexpected members of objects are refused (requests).

    """
    walk = _Walk(vocabulary(narrow_rules, wide_rules))
    found = walk.gaps(
        Shape(narrow, root_scope(narrow_rules), strict=strict), Shape(wide, root_scope(wide_rules), strict=strict)
    )
    return [replace(one.gap, location=f"body.{RulePath(one.tokens)}") for one in found]


def _gap(narrow: Shape | str, wide: Shape | str, extra: str, *tokens: Token) -> _Found:
    return _Found(tokens, Gap(location="", narrow=str(narrow), wide=str(wide), extra=extra))


class _Walk:
    """Compares shapes from the outside in."""

    def __init__(self, words: Vocabulary) -> None:
        self._words: Final = words

    def gaps(self, narrow: Shape, wide: Shape) -> list[_Found]:
        """Find all gaps of a place and below it."""
        if narrow.kind == "leaf":
            return _leaf_gaps(narrow, wide)
        if wide.kind == "leaf":
            return _container_in_leaf(narrow, wide)
        if narrow.kind != wide.kind:
            return [_gap(narrow, wide, describe_value(narrow.example) if narrow.accepts(narrow.example) else "")]
        found = [_gap(narrow, wide, "null")] if narrow.accepts(None) and not wide.accepts(None) else []
        inside = self._object_gaps if narrow.kind == "object" else self._list_gaps
        for left in narrow.alternatives():
            if any(isinstance(demand, Never) for demand in left) or _is_accepted_example(narrow, left, wide):
                continue
            tried: list[list[_Found]] = []
            for right in wide.alternatives():
                tried.append(inside(narrow, left, wide, right))
                if not tried[-1]:
                    break
            fewest = min(tried, key=len)
            found += fewest
        return list(dict.fromkeys(found))

    # --- objects ---

    def _object_gaps(self, narrow: Shape, left: _Conjunction, wide: Shape, right: _Conjunction) -> list[_Found]:
        found: list[_Found] = []
        if wide.structured:
            for key in wide.members:
                found += self._member_gaps(narrow, left, wide, key)
        if wide.closed:
            found += _unexpected(narrow, wide)
        for demand in right:
            found += self._object_demand_gaps(narrow, left, wide, demand)
        return found

    def _member_gaps(self, narrow: Shape, left: _Conjunction, wide: Shape, key: str) -> list[_Found]:
        child, known = wide.member(key), narrow.structured and key in narrow.members
        if wide.complete and not (known and narrow.complete):
            shown = narrow.member(key) if known else ABSENT_TEXT
            return [_gap(shown, child, "the member to be absent", Field(key))]
        if narrow.closed and not known:
            return []
        return self._value_gaps(self._bounds(narrow, left, key), child, Field(key))

    def _bounds(self, narrow: Shape, left: _Conjunction, key: str) -> list[Shape]:
        """Give all that a promise says of the value under a key, where there is one."""
        bounds = [narrow.member(key)] if narrow.structured and key in narrow.members else []
        for demand in left:
            bound = narrow.bound_of_member(demand, key) if isinstance(demand, Members) else None
            if bound is not None:
                bounds.append(bound)
        return bounds

    def _value_gaps(self, bounds: Sequence[Shape], wide: Shape, token: Token) -> list[_Found]:
        """Find the gaps of one value: one of its bounds has to lie within the wide promise."""
        if not bounds:
            return [] if _accepts_everything(wide) else [_gap("anything", wide, "any value", token)]
        tried = []
        for bound in bounds:
            tried.append(self.gaps(bound, wide))
            if not tried[-1]:
                return []
        return [one.below(token) for one in tried[0]]

    def _object_demand_gaps(
        self, narrow: Shape, left: _Conjunction, wide: Shape, demand: Demand
    ) -> Iterator[_Found] | list[_Found]:
        if isinstance(demand, Members):
            return self._members_gaps(narrow, left, wide, demand)
        if isinstance(demand, kinds.EachKey):
            return self._key_gaps(narrow, left, wide, demand)
        if isinstance(demand, kinds.Equality):
            return _equality_gaps(narrow, left, wide)
        return _size_gaps(narrow, _object_size(narrow, left), wide, demand, "members")

    def _members_gaps(self, narrow: Shape, left: _Conjunction, wide: Shape, demand: Members) -> Iterator[_Found]:
        if not wide.members:
            return
        general: list[_Found] = []
        if not narrow.closed:
            for key in OTHER_KEYS:
                general += self._value_gaps(self._bounds(narrow, left, key), _member_of(wide, demand, key), ANY_STEP)
        yield from dict.fromkeys(general)
        known = {(one.tokens[1:], one.gap) for one in general}
        for key in narrow.members if narrow.closed else self._words.keys(narrow, wide):
            gaps = self._value_gaps(self._bounds(narrow, left, key), _member_of(wide, demand, key), Field(key))
            yield from (one for one in gaps if (one.tokens[1:], one.gap) not in known)

    def _key_gaps(self, narrow: Shape, left: _Conjunction, wide: Shape, demand: kinds.EachKey) -> Iterator[_Found]:
        if narrow.closed:
            for key in narrow.members:
                if not _accepts_key(demand, key):
                    yield _gap(narrow, wide, f"the key {describe_value(key)}")
            return
        given = [one for one in left if isinstance(one, kinds.EachKey)]
        outside = find_outside(Every(tuple(map(_keys, given))), _keys(demand))
        if outside is not None:
            extra = outside.text
            proven = (
                extra is not None and not _accepts_key(demand, extra) and all(_accepts_key(one, extra) for one in given)
            )
            yield _gap(narrow, wide, f"the key {describe_value(extra)}" if proven else "")

    # --- lists ---

    def _list_gaps(self, narrow: Shape, left: _Conjunction, wide: Shape, right: _Conjunction) -> list[_Found]:
        found: list[_Found] = []
        size = _list_size(left)
        ends = [end for end in (size.most, _list_size(right).most) if end is not None]
        for demand in right:
            if isinstance(demand, Contents):
                wanted = partial(wide.bound_of_element, demand)
                found += self._element_gaps(narrow, left, min(ends, default=None), wanted, wide)
            elif isinstance(demand, kinds.ArrayContains):
                found += self._variant_gaps(narrow, left, wide, demand)
            elif isinstance(demand, kinds.Equality):
                found += _equality_gaps(narrow, left, wide)
            else:
                found += _size_gaps(narrow, size, wide, demand, "elements")
        return found

    def _element_gaps(
        self,
        narrow: Shape,
        left: _Conjunction,
        most: int | None,
        wanted: Callable[[int], Shape],
        wide: Shape,
    ) -> list[_Found]:
        """Compare elements; `most` is where one of the lists ends, a longer one is a gap of its own."""
        told, other = self._words.elements(narrow, wide)
        general: list[_Found] = []
        if most is None or most > max(len(narrow.elements), len(wide.elements)):
            general = self._value_gaps(_elements(narrow, left, other), wanted(other), ANY_INDEX)
        known = {(one.tokens[1:], one.gap) for one in general}
        found: list[_Found] = []
        for position in told:
            if most is None or position < most:
                gaps = self._value_gaps(_elements(narrow, left, position), wanted(position), Index(position))
                found += [one for one in gaps if (one.tokens[1:], one.gap) not in known]
        return [*found, *general]

    def _variant_gaps(
        self, narrow: Shape, left: _Conjunction, wide: Shape, demand: kinds.ArrayContains
    ) -> Iterator[_Found]:
        sure = [variant for one in left if isinstance(one, kinds.ArrayContains) for variant in narrow.variants(one)]
        if any(variant is None for variant in sure):
            return  # nothing is accepted there
        size = _list_size(left)
        told, other = self._words.elements(narrow, wide)
        fixed = [_elements(narrow, left, position) for position in (*told, other) if position < size.least]
        for variant in wide.variants(demand):
            if variant is None:
                yield _gap(narrow, wide, describe_value(narrow.example))
            elif not any(not self.gaps(one, variant) for one in sure if one is not None) and not any(
                not self._value_gaps(bounds, variant, ANY_INDEX) for bounds in fixed
            ):
                yield _gap(narrow, wide, f"a list without {describe_value(variant.example)}")


# --- leaves -------------------------------------------------------------------------------------------------------


def _promise(shape: Shape) -> ValuePromise:
    def formula(kind: str) -> Formula:
        if shape.kind == "leaf":
            return leaf_formula(shape.example, shape.scope.rules, kind)
        if kind == shape.kind:
            return unknown("container", str(id(shape)))  # it accepts some of them, nothing more is said
        return ALL if kind == "null" and shape.accepts(None) else NOTHING

    return ValuePromise(example=shape.example, formula=formula, accepts=shape.accepts)


def _leaf_gaps(narrow: Shape, wide: Shape) -> list[_Found]:
    """Find one gap at most: a value of any kind that only the narrow promise accepts."""
    extra = find_value_outside(_promise(narrow), _promise(wide))
    return [] if extra is None else [_gap(narrow, wide, extra)]


def _container_in_leaf(narrow: Shape, wide: Shape) -> list[_Found]:
    if narrow.accepts(None) and not wide.accepts(None):
        return [_gap(narrow, wide, "null")]
    if find_outside(DOMAINS[narrow.kind], leaf_formula(wide.example, wide.scope.rules, narrow.kind)) is None:
        return []
    proven = narrow.accepts(narrow.example) and not wide.accepts(narrow.example)
    return [_gap(narrow, wide, describe_value(narrow.example) if proven else "")]


def _accepts_everything(shape: Shape) -> bool:
    return shape.kind == "leaf" and all(
        find_outside(DOMAINS[kind], leaf_formula(shape.example, shape.scope.rules, kind)) is None for kind in KINDS
    )


# --- containers ---------------------------------------------------------------------------------------------------


def _unexpected(narrow: Shape, wide: Shape) -> Iterator[_Found]:
    if not narrow.closed:
        yield _gap(narrow, wide, "members that are not named")
        return
    for key in narrow.members:
        if key not in wide.members:
            yield _gap(narrow.member(key), ABSENT_TEXT, "this member", Field(key))


def _keys(matcher: kinds.EachKey) -> Formula:
    return Every(tuple(accepts_text(rule, "", of_list=False) for rule in matcher.rules))


def _accepts_key(matcher: kinds.EachKey, key: str) -> bool:
    return all(text_test(rule)("", key) is None for rule in matcher.rules)


def _member_of(wide: Shape, demand: Members, key: str) -> Shape:
    bound = wide.bound_of_member(demand, key)
    assert bound is not None, "an object without members demands nothing of them"
    return bound


def _elements(narrow: Shape, left: _Conjunction, position: int) -> list[Shape]:
    """Give all that a promise says of an element."""
    return [narrow.bound_of_element(demand, position) for demand in left if isinstance(demand, Contents)]


def _object_size(shape: Shape, demands: _Conjunction) -> Size:
    least = len(shape.members) if shape.complete else 0
    most = len(shape.members) if shape.closed else None
    return _narrowed(Size(least, most), demands)


def _list_size(demands: _Conjunction) -> Size:
    return _narrowed(Size(0, None), demands)


def _narrowed(size: Size, demands: _Conjunction) -> Size:
    least, most = size.least, size.most
    for demand in demands:
        if isinstance(demand, Size):
            least = max(least, demand.least)
            most = demand.most if most is None else most if demand.most is None else min(most, demand.most)
        elif isinstance(demand, kinds.NotEmpty):
            least = max(least, 1)
    return Size(least, most)


def _size_gaps(narrow: Shape, size: Size, wide: Shape, demand: Demand, what: str) -> Iterator[_Found]:
    if isinstance(demand, Never):
        proven = narrow.accepts(narrow.example)
        yield _gap(narrow, wide, describe_value(narrow.example) if proven else "")
        return
    wanted = _narrowed(Size(0, None), (demand,))
    if size.least < wanted.least:
        yield _gap(narrow, wide, f"{size.least} {what}")
    if wanted.most is not None and (size.most is None or size.most > wanted.most):
        yield _gap(narrow, wide, f"{wanted.most + 1} {what}" if size.most is None else f"{size.most} {what}")


def _is_accepted_example(narrow: Shape, left: _Conjunction, wide: Shape) -> bool:
    """Tell whether the narrow promise accepts its example alone, and the wide one accepts that."""
    return any(isinstance(demand, kinds.Equality) for demand in left) and wide.accepts(narrow.example)


def _equality_gaps(narrow: Shape, left: _Conjunction, wide: Shape) -> list[_Found]:
    if any(isinstance(demand, kinds.Equality) for demand in left) and json_equal(narrow.example, wide.example):
        return []
    if narrow.accepts(narrow.example) and not wide.accepts(narrow.example):
        return [_gap(narrow, wide, describe_value(narrow.example))]
    return [_gap(narrow, wide, "")]
