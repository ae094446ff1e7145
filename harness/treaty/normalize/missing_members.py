"""What a list leaves out though its set-up made it: a filter let it out, or it was deleted (DESIGN 4.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from treaty.normalize.elements import Members
from treaty.normalize.observations import Observation
from treaty.normalize.slices import Step
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow

_LEAST_PAGE: Final = 10
"""A list of so many may be a page, and what it lacks may be on the next one."""


def missing_members(
    item: Observation, lists: Sequence[Members], steps: Sequence[Step], flow: Flow
) -> Mapping[str, Sequence[Token]]:
    """Find what calls of a set-up made just like the members of a list, and the list does not show.

    Args:
        item: the exchange.
        lists: of its answer.
        steps: its set-up.
        flow: the tokens.

    Returns:
        By the place of the list, what tells which thing each of them is.

    """
    named = {token for _, token in flow.tokens_of(item.number, "")}
    found: dict[str, Sequence[Token]] = {}
    for members in lists:
        if not members.tokens or not members.is_explained or members.size >= _LEAST_PAGE:
            continue
        makers = {token.origin: token for token in members.tokens}
        ways = {
            (_kind(step.observation), makers[step.observation.number].location)
            for step in steps
            if step.observation.number in makers
        }
        made = (
            token
            for step in steps
            for kind, location in sorted(ways)
            if not step.until and kind == _kind(step.observation)
            for token in (flow.at(step.observation.number, location),)
            if token is not None and token.origin == step.observation.number and token not in named
        )
        missing = list(dict.fromkeys(made))
        if missing:
            found[members.place] = missing
    return found


def _kind(item: Observation) -> tuple[str, str]:
    return item.method, str(item.template)
