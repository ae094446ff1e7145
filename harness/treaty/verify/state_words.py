"""Provider states in words: what is made, called, awaited and answered to bring them about."""

from __future__ import annotations

from collections.abc import Iterator

from treaty.contract.json_value import dumps
from treaty.verify.document import PactDocument, StateReference
from treaty.verify.setup_steps import AwaitStep, ExpectStep, Step


def describe_state(document: PactDocument, reference: StateReference) -> tuple[str, ...]:
    """Say what brings about a state, one line a step; nothing when the pact has no steps for it."""
    if reference.key is None:
        return (f"ask the handler of manual states (--state-url) for {reference.name!r}",) if reference.name else ()
    state = document.states.get(reference.key)
    if state is None:
        return ()
    minted = (f"make a new {name}, like {dumps(mint.like)}" for name, mint in state.mint.items())
    return (*minted, *(_describe(step) for step in state.steps))


def _describe(step: Step) -> str:
    call = f"{step.request.method} {step.request.path}"
    if isinstance(step, ExpectStep):
        return f"have {step.provider} answer {call} with status {step.status}, as in {step.description!r}"
    words = " and ".join(_awaited(step)) if isinstance(step, AwaitStep) else f"status {step.status}"
    kept = f"; keep {', '.join(step.bind)}" if step.bind else ""
    if isinstance(step, AwaitStep):
        return f"repeat {call} until the answer has {words}, for at most {step.seconds:g} s{kept}"
    return f"send {call}, which is answered with {words}{kept}"


def _awaited(step: AwaitStep) -> Iterator[str]:
    yield f"status {step.status}"
    for place, _, value in step.until:
        yield f"{place} = {dumps(value)}"
