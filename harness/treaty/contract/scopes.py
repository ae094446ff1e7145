"""Which rules decide where: rule paths compiled into steps, so that matching never looks at a path again.

A scope stands for a place in a document. It knows the rules that decide there (greatest weight, see
`treaty.contract.path`) and leads to the scopes of the places below. Scopes are made when first entered and then kept;
places that no rule tells apart share one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final

from treaty.contract.matching_values import JsonTest, TextTest, json_test, text_test
from treaty.contract.path import ANY_STEP, Field, Index, PathInvalid, Token, parse_path, weigh
from treaty.contract.rules import Combine, EachKey, EachValue, RuleList, Type, Values

_OTHER_NAME: Final = "\0name"
_OTHER_DIGITS: Final = "0\0"
_OTHER_INDEX: Final = -1


class Rules:
    """The matchers of one place, with their tests made when first needed."""

    __slots__ = ("_json", "_text", "any_of", "matchers", "names")

    def __init__(self, rules: RuleList) -> None:
        self.matchers = rules.matchers
        self.any_of = rules.combine is Combine.OR
        self.names = frozenset(matcher.name for matcher in rules.matchers)
        self._json: tuple[JsonTest, ...] | None = None
        self._text: tuple[TextTest, ...] | None = None

    @property
    def json(self) -> tuple[JsonTest, ...]:
        """The tests of JSON values, in the order of the matchers."""
        if self._json is None:
            self._json = tuple(json_test(matcher) for matcher in self.matchers)
        return self._json

    @property
    def text(self) -> tuple[TextTest, ...]:
        """The tests of texts, in the order of the matchers."""
        if self._text is None:
            self._text = tuple(text_test(matcher) for matcher in self.matchers)
        return self._text


class _Live:
    """A path of which some tokens are still ahead."""

    __slots__ = ("order", "rules", "tokens", "weight")

    def __init__(self, tokens: tuple[Token, ...], rules: Rules, order: int, weight: int) -> None:
        self.tokens = tokens
        self.rules = rules
        self.order = order
        self.weight = weight


class Scope:
    """A place, as far as rules tell it from others.

    Attributes:
        rules: those that decide here, or None.
        cascaded: `rules` were given for a place above this one.
        direct: the names of all matchers given for exactly this place.
        typed: a `type` matcher was given here or above.

    """

    __slots__ = ("_depth", "_heads", "_indexes", "_names", "_score", "_steps", "cascaded", "direct", "rules", "typed")

    def __init__(
        self, live: tuple[_Live, ...], depth: int, rules: Rules | None, score: tuple[int, int], *, typed: bool
    ) -> None:
        self._depth = depth
        self._score = score
        self._steps: dict[str | int, Scope] = {}
        self.rules = rules
        self.cascaded = True
        self.direct: frozenset[str] = frozenset()
        self.typed = typed
        for path in live:
            if not path.tokens:
                self._settle(path)
        heads = [path.tokens[0] for path in live if path.tokens]
        self._heads: dict[str | None, list[_Live]] = {}
        for path in live:
            if path.tokens:
                self._heads.setdefault(_exact(path.tokens[0]), []).append(path)
        self._names = frozenset(head.name for head in heads if isinstance(head, Field))
        self._indexes = frozenset(head.position for head in heads if isinstance(head, Index))

    def _settle(self, path: _Live) -> None:
        """Take the rules of a path that ends here; the greatest weight times length wins, then the later one."""
        self.direct |= path.rules.names
        self.typed = self.typed or Type.name in path.rules.names
        score = (path.weight * (self._depth + 1), path.order)
        if score >= self._score:
            self._score = score
            self.rules = path.rules
            self.cascaded = False

    def step(self, key: str | int) -> Scope:
        """Enter a member or an element."""
        known = self._steps.get(key)
        if known is not None:
            return known
        alias = self._alias(key)
        if alias != key:
            known = self._steps.get(alias)
            if known is not None:
                return known
        # Only what names the step, or fits any: looking at every path for every member would take their product.
        fitting = [*self._heads.get(None, ()), *self._heads.get(str(alias), ())]
        scope = Scope(tuple(_advance(fitting, alias)), self._depth + 1, self.rules, self._score, typed=self.typed)
        self._steps[alias] = scope
        return scope

    def _alias(self, key: str | int) -> str | int:
        """Let keys that no path names stand for each other."""
        if isinstance(key, int):
            return key if key in self._indexes or str(key) in self._names else _OTHER_INDEX
        if key in self._names or (key.isdecimal() and key.isascii() and int(key) in self._indexes):
            return key
        return _OTHER_DIGITS if key.isdecimal() else _OTHER_NAME


def _exact(token: Token) -> str | None:
    """Give the step that a token names, None when it fits several; see `treaty.contract.path.weigh`."""
    if isinstance(token, Field):
        return token.name
    return str(token.position) if isinstance(token, Index) else None


def _advance(live: Iterable[_Live], key: str | int) -> list[_Live]:
    ahead = []
    for path in live:
        if path.tokens:
            weight = _weigh(path.tokens[0], key)
            if weight:
                ahead.append(_Live(path.tokens[1:], path.rules, path.order, path.weight * weight))
    return ahead


def _weigh(token: Token, key: str | int) -> int:
    if key == _OTHER_DIGITS:
        key = "0" if not isinstance(token, (Field, Index)) else _OTHER_NAME
    return weigh(token, key)


def root_scope(rules: Mapping[str, RuleList]) -> Scope:
    """Compile the rules of a body; keys are rule paths. A list without matchers says nothing."""
    return _scope((parse_path(path).tokens, found) for path, found in rules.items())


def named_scope(rules: Mapping[str, RuleList], *, lower: bool = False) -> Scope:
    """Compile the rules of parameters or headers (`lower` for these), whose keys are names whatever is in them."""
    return _scope(((Field(name.lower() if lower else name),), found) for name, found in rules.items())


def metadata_scope(rules: Mapping[str, RuleList]) -> Scope:
    """Compile the rules of metadata, whose keys are names, or paths that begin with ``$.`` or ``$[``."""
    return _scope((_metadata_tokens(name), found) for name, found in rules.items())


def _metadata_tokens(name: str) -> tuple[Token, ...]:
    if name.startswith(("$.", "$[")):
        with suppress(PathInvalid):  # a name that only looks like a path
            return parse_path(name).tokens
    return (Field(name),)


def each_scope(rules: EachValue) -> Scope:
    """Compile the rules of an `eachValue` for the values below the place that it was given for."""
    return _scope([((ANY_STEP,), RuleList(matchers=rules.rules))])


def _scope(rules: Iterable[tuple[tuple[Token, ...], RuleList]]) -> Scope:
    live = (_Live(tokens, Rules(found), order, 2) for order, (tokens, found) in enumerate(rules) if found.matchers)
    return Scope(tuple(live), 0, None, (0, -1), typed=False)


KEYS_FREE: Final = frozenset({Values.name, EachKey.name, EachValue.name})
"""Matchers under which the keys of an object need not be those of the example."""
