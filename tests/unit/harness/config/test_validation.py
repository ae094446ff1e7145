"""The schema of treaty.yaml itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

from treaty.config.validation import Problem, load_schema, schema_problems


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(load_schema())


def test_every_key_of_the_schema_is_described() -> None:
    """The reference page is made from these descriptions."""
    missing = [name for name, property_schema in _properties(load_schema()) if "description" not in property_schema]
    assert missing == []


def test_every_place_that_can_be_wrong_has_words_for_it() -> None:
    """A violation without x-wanted would say only 'what belongs here'."""
    missing = [
        schema
        for schema in _subschemas(load_schema())
        if {"type", "pattern"} & set(schema) and "x-wanted" not in schema
    ]
    assert missing == []


def test_a_problem_names_its_place() -> None:
    assert list(schema_problems({"services": {"a": {"kind": "htp"}}})) == [
        Problem(place=("services", "a", "kind"), why="'htp' is none of http, smtp", hint="did you mean 'http'?")
    ]


def test_a_valid_configuration_has_no_problems() -> None:
    assert list(schema_problems({"services": {"a": {"url": "http://h:1"}}, "edges": ["c:a"]})) == []


def _properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for subschema in _subschemas(schema):
        yield from subschema.get("properties", {}).items()


def _subschemas(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for key in ("properties", "$defs"):
        for child in schema.get(key, {}).values():
            yield from _subschemas(child)
    for key in ("items", "additionalProperties", "propertyNames"):
        child = schema.get(key)
        if isinstance(child, dict):
            yield from _subschemas(child)
