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


def test_of_several_the_first_in_their_order_is_taken() -> None:
    """A script that says too little still has one meaning."""
    both: list[tuple[str, JsonValue]] = [("body.$.sum", Number("1.0")), ("body.$.status", "new")]
    assert find_scripted(_FOUND, description="GET /o -> 200", status=200, body=both) is _FOUND[0]
    assert find_scripted(tuple(reversed(_FOUND)), description="GET /o -> 200", status=200, body=[]) is _FOUND[1]
    assert find_scripted((), description="GET /o -> 200", status=200, body=[]) is None


@pytest.mark.parametrize(
    ("content", "place", "value", "holds"),
    [
        ({"a": None}, "body.$.a", None, True),
        ({"odd key": "x"}, "body.$['odd key']", "x", True),
        ({"a": {"b": [1, 2]}}, "body.$.a.b[1]", 2, True),
        ({"a": {"b": [1, 2]}}, "body.$.a.b", [1, 2], True),
        ({"a": [1]}, "body.$.a.b", 1, False),
        ({"a": {"b": 1}}, "body.$.a[0]", 1, False),
        ({"a": 1}, "body.$.a.b", 1, False),
        ({"a": "1"}, "body.$.a", 1, False),
        ({"a": True}, "body.$.a", 1, False),
        ({"a": 1}, "body.$.a", True, False),
        ({"a": False}, "body.$.a", False, True),
    ],
)
def test_the_value_at_a_place_is_compared_by_type_and_value(
    content: JsonValue, place: str, value: JsonValue, holds: bool
) -> None:
    """What is not there is not null."""
    found = candidates(interaction("a", response={"body": json_body(content)}))
    assert (find_scripted(found, description="a", status=200, body=[(place, value)]) is not None) is holds


@pytest.mark.parametrize(
    "body", [{"contentType": "text/plain", "encoded": False, "content": "paid"}, {"content": None}]
)
def test_a_body_that_is_no_json_holds_no_code(body: dict[str, JsonValue]) -> None:
    """The interaction is found without one."""
    found = candidates(interaction("a", response={"body": body}))
    assert find_scripted(found, description="a", status=200, body=[("body.$.status", "paid")]) is None
    assert find_scripted(found, description="a", status=200, body=[]) is found[0]


def test_a_description_is_not_found_by_its_beginning() -> None:
    """Only what stands in parentheses after it makes a variant."""
    found = candidates(interaction("GET /o -> 2001"), interaction("GET /o -> 200(x)"))
    assert find_scripted(found, description="GET /o -> 200", status=200, body=[]) is None
