"""Reading the fields of a request."""

from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum

import pytest

from treaty_shop.platform.errors import BadRequest
from treaty_shop.platform.fields import Fields, parse_id
from treaty_shop.platform.json_text import Json


class _Colour(StrEnum):
    RED = "red"
    GREEN = "green"


Read = Callable[[Fields], object]
_VALID: list[tuple[Json, Read, object]] = [
    ("ada", lambda f: f.text("x"), "ada"),
    ("two\nlines", lambda f: f.text("x", lines=True), "two\nlines"),
    ("a@b.example", lambda f: f.email("x"), "a@b.example"),
    (7, lambda f: f.identifier("x"), 7),
    (3, lambda f: f.integer("x", lowest=1, highest=3), 3),
    (Decimal("12.5"), lambda f: f.money("x"), Decimal("12.50")),
    (Decimal("-1.00"), lambda f: f.money("x", negative=True), Decimal("-1.00")),
    ("12.5", lambda f: f.price("x"), Decimal("12.50")),
    ("red", lambda f: f.choice("x", _Colour), _Colour.RED),
    (False, lambda f: f.flag("x", default=True), False),
    ([{}, {}], lambda f: len(list(f.objects("x", most=2))), 2),
]
_INVALID: list[tuple[Json, Read]] = [
    (" ", lambda f: f.text("x")),
    (5, lambda f: f.text("x")),
    ("a" * 201, lambda f: f.text("x")),
    ("two\nlines", lambda f: f.text("x")),
    ("\ud800", lambda f: f.text("x")),
    ("ada", lambda f: f.email("x")),
    ("a b@c.example", lambda f: f.email("x")),
    (0, lambda f: f.identifier("x")),
    (True, lambda f: f.identifier("x")),
    ("7", lambda f: f.identifier("x")),
    (10**18, lambda f: f.identifier("x")),
    (4, lambda f: f.integer("x", lowest=1, highest=3)),
    (Decimal("1.0"), lambda f: f.integer("x", lowest=1, highest=3)),
    (0, lambda f: f.money("x")),
    (Decimal("-1.00"), lambda f: f.money("x")),
    (Decimal("0.001"), lambda f: f.money("x")),
    ("12.50", lambda f: f.money("x")),
    (True, lambda f: f.money("x")),
    (Decimal("12.50"), lambda f: f.price("x")),
    ("0.00", lambda f: f.price("x")),
    ("-1", lambda f: f.price("x")),
    ("0.001", lambda f: f.price("x")),
    ("1e3", lambda f: f.price("x")),
    ("blue", lambda f: f.choice("x", _Colour)),
    ("red", lambda f: f.choice("x", _Colour, without=frozenset({"red"}))),
    ("yes", lambda f: f.flag("x", default=True)),
    ({}, lambda f: list(f.objects("x", most=2))),
    ([], lambda f: list(f.objects("x", most=2))),
    ([{}, {}, {}], lambda f: list(f.objects("x", most=2))),
]


@pytest.mark.parametrize(("value", "read", "expected"), _VALID)
def test_a_valid_field_is_read(value: Json, read: Read, expected: object) -> None:
    """As the value it stands for."""
    assert read(Fields({"x": value})) == expected


@pytest.mark.parametrize(("value", "read"), _INVALID)
def test_an_invalid_field_is_refused_by_name(value: Json, read: Read) -> None:
    """The message names the field."""
    with pytest.raises(BadRequest) as caught:
        read(Fields({"x": value}))
    assert caught.value.code == "invalid_field"
    assert caught.value.message.startswith("x ")


@pytest.mark.parametrize("values", [{}, {"x": None}])
def test_a_missing_field_is_told_from_an_invalid_one(values: dict[str, Json]) -> None:
    """Null counts as missing."""
    with pytest.raises(BadRequest) as caught:
        Fields(values).text("x")
    assert caught.value.code == "missing_field"


def test_a_nested_field_is_named_with_its_path() -> None:
    """So that one knows which element is meant."""
    elements = Fields({"items": [{"name": "pen"}, {}]}).objects("items", most=5)
    next(elements)
    with pytest.raises(BadRequest, match=r"items\[1\]\.name is required"):
        next(elements).text("name")


def test_a_body_that_is_no_object_is_refused() -> None:
    """A list has no fields."""
    with pytest.raises(BadRequest) as caught:
        Fields.of([1])
    assert caught.value.code == "invalid_body"


@pytest.mark.parametrize(
    ("segment", "id_"), [("12", 12), ("0", 0), ("x", None), ("-1", None), ("٣", None), ("9" * 19, None)]
)
def test_only_digits_make_an_id(segment: str, id_: int | None) -> None:
    """Anything else can name nothing."""
    assert parse_id(segment) == id_
