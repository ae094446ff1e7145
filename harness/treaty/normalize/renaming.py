"""Other names for the variables of a state that is already written: those that carry its hash (DESIGN 4.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from treaty.contract.json_value import JsonValue

_VARIABLE: Final = re.compile(r"(?<!\$)\$\{([^}]+)\}")
"""A variable; with two dollar signs it is a text that looks like one."""


def renamed_step(step: Mapping[str, Mapping[str, JsonValue]], names: Mapping[str, str]) -> dict[str, JsonValue]:
    """Copy a step with other names of variables, in its request and where they are bound; the rest is shared.

    Args:
        step: as `treaty.normalize.states` writes it: its kind with what it says.
        names: the new name of each variable.

    """
    return {kind: _renamed_entry(entry, names) for kind, entry in step.items()}


def _renamed_entry(entry: Mapping[str, JsonValue], names: Mapping[str, str]) -> dict[str, JsonValue]:
    copied = dict(entry)
    copied["request"] = renamed(entry["request"], names)
    bind = entry.get("bind")
    if isinstance(bind, Mapping):
        copied["bind"] = dict(sorted((names[name], place) for name, place in bind.items()))
    return copied


def renamed(value: JsonValue, names: Mapping[str, str]) -> JsonValue:
    """Copy a JSON value with other names of variables in its texts."""
    if isinstance(value, str):
        if "${" not in value:
            return value
        return _VARIABLE.sub(lambda found: "${" + names.get(found[1], found[1]) + "}", value)
    if isinstance(value, dict):
        return {key: renamed(child, names) for key, child in value.items()}
    if isinstance(value, list):
        return [renamed(child, names) for child in value]
    return value
