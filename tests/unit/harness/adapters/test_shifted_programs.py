from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from treaty.adapters import shifted_programs
from treaty.adapters.shifted_programs import Shifted, preloaded_library, shifted_program
from treaty.errors import ClockUnsupported

SHIFT = timedelta(days=400)
TELL = "import datetime, sys; print(datetime.datetime.now(datetime.timezone.utc).isoformat(), sys.argv[1:])"


def shifted(*words: str, folder: Path = Path("/"), shift: timedelta = SHIFT) -> Shifted:
    return shifted_program(words, shift=shift, name="shop", environment=dict(os.environ), folder=folder)


def output(command: Shifted, folder: Path) -> str:
    done = subprocess.run(
        command.words, env=dict(command.environment), cwd=folder, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


def assert_later(text: str, shift: timedelta = SHIFT) -> None:
    ahead = datetime.fromisoformat(text) - datetime.now(UTC)
    assert abs(ahead - shift) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "words",
    [
        ("tell.py", "-m", "x"),
        ("-u", "-X", "utf8", "tell.py", "-m", "x"),
        ("-m", "tell", "-m", "x"),
        ("-c", TELL, "-m", "x"),
        ("-P", "tell.py", "-m", "x"),
        ("-I", "tell.py", "-m", "x"),
    ],
    ids=lambda words: words[0],
)
def test_a_program_of_python_runs_later_with_its_arguments(tmp_path: Path, words: Sequence[str]) -> None:
    """Files, modules and code, with options of the interpreter."""
    (tmp_path / "tell.py").write_text(TELL)
    command = shifted(sys.executable, *words, folder=tmp_path)
    assert command.means == "time-machine"
    moment, rest = output(command, tmp_path).split(" ", 1)
    assert_later(moment)
    assert rest == "['-m', 'x']"


def test_a_script_finds_its_neighbours_and_not_ours(tmp_path: Path) -> None:
    """The first place where Python looks is the folder of the script, as always."""
    (tmp_path / "processes.py").write_text("NAME = 'neighbour'")
    script = tmp_path / "script"
    script.write_text(f"#!{sys.executable}\nimport processes, sys; print(processes.NAME, sys.argv[1:], sys.path[0])")
    script.chmod(0o755)
    command = shifted(str(script), "x")
    assert command.means == "time-machine"
    assert output(command, Path("/")) == f"neighbour ['x'] {tmp_path}"


def test_other_programs_get_a_library(tmp_path: Path) -> None:
    """That of the package, which leaves the monotonic clock alone."""
    assert preloaded_library() is not None, "pip install 'treaty[clock]'"
    shift = timedelta(days=-1000)
    command = shifted("date", "--utc", "+%Y-%m-%dT%H:%M:%S+00:00", folder=tmp_path, shift=shift)
    assert command.means == "libfaketime"
    assert command.environment["FAKETIME_DONT_FAKE_MONOTONIC"] == "1"
    assert_later(output(command, tmp_path), shift)


def test_a_python_without_time_machine_gets_the_library_and_can_wait(tmp_path: Path) -> None:
    """Waits with a bound end, since the monotonic clock is real."""
    code = f"import threading; threading.Event().wait(0.01); {TELL}"
    command = shifted(sys.executable, "-I", "-S", "-c", code, folder=tmp_path)
    assert command.means == "libfaketime"
    assert_later(output(command, tmp_path).split(" ")[0])


def test_without_the_library_the_reason_and_the_remedy_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """For Python it is another one."""
    monkeypatch.setattr(shifted_programs, "preloaded_library", lambda: None)
    with pytest.raises(ClockUnsupported, match="shop cannot be run at another time") as raised:
        shifted("date")
    assert "treaty[clock]" in raised.value.hint
    with pytest.raises(ClockUnsupported) as raised:
        shifted(sys.executable, "-I", "-S", "-m", "shop")
    assert f"{sys.executable} -m pip install time-machine" in raised.value.hint


@pytest.mark.parametrize(("data", "reason"), [(b"\x7fELF\2\1\xff Go buildinf:", "Go"), (b"MZ", "loader")])
def test_what_no_library_can_reach_is_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    program = tmp_path / "program"
    program.write_bytes(data)
    program.chmod(0o755)
    with pytest.raises(ClockUnsupported) as raised:
        shifted(str(program))
    assert reason in raised.value.why
    assert raised.value.exit_status == 3


def test_what_is_not_there_is_left_to_whoever_starts_it() -> None:
    """Who says that there is no such command."""
    assert shifted("no-such-program").words == ("no-such-program",)
