"""The guard that ends what would outlive us."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from treaty.adapters import process_guard
from treaty.adapters.process_guard import ProcessGuard, end_group, group_exists

BOUND = 20.0
WAITING = [sys.executable, "-c", "import threading; print('up', flush=True); threading.Event().wait(60)"]
STUBBORN = [sys.executable, "-c", f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {WAITING[2]}"]


def _child(command: list[str]) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
    assert child.stdout is not None
    assert child.stdout.readline() == b"up\n"
    child.stdout.close()
    return child


@pytest.fixture(name="child")
def _waiting_child() -> Iterator[subprocess.Popen[bytes]]:
    child = _child(WAITING)
    yield child
    child.kill()
    child.wait()


def test_a_watched_group_is_ended_when_the_pipe_closes(child: subprocess.Popen[bytes]) -> None:
    guard = ProcessGuard()
    guard.watch(child.pid)
    guard.close()
    assert child.wait(BOUND) == -signal.SIGTERM


def test_a_forgotten_group_is_left_alone(child: subprocess.Popen[bytes]) -> None:
    guard = ProcessGuard()
    guard.watch(child.pid)
    guard.forget(child.pid)
    guard.close()
    assert child.poll() is None


def test_closing_a_guard_that_never_watched_is_fine() -> None:
    ProcessGuard().close()


def test_a_guard_that_was_killed_is_no_failure(child: subprocess.Popen[bytes]) -> None:
    guard = ProcessGuard()
    guard.watch(child.pid)
    assert guard._process is not None
    guard._process.kill()
    guard._process.wait()
    guard.forget(child.pid)
    guard.close()


def test_a_group_that_ignores_sigterm_gets_sigkill() -> None:
    child = _child(STUBBORN)
    end_group(child.pid, grace=0.1)
    assert child.wait(BOUND) == -signal.SIGKILL


def test_a_process_that_nobody_waited_for_does_not_count_as_living(child: subprocess.Popen[bytes]) -> None:
    assert group_exists(child.pid)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not group_exists(child.pid)
    child.wait()
    assert not group_exists(child.pid)


def test_the_guard_imports_the_standard_library_only() -> None:
    """It runs without site-packages, so anything else would fail at once."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", process_guard.__file__], stdin=subprocess.DEVNULL, check=False, timeout=BOUND
    )
    assert done.returncode == 0
