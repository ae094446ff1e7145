"""The one byte form of our JSON: sorted keys, two spaces, UTF-8, a newline at the end."""

from __future__ import annotations

from treaty.contract.json_value import JsonValue, dumps


def canonical_json(value: JsonValue) -> bytes:
    """Write a JSON value so that equal values give equal bytes; numbers keep their text."""
    return dumps(value, indent=2, sort_keys=True).encode() + b"\n"
