"""What a set-up leaves out: earlier changes that share a value with it and that it should do without (DESIGN 4.4).

Together with them the small state of an exchange becomes its upper bound, which verification tries once when the small
one fails. Changes that share no value need not be written down: they are interactions of some pact themselves.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.normalize.examples import Examples
from treaty.normalize.observations import Observation
from treaty.normalize.slices import Slicer, Step, is_before
from treaty.normalize.state_names import code_leaves
from treaty.normalize.states import (
    State,
    Writing,
    basic_logins,
    bound_by,
    is_minted,
    mint_of,
    unused_name,
    write_step,
)
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow

_MOST: Final = 20
_MOST_LOOKS: Final = 100
"""So many of the latest calls that name one value are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An earlier change that a set-up does without.

    Attributes:
        observation: the recorded call.
        before: the index of the step before which it was recorded; the number of steps when it was after all.

    """

    observation: Observation
    before: int


def find_left_out(target: Observation, steps: Sequence[Step], slicer: Slicer) -> tuple[LeftOut, ...]:
    """Give the changes that a set-up leaves out, in recorded order.

    Of like calls the latest counts, and what is like a step or the exchange itself tells nothing new. With each come
    the calls that it needs; at most 20 in all, the latest first.

    Args:
        target: the exchange.
        steps: its set-up.
        slicer: of the run.

    """
    within = {target.number, *(step.observation.number for step in steps)}
    told = {likeness(target), *(likeness(step.observation) for step in steps)}
    latest: dict[str, Observation] = {}
    for other in _sharing(target, steps, slicer):
        key = likeness(other)
        if other.number not in within and key not in told:
            latest[key] = max(other, latest.get(key, other), key=_begin)
    found: dict[int, Observation] = {}
    for other in sorted(latest.values(), key=_begin, reverse=True):
        more = {number: item for number, item in slicer.needed_by(other).items() if number not in within}
        if len(found.keys() | more.keys()) <= _MOST:
            found |= more
    starts = [step.observation.started for step in steps]
    return tuple(
        LeftOut(
            observation=item,
            before=next((index for index, start in enumerate(starts) if start > item.started), len(steps)),
        )
        for item in sorted(found.values(), key=_begin)
    )


def write_left_out(
    state: State, steps: Sequence[Step], left_out: Sequence[LeftOut], flow: Flow, examples: Examples
) -> dict[str, JsonValue]:
    """Write what makes the upper bound of a state: calls, what they need of its steps, and what is minted for them.

    Args:
        state: as `write_state` wrote it.
        steps: its set-up.
        left_out: in recorded order.
        flow: the tokens.
        examples: those of the interaction; they stay as they are.

    """
    examples = examples.apart()
    calls = [Step(observation=each.observation) for each in left_out]
    by_steps, by_calls = bound_by(steps, flow), bound_by(calls, flow)
    names = dict(state.variables)
    for step in calls:
        for _, token in flow.tokens_of(step.observation.number, "request."):
            if token not in names and (token in by_steps or token in by_calls or is_minted(token, step.observation)):
                names[token] = unused_name(f"{token.name}_{state.key[:6]}", set(names.values()))
    new = {token: name for token, name in names.items() if token not in state.variables}
    found = basic_logins([step.observation for step in calls], flow, names, {})
    writing = Writing(
        steps=calls,
        answers=(),
        flow=flow,
        names=names,
        bound={token: place for token, place in by_calls.items() if token in new and token not in by_steps},
        logins={
            value: replace(login, variable=state.credentials[value])
            for value, login in found.items()
            if value in state.credentials
        },
        examples=examples,
    )
    written: dict[str, JsonValue] = {}
    unbound = {token: name for token, name in new.items() if token not in by_steps and token not in by_calls}
    if unbound:
        written["mint"] = {name: mint_of(token, examples) for token, name in sorted(unbound.items(), key=_by_name)}
    in_all = state.document.get("steps", ())
    assert isinstance(in_all, Sequence)
    offset = len(in_all) - len(steps)
    bind: dict[str, JsonValue] = {}
    for token, name in sorted(new.items(), key=_by_name):
        if token in by_steps:
            index, location = by_steps[token]
            bind[name] = [offset + index, location]
    if bind:
        written["bind"] = bind
    binds = writing.binds()
    written["calls"] = [
        {"before": offset + each.before, **write_step(step, writing, binds.get(index, {}))}
        for index, (each, step) in enumerate(zip(left_out, calls, strict=True))
    ]
    return written


def _by_name(item: tuple[Token, str]) -> str:
    return item[1]


def likeness(item: Observation) -> str:
    """Give what makes two calls the same for a set-up: all but the values that differ from flow to flow."""
    return repr((item.method, str(item.template), item.status, code_leaves(item)))


def _sharing(target: Observation, steps: Sequence[Step], slicer: Slicer) -> Iterator[Observation]:
    """Give the latest changes before an exchange that name a value of it or its set-up; headers only say who asks."""
    tokens = dict.fromkeys(
        token
        for item in (target, *(step.observation for step in steps))
        for location, token in slicer.flow.tokens_of(item.number, "")
        if ".header." not in location and not token.absent
    )
    for token in tokens:
        changes = slicer.changes_naming(target.edge.provider, token)
        end = bisect.bisect_left(changes, target.started, key=lambda item: item.started)
        for other in changes[max(0, end - _MOST_LOOKS) : end]:
            places = slicer.flow.tokens_of(other.number, "")
            if is_before(other, target) and any(
                found is token and ".header." not in location for location, found in places
            ):
                yield other


def _begin(item: Observation) -> tuple[datetime, int]:
    return item.started, item.number
