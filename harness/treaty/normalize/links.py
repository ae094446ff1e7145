"""Evidence of links: why a value is taken for one that was made elsewhere, and which others were not (DESIGN 4.3).

`treaty.normalize.tokens` decides; this looks at what it decided. A small number is told apart by its name only, so
every other thing of the session that has the same number is a link that was dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from treaty.contract.json_value import dumps
from treaty.normalize.inside import inner_leaves
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import article
from treaty.normalize.observations import LOGIN, Observation
from treaty.normalize.runs import place_kind
from treaty.normalize.shapes import RARE, Shape
from treaty.normalize.slices import Step
from treaty.normalize.state_names import describe
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow

MOST_DROPPED: Final = 3
"""So many links that were dropped are told of one place."""

CERTAIN: Final = "certain"
LIKELY: Final = "likely"
WEAK: Final = "weak"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Link:
    """The way of a value from where it was made to a place.

    Attributes:
        exchange: number of the exchange in which it first appeared.
        location: where in that exchange, with the side.
        call: that exchange, for people.
        method: what the link rests on.
        confidence: ``certain``, ``likely``, or ``weak`` when something else has both its name and its value.

    """

    exchange: int
    location: str
    call: str
    method: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DroppedLink:
    """A value of the session that is equal to the one at a place, and was not taken for it."""

    exchange: int
    location: str
    call: str
    why: str


@dataclass(slots=True, kw_only=True)
class LinkFinder:
    """Looks up links, and those that were dropped.

    Args:
        observations: of the whole session.
        flow: the tokens.

    """

    observations: Sequence[Observation]
    flow: Flow
    _by_number: dict[int, Observation] = field(init=False)
    _equal: dict[tuple[int, str], dict[str, Token]] = field(init=False, default_factory=dict)
    _makers: dict[Token, dict[str, int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_number = {item.number: item for item in self.observations}
        for token in dict.fromkeys(self.flow.places.values()):
            origin = self._by_number.get(token.origin)
            if origin is not None and token.provider and token.shape not in RARE:
                # Of each name the latest counts, as it does where links are made.
                self._equal.setdefault((origin.run, str(token.value)), {})[str(token.name)] = token
        for item in self.observations:
            self._take_makers(item)

    def link(self, item: Observation, location: str) -> Link | None:
        """Give the link that ends at a place (``request.path[1]``); None for what is new there, or no token."""
        token = self.flow.at(item.number, location)
        if token is None or token.origin == item.number or token.origin not in self._by_number:
            return None
        method, confidence = _method(location, token)
        if confidence == LIKELY and len(self._makers.get(token, ())) > 1:
            confidence = WEAK
        origin = self._by_number[token.origin]
        return Link(
            exchange=token.origin,
            location=token.location,
            call=describe(origin),
            method=method,
            confidence=confidence,
        )

    def sent(self, steps: Sequence[Step], leaf: Leaf) -> Iterator[Link]:
        """Give the last call of a set-up that sent what a leaf of the answer shows, if one did."""
        for step in reversed(steps):
            for other in step.observation.request:
                if other.name.field == leaf.name.field and dumps(other.value) == dumps(leaf.value):
                    yield Link(
                        exchange=step.observation.number,
                        location=f"request.{other.location}",
                        call=describe(step.observation),
                        method="field and value",
                        confidence=LIKELY,
                    )
                    return

    def dropped(self, item: Observation, location: str) -> Iterator[DroppedLink]:
        """Give what else has the value that stands at a place, and why it is not the same."""
        token = self.flow.at(item.number, location)
        if token is None or token.shape in RARE:
            return
        is_chance = place_kind(item, location) in self.flow.chance
        for rival in self._rivals(item, token):
            origin = self._by_number[rival.origin]
            names = [article(str(each.name).replace("_", " ")) for each in (rival, token)]
            why = "in another run the two differ" if is_chance else f"equal, but {names[0]}, not {names[1]}"
            yield DroppedLink(exchange=rival.origin, location=rival.location, call=describe(origin), why=why)
        for number in list(self._makers.get(token, {}).values())[:MOST_DROPPED]:
            maker = self._by_number[number]
            if number != token.origin and maker.started <= item.started:
                why = "equal, and called so too; the one made first counts"
                yield DroppedLink(exchange=number, location=token.location, call=describe(maker), why=why)

    def dropped_inside(self, item: Observation, leaf: Leaf) -> Iterator[DroppedLink]:
        """Give the values of an exchange whose number stands in a text of its answer, and was not taken for them."""
        nearby = [pair for pair in self.flow.tokens_of(item.number, "") if "|" not in pair[0]]
        for inner in inner_leaves([leaf], item.template.entity):
            way = inner.location.partition("|")[2]
            if not way.startswith("number[") or self.flow.at(item.number, f"response.{inner.location}") is not None:
                continue
            for location, token in nearby:
                if str(token.value) == str(inner.value) and location != f"response.{leaf.location}":
                    why = f"{way} of the text is equal, but nothing names it, and not every answer bears it out"
                    yield DroppedLink(exchange=item.number, location=location, call=describe(item), why=why)
                    break

    def _take_makers(self, item: Observation) -> None:
        """Note the calls that gave one value out as new, where values of that form may be equal by chance."""
        if not item.effectful:
            return
        asked = {token for _, token in self.flow.tokens_of(item.number, "request.")}
        for location, token in self.flow.tokens_of(item.number, "response.body.$"):
            if location == token.location and token not in asked and token.shape not in RARE:
                call = f"{item.edge.provider} {item.method} {item.template}"
                self._makers.setdefault(token, {}).setdefault(call, item.number)

    def _rivals(self, item: Observation, token: Token) -> Iterator[Token]:
        equal = self._equal.get((item.run, str(token.value)), {})
        count = 0
        for other in equal.values():
            origin = self._by_number[other.origin]
            if other is not token and origin.number != item.number and origin.started <= item.started:
                count += 1
                yield other
            if count == MOST_DROPPED:
                return


def _method(location: str, token: Token) -> tuple[str, str]:
    """Say what a link rests on, and how sure that is."""
    lower = location.lower()
    if not token.provider and token.location.startswith("request."):
        return "the same name and value, which nobody made", LIKELY
    if location == f"request.{LOGIN}":
        return "the account that logs in", CERTAIN
    if lower.startswith(("request.header.if-match", "request.header.if-none-match")):
        return "an entity tag", CERTAIN
    if lower.startswith(("request.header.authorization", "request.header.cookie")):
        return "credentials that were given out", CERTAIN
    if token.shape in RARE or token.shape is Shape.EMAIL:
        return "a value too rare for chance", CERTAIN
    if token.unique:
        return "a name that is taken only once", CERTAIN
    if "|" in location:
        return "a value inside a text", LIKELY
    return "name and value", LIKELY
