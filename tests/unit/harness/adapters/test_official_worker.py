from __future__ import annotations

import subprocess
import sys


def test_the_engine_is_loaded_only_when_there_is_a_task() -> None:
    """The environment must say that nothing is to be reported before the engine comes in."""
    program = "import sys, treaty.adapters.official_worker; print([n for n in sys.modules if n.startswith('pact')])"
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def test_a_task_that_is_none_ends_with_an_error() -> None:
    """Without hanging, and with nothing on standard output."""
    command = [sys.executable, "-P", "-m", "treaty.adapters.official_worker"]
    done = subprocess.run(command, input="nonsense\n", capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert done.stdout == ""
