"""Forms with bracket keys: what the official library writes is read back."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stripe._encode import _api_encode

from treaty_shop.outside.stripe.forms import MalformedForm, nest, read_form

_NAMES = st.from_regex(r"[a-z_]{1,6}", fullmatch=True)
_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.text(max_size=8),
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(_NAMES, inner, min_size=1, max_size=3),
    max_leaves=4,
)


@settings(max_examples=40)
@given(st.dictionaries(_NAMES, _VALUES, max_size=4))
def test_what_the_official_library_encodes_comes_back(given: dict[str, Any]) -> None:
    assert nest(_api_encode(given)) == given


def test_a_body_is_decoded() -> None:
    body = (
        b"line_items[0][price_data][currency]=eur&line_items%5B0%5D%5Bquantity%5D=2&metadata[a%20b]=%C3%BC&expand[]=x"
    )
    assert read_form(body) == {
        "line_items": [{"price_data": {"currency": "eur"}, "quantity": "2"}],
        "metadata": {"a b": "ü"},
        "expand": ["x"],
    }


@pytest.mark.parametrize(
    "body",
    [b"a[=1", b"a]b=1", b"[a]=1", b"a=1&a[b]=2", b"a[b]=1&a=2", b"a=1&a=2", b"a" + b"[b]" * 9 + b"=1", b"\xff=1"],
)
def test_keys_that_are_broken_or_contradict_each_other_are_refused(body: bytes) -> None:
    with pytest.raises(MalformedForm):
        read_form(body)
