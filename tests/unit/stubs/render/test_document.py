"""Compiled JSON documents."""

from __future__ import annotations

import json
import random

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.stubs.examples import received
from treaty.contract.json_value import JsonValue, loads
from treaty.contract.path import RulePath
from treaty_stubs.render.context import Context, Source
from treaty_stubs.render.document import Document, Way, concrete
from treaty_stubs.render.places import NOTHING


class _Plan:
    """Replaces the value at one place."""

    def __init__(self, place: Way | None, value: JsonValue) -> None:
        self._place = place
        self._value = value

    def source(self, way: Way, example: JsonValue) -> Source | None:
        del example
        return (lambda _context, _indices: self._value) if way == self._place else None

    def repeated(self, way: Way) -> RulePath | None:
        del way
        return None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def _context() -> Context:
    return Context(received=received(), chance=random.Random(1))


@given(_JSON)
def test_a_document_without_sources_is_its_example(example: JsonValue) -> None:
    """What is written reads as the example, and is known to be constant."""
    document = Document.compiled(example, _Plan(None, None))
    assert document.is_constant
    assert loads(document.render(_context())) == example


@given(st.dictionaries(st.text(), _JSON, min_size=1), _JSON)
def test_a_source_replaces_its_place_only(example: dict[str, JsonValue], value: JsonValue) -> None:
    """All other members stay as they are."""
    key = next(iter(example))
    document = Document.compiled(example, _Plan((key,), value))
    assert not document.is_constant
    assert json.loads(document.render(_context())) == {**example, key: value}


def test_a_source_without_a_value_keeps_its_own_example() -> None:
    """Each place falls back to what the example has there, also behind places that are made anew."""
    document = Document(["[", (lambda *_: 7, 1), ",", (lambda *_: NOTHING, [2]), ",", (lambda *_: "x", 3), "]"])
    assert document.render(_context()) == b'[7,[2],"x"]'


def test_half_a_surrogate_pair_stays_an_escape() -> None:
    """A text that UTF-8 cannot hold is still valid JSON on the wire."""
    data = Document.compiled({"a": 1}, _Plan(("a",), "\ud800")).render(_context())
    assert data == b'{"a":"\\ud800"}'


def test_a_place_of_the_example() -> None:
    """Wildcards lead to the first element."""
    from treaty.contract.path import ANY_INDEX

    assert concrete(("a", ANY_INDEX, 3)) == ("a", 0, 3)
