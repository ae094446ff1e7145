"""``${name}`` inside texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract.placeholders import references, substitute


def test_names_are_filled_in_and_the_escape_is_a_plain_brace() -> None:
    assert substitute("a${x}b$${x}c${edge.a.b}$", {"x": "1", "edge.a.b": "2"}) == "a1b${x}c2$"


def test_references_are_listed_in_order_without_escaped_ones() -> None:
    assert list(references("${b} $${a} ${a}${b}")) == ["b", "a", "b"]


def test_a_name_without_a_value_is_an_error_that_holds_the_name() -> None:
    with pytest.raises(KeyError) as caught:
        substitute("${missing}", {})
    assert caught.value.args == ("missing",)


@given(st.text())
def test_an_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert substitute(text.replace("${", "$${"), {}) == text
