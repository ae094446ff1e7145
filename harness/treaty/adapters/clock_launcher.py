"""Runs a Python program at a shifted time: ``python -m treaty.adapters.clock_launcher +400d -- -m module args...``.

Works for what Python's time and datetime modules tell inside this process; child processes and SQL's own clock stay
at real time. Waiting is not affected, because the monotonic clock is left alone.
"""

from __future__ import annotations

import re
import runpy
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

_SHIFT: Final = re.compile(r"([+-]\d+)([smhdw])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_USAGE: Final = "usage: python -m treaty.adapters.clock_launcher +400d|TIME -- -m MODULE|FILE [ARGUMENT ...]"


class ClockInvalid(ValueError):
    """A text is neither a shift such as `+400d` nor a time such as `2024-01-01T00:00:00Z`."""


def destination(text: str, *, now: datetime) -> datetime:
    """Give the time that the program should start at.

    Args:
        text: `+400d`, `-2h` (units s, m, h, d, w), or an ISO 8601 time; without a zone it is UTC.
        now: the real time, with a zone.

    Raises:
        ClockInvalid: when it is neither, or beyond the years 1 to 9999.

    """
    shift = _SHIFT.fullmatch(text)
    try:
        if shift is not None:
            return now + timedelta(**{_UNITS[shift[2]]: int(shift[1])})
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as fault:
        raise ClockInvalid(f"{text!r} is neither a shift such as +400d nor an ISO 8601 time: {fault}") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def main(arguments: Sequence[str]) -> int:
    """Travel, then run the program as if Python had been started with it; 2 when the arguments make no sense."""
    if len(arguments) < 3 or arguments[1] != "--" or (arguments[2] == "-m" and len(arguments) < 4):
        sys.stderr.write(f"{_USAGE}\n")
        return 2
    try:
        moment = destination(arguments[0], now=datetime.now(UTC))
    except ClockInvalid as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    import time_machine  # noqa: PLC0415 - an extra, needed only here

    program = list(arguments[2:])
    with time_machine.travel(moment, tick=True):
        if program[0] == "-m":
            sys.argv = program[1:]
            sys.path.insert(0, "")
            runpy.run_module(program[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = program
            runpy.run_path(program[0], run_name="__main__")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
