"""The OpenAPI document of the admin API; it also decides which bodies and parameters are taken."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

import yaml

METHODS: Final = ("get", "put", "post", "delete")


@cache
def description() -> Mapping[str, Any]:
    """Give the document (OpenAPI 3.1)."""
    text = resources.files("treaty_stubs.admin").joinpath("openapi.yaml").read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.safe_load(text)
    return document


def schema_of(name: str) -> dict[str, Any]:
    """Give a schema of the document by its name, so that references in it are found (JSON Schema 2020-12)."""
    return {"$ref": f"#/components/schemas/{name}", "components": description()["components"]}


@cache
def parameters_of(path: str, method: str, place: str = "query") -> Mapping[str, Mapping[str, Any]]:
    """Give the parameters of a call by their names.

    Args:
        path: as the document has it.
        method: lower case.
        place: ``query`` or ``path``.

    """
    document = description()
    listed = [_resolved(parameter) for parameter in document["paths"][path][method].get("parameters", ())]
    return {parameter["name"]: parameter for parameter in listed if parameter["in"] == place}


def _resolved(value: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = value.get("$ref")
    if reference is None:
        return value
    found: Mapping[str, Any] = description()["components"]["parameters"][reference.rpartition("/")[2]]
    return found
