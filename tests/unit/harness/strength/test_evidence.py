from __future__ import annotations

from typing import Any

import pytest

from tests.unit.harness.strength import pacts
from treaty.normalize.shapes import Shape
from treaty.strength.evidence import EXACT, Judged, Role, has_form, role_of
from treaty.strength.places import at


def role(path: tuple[str | int, ...], written: dict[str, Any] | None = None, *, ours: bool = True) -> Role:
    subject = pacts.subject(written, ours=ours)
    return role_of(subject, path, at(subject.example.document, path))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("id",), Role.ECHO),
        (("user_id",), Role.CARRIED),
        (("status",), Role.CODE),
        (("paid",), Role.BOOLEAN),
        (("note",), Role.NULL),
        (("total",), Role.COMPUTED),
        (("items", 0, "sku"), Role.GIVEN),
        (("items", 0, "price"), Role.GIVEN),
        (("created_at",), Role.CLOCK),
        (("message",), Role.PROSE),
    ],
)
def test_each_value_of_an_order_is_judged_by_its_own_witness(path: tuple[str | int, ...], expected: Role) -> None:
    assert role(path) is expected


def test_matching_rules_have_no_say() -> None:
    """Else a contract that asks for nothing would have the best score."""
    loose = pacts.order(rules={f"$.{key}": "type" for key in pacts.ORDER})
    for key in pacts.ORDER:
        if key != "items":
            assert role((key,), loose) is role((key,))


def test_an_echo_that_the_pact_does_not_tell_is_seen() -> None:
    """The request names the same value under the same field; of made-up ids only fields that name something count."""
    written = pacts.interaction({"id": 9007001, "stock": 9007001, "size": "xl"}, line="GET /orders/9007001?size=xl")
    assert role(("id",), written) is Role.ECHO
    assert role(("stock",), written) is Role.OPEN
    assert role(("size",), written) is Role.ECHO


def test_a_carried_value_without_a_source_needs_another_witness() -> None:
    """The set-up sent it, or it is an id; a code word stands for itself; all else may have come from anywhere."""
    causes = {f"body.$.{key}": {"cause": "carried"} for key in ("price", "id", "status", "title")}
    content = {"price": 12.50, "id": 9007009, "status": "open", "title": "whatever"}
    written = pacts.interaction(content, causes=causes, states=["an order exists"])
    assert role(("price",), written) is Role.GIVEN
    assert role(("id",), written) is Role.CREATED
    assert role(("status",), written) is Role.CODE
    assert role(("title",), written) is Role.OPEN


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        ("created", Role.CREATED),
        ("secret", Role.SECRET),
        ("derived", Role.COMPUTED),
        ("random", Role.OPEN),
        ("something new", Role.CODE),
    ],
)
def test_causes_that_are_told_are_believed(cause: str, expected: Role) -> None:
    """One that is not known here says nothing."""
    assert role(("a",), pacts.interaction({"a": "word"}, causes={"body.$.a": {"cause": cause}})) is expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"version": "beta"}, Role.OPEN),
        ({"a": ""}, Role.OPEN),
        ({"a": 17}, Role.OPEN),
        ({"code": 17}, Role.CODE),
        ({"a": "https://example.com/docs"}, Role.OPEN),
        ({"a": "two words"}, Role.PROSE),
    ],
)
def test_without_a_witness_only_the_type_counts(content: dict[str, Any], expected: Role) -> None:
    """Versions, numbers that nothing computes, and addresses of documents may change at any time."""
    assert role((next(iter(content)),), pacts.interaction(content)) is expected


def test_in_a_list_of_everybody_codes_are_not_promised() -> None:
    """Its members hold what others said; a status of theirs is another one."""
    assert role((0, "status"), pacts.interaction([{"status": "open"}])) is Role.OPEN
    assert role((0, "status"), pacts.interaction([{"status": "open"}], line="GET /users/7/orders")) is Role.CODE


def test_in_a_list_of_everybody_not_even_booleans_and_null_are_promised() -> None:
    written = pacts.interaction([{"read": False, "note": None}])
    assert role((0, "read"), written) is Role.OPEN
    assert role((0, "note"), written) is Role.OPEN


def test_a_text_that_is_json_is_no_prose() -> None:
    """It cannot be put into other words."""
    assert role(("a",), pacts.interaction({"a": '{"b": 1}'})) is Role.OPEN
    assert role(("a",), pacts.interaction({"a": "{so to say} it is"})) is Role.PROSE


def test_in_pacts_of_other_tools_only_what_is_called_a_code_is_one() -> None:
    """A name and a code look the same; there, nobody tells which is which."""
    written = pacts.interaction({"name": "Alice", "status": "open", "reason": "x", "a": "NOT_FOUND", "b": "not_found"})
    assert role(("name",), written) is Role.CODE
    found = [role((key,), written, ours=False) for key in ("name", "status", "reason", "a", "b")]
    assert found == [Role.OPEN, Role.CODE, Role.CODE, Role.CODE, Role.CODE]


def test_exact_is_what_the_table_says() -> None:
    judged = Judged(path=("a",), value=1, role=Role.GIVEN, shape=Shape.INTEGER)
    assert judged.exact
    assert not {Role.CREATED, Role.CLOCK, Role.PROSE, Role.OPEN, Role.SECRET} & EXACT


def test_forms_that_readers_rely_on() -> None:
    assert has_form(Shape.UUID)
    assert has_form(Shape.DATE)
    assert not has_form(Shape.CODE)
