"""What the driver makes of answers."""

import pytest

from treaty_shop.driver.calls import DayFailed, check, field

_BODY = {"data": [{"id": 1}, {"id": 2}]}


def test_a_field_is_found_by_keys_and_positions() -> None:
    """Also from the end of a list."""
    assert field(_BODY, "data", -1, "id") == 2  # type: ignore[arg-type] # a narrower dict than Json


@pytest.mark.parametrize("names", [("items",), ("data", 2), ("data", "id"), ("data", 0, "id", "x")])
def test_a_field_that_is_not_there_fails_the_day(names: tuple[str | int, ...]) -> None:
    """The message says which."""
    with pytest.raises(DayFailed, match="has no"):
        field(_BODY, *names)  # type: ignore[arg-type] # a narrower dict than Json


def test_a_value_that_differs_fails_the_day() -> None:
    """The message holds both values."""
    check({"id": 1}, "id", expect=1)
    with pytest.raises(DayFailed, match=r"expected id to be 2, got 1"):
        check({"id": 1}, "id", expect=2)
