from __future__ import annotations

from treaty.adapters.clock import SystemWaiter


def test_waiting_takes_at_least_that_long() -> None:
    """Measured by its own clock, which only goes forward."""
    waiter = SystemWaiter()
    before = waiter.now()
    waiter.wait(0.01)
    assert waiter.now() - before >= 0.01
