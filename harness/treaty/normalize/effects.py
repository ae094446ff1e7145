"""What calls about something else did to a thing that they name in their bodies: a transfer to a balance (DESIGN 4.4).

Most calls that name a thing leave it as it is: fifty orders do not change their customer. So only a difference between
two looks counts as evidence, and a look that was the same before needs no more than it needed then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.normalize.names import Name
from treaty.normalize.observations import Observation
from treaty.normalize.shapes import TIMES, shape_of
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow

_TOO_MANY: Final = 429
_NAMING: Final = ("request.path", "request.query")
"""Where a read names what it asks for."""
_MOST_SPENT: Final = 100


class SideEffects:
    """Finds the calls about something else that changed what a read asks for; keeps an index over the session.

    Args:
        observations: in order of their start.
        flow: the tokens.

    """

    def __init__(self, observations: Sequence[Observation], flow: Flow) -> None:
        self._flow: Final = flow
        self._seen: Final[dict[Token, list[Observation]]] = {}
        for item in observations:
            for token in {token for _, token in flow.tokens_of(item.number, "") if token.provider}:
                self._seen.setdefault(token, []).append(item)

    def on(self, item: Observation, naming: Callable[[str, Token], Sequence[Observation]]) -> list[Observation]:
        """Give those calls; none for what is no read, or was refused.

        Args:
            item: the read.
            naming: gives the calls with an effect on a provider that name a token anywhere.

        """
        if item.effectful or not item.succeeded:
            return []
        provider = item.edge.provider
        return [
            other
            for location, token in self._flow.tokens_of(item.number, "request.")
            if token.provider == provider and location.startswith(_NAMING) and _is_whole(location)
            for mentions in [naming(provider, token)]
            if mentions
            for other in side_effects(item, token, self._looks(token, item), mentions, self._flow)
        ]

    def _looks(self, token: Token, item: Observation) -> list[Observation]:
        return [other for other in self._seen.get(token, ()) if shows(other, token, item, self._flow)]


def _is_whole(location: str) -> bool:
    """Tell whether a place holds a key: by itself, or as one of several in a path."""
    return "|" not in location or "|part[" in location


def spent(item: Observation, flow: Flow, shown: Mapping[Token, Sequence[Observation]]) -> list[Observation]:
    """Give the calls with the credentials of a call that came once too often (RFC 6585 section 4): they count.

    Args:
        item: any call; only one that was refused for that has such calls.
        flow: the tokens.
        shown: the calls that show a token in a header, in order of their start.

    """
    if item.status != _TOO_MANY:
        return []
    tokens = {token for _, token in flow.tokens_of(item.number, "request.header.") if token.provider}
    return [
        other
        for token in sorted(tokens, key=lambda each: each.origin)
        for other in shown.get(token, ())[-_MOST_SPENT:]
        if (other.method, other.template) == (item.method, item.template) and other.ended <= item.started
    ]


def side_effects(
    item: Observation, token: Token, looks: Sequence[Observation], mentions: Sequence[Observation], flow: Flow
) -> list[Observation]:
    """Give the calls whose bodies name a thing, and after which a read of it answers otherwise.

    Args:
        item: the read.
        token: names the thing, in the path or the query of the read.
        looks: earlier answers that show the thing, in order of their start.
        mentions: calls with an effect that name it anywhere, in order of their start.
        flow: the tokens.

    """
    indirect = [each for each in mentions if each.ended <= item.started and _is_indirect(each, token, flow)]
    if not indirect or not looks:
        return []
    found: list[Observation] = []
    target = _shown(item)
    seen = [(each, shown) for each in looks for shown in [_shown(each)] if _compares(shown, target)]
    index = len(seen)
    while index > 0:
        equal = next((at for at in range(index) if _agree(target, seen[at][1])), None)
        index = index - 1 if equal is None else equal
        look, shown = seen[index]
        if equal is None:
            end = item.started if index == len(seen) - 1 else seen[index + 1][0].started
            found += [each for each in indirect if look.ended <= each.started and each.ended <= end]
        target = shown
    return found


def _is_indirect(other: Observation, token: Token, flow: Flow) -> bool:
    places = [place for place, each in flow.tokens_of(other.number, "request.") if each is token]
    return bool(places) and all(place.startswith("request.body") for place in places)


def shows(other: Observation, token: Token, item: Observation, flow: Flow) -> bool:
    """Tell whether an earlier answer shows the thing that a read asks for: the same read, or one with its id on top."""
    if not other.succeeded or other.ended > item.started:
        return False
    if (other.method, other.template) == (item.method, item.template):
        return other.path == item.path and _query(other) == _query(item)
    return flow.at(other.number, "response.body.$.id") is token


def _query(item: Observation) -> list[tuple[str, JsonValue]]:
    return [(leaf.location, leaf.value) for leaf in item.request if leaf.location.startswith("query.")]


def _shown(item: Observation) -> Mapping[Name, JsonValue]:
    return {
        leaf.name: leaf.value
        for leaf in item.response
        if leaf.location.startswith("body.$")
        and "[" not in leaf.location
        and shape_of(leaf.value, at=item.started) not in TIMES
    }


def _compares(first: Mapping[Name, JsonValue], second: Mapping[Name, JsonValue]) -> bool:
    """Tell whether two looks show something in common beside ids."""
    return any(name.field != "id" for name in first.keys() & second.keys())


def _agree(first: Mapping[Name, JsonValue], second: Mapping[Name, JsonValue]) -> bool:
    return all(first[name] == second[name] for name in first.keys() & second.keys())
