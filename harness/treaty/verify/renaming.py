"""Other names for the variables of a step, so that equal steps of different states can be told to be equal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from treaty.contract.json_value import JsonValue, Number
from treaty.verify.setup_steps import AwaitStep, CallStep, StepBody, StepRequest

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
    request = step.request
    texts = [request.path]
    for lists in (request.query, request.headers):
        texts += [text for name in sorted(lists) for text in lists[name] if text is not None]
    found = [name for text in texts for name in names_in(text)]
    found += _names_in_json(None if request.body is None else request.body.content)
    if isinstance(step, AwaitStep):
        found += [name for _, _, wanted in step.until for name in _names_in_json(wanted)]
    return tuple(dict.fromkeys(found))


def names_in(text: str) -> Iterator[str]:
    """Yield the names in a text, in order."""
    return (found[1] for found in _NAME.finditer(text) if found[1] is not None)


def _rename_lists(lists: Mapping[str, tuple[str, ...]], names: Names) -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(rename_text(text, names) for text in texts) for name, texts in lists.items()}


def _rename_body(body: StepBody, names: Names) -> StepBody:
    return body if body.encoded == "base64" else replace(body, content=rename_json(body.content, names))


def _names_in_json(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield from names_in(value)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from names_in(key)
            yield from _names_in_json(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _names_in_json(item)
