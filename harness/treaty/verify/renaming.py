"""Other names for the variables of a step, so that equal steps of different states can be told to be equal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from treaty.contract.json_value import JsonValue, Number
from treaty.verify.setup_steps import AwaitStep, CallStep, StepBody, StepRequest, names_in_json, names_in_request

Names = Mapping[str, str]

_NAME: Final = re.compile(r"\$\$\{|\$\{([^{}]+)\}")


def rename_text(text: str, names: Names) -> str:
    """Put other names in the place of those in a text; what has no other name, and literals, stay."""
    if "${" not in text:
        return text
    return _NAME.sub(lambda found: found[0] if found[1] is None else f"${{{names.get(found[1], found[1])}}}", text)


def rename_json(value: JsonValue, names: Names) -> JsonValue:
    """Rename in all texts of a JSON value, keys included."""
    if isinstance(value, str):
        return rename_text(value, names)
    if isinstance(value, Mapping):
        return {rename_text(key, names): rename_json(item, names) for key, item in value.items()}
    if value is None or isinstance(value, (bool, int, Number)):
        return value
    return [rename_json(item, names) for item in value]


def rename_request(request: StepRequest, names: Names) -> StepRequest:
    """Rename in a whole request."""
    return StepRequest(
        method=request.method,
        path=rename_text(request.path, names),
        query={
            name: tuple(None if value is None else rename_text(value, names) for value in values)
            for name, values in request.query.items()
        },
        headers=_rename_lists(request.headers, names),
        body=None if request.body is None else _rename_body(request.body, names),
    )


def rename_step(step: CallStep | AwaitStep, names: Names) -> CallStep | AwaitStep:
    """Rename in a step; what it binds is left out."""
    request = rename_request(step.request, names)
    if isinstance(step, CallStep):
        return replace(step, request=request, bind={})
    until = tuple((place, location, rename_json(wanted, names)) for place, location, wanted in step.until)
    return replace(step, request=request, until=until, bind={})


def names_of(step: CallStep | AwaitStep) -> tuple[str, ...]:
    """List the names that a step uses, in order, each once."""
    found = list(names_in_request(step.request))
    if isinstance(step, AwaitStep):
        found += [name for _, _, wanted in step.until for name in names_in_json(wanted)]
    return tuple(dict.fromkeys(found))


def _rename_lists(lists: Mapping[str, tuple[str, ...]], names: Names) -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(rename_text(text, names) for text in texts) for name, texts in lists.items()}


def _rename_body(body: StepBody, names: Names) -> StepBody:
    values = {place: rename_json(value, names) for place, value in body.values.items()}
    content = body.content if body.encoded == "base64" else rename_json(body.content, names)
    return replace(body, content=content, values=values)
