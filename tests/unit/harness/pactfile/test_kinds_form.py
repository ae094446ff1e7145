"""A kind of matcher or generator as a table of what it is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from treaty.contract.json_value import JsonValue
from treaty.pactfile.kinds_form import Form, by_class, text, whole
from treaty.pactfile.node import Fault, Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    name: str
    nickname: str = ""
    size: int | None = None
    unknown: Mapping[str, JsonValue] = field(default_factory=dict)


FORM = Form(
    build=Thing,
    details=(
        text("name", "name", "what it is called", old_keys=("title",)),
        text("nickname", "nick"),
        whole("size", "size"),
    ),
)


def test_details_are_read_and_others_kept() -> None:
    node = Node({"kind": "thing", "name": "a", "nick": "b", "size": 0, "x": 1})
    assert FORM.read(node, "kind") == Thing(name="a", nickname="b", size=0, unknown={"x": 1})


def test_an_old_key_counts_when_the_new_one_is_missing() -> None:
    """Beside the new one it is a key like others, and kept."""
    assert FORM.read(Node({"title": "a"})) == Thing(name="a")
    assert FORM.read(Node({"title": "a", "name": "b"})) == Thing(name="b", unknown={"title": "a"})


def test_null_is_as_good_as_missing() -> None:
    assert FORM.read(Node({"name": "a", "nick": None, "size": None})) == Thing(name="a")


@pytest.mark.parametrize("value", [{}, {"name": None}, {"name": []}])
def test_what_must_be_there_is_asked_for(value: dict[str, JsonValue]) -> None:
    with pytest.raises(Fault):
        FORM.read(Node(value))


def test_only_what_was_given_is_written() -> None:
    assert FORM.write(Thing(name="")) == {"name": ""}
    assert FORM.write(Thing(name="a", nickname="b", size=0)) == {"name": "a", "nick": "b", "size": 0}


def test_an_empty_text_may_be_kept() -> None:
    form = Form(build=Thing, details=(text("nickname", "nick", keep_empty=True),))
    assert form.write(Thing(name="a")) == {"nick": ""}


def test_the_first_form_of_a_class_writes_it() -> None:
    assert by_class([FORM, Form(build=Thing)]) == {Thing: FORM}
