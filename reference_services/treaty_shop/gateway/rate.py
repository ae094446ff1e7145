"""How often one caller may ask."""

import math
import time
from collections.abc import Iterable

from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from treaty_shop.platform.errors import TooManyRequests


class RateLimit:
    """Counts requests by key in moving windows, in this process."""

    def __init__(self, rates: Iterable[RateLimitItem]) -> None:
        self._rates = tuple(rates)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, key: str) -> None:
        """Count one request; raises `TooManyRequests`, with ``Retry-After`` in whole seconds, when it is one too many.

        A request that one window refuses still counts in the windows before it.
        """
        for rate in self._rates:
            if not self._limiter.hit(rate, key):
                window = self._limiter.get_window_stats(rate, key)
                seconds = max(1, math.ceil(window.reset_time - time.time()))
                raise TooManyRequests("too_many_requests", "rate limit exceeded", {"Retry-After": str(seconds)})
