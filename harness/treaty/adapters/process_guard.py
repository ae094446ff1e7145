"""Ends process groups that would outlive us, even when we are killed with SIGKILL.

The guard is a small process of its own. We tell it over a pipe which groups we started and which have ended; when the
pipe closes, by whatever death of ours, it ends those that are left. Run as a script it imports the standard library
only, so that it costs a few milliseconds.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final

GRACE_SECONDS: Final = 5.0
"""How long a group may take to end after SIGTERM before it gets SIGKILL."""

_POLL_SECONDS: Final = 0.02
_PROCESSES: Final = Path("/proc")


class ProcessGuard:
    """Our end of the pipe; the guard's process starts with the first group."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def watch(self, group: int) -> None:
        """End this process group when we die."""
        self._tell(f"+{group}\n")

    def forget(self, group: int) -> None:
        """Leave this process group alone: it has ended."""
        self._tell(f"-{group}\n")

    def close(self) -> None:
        """Let the guard end what it still watches, and wait for it."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
            process.wait()

    def _tell(self, line: str) -> None:
        with self._lock:
            if self._process is None:
                self._process = subprocess.Popen(
                    [sys.executable, "-I", "-S", __file__],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    bufsize=0,
                    start_new_session=True,
                )
            assert self._process.stdin is not None
            # A guard that somebody killed is no reason to fail: it is only a second net.
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(line.encode())


GUARD: Final = ProcessGuard()
"""The guard of this process."""
atexit.register(GUARD.close)


def end_group(group: int, *, grace: float = GRACE_SECONDS) -> None:
    """End a process group: SIGTERM, and SIGKILL for what is left after the grace period (seconds)."""
    _signal(group, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while group_exists(group) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    _signal(group, signal.SIGKILL)


def group_exists(group: int) -> bool:
    """Tell whether a process of a group lives; one that has ended and was not waited for does not (proc(5))."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    states = [_group_and_state(folder) for folder in _PROCESSES.iterdir() if folder.name.isdigit()]
    return any(member == group and state not in "ZX" for member, state in states)


def _group_and_state(folder: Path) -> tuple[int, str]:
    try:
        text = (folder / "stat").read_text(encoding="utf-8", errors="replace")
        state, _parent, group = text.rpartition(")")[2].split()[:3]
    except (OSError, ValueError):
        return 0, "X"
    return int(group), state


def _signal(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _main() -> None:
    # Signals meant for the whole family are ours to outlive: we clean up after it.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    for group in groups:
        end_group(group)


if __name__ == "__main__":
    _main()
