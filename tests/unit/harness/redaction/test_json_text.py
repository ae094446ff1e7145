"""Walking through the text of a JSON document; parsing it is the oracle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract.path import Place, parse_path
from treaty.redaction.json_text import Leaf, escaped, leaves, path_of, unescaped

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
FORMS = st.fixed_dictionaries(
    {
        "indent": st.sampled_from([None, 0, 2]),
        "separators": st.sampled_from([(",", ":"), (", ", ": "), (" , ", " : ")]),
        "ensure_ascii": st.booleans(),
    }
)


def walked(text: str) -> list[tuple[str, str, str]]:
    """Give kind, raw text and path of each leaf."""
    return [(leaf.kind, text[leaf.start : leaf.end], path_of(levels)) for leaf, levels in leaves(text)]


def parsed(value: object, place: Place = ()) -> Iterator[tuple[str, object, Place]]:
    """Give kind, value and place of each key and leaf of a parsed document."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield "key", key, (*place, key)
            yield from parsed(item, (*place, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from parsed(item, (*place, index))
    else:
        yield "text" if isinstance(value, str) else "word", value, place


def only_leaf(text: str, content: str) -> Leaf:
    """Give the leaf that has this content."""
    (leaf,) = [leaf for leaf, _ in leaves(text) if text[leaf.start : leaf.end] == content]
    return leaf


@given(DOCUMENTS, FORMS)
def test_the_walk_sees_what_parsing_sees(value: object, form: dict[str, Any]) -> None:
    """Every key and leaf in order, with its value, at its place, however the document is written."""
    text = json.dumps(value, **form)
    found = walked(text)
    expected = list(parsed(value))
    assert [kind for kind, _, _ in found] == [kind for kind, _, _ in expected]
    for (kind, raw, path), (_, wanted, place) in zip(found, expected, strict=True):
        assert (json.loads(raw) if kind == "word" else unescaped(raw)) == wanted
        assert parse_path(path).covers(place)


@pytest.mark.parametrize(
    ("text", "name", "enclosing"),
    [
        ('{"password": "x"}', "password", ()),
        ('{"card": {"number": "x"}}', "number", ("card",)),
        ('{"tokens": ["x"]}', "tokens", ()),
        ('{"a": {"tokens": [["x"]]}}', "tokens", ("a",)),
        ('{"users": [{"name": 1, "pin": "x"}]}', "pin", ("users",)),
        ('["x"]', "", ()),
        ('"x"', "", ()),
        ('{"a": {"b": 1}, "c": "x"}', "c", ()),
        ('{"p\\u0061ss": "x"}', "pass", ()),
    ],
)
def test_a_leaf_knows_the_names_above_it(text: str, name: str, enclosing: tuple[str, ...]) -> None:
    """Inside a list it has the name of the list."""
    leaf = only_leaf(text, "x")
    assert (leaf.name, leaf.enclosing) == (name, enclosing)


def test_a_key_is_no_value_of_itself() -> None:
    """It has no name, and the same text as a value is another leaf."""
    found = [leaf for leaf, _ in leaves('{"token": "token"}')]
    assert [(leaf.kind, leaf.name) for leaf in found] == [("key", ""), ("text", "token")]


def test_repeated_keys_are_all_seen() -> None:
    """Parsing would lose the first one, and its secret would stay."""
    assert walked('{"a": 1, "a": 2}') == [
        ("key", "a", "$.a"),
        ("word", "1", "$.a"),
        ("key", "a", "$.a"),
        ("word", "2", "$.a"),
    ]


def test_odd_keys_are_quoted_in_paths() -> None:
    text = json.dumps({"odd key": {"it's": {"b\\c": [0, "x"]}}})
    assert walked(text)[-1] == ("text", "x", "$['odd key']['it\\'s']['b\\\\c'][1]")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("   ", []),
        ('{"a": "x', [("key", "a"), ("text", "x")]),
        ('{"a": "x"', [("key", "a"), ("text", "x")]),
        ('"x"]}', [("text", "x")]),
        (']},"x"', [("text", "x")]),
        ("{'a': 1}", [("word", "'a'"), ("word", "1")]),
    ],
)
def test_a_damaged_document_gives_what_can_be_made_out(text: str, found: list[tuple[str, str]]) -> None:
    """And never an exception."""
    assert [(kind, raw) for kind, raw, _ in walked(text)] == found


@given(st.text(alphabet='{}[]":,\\ a1\n', max_size=20))
def test_no_text_breaks_the_walk(text: str) -> None:
    """Leaves come in order and do not overlap, whatever the text is."""
    spans = [(leaf.start, leaf.end) for leaf, _ in leaves(text)]
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))


@given(st.text())
def test_what_was_escaped_is_unescaped_to_the_same(value: str) -> None:
    assert unescaped(escaped(value)) == value
    assert json.loads(f'"{escaped(value)}"') == value


@pytest.mark.parametrize("raw", [r"\x41", "\\", r"\u12", "a\\"])
def test_what_is_no_escape_stays_as_it_is(raw: str) -> None:
    assert unescaped(raw) == raw


def test_line_breaks_in_a_text_are_forgiven() -> None:
    """JSON does not allow them, senders do."""
    assert unescaped("a\n\\u00e4") == "a\nä"


@given(DOCUMENTS, FORMS, st.data())
def test_the_text_that_a_document_was_cut_off_in_is_walked_too(
    value: object, form: dict[str, Any], data: st.DataObject
) -> None:
    """However short a document was cut, all that is left of its keys and leaves is seen, in order."""
    text = json.dumps(value, **form)
    whole = walked(text)
    cut = text[: data.draw(st.integers(min_value=0, max_value=len(text)))]
    found = walked(cut)
    assert [kind for kind, _, _ in found] == [kind for kind, _, _ in whole[: len(found)]]
    assert all(raw.startswith(part) for (_, part, _), (_, raw, _) in zip(found, whole, strict=False))


@pytest.mark.parametrize("end", ["", "\\", '\\"', "\\u00e"])
def test_a_text_without_an_end_is_a_leaf(end: str) -> None:
    """It goes to the end of the document, escapes and all."""
    assert walked('{"password":"hunter2' + end) == [
        ("key", "password", "$.password"),
        ("text", "hunter2" + end, "$.password"),
    ]
