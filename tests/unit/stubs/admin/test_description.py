"""The OpenAPI document of the admin API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from treaty_stubs.admin.description import METHODS, description, parameters_of, schema_of

ROOT = Path(__file__).resolve().parents[4]


def _operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in description()["paths"].items():
        for method in operations:
            yield path, method, operations[method]


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for member in value.values():
            yield from _references(member)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def test_it_is_json_and_every_reference_in_it_leads_somewhere() -> None:
    document = json.loads(json.dumps(description()))
    assert document == description()
    for reference in _references(document):
        found: Any = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        assert found


def test_every_schema_is_one() -> None:
    for name in description()["components"]["schemas"]:
        Draft202012Validator.check_schema(schema_of(name))


def test_every_call_has_a_name_a_summary_and_answers() -> None:
    operations = list(_operations())
    assert {method for _, method, _ in operations} <= set(METHODS)
    assert len({operation["operationId"] for _, _, operation in operations}) == len(operations)
    for path, method, operation in operations:
        assert operation["summary"].endswith("."), path
        assert any(status.startswith("2") for status in operation["responses"]), path
        assert operation["tags"], (path, method)


def test_the_parameters_of_a_path_are_described() -> None:
    for path, method, _ in _operations():
        named = {part[1:-1] for part in path.split("/") if part.startswith("{")}
        assert set(parameters_of(path, method, "path")) == named


def test_examples_of_bodies_fit_their_schemas() -> None:
    for _, _, operation in _operations():
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        if "example" in content:
            Draft202012Validator(schema_of(content["schema"]["$ref"].rpartition("/")[2])).validate(content["example"])


def test_the_calls_of_the_guide_are_described() -> None:
    """Each by its path, and what it sends by its schema."""
    text = (ROOT / "docs" / "how-to" / "stub-admin.md").read_text(encoding="utf-8")
    calls = re.findall(
        r"^curl (.*?)'?http://127.0.0.1:9001(/[^\s'?]*)(?:\?([^']*))?'?(?: --json '(.*)')?", text, re.MULTILINE
    )
    assert len(calls) >= 15
    for options, path, query, body in calls:
        named = re.search(r"-X (\w+)", options)
        method = named[1].lower() if named else "post" if body else "get"
        template = next(
            each for each in description()["paths"] if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", each), path)
        )
        operation = description()["paths"][template][method]
        assert {part.partition("=")[0] for part in query.split("&") if part} <= set(parameters_of(template, method))
        assert bool(body) is ("requestBody" in operation), path
        if body:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            Draft202012Validator(schema_of(schema["$ref"].rpartition("/")[2])).validate(json.loads(body))
