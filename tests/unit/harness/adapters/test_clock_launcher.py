from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from treaty.adapters.clock_launcher import ClockInvalid, destination, main

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("+400d", NOW + timedelta(days=400)),
        ("-2h", NOW - timedelta(hours=2)),
        ("+1w", NOW + timedelta(weeks=1)),
        ("2024-01-01", datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024-01-01T10:00:00+02:00", datetime(2024, 1, 1, 8, tzinfo=UTC)),
    ],
)
def test_shifts_and_times_are_understood(text: str, moment: datetime) -> None:
    """A time without a zone is UTC."""
    assert destination(text, now=NOW) == moment


@pytest.mark.parametrize("text", ["400d", "+4y", "soon", "", "+99999999d"])
def test_other_texts_are_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ClockInvalid):
        destination(text, now=NOW)


def launch(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "treaty.adapters.clock_launcher", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


PROGRAM = """
import sys, time, datetime, threading
before = time.monotonic()
threading.Event().wait(0.01)
assert 0 < time.monotonic() - before < 60
print(datetime.datetime.now(datetime.timezone.utc).year, time.gmtime(time.time()).tm_year, __name__, sys.argv[1:])
"""


@pytest.mark.parametrize("as_module", [True, False])
def test_a_program_runs_at_the_given_time(tmp_path: Path, as_module: bool) -> None:
    """Modules and files, with their arguments; waiting is not affected."""
    (tmp_path / "program.py").write_text(PROGRAM)
    program = ["-m", "program"] if as_module else ["program.py"]
    result = launch("2031-05-05T00:00:00Z", "--", *program, "-x", "+1d", folder=tmp_path)
    assert result.stdout == "2031 2031 __main__ ['-x', '+1d']\n", result.stderr


@pytest.mark.parametrize("arguments", [[], ["+1d"], ["+1d", "-m", "x"], ["+1d", "--", "-m"], ["soon", "--", "x.py"]])
def test_unusable_arguments_end_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """With a line that says why."""
    assert main(arguments) == 2
    assert capsys.readouterr().err
