"""A state with calls that it leaves out: all of them make its upper bound (DESIGN 4.4)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from treaty.verify.renaming import names_of
from treaty.verify.setup_steps import ExpectStep, LeftOut, State, Step


def widen(state: State, chosen: Collection[int]) -> State:
    """Put some of the calls that a state leaves out among its steps, each where it was recorded.

    Args:
        state: the small one.
        chosen: indexes of calls that it leaves out; those whose answers give them values come along.

    """
    left_out = state.left_out
    if left_out is None or not chosen:
        return state
    kept = _with_needed(left_out, chosen)
    steps: list[Step] = []
    for index in range(len(state.steps) + 1):
        steps += [call for number, (before, call) in enumerate(left_out.calls) if before == index and number in kept]
        if index < len(state.steps):
            steps.append(_binding(state.steps[index], index, left_out))
    return replace(state, mint={**state.mint, **left_out.mint}, steps=tuple(steps), left_out=None)


def _with_needed(left_out: LeftOut, chosen: Collection[int]) -> frozenset[int]:
    makers = {name: number for number, (_, call) in enumerate(left_out.calls) for name in call.bind}
    kept: set[int] = set()
    waiting = list(chosen)
    while waiting:
        number = waiting.pop()
        if number not in kept:
            kept.add(number)
            waiting += [makers[name] for name in names_of(left_out.calls[number][1]) if name in makers]
    return frozenset(kept)


def _binding(step: Step, index: int, left_out: LeftOut) -> Step:
    more = {name: place for name, (at, place) in left_out.bind.items() if at == index}
    return step if isinstance(step, ExpectStep) or not more else replace(step, bind={**step.bind, **more})
