"""Several doing the same thing at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")
_BOUND = 60


def at_once(count: int, action: Callable[[int], Result]) -> list[Result | Exception]:
    """Let so many threads begin together; return what each got, or what it raised."""
    start = threading.Barrier(count)

    def run(number: int) -> Result | Exception:
        start.wait(_BOUND)
        try:
            return action(number)
        except Exception as error:  # noqa: BLE001 (the test judges it)
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count), timeout=_BOUND))
