"""The schema of ``treaty.yaml`` (``schema.json``), with its violations as sentences for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from treaty.config.document import Place, PlainValue
from treaty.errors import did_you_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with a configuration.

    Attributes:
        place: keys and indexes from the top.
        why: a sentence without a full stop.
        hint: what to write instead, or empty.

    """

    place: Place
    why: str
    hint: str = ""


def load_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``treaty.yaml``; ``x-wanted`` and ``x-noun`` are words for errors."""
    text = resources.files("treaty.config").joinpath("schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def schema_problems(value: PlainValue) -> Iterator[Problem]:
    """Yield what the schema finds wrong."""
    for error in Draft202012Validator(load_schema()).iter_errors(value):
        yield from _problems(error)


def _problems(error: ValidationError) -> Iterator[Problem]:
    place: Place = tuple(error.absolute_path)
    schema = error.schema if isinstance(error.schema, dict) else {}
    if error.validator == "additionalProperties":
        yield from _unknown_keys(error, place, schema)
    elif error.validator == "enum":
        choices = [str(choice) for choice in schema["enum"]]
        yield Problem(
            place=place,
            why=f"{_shown(error.instance)} is none of {', '.join(choices)}",
            hint=did_you_mean(str(error.instance), choices),
        )
    elif isinstance(error.instance, str) and _is_property_name(error):
        wanted = schema.get("x-wanted", "another name")
        yield Problem(place=(*place, error.instance), why=f"'{error.instance}' is not {wanted}")
    else:
        yield Problem(place=place, why=f"{_shown(error.instance)} is not {schema.get('x-wanted', 'what belongs here')}")


def _unknown_keys(error: ValidationError, place: Place, schema: dict[str, Any]) -> Iterator[Problem]:
    known = list(schema.get("properties", {}))
    assert isinstance(error.instance, dict)
    for key in error.instance:
        if key not in known:
            hint = did_you_mean(key, known)
            yield Problem(
                place=(*place, key),
                why=f"'{key}' is not a key of {schema.get('x-noun', 'this')}",
                hint=hint or f"its keys are {', '.join(known)}",
            )


def _is_property_name(error: ValidationError) -> bool:
    return "propertyNames" in error.absolute_schema_path


def _shown(value: object) -> str:
    # What is written in a wrong place may be a secret, so long texts are not repeated.
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if value is None:
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}'" if len(text) <= 40 else f"'{text[:20]}...'"
