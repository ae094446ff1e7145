"""What a call says: its parameters and its body, held against the description of the API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from starlette.requests import Request

from treaty.contract.json_value import JsonInvalid, JsonValue, loads
from treaty.errors import UsageError, did_you_mean
from treaty_stubs.admin.description import parameters_of, schema_of

_LONGEST_SHOWN: Final = 300


def parameters(request: Request, path: str) -> Mapping[str, str]:
    """Take the parameters of the query; the last value counts.

    Args:
        request: the call.
        path: as the description has it.

    Raises:
        UsageError: for a parameter that the call does not take, or a value that it cannot have.

    """
    known = parameters_of(path, "get" if request.method == "HEAD" else request.method.lower())
    for name, value in request.query_params.multi_items():
        if name not in known:
            raise UsageError(
                f"{request.method} {path} takes no parameter '{name}'",
                why=f"it takes {', '.join(known)}" if known else "it takes none",
                hint=did_you_mean(name, known),
            )
        check_parameter(name, value, known[name]["schema"])
    return dict(request.query_params.items())


def check_parameter(name: str, text: str, schema: Mapping[str, Any]) -> None:
    """Hold the text of a parameter against its schema.

    Raises:
        UsageError: when it does not fit.

    """
    value: object = text
    if schema.get("type") == "integer":
        value = int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else text
    error = best_match(Draft202012Validator(dict(schema)).iter_errors(value))
    if error is not None:
        raise UsageError(f"parameter '{name}' cannot be '{_short(text)}'", why=_sentence(error))


async def body(request: Request, schema: str) -> dict[str, JsonValue]:
    """Take the JSON object of a body.

    Args:
        request: the call.
        schema: the name of the schema that it must have.

    Raises:
        UsageError: when it is no JSON, or other than the schema says.

    """
    data = await request.body()
    try:
        value = loads(data)
        plain = json.loads(data)
    except (JsonInvalid, ValueError) as fault:
        raise UsageError("the body is no JSON", why=str(fault)) from None
    error = best_match(Draft202012Validator(schema_of(schema)).iter_errors(plain))
    if error is not None:
        raise UsageError("the body is not what this call takes", where=_pointer(error), why=_sentence(error))
    assert isinstance(value, dict)
    return value


def _pointer(error: ValidationError) -> str:
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in error.absolute_path)


def _sentence(error: ValidationError) -> str:
    schema, value = error.schema, error.instance
    if error.validator == "additionalProperties" and isinstance(schema, Mapping) and isinstance(value, Mapping):
        known = list(schema.get("properties", {}))
        unknown = [name for name in value if name not in known]
        return f"there is no member {', '.join(map(repr, unknown))}; known are {', '.join(known)}"
    return _short(error.message)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
