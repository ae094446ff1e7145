"""JSON with exact decimals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty_shop.platform.json_text import Json, NotJson, read_json, write_json

_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False, places=2),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(_VALUES)
def test_values_survive_writing_and_reading(value: Json) -> None:
    """Decimals keep their decimals."""
    assert read_json(write_json(value)) == value


def test_two_decimals_stay_two_decimals() -> None:
    """12.50 is neither 12.5 nor a string."""
    assert write_json({"amount": Decimal("12.50")}) == '{"amount": 12.50}'
    assert str(read_json("12.50")) == "12.50"


@pytest.mark.parametrize("text", [b"", b"{", b"NaN", b"\xff", b"[" * 100_000])
def test_what_is_not_json_is_refused(text: bytes) -> None:
    """Also when it is not UTF-8 or nested beyond reason."""
    with pytest.raises(NotJson):
        read_json(text)
