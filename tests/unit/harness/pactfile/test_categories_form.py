"""How categories of rules and generators are written."""

from __future__ import annotations

from treaty.contract.categories import Categories
from treaty.pactfile.categories_form import category_named, read_single, split_categories, write_categories
from treaty.pactfile.node import Node


def test_categories_go_by_several_names() -> None:
    assert [category_named(word) for word in ("content", "contents", "headers", "body", "x")] == [
        "body",
        "body",
        "header",
        "body",
        "x",
    ]


def test_categories_are_told_apart() -> None:
    single, mapped, other = split_categories(Node({"path": 1, "headers": 2, "content": 3, "x": 4}))
    assert {name: node.value for name, node in single.items()} == {"path": 1}
    assert {name: node.value for name, node in mapped.items()} == {"header": 2, "body": 3}
    assert other["x"].tokens == ("x",)


def test_a_single_value_may_be_written_as_a_map_with_one_name() -> None:
    parts = {"path": Node({"": {"type": "a"}}), "status": Node({"type": "b"}), "method": Node({})}
    assert dict(read_single(parts, "type", lambda node: node.need("type", "").text())) == {"path": "a", "status": "b"}


def test_writing_sorts_and_names_the_body() -> None:
    kept = Categories(status=1, body={"$.b": 2, "$.a": 3}, unknown={"a": 4})
    written = write_categories(kept, lambda number: number, body="content")
    assert list(written.items()) == [("a", 4), ("content", {"$.a": 3, "$.b": 2}), ("status", 1)]
