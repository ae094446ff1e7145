"""What recorded values are in this replay: ids that were made anew, credentials, cookies, times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from treaty.contract.embedded import parse_embedded, take
from treaty.contract.json_value import JsonValue
from treaty.normalize.examples import SHORTEST_INSIDE, within
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import UNIQUE_FIELDS
from treaty.normalize.observations import Observation
from treaty.normalize.shapes import RARE, TIMES, Shape, epoch_unit, instant_of, shape_of
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow
from treaty.verify.minting import Minter, MintingExhausted

_RELATIVE: Final = timedelta(days=400)
"""Times that lay further from the recorded now are data: a birthday stays."""
_KINDS: Final = {Shape.UUID: "uuid", Shape.HEX: "hex"}


class Unbound(Exception):
    """A value is needed that this replay was not given; the text names it."""


@dataclass(slots=True, kw_only=True)
class Bindings:
    """The values of one replay.

    Args:
        flow: of the script.
        fresh: whether the providers hold nothing yet; else values that must be new are varied.
        minter: makes them.

    Attributes:
        values: what tokens are here; those that the answers of this replay made, and varied ones.

    """

    flow: Flow
    fresh: bool
    minter: Minter = field(default_factory=Minter)
    values: dict[Token, JsonValue] = field(default_factory=dict)
    _times: dict[JsonValue, JsonValue] = field(default_factory=dict)

    def learn(self, item: Observation, answered: Mapping[str, JsonValue]) -> None:
        """Take what an answer made.

        Args:
            item: the recorded call.
            answered: the leaves of this replay's answer, by location.

        """
        for location, token in self.flow.tokens_of(item.number, "response."):
            place, _, way = location.removeprefix("response.").partition("|")
            if self._is_made(token) and token not in self.values and place in answered:
                found = _inside(answered[place], way) if way else answered[place]
                if found is not None:
                    self.values[token] = found
        for leaf in item.response:
            if shape_of(leaf.value, at=item.started) in TIMES and leaf.location in answered:
                self._times[leaf.value] = answered[leaf.location]

    def value_of(self, token: Token) -> JsonValue:
        """Give what a token is here.

        Raises:
            Unbound: when the answer that made it did not hold it this time.

        """
        if token in self.values:
            return self.values[token]
        if self._is_made(token):
            raise Unbound(f"{_named(token)} of an earlier answer")
        if not self.fresh and self._must_be_new(token) and isinstance(token.value, str):
            try:
                self.values[token] = self.minter.mint(_KINDS.get(token.shape, "string"), token.value)
            except MintingExhausted:
                self.values[token] = token.value
            return self.values[token]
        return token.value

    def expected(self, token: Token) -> JsonValue:
        """Give what a token should be in an answer; its recorded value when nothing else is known."""
        return self.values.get(token, token.value)

    def text(self, text: str) -> str:
        """Put the values of this replay into a text in the place of recorded ones that speak for themselves."""
        for token, value in self.values.items():
            if isinstance(token.value, str) and len(token.value) >= SHORTEST_INSIDE and token.value != value:
                replacement = str(value)
                text = re.sub(within(token.value), lambda _found, new=replacement: new, text)  # type: ignore[misc]
        return text

    def time(self, leaf: Leaf, item: Observation, now: datetime) -> JsonValue:
        """Give a time of a request: one that an answer gave as it is here, others as far from now as they were."""
        if leaf.value in self._times:
            return self._times[leaf.value]
        instant = instant_in(leaf.value, item.started)
        if instant is None or abs(instant - item.started) > _RELATIVE:
            return leaf.value
        moment = now + (instant - item.started)
        try:
            return Minter(now=lambda: moment).mint("datetime", leaf.value)
        except MintingExhausted:
            return leaf.value

    @staticmethod
    def _must_be_new(token: Token) -> bool:
        """Tell whether a service that knows the value already may refuse it.

        That a refused call shared it with a success is not enough: a payment's kind may stand in both, too.
        """
        if token.absent:
            return False
        named = token.name.field in UNIQUE_FIELDS or token.shape is Shape.EMAIL or bool(token.provider)
        return token.shape in RARE or (token.unique and named)

    @staticmethod
    def _is_made(token: Token) -> bool:
        return token.location.startswith("response.")


def instant_in(value: JsonValue, at: datetime) -> datetime | None:
    """Read a time in any of the forms that are times; None for what is none.

    Args:
        value: a text or a whole number.
        at: when it was seen.

    """
    if isinstance(value, str):
        if shape_of(value) is Shape.DATE:
            return instant_of(f"{value}T00:00:00Z")
        return instant_of(value)
    if isinstance(value, int) and not isinstance(value, bool):
        unit = epoch_unit(value, at)
        return datetime.fromtimestamp(value / unit, tz=at.tzinfo) if unit else None
    return None


def _inside(text: JsonValue, way: str) -> JsonValue:
    """Take what stands inside a text; None when nothing stands there any more."""
    try:
        return take(text, parse_embedded(way))
    except (LookupError, ValueError):
        return None


def _named(token: Token) -> str:
    return f"{token.name.entity} {token.name.field}".strip()
