"""Wires `treaty stub --faults`: the file, and the recording that it takes times from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from treaty.session.exchange import Exchange
from treaty.session.reader import open_session
from treaty_stubs.faults.model import Curve, Fault
from treaty_stubs.faults.reading import read_faults
from treaty_stubs.faults.switchboard import Faults

_PERCENTILES: Final = (0.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9, 100.0)


class SessionTimes:
    """How long the providers of a session took.

    Args:
        exchanges: of the session; those without an answer are left aside.

    """

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        self._calls = [
            (
                exchange.edge.provider,
                exchange.request.method,
                exchange.request.path,
                (exchange.ended - exchange.started).total_seconds(),
            )
            for exchange in exchanges
            if exchange.response is not None
        ]

    def curve(self, fault: Fault) -> Curve:
        """Give the times of the calls that a fault meets; empty when there are none."""
        times = sorted(
            max(0.0, seconds)
            for provider, method, path, seconds in self._calls
            if fault.meets(provider=provider, method=method, path=path)
        )
        if not times:
            return ()
        last = len(times) - 1
        return tuple((percent, times[round(last * percent / 100)]) for percent in _PERCENTILES)


def read_fault_setting(path: Path | None, *, seed: int | None) -> Faults:
    """Read what a user declared; without a file there is none, and some may be switched on later.

    Raises:
        FileMissing, SessionUnreadable: when the file, or the session that it names, cannot be read.
        ConfigInvalid: when it is no file of faults.

    """
    if path is None:
        return Faults(seed=seed)
    faults, times = read_faults(path, open_session=lambda folder: SessionTimes(open_session(folder)))
    return Faults(faults, seed=seed, times=times)
