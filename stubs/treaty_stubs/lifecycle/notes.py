"""What a pact says of an answer beyond its rules, as far as it tells about items (``comments.treaty``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from treaty.contract.json_value import JsonInvalid, JsonValue
from treaty.contract.model import BodyState, HttpInteraction
from treaty.contract.path import ANY_INDEX, Field, Index, PathInvalid, RulePath, Token, parse_path
from treaty.contract.rules import Equality, MatchingRules, Regex, RuleList

_VARIABLE: Final = re.compile(r"\$\{([^{}]+)\}")
_WORDS: Final = re.compile(r"[\w-]+(\|[\w-]+)*")
"""A rule that is a choice between words."""
_NOT_JSON: Final = object()


class Notes:
    """The notes of one interaction.

    Args:
        interaction: the promise.

    Attributes:
        causes: why values of the answer are what they are, by place.
        origins: what they repeat, by place: a place of the request, or the name of a variable in ``${}``.
        closed: what depends on all that the provider holds, by place.
        document: the example of the answer; None when it is no JSON.

    """

    def __init__(self, interaction: HttpInteraction) -> None:
        ours = interaction.comments.get("treaty")
        response = ours.get("response") if isinstance(ours, Mapping) else None
        closed = ours.get("closed") if isinstance(ours, Mapping) else None
        entries = dict(_entries(response))
        self.causes: Final = {place: str(entry.get("cause", "")) for place, entry in entries.items()}
        self.origins: Final = {place: of for place, entry in entries.items() if isinstance(of := entry.get("of"), str)}
        self.closed: Final = dict(_entries(closed))
        self._rules = [
            (path, listed)
            for text, listed in interaction.response.rules.body.items()
            if (path := _path(text)) is not None
        ]
        document = _document(interaction)
        self.is_json: Final = document is not _NOT_JSON
        self.document: Final[JsonValue] = None if document is _NOT_JSON else document  # type: ignore[assignment]  # no other object comes

    def cause(self, place: str) -> str:
        """Give the cause of a value of the answer; empty where none is told."""
        known = self.causes.get(place)
        if known is None:
            known = self.causes.get(re.sub(r"\[\d+\]", "[*]", place), "")
        return known

    def varies(self, place: str) -> bool:
        """Tell whether the rules leave a value of the answer open; a choice between words does not."""
        tokens = tokens_of(place)
        if tokens is None:
            return False
        way = tuple(token.name if isinstance(token, Field) else getattr(token, "position", 0) for token in tokens)
        return any(_is_open(listed) for path, listed in self._rules if path.covers(way))


def leaves_open(rules: MatchingRules, place: str) -> bool:
    """Tell whether the rules of a request leave a value of its body to the client; a choice between words does not."""
    tokens = tokens_of(place)
    way = tuple(token.name for token in tokens or () if isinstance(token, Field))
    return bool(way) and any(
        _is_open(listed)
        for text, listed in rules.body.items()
        if (path := _path(text)) is not None and path.covers(way)
    )


def variable_of(text: JsonValue) -> str | None:
    """Give the name of the variable that a text stands for."""
    match = _VARIABLE.fullmatch(text) if isinstance(text, str) else None
    return None if match is None else match[1]


def tokens_of(place: str) -> tuple[Token, ...] | None:
    """Read the place of a value in a JSON body; None for other places."""
    if not place.startswith("body.$") or "|" in place:
        return None
    try:
        return parse_path(place.removeprefix("body.")).tokens
    except PathInvalid:
        return None


def split_at_list(tokens: tuple[Token, ...]) -> tuple[tuple[str, ...], int | None, tuple[str, ...]] | None:
    """Split a place at its only list: the way to it, the element (None for any), and the way inside it."""
    positions = [index for index, token in enumerate(tokens) if not isinstance(token, Field)]
    if len(positions) != 1:
        return None
    (at,) = positions
    token = tokens[at]
    if token is not ANY_INDEX and not isinstance(token, Index):
        return None
    before = tuple(each.name for each in tokens[:at] if isinstance(each, Field))
    inside = tuple(each.name for each in tokens[at + 1 :] if isinstance(each, Field))
    return before, token.position if isinstance(token, Index) else None, inside


def _is_open(listed: RuleList) -> bool:
    return any(
        not isinstance(matcher, Equality) and not (isinstance(matcher, Regex) and _WORDS.fullmatch(matcher.pattern))
        for matcher in listed.matchers
    )


def _path(text: str) -> RulePath | None:
    try:
        return parse_path(text)
    except PathInvalid:
        return None


def _entries(table: JsonValue) -> Iterator[tuple[str, Mapping[str, JsonValue]]]:
    if isinstance(table, Mapping):
        for place, entry in table.items():
            if isinstance(entry, Mapping):
                yield place, entry


def _document(interaction: HttpInteraction) -> object:
    response = interaction.response
    if response.body.state is not BodyState.PRESENT or not response.media_type().is_json:
        return _NOT_JSON
    try:
        return response.body.json()
    except JsonInvalid:
        return _NOT_JSON
