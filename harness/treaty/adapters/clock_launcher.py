"""Runs a Python program at a shifted time: ``python clock_launcher.py +400d -- -m module args...``.

Works for what Python's time and datetime modules tell inside this process and what it forks; other child processes and
SQL's own clock stay at real time. Waiting is not affected, because the monotonic clock is left alone.

Runs in the interpreter of the program, which may be older than ours and need not have Treaty: it is started by its
path, and imports only the standard library and time-machine.
"""

from __future__ import annotations

import os
import re
import runpy
import sys
from datetime import datetime, timedelta, timezone
from typing import Final, Sequence  # noqa: UP035 - collections.abc.Sequence is no type before Python 3.9

_SHIFT: Final = re.compile(r"([+-]\d+)([smhdw])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_UTC: Final = timezone.utc  # noqa: UP017 - datetime.UTC came with Python 3.11
_USAGE: Final = "usage: clock_launcher.py +400d|TIME -- -m MODULE|-c CODE|FILE [ARGUMENT ...]"


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
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=_UTC)
        return moment.astimezone(_UTC)
    except (ValueError, OverflowError) as fault:
        raise ClockInvalid(f"{text!r} is neither a shift such as +400d nor an ISO 8601 time: {fault}") from None


def main(arguments: Sequence[str]) -> int:
    """Travel, then run the program as if Python had been started with it; 2 when the arguments make no sense."""
    if len(arguments) < 3 or arguments[1] != "--" or (arguments[2] in ("-m", "-c") and len(arguments) < 4):
        sys.stderr.write(f"{_USAGE}\n")
        return 2
    try:
        moment = destination(arguments[0], now=datetime.now(_UTC))
    except ClockInvalid as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    import time_machine  # noqa: PLC0415 - an extra, needed only here

    with time_machine.travel(moment, tick=True):
        _run(list(arguments[2:]))
    return 0


def _run(program: list[str]) -> None:
    if program[0] == "-m":
        sys.argv = program[1:]
        _look_first_in(str(os.getcwd()))  # noqa: PTH109 - sys.path holds texts
        runpy.run_module(program[1], run_name="__main__", alter_sys=True)
    elif program[0] == "-c":
        sys.argv = ["-c", *program[2:]]
        _look_first_in("")
        exec(compile(program[1], "<string>", "exec"), sys.modules["__main__"].__dict__)  # noqa: S102 - the user's own code
    else:
        sys.argv = program
        # A folder or archive with a __main__ puts itself there (runpy).
        if os.path.isfile(program[0]) and not program[0].endswith((".zip", ".pyz")):  # noqa: PTH113 - as above
            _look_first_in(os.path.dirname(os.path.realpath(program[0])))  # noqa: PTH120 - as above
        runpy.run_path(program[0], run_name="__main__")


def _look_first_in(folder: str) -> None:
    """Do what Python does unless it is told to be safe (-P, -I, PYTHONSAFEPATH)."""
    if not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
        sys.path.insert(0, folder)


if __name__ == "__main__":
    if not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
        # The place of this file, or the current folder, which Python has put there for us and not for the program.
        del sys.path[0]
    raise SystemExit(main(sys.argv[1:]))
