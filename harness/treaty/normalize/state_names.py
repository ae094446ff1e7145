"""Names of provider states for people, put together from a phrase for each step (DESIGN 4.4)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from treaty.contract.json_value import JsonValue, dumps
from treaty.normalize.chosen_names import MAKING_COLLECTIONS
from treaty.normalize.dependencies import Answer
from treaty.normalize.names import article
from treaty.normalize.observations import Observation
from treaty.normalize.slices import Step


def describe(item: Observation) -> str:
    """Describe a call: ``GET /api/v1/users/{id} -> 200``."""
    return f"{item.method} {item.template} -> {item.status}"


def state_name(steps: Iterable[str], answers: Iterable[str], variables: Iterable[str]) -> str:
    """Name a state: ``a user exists, user role set to admin``.

    Args:
        steps: a phrase for each call, in order.
        answers: a phrase for each answer of a dependency.
        variables: plain names of its variables; they name a state without anything else.

    """
    phrases: list[str] = []
    for phrase in steps:
        many = _many(phrase)
        if phrases and many and phrases[-1] in {phrase, many}:
            phrases[-1] = many
        elif not phrases or phrases[-1] != phrase:
            phrases.append(phrase)
    phrases += dict.fromkeys(answers)
    return ", ".join(phrases) or "new " + " and ".join(sorted(name.replace("_", " ") for name in variables))


def _many(phrase: str) -> str:
    """Give the phrase for several of what one phrase says to exist; empty for other phrases."""
    found = re.fullmatch(r"an? (.+) exists", phrase)
    return f"several {found[1]}s exist" if found else ""


def answer_phrase(answer: Answer) -> str:
    """Say what a dependency answers."""
    item = answer.observation
    shown = [f"{_field(location)} {_shown(value)}" for location, value in answer.codes]
    return f"{item.edge.provider} answers {item.method} {item.template} with {' and '.join(shown) or item.status}"


def step_phrase(step: Step, target: Observation, varied: Collection[JsonValue] = ()) -> str:
    """Say what a call of a set-up brings about for an exchange."""
    item = step.observation
    noun = item.template.entity or "resource"
    if step.until:
        values = sorted({f"{_field(location)} is {_shown(value)}" for location, value in step.until})
        return f"its {' and '.join(values)}" if item.template.entity == target.template.entity else " and ".join(values)
    last = item.template.segments[-1]
    shown = [(_field(location), _shown(value)) for location, value in code_leaves(item) if value not in varied]
    detail = " and ".join(value if name == last else f"{name} {value}" for name, value in shown)
    if item.method == "POST" and last is not None and item.status in {200, 201, 202}:
        action = last if item.template.segments[:-1] and item.template.segments[-2] is None else ""
        return f"{action} of the {noun} done" if action else f"{article(noun)} exists"
    if item.made_key or item.method in MAKING_COLLECTIONS:
        return f"{article(noun)} exists"
    if item.method in {"PUT", "PATCH"}:
        return f"{noun} {last or 'fields'} set to {detail}" if detail else f"the {noun} updated"
    if item.method == "DELETE":
        return f"the {noun} deleted"
    return describe(item)


def code_leaves(item: Observation) -> Sequence[tuple[str, JsonValue]]:
    """List the code-like leaves of a request body: they tell one update from another."""
    return item.codes


def _field(location: str) -> str:
    return re.sub(r"\[\d+\]", "", location).rsplit(".", 1)[-1].strip("[]'")


def _shown(value: JsonValue) -> str:
    return value if isinstance(value, str) else dumps(value)
