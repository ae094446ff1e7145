from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.pactfile.places import interaction_lines

PACTS = Path(__file__).resolve().parents[4] / "pacts"


def test_each_interaction_of_a_recorded_pact_is_found() -> None:
    """Its line is that of the brace that opens it."""
    file = PACTS / "client-user.json"
    text = file.read_text()
    found = interaction_lines(text)
    assert len(found) == len(json.loads(text)["interactions"])
    lines = text.splitlines()
    assert {lines[number - 1].strip() for number in found} == {"{"}
    assert list(found) == sorted(set(found))


def test_messages_follow_interactions_whatever_the_order_of_the_file() -> None:
    """As positions count them."""
    text = '{"messages": [\n{"description": "m"}],\n"interactions": [{}, \n{"interactions": [1]}\n]}'
    assert interaction_lines(text) == (3, 4, 2)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "nothing", '{"interactions"', '{"interactions": [', '{"interactions": [{]}', "[" * 100_000, '{"a": 1}'],
)
def test_what_is_no_pact_has_no_lines(text: str) -> None:
    assert interaction_lines(text) == ()


_VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    interactions=st.lists(_VALUES, max_size=5),
    before=st.dictionaries(st.text(max_size=3).map(lambda name: f"_{name}"), _VALUES, max_size=3),
    indent=st.none() | st.integers(0, 3),
)
def test_every_interaction_of_any_document_is_counted(
    interactions: list[Any], before: dict[str, Any], indent: int | None
) -> None:
    """Whatever it holds, and however it is written."""
    text = json.dumps({**before, "interactions": interactions}, indent=indent)
    found = interaction_lines(text)
    assert len(found) == len(interactions)
    for number, value in zip(found, interactions, strict=True):
        line = text.split("\n")[number - 1]
        assert json.dumps(value, indent=indent).split("\n")[0] in line
