"""Why each call of a set-up is there, told from the values that it shares with what comes after it (DESIGN 4.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from treaty.contract.json_value import dumps
from treaty.normalize.drafts import Draft
from treaty.normalize.observations import Observation
from treaty.normalize.slices import Step
from treaty.normalize.state_names import describe
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow

_REFUSALS = frozenset({401, 403})
_MOST_NAMES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReason:
    """A step of a set-up: its call for people, the recorded exchange, and what it is needed for."""

    call: str
    exchange: int
    why: str


def step_reasons(draft: Draft, flow: Flow) -> list[StepReason]:
    """Say of each step of a set-up what it is needed for, in order."""
    found: list[StepReason] = []
    own = {step.observation.number for step in draft.own}
    for index, step in enumerate(draft.steps):
        item = step.observation
        later = [*(other.observation for other in draft.steps[index + 1 :]), draft.item]
        why = _awaited(step) or _made(item, later, flow)
        if not why and item.number not in own:
            why = "is there beside what the answer lists: a filter that is ignored would show it"
        why = why or _shown(item, draft.item, flow) or _written(item, draft.item, later, flow)
        found.append(StepReason(call=describe(item), exchange=item.number, why=why))
    return found


def _awaited(step: Step) -> str:
    waits = [f"{location} is {dumps(value)}" for location, value in step.until]
    return f"waits until {' and '.join(waits)}: it changes by itself" if waits else ""


def _made(item: Observation, later: Sequence[Observation], flow: Flow) -> str:
    own = dict.fromkeys(token for _, token in flow.tokens_of(item.number, "") if token.origin == item.number)
    used = dict.fromkeys(
        token for other in later for _, token in flow.tokens_of(other.number, "request.") if token in own
    )
    return f"makes the {_names(list(used))} that a later call names" if used else ""


def _shown(item: Observation, target: Observation, flow: Flow) -> str:
    made = [token for _, token in flow.tokens_of(target.number, "response.body") if token.origin == item.number]
    return f"makes the {_names(made)} that the answer shows" if made else ""


def _written(item: Observation, target: Observation, later: Sequence[Observation], flow: Flow) -> str:
    ours = {token for _, token in flow.tokens_of(item.number, "")}
    shared = dict.fromkeys(token for other in later for _, token in flow.tokens_of(other.number, "") if token in ours)
    if target.status in _REFUSALS and any(
        token in ours for _, token in flow.tokens_of(target.number, "request.header.")
    ):
        return "after it, the credentials are accepted no more"
    if any(other.path.startswith(item.path.rstrip("/")) for other in later) and item.method != "POST":
        return f"changes what lies at {item.template}"
    if shared:
        return f"changes what the {_names(list(shared))} names"
    return "changes what the answer shows"


def _names(tokens: Sequence[Token]) -> str:
    names = list(dict.fromkeys(str(token.name).replace("_", " ") for token in tokens))
    more = ["more"] if len(names) > _MOST_NAMES else []
    return " and ".join([*names[:_MOST_NAMES], *more])
