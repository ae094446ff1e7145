"""The members of lists in answers: which thing each one is, and which call made it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.normalize.leaves import Leaf, key_step, path_segments
from treaty.normalize.names import words
from treaty.normalize.observations import SAFE_METHODS, Observation
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow

_MEMBER: Final = re.compile(r"response\.(body\.\$(?:\['[^'|]*'\]|[^\[\]|])*)\[(\d+)\]((?:\['[#@][^'|]*'\]|[^\[\]|])*)")
_SEARCH_WORDS: Final = frozenset({"search", "query", "find", "filter", "lookup", "list", "match", "select", "get"})
_OWN_FIELDS: Final = ("id", "uuid", "guid", "key", "slug", "name")

_END_WORDS: Final = frozenset(
    {"next", "prev", "previous", "last", "first", "more", "end", "cursor", "continuation", "marker", "truncated"}
    | {"complete", "incomplete", "exhausted", "empty", "final", "offset", "page", "pages", "nextlink", "hasmore"}
)
"""Words in names of fields that say where a page ends and whether there is more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """One list in an answer, in no other list.

    Attributes:
        place: of the list: ``body.$.items``.
        size: how many members it has.
        identity: the way from a member to what tells which thing it is: ``.id``; empty where it is that itself.
        tokens: by position, of members that an earlier call made.
        is_named: whether names that are made anew for each set-up tell its members apart.

    """

    place: str
    size: int
    identity: str = ""
    tokens: tuple[Token, ...] = ()
    is_named: bool = False

    @property
    def is_explained(self) -> bool:
        """Whether every member was made by a call that is known."""
        return len(self.tokens) == self.size


def lists_in(item: Observation, flow: Flow, made: Callable[[Token], bool]) -> Sequence[Members]:
    """Find the lists of an answer that are in no other list, with who its members are.

    Args:
        item: the exchange.
        flow: the tokens.
        made: tells whether a call with an effect made what a token names.

    """
    sizes: dict[str, int] = {}
    _collect(item.response_payload.value, "body.$", sizes)
    if not sizes:
        return ()
    found: dict[str, dict[str, dict[int, Token]]] = {}
    for location, token in flow.tokens_of(item.number, "response.body.$"):
        member = _MEMBER.fullmatch(location)
        if member is not None and member[1] in sizes and made(token):
            found.setdefault(member[1], {}).setdefault(member[3], {})[int(member[2])] = token
    return [_members(place, size, found.get(place, {})) for place, size in sizes.items()]


def _members(place: str, size: int, ways: Mapping[str, Mapping[int, Token]]) -> Members:
    telling = {way: tokens for way, tokens in ways.items() if len(set(tokens.values())) == len(tokens)}
    if not telling:
        return Members(place=place, size=size)
    way = min(telling, key=lambda each: (-len(telling[each]), each.count("."), _rank(each), each))
    tokens = telling[way]
    # What a version says is no name, whereas what is named beside it is.
    naming = (way,) if way == "" or _is_own(way) else tuple(each for each in telling if _is_own(each))
    return Members(
        place=place,
        size=size,
        identity=way,
        tokens=tuple(tokens[index] for index in sorted(tokens)),
        is_named=any(token.unique for each in naming or (way,) for token in telling[each].values()),
    )


def _is_own(way: str) -> bool:
    return way.count(".") == 1 and _rank(way) < len(_OWN_FIELDS)


def _rank(way: str) -> int:
    field = way.rpartition(".")[2].lstrip("_").lower()
    return _OWN_FIELDS.index(field) if field in _OWN_FIELDS else len(_OWN_FIELDS)


def _collect(value: JsonValue, place: str, sizes: dict[str, int]) -> None:
    if isinstance(value, Mapping):
        for key, child in value.items():
            _collect(child, place + key_step(key), sizes)
    elif isinstance(value, list):
        sizes[place] = len(value)


def is_read(item: Observation, flow: Flow) -> bool:
    """Tell whether a call only looks: by its method, or as a search by POST, which makes nothing."""
    if item.method in SAFE_METHODS or item.operation.reads:
        return True
    last = words(path_segments(item.path.rstrip("/"))[-1])
    if item.method != "POST" or item.status != HTTPStatus.OK or _SEARCH_WORDS.isdisjoint(last):
        return False
    shown = {token for _, token in flow.tokens_of(item.number, "response.body.$")}
    return all(token.origin != item.number for token in shown)


def holds_one_thing(item: Observation) -> bool:
    """Tell whether an answer is about one thing that has an identity of its own, and not a collection."""
    value = item.response_payload.value
    return isinstance(value, Mapping) and any(key.lower().lstrip("_") in {"id", "uuid", "guid"} for key in value)


def is_about_ends(leaf: Leaf) -> bool:
    """Tell whether a field says where a page ends or whether there is more."""
    key = leaf.location.rpartition(".")[2]
    return bool(_END_WORDS & set(words(key)))
