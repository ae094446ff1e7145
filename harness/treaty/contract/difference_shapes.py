"""The shapes of JSON that a promise accepts: an example under its rules, taken apart as `matching_json` does.

A container's matchers are given as alternatives; each alternative is a list of demands that hold together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from treaty.contract import rules as kinds
from treaty.contract.difference_gaps import describe_matchers, describe_value
from treaty.contract.json_value import JsonValue
from treaty.contract.matching_containers import ANY_CONTAINER, list_reason, object_reason
from treaty.contract.matching_json import compile_json
from treaty.contract.matching_leaves import Check
from treaty.contract.matching_values import kind_of
from treaty.contract.path import Field, Index, PathInvalid, parse_path
from treaty.contract.rules import ArrayContains, EachKey, EachValue, Matcher, NotEmpty, RuleList, Type, Values
from treaty.contract.scopes import KEYS_FREE, Scope, each_scope, root_scope

_BY_VALUE: Final = (Values, EachValue, ArrayContains)
OTHER_KEYS: Final = ("\0", "9" * 40)
"""Keys that stand for all names and for all digits that no rule names."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Elements are like those of the example, or like its first one."""

    scope: Scope


@dataclass(frozen=True, slots=True)
class Members:
    """Values of an object are like those of the example under their key, or like that under its first key."""

    scope: Scope


@dataclass(frozen=True, slots=True)
class Size:
    """A list or object has so many elements or members; None for no bound."""

    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Never:
    """Nothing satisfies it."""


Demand: TypeAlias = Contents | Members | Size | Never | Matcher
Alternatives: TypeAlias = tuple[tuple[Demand, ...], ...]


class Shape:
    """What is accepted at a place.

    Attributes:
        example: the example there.
        scope: the rules there.
        strict: unexpected members are faults.
        kind: ``object``, ``array`` or ``leaf``.

    """

    __slots__ = ("_check", "example", "kind", "scope", "strict")

    def __init__(self, example: JsonValue, scope: Scope, *, strict: bool) -> None:
        self.example = example
        self.scope = scope
        self.strict = strict
        kind = kind_of(example)
        self.kind = kind if kind in {"object", "array"} else "leaf"
        self._check: Check | None = None

    def accepts(self, value: JsonValue) -> bool:
        """Ask the matching."""
        if self._check is None:
            self._check = compile_json(self.example, self.scope, strict=self.strict)
        return not self._check(value)

    @property
    def members(self) -> Mapping[str, JsonValue]:
        """The members of the example; empty when it is no object."""
        return self.example if isinstance(self.example, Mapping) else {}

    @property
    def elements(self) -> Sequence[JsonValue]:
        """The elements of the example; empty when it is no list."""
        example = self.example
        return example if isinstance(example, Sequence) and not isinstance(example, str) else ()

    @property
    def structured(self) -> bool:
        """Whether members are held against those of the example under their keys."""
        rules = self.scope.rules
        return rules is None or self.scope.cascaded or not all(isinstance(m, _BY_VALUE) for m in rules.matchers)

    @property
    def complete(self) -> bool:
        """Whether every member of the example has to be there."""
        return self.structured and not self.scope.direct & KEYS_FREE

    @property
    def closed(self) -> bool:
        """Whether members that the example does not have are refused."""
        return self.strict and (not self.members or self.complete)

    def member(self, key: str) -> Shape:
        """Give the shape of a member of the example."""
        return Shape(self.members[key], self.scope.step(key), strict=self.strict)

    def bound_of_member(self, demand: Members, key: str) -> Shape | None:
        """Give what a demand says of a member, whether the example has it or not."""
        if not self.members:
            return None
        example = self.members[key if key in self.members else min(self.members)]
        return Shape(example, demand.scope.step(key), strict=self.strict)

    def bound_of_element(self, demand: Contents, position: int) -> Shape:
        """Give what a demand says of an element."""
        example = self.elements[position if position < len(self.elements) else 0]
        return Shape(example, demand.scope.step(position), strict=self.strict)

    def variants(self, matcher: ArrayContains) -> tuple[Shape | None, ...]:
        """Give the shapes that `arrayContains` wants to see; None for one that nothing can have."""
        equal = {"$": kinds.rule_list(kinds.Equality())}
        chosen = matcher.variants or [kinds.Variant(index=index, rules=equal) for index in range(len(self.elements))]
        return tuple(
            Shape(self.elements[one.index], root_scope(one.rules), strict=self.strict)
            if one.index < len(self.elements)
            else None
            for one in chosen
        )

    def alternatives(self) -> Alternatives:
        """Give what is demanded of an object or list, its members by key apart."""
        return _of_object(self) if self.kind == "object" else _of_list(self)

    def __str__(self) -> str:
        """Describe it for people."""
        rules = self.scope.rules
        if self.kind == "leaf":
            value = describe_value(self.example)
            if rules is None:
                return value
            return describe_matchers(rules.matchers, kind_of(self.example), value, any_of=rules.any_of)
        name = "list" if self.kind == "array" else "object"
        if rules is None or self.scope.cascaded:
            return f"{name} of {len(self.elements)}" if self.kind == "array" and rules is None else name
        return describe_matchers(rules.matchers, name, describe_value(self.example), any_of=rules.any_of)


def _of_object(shape: Shape) -> Alternatives:
    scope, rules = shape.scope, shape.scope.rules
    if rules is None:
        return ((),)
    counted = [m for m in rules.matchers if not (scope.cascaded and isinstance(m, (*ANY_CONTAINER, Type)))]
    if not counted or (rules.any_of and len(counted) < len(rules.matchers)):
        return ((),)
    demands = [_object_demand(matcher, shape) for matcher in counted]
    return tuple(demands) if rules.any_of else (tuple(one for demand in demands for one in demand),)


def _object_demand(matcher: Matcher, shape: Shape) -> tuple[Demand, ...]:
    if not shape.scope.cascaded:
        if isinstance(matcher, EachKey):
            return (matcher,)
        if isinstance(matcher, _BY_VALUE):
            return (Members(each_scope(matcher) if isinstance(matcher, EachValue) else shape.scope),)
    if isinstance(matcher, Type):
        return _size(matcher)
    if isinstance(matcher, (NotEmpty, kinds.Equality)):
        return (matcher,)
    accepts = object_reason(matcher, shape.members, shape.members, cascaded=shape.scope.cascaded) is None
    return () if accepts else (Never(),)


def _size(matcher: Type) -> tuple[Demand, ...]:
    if matcher.minimum is None and matcher.maximum is None:
        return ()
    return (Size(matcher.minimum or 0, matcher.maximum),)


def _of_list(shape: Shape) -> Alternatives:
    scope, rules, count = shape.scope, shape.scope.rules, len(shape.elements)
    if rules is None:
        return ((Size(count, count), Contents(scope)),) if count else ((Size(0, 0),),)
    if not count:
        return ((),)
    own = [_list_demand(matcher, shape) for matcher in rules.matchers]
    by_content = [not isinstance(matcher, (ArrayContains, EachValue)) for matcher in rules.matchers]
    contents: tuple[Demand, ...] = (Contents(scope),)
    if rules.any_of and own:
        return tuple((*contents, *demand) if below else demand for demand, below in zip(own, by_content, strict=True))
    return ((*(contents if any(by_content) else ()), *(one for demand in own for one in demand)),)


def _list_demand(matcher: Matcher, shape: Shape) -> tuple[Demand, ...]:
    if isinstance(matcher, ArrayContains):
        return (matcher,)
    if isinstance(matcher, EachValue):
        return () if shape.scope.cascaded else (Contents(each_scope(matcher)),)
    if isinstance(matcher, Type):
        return () if shape.scope.cascaded else _size(matcher)
    if isinstance(matcher, (NotEmpty, kinds.Equality)):
        return (matcher,)
    accepts = list_reason(matcher, shape.elements, shape.elements, cascaded=shape.scope.cascaded) is None
    return () if accepts else (Never(),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The names and positions that rules tell from others; all others are alike."""

    names: tuple[str, ...] = ()
    positions: tuple[int, ...] = ()

    def keys(self, *shapes: Shape) -> tuple[str, ...]:
        """Give the keys to look at one by one in objects of any members; `OTHER_KEYS` stand for the others."""
        return tuple(sorted({*self.names, *(key for shape in shapes for key in shape.members)}))

    def elements(self, *shapes: Shape) -> tuple[tuple[int, ...], int]:
        """Give the positions to look at one by one, and one that stands for all others."""
        told = {*self.positions, *(place for shape in shapes for place in range(len(shape.elements)))}
        return tuple(sorted(told)), max(told, default=-1) + 1


def vocabulary(*rules: Mapping[str, RuleList]) -> Vocabulary:
    """Collect the names and positions of rule paths."""
    names: set[str] = set()
    positions: set[int] = set()
    for path in _paths(rules):
        try:
            tokens = parse_path(path).tokens
        except PathInvalid:
            continue
        names |= {token.name for token in tokens if isinstance(token, Field)}
        positions |= {token.position for token in tokens if isinstance(token, Index)}
    positions |= {int(name) for name in names if name.isdecimal() and name.isascii() and len(name) < len("1000000000")}
    names |= {str(position) for position in positions}
    return Vocabulary(names=tuple(sorted(names)), positions=tuple(sorted(positions)))


def _paths(several: Iterable[Mapping[str, RuleList]]) -> Iterable[str]:
    for rules in several:
        for path, found in rules.items():
            yield path
            for matcher in found.matchers:
                if isinstance(matcher, ArrayContains):
                    yield from _paths(variant.rules for variant in matcher.variants)
