"""Finding the interaction that a script names."""

from __future__ import annotations

import pytest

from tests.unit.stubs.examples import candidates, interaction, json_body
from treaty.contract.json_value import JsonValue, Number
from treaty_stubs.select.scripted import find_scripted

_FOUND = candidates(
    interaction("GET /o -> 200", response={"body": json_body({"status": "new", "sum": 1, "rows": [{"ok": True}]})}),
    interaction("GET /o -> 200 (status paid)", response={"body": json_body({"status": "paid", "sum": 2})}),
    interaction("GET /o -> 404", status=404),
)


@pytest.mark.parametrize(
    ("description", "status", "body", "name"),
    [
        ("GET /o -> 200", 200, [], "GET /o -> 200"),
        ("GET /o -> 200", 200, [("body.$.status", "paid")], "GET /o -> 200 (status paid)"),
        ("GET /o -> 200", 200, [("body.$.sum", Number("2.0"))], "GET /o -> 200 (status paid)"),
        ("GET /o -> 200", 200, [("body.$.rows[0].ok", True)], "GET /o -> 200"),
        ("GET /o -> 200", 200, [("body.$.rows[0].ok", 1)], None),
        ("GET /o -> 200", 200, [("body.$.rows[4].ok", True)], None),
        ("GET /o -> 200", 200, [("body.$.none", None)], None),
        ("GET /o -> 404", 404, [], "GET /o -> 404"),
        ("GET /o -> 404", 404, [("body.$.status", "x")], None),
        ("GET /o", 200, [], None),
    ],
)
def test_finding(description: str, status: int, body: list[tuple[str, JsonValue]], name: str | None) -> None:
    """By description with or without a variant, by status, and by the values of the example's body."""
    found = find_scripted(_FOUND, description=description, status=status, body=body)
    assert (found and found.name) == name
