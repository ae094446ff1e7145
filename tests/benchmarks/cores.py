"""One core for the server under load, the others for who asks it: neither takes the other's time or caches."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


def pin_server() -> None:
    """Bind this process to the last core that it may use; nothing where there is one only, or no such call."""
    cores = _cores()
    if len(cores) > 1:
        os.sched_setaffinity(0, cores[-1:])


@contextmanager
def client_pinned() -> Iterator[None]:
    """Bind this process to all cores but that of the server; begin when the servers have started."""
    cores = _cores()
    if len(cores) > 1:
        os.sched_setaffinity(0, cores[:-1])
    try:
        yield
    finally:
        if len(cores) > 1:
            os.sched_setaffinity(0, cores)


def _cores() -> list[int]:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
