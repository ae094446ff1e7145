"""What a call says is held against the description."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.errors import UsageError
from treaty_stubs.admin.calls import check_parameter

LIMIT = {"type": "integer", "minimum": 1, "maximum": 1000}


@given(st.integers(-2000, 2000))
def test_numbers_are_taken_within_their_bounds(number: int) -> None:
    if 1 <= number <= 1000:
        check_parameter("limit", str(number), LIMIT)
    else:
        with pytest.raises(UsageError):
            check_parameter("limit", str(number), LIMIT)


@pytest.mark.parametrize("text", ["", " 1", "1.0", "1e2", "+1", "٣", "²", "9" * 5000, "true"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        check_parameter("limit", text, LIMIT)
    assert len(str(raised.value)) < 1000


def test_texts_are_texts() -> None:
    check_parameter("text", "12", {"type": "string"})
