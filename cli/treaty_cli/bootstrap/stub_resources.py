"""What the machine gives a stub: as many open files as it may have; and what is told when that is not enough."""

from __future__ import annotations

import asyncio
import errno
import os
import resource
from collections.abc import Callable
from typing import Any, Final

MOST_FILES: Final = 65_536
_STARVED: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


def take_more_files() -> None:
    """Open as many files, and connections, as this machine allows its user; the usual bound is a fraction of that."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def tell_when_starved(loop: asyncio.AbstractEventLoop, tell: Callable[[str], None]) -> None:
    """Call a function with a clause when connections cannot be taken; asyncio would write a traceback for each try.

    Args:
        loop: in which connections are taken; it tries again every second.
        tell: called once for each cause.

    """
    told: set[int] = set()

    def handle(of: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        fault = context.get("exception")
        if isinstance(fault, OSError) and fault.errno in _STARVED:
            if fault.errno not in told:
                told.add(fault.errno)
                tell(os.strerror(fault.errno).lower())
        else:
            of.default_exception_handler(context)

    loop.set_exception_handler(handle)
