"""How often one caller may ask."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from limits import parse_many

from treaty_shop.gateway.rate import RateLimit
from treaty_shop.platform.errors import TooManyRequests


def test_one_too_many_is_refused_until_the_window_has_moved_on() -> None:
    """Others are not held up; the answer says how long to wait."""
    with time_machine.travel(datetime(2025, 3, 9, 12, tzinfo=UTC), tick=False) as clock:
        rate = RateLimit(parse_many("3/minute;2/second"))
        rate.count("ada")
        rate.count("ada")
        with pytest.raises(TooManyRequests) as burst:
            rate.count("ada")
        rate.count("ben")
        assert (burst.value.code, burst.value.headers) == ("too_many_requests", {"Retry-After": "1"})
        clock.shift(timedelta(seconds=20))
        with pytest.raises(TooManyRequests) as window:
            rate.count("ada")
        assert window.value.headers == {"Retry-After": "40"}
        clock.shift(timedelta(seconds=41))
        rate.count("ada")
