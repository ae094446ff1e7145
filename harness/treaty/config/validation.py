"""Schemas of files that people write, ``treaty.yaml`` first (``schema.json``), with violations as sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from treaty.config.document import Document, Place, PlainValue, place_text
from treaty.errors import ConfigInvalid, did_you_mean


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


def schema_problems(value: PlainValue, schema: Mapping[str, Any] | None = None) -> Iterator[Problem]:
    """Yield what a schema finds wrong; by default that of ``treaty.yaml``."""
    for error in Draft202012Validator(load_schema() if schema is None else schema).iter_errors(value):
        yield from _problems(error)


def refuse_problems(problems: Sequence[Problem], document: Document, *, source: str, what: str) -> None:
    """Raise all problems of a document as one error, in the order of its lines; nothing happens without any.

    Args:
        problems: what is wrong.
        document: where they are.
        source: the name of the file.
        what: what is the matter with the file, as a sentence.

    Raises:
        ConfigInvalid: when there is a problem.

    """
    if not problems:
        return
    problems = sorted(problems, key=lambda problem: _line_number(document, problem.place))
    if len(problems) == 1:
        problem = problems[0]
        where = f"{source} {_line(document, problem.place)}"
        raise ConfigInvalid(what, where=where, why=problem.why, hint=problem.hint)
    lines = [
        f"{_line(document, problem.place)}: {problem.why}{f'; {problem.hint}' if problem.hint else ''}"
        for problem in problems
    ]
    raise ConfigInvalid(what, where=source, why="\n".join(lines))


def _line_number(document: Document, place: Place) -> int:
    while place not in document.lines:
        place = place[:-1]
    return document.lines[place]


def _line(document: Document, place: Place) -> str:
    line = f"line {_line_number(document, place)}"
    return f"{line}, {place_text(place)}" if place else line


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
    elif error.validator == "required":
        assert isinstance(error.instance, dict)
        missing = [name for name in schema["required"] if name not in error.instance]
        yield from (Problem(place=place, why=f"the key {name} is missing") for name in missing)
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
