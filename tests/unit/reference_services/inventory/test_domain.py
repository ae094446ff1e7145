"""Products and reservations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty_shop.inventory.domain import (
    Line,
    ReservationStatus,
    is_product_id,
    is_reservation_id,
    may_become,
    merged,
)

_LINES = st.lists(
    st.builds(Line, product_id=st.sampled_from("abcd"), quantity=st.integers(min_value=1, max_value=9)), max_size=8
)


@given(_LINES, st.randoms(use_true_random=False))
def test_lines_are_merged_whatever_their_order(lines: list[Line], random: object) -> None:
    """Nothing is lost, and each product has one line, in the order of ids."""
    mixed = list(lines)
    random.shuffle(mixed)  # type: ignore[attr-defined] # hypothesis' own kind of Random
    together = merged(mixed)
    assert together == merged(lines)
    assert [line.product_id for line in together] == sorted({line.product_id for line in lines})
    assert sum(line.quantity for line in together) == sum(line.quantity for line in lines)


def test_what_gave_its_pieces_back_is_over() -> None:
    """What is confirmed can still come back, but time does not take it."""
    over = (ReservationStatus.RELEASED, ReservationStatus.EXPIRED)
    assert not any(may_become(present, wanted) for present in over for wanted in ReservationStatus)
    assert [wanted for wanted in ReservationStatus if may_become(ReservationStatus.CONFIRMED, wanted)] == ["released"]


@pytest.mark.parametrize(
    ("text", "product", "reservation"),
    [
        ("prod_1", True, False),
        ("0b5b4f64-7f7d-4c8e-9e0a-3f6f9a1d2c3b", True, True),
        ("0B5B4F64-7F7D-4C8E-9E0A-3F6F9A1D2C3B", True, False),
        ("a b", False, False),
        ("", False, False),
        ("x" * 65, False, False),
    ],
)
def test_ids_have_their_form(text: str, *, product: bool, reservation: bool) -> None:
    """A UUID is written as it was given out."""
    assert is_product_id(text) is product
    assert is_reservation_id(text) is reservation
