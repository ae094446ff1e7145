"""Tokens inside texts: which of the session's values a link, a message, a cursor or a text body speaks of (DESIGN 4.3).

A small number in a text may be there by chance. It is taken for a value of the session when a URL or the word before it
names the thing, when it stands under a key, when no two are likely to be the same, or when that place of *every*
observation, of which two differ, holds the very value that the same answer or request names elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.normalize.inside import inner_leaves, is_link, is_whole_segment, word_before
from treaty.normalize.leaves import Leaf, wildcard
from treaty.normalize.observations import Observation
from treaty.normalize.shapes import GIVEN, RARE, shape_of
from treaty.normalize.token_values import Place, Token

_UNLIKELY: Final = 10**9
"""Whole numbers from here on are seldom the same by chance, and no sequence that began at 1 comes here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Guess:
    """A place of like exchanges, a value there, and the token that it may be."""

    kind: tuple[str, str, str, int, str]
    place: Place
    value: JsonValue
    token: Token | None


@dataclass(slots=True, kw_only=True)
class InnerTokens:
    """Finds tokens inside texts.

    Args:
        places: the tokens that are known by place; what is found is added.
        known: gives the token that a leaf with a name speaks of.
        make: makes a token of a leaf of an answer.
        used: every (provider, entity, value) that paths name.
        asked: every (provider, parameter, text) that queries name.

    """

    places: dict[Place, Token]
    known: Callable[[Leaf, Observation, str], Token | None]
    make: Callable[[Leaf, Observation], Token]
    used: frozenset[tuple[str, str, JsonValue]]
    asked: frozenset[tuple[str, str, JsonValue]] = frozenset()
    locations: dict[int, list[str]] = field(default_factory=dict)
    _guesses: list[_Guess] = field(default_factory=list)

    def take_request(self, item: Observation) -> None:
        """Look into the texts of a request."""
        for leaf, text in self._leaves(item, "request", item.request):
            if _is_named(leaf, text):
                known = self._fitting(self.known(leaf, item, "request"), leaf, text)
                self.note(item, f"request.{leaf.location}", known)

    def take_response(self, item: Observation) -> None:
        """Look into the texts of an answer, whose plain leaves are known."""
        nearby = self._nearby(item)
        for leaf, text in self._leaves(item, "response", item.response):
            place = f"response.{leaf.location}"
            equal = nearby.get(str(leaf.value), [])
            here = [token for token in equal if _fits(token, leaf, text)]
            if equal and not here:
                # The segment as a whole is told by its own place.
                continue
            certain = next((token for token in here if _speaks_of(token, leaf, text)), None)
            if certain is None and _is_named(leaf, text):
                certain = self._fitting(self.known(leaf, item, "response"), leaf, text)
            if certain is None and self._is_used_later(leaf, item):
                # What the answer gives out elsewhere under this name is no other thing.
                certain = next((token for token in here if token.name == leaf.name), None)
            if certain is None and self._is_used_later(leaf, item):
                certain = self.make(leaf, item)
            if certain is not None:
                self.note(item, place, certain)
                continue
            kind = (item.edge.provider, item.method, str(item.template), item.status, wildcard(leaf.location))
            guess = here[0] if len(here) == 1 else None
            self._guesses.append(_Guess(kind=kind, place=(item.number, place), value=leaf.value, token=guess))

    def settle(self) -> None:
        """Take the places that agree in every observation, with values that differ."""
        by_kind: dict[tuple[str, str, str, int, str], list[_Guess]] = {}
        for guess in self._guesses:
            by_kind.setdefault(guess.kind, []).append(guess)
        for guesses in by_kind.values():
            if all(guess.token is not None for guess in guesses) and len({str(guess.value) for guess in guesses}) > 1:
                for guess in guesses:
                    assert guess.token is not None
                    self.places[guess.place] = guess.token
                    self.locations.setdefault(guess.place[0], []).append(guess.place[1])

    def _fitting(self, token: Token | None, leaf: Leaf, text: str) -> Token | None:
        return token if token is not None and _fits(token, leaf, text) else None

    def _leaves(self, item: Observation, side: str, leaves: Sequence[Leaf]) -> Iterable[tuple[Leaf, str]]:
        texts = {leaf.location: str(leaf.value) for leaf in leaves}
        open_texts = [
            leaf for leaf in leaves if not self._is_whole(item, side, leaf) and not item.is_secret(side, leaf.location)
        ]
        for leaf in inner_leaves(open_texts, item.template.entity):
            yield leaf, texts[leaf.location.partition("|")[0]]

    def _is_whole(self, item: Observation, side: str, leaf: Leaf) -> bool:
        """Tell whether a text is a value of the session as a whole, and what it is made of is nobody's business.

        Codes that an answer makes of an id may show it, and what a request brings from nowhere.
        """
        token = self.places.get((item.number, f"{side}.{leaf.location}"))
        if token is None:
            return False
        return token.origin != item.number if side == "request" else token.shape in GIVEN

    def _nearby(self, item: Observation) -> Mapping[str, list[Token]]:
        """Give the tokens of an exchange by their text: those of its answer, then those of its request."""
        found: dict[str, list[Token]] = {}
        for side, leaves in (("response", item.response), ("request", item.request)):
            for leaf in leaves:
                token = self.places.get((item.number, f"{side}.{leaf.location}"))
                if token is not None and token not in found.setdefault(str(leaf.value), []):
                    found[str(leaf.value)].append(token)
        return found

    def _is_used_later(self, leaf: Leaf, item: Observation) -> bool:
        """Tell whether a text gives out what later requests name: a change an id of paths, a link a parameter."""
        if leaf.location.rpartition("|")[2].startswith("query["):
            return (item.edge.provider, leaf.name.field, leaf.value) in self.asked
        return item.effectful and (item.edge.provider, leaf.name.entity, leaf.value) in self.used

    def note(self, item: Observation, place: str, token: Token | None) -> None:
        """Note the token at a place inside a text, if there is one."""
        if token is not None:
            self.places[item.number, place] = token
            self.locations.setdefault(item.number, []).append(place)


def _fits(token: Token, leaf: Leaf, text: str) -> bool:
    """Tell whether a place may hold a token: a text is a segment of a path as a whole, and a number in it is one."""
    way = leaf.location.partition("|")[2]
    if way.startswith("segment["):
        # Of names that consumers chose, lists come in another order each time: whole paths are told by their parts.
        return isinstance(token.value, str) and (not token.unique or leaf.location.startswith("header."))
    return not (isinstance(token.value, str) and is_whole_segment(text, way))


def _is_named(leaf: Leaf, text: str) -> bool:
    """Tell whether the text itself says what its value is."""
    way = leaf.location.partition("|")[2]
    return not way.startswith("number[") or is_link(text) or word_before(text, leaf.location) == leaf.name.entity != ""


def _speaks_of(token: Token, leaf: Leaf, text: str) -> bool:
    if shape_of(token.value) in RARE or (isinstance(token.value, int) and token.value >= _UNLIKELY):
        return True
    entity = token.name.entity
    if word_before(text, leaf.location) == entity != "":
        return True
    return _is_named(leaf, text) and leaf.name == token.name
