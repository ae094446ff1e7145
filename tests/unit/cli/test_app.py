"""The frame of the command line: help, errors, exit status, signals, imports."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from treaty.errors import DiskFull, ExitStatus, PortTaken
from treaty_cli import app
from treaty_cli.app import SUMMARIES, main

HEAVY = (
    "mitmproxy",
    "pact",
    "pact_ffi",
    "flask",
    "requests",
    "yaml",
    "jsonschema",
    "hypothesis",
    "aiosmtpd",
    "asyncio",
)


@pytest.fixture(autouse=True)
def _handlers_as_before() -> Iterator[None]:
    previous = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in previous.items():
        signal.signal(number, handler)


def _run(*arguments: str, folder: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "treaty_cli", *arguments],
        capture_output=True,
        check=False,
        cwd=folder,
        env={**os.environ, **environment},
        text=True,
        timeout=60,
    )


def test_help_lists_the_commands_in_the_order_of_use_and_succeeds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == ExitStatus.KEPT
    shown = capsys.readouterr().out
    section = shown.partition("Commands:\n")[2].partition("\n\n")[0]
    names = [line.split()[0] for line in section.splitlines()]
    assert {"init", "doctor"} <= set(names)
    assert names == [name for name in SUMMARIES if name in names]


def test_without_a_command_help_is_shown_as_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == ExitStatus.USAGE
    assert "Commands:" in capsys.readouterr().out


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    from importlib.metadata import version

    assert main(["--version"]) == ExitStatus.KEPT
    assert capsys.readouterr().out == f"treaty {version('treaty')}\n"


def test_help_imports_nothing_heavy() -> None:
    """`treaty --help` has a budget of a quarter of a second; what a command needs is imported when it runs."""
    script = (
        "import sys; from treaty_cli.app import main; main(['--help']);"
        "print('LOADED', *sorted(name for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True, timeout=60)
    loaded = done.stdout.partition("LOADED ")[2].split()
    ours = [name for name in loaded if name.startswith(("treaty", "treaty_stubs", "treaty_shop"))]
    assert [name for name in HEAVY if name in loaded] == []
    assert set(ours) == {
        "treaty",
        "treaty.errors",
        "treaty_cli",
        "treaty_cli.app",
        "treaty_cli.commands",
        "treaty_cli.output",
        "treaty_cli.output.errors",
        "treaty_cli.output.terminal",
    }


@pytest.mark.parametrize(
    ("arguments", "what", "hint"),
    [
        (["docter"], "there is no command 'docter'", "did you mean 'doctor'?"),
        (["xyzzy"], "there is no command 'xyzzy'", "treaty --help lists the commands"),
        (["--verison"], "no such option", "did you mean '--version'?"),
        (["init", "--egde", "x"], "no such option", "did you mean '--edge'?"),
        (["init", "--edge"], "requires an argument", "treaty init --help"),
        (["init", "extra"], "got unexpected extra argument (extra)", "treaty init --help"),
    ],
)
def test_a_slip_of_the_fingers_is_a_usage_error_with_a_way_out(
    capsys: pytest.CaptureFixture[str], arguments: list[str], what: str, hint: str
) -> None:
    assert main(arguments) == ExitStatus.USAGE
    shown = capsys.readouterr().err
    assert shown.startswith("error: ")
    assert what in shown.splitlines()[0]
    assert shown.splitlines()[0].endswith("[usage]")
    assert hint in shown


def test_a_subcommand_of_a_group_names_its_whole_path(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--bad"]) == ExitStatus.USAGE
    assert "  where  treaty init" in capsys.readouterr().err


def _command_that(action: object) -> click.Command:
    def callback() -> object:
        if isinstance(action, BaseException):
            raise action
        return action

    return click.Command("init", callback=callback)


@pytest.mark.parametrize(
    ("action", "status"),
    [
        (None, 0),
        (ExitStatus.BROKEN, 1),
        (7, 7),
        (PortTaken("port 1 is taken"), 3),
        (click.exceptions.Exit(4), 4),
        (click.Abort(), 130),
        (KeyboardInterrupt(), 130),
        (ValueError("with the password hunter2"), 70),
    ],
)
def test_what_a_command_returns_or_raises_becomes_the_exit_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], action: object, status: int
) -> None:
    monkeypatch.setattr(app.CommandGroup, "get_command", lambda *_: _command_that(action))
    assert main(["init"]) == status
    shown = capsys.readouterr().err
    assert "Traceback" not in shown
    assert "hunter2" not in shown


def test_a_bug_of_ours_asks_for_a_report_and_shows_a_traceback_on_request(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app.CommandGroup, "get_command", lambda *_: _command_that(ValueError("detail")))
    assert main(["init"]) == ExitStatus.OUR_BUG
    assert "please report it" in capsys.readouterr().err
    monkeypatch.setenv("TREATY_TRACEBACK", "1")
    assert main(["init"]) == ExitStatus.OUR_BUG
    assert "Traceback" in capsys.readouterr().err


def test_a_full_disk_is_no_bug_of_ours(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    full = OSError(28, "No space left on device", "pacts/a-b.json")
    monkeypatch.setattr(app.CommandGroup, "get_command", lambda *_: _command_that(full))
    assert main(["init"]) == DiskFull.exit_status
    assert f"[{DiskFull.code}]" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_unwinds_what_is_running(number: int) -> None:
    """Context managers and finally blocks run, so processes and files are closed on the way out."""
    script = """
import sys, threading
import click
from treaty_cli import app

def wait():
    try:
        print("ready", flush=True)
        threading.Event().wait(30)
    finally:
        print("closed", flush=True)

app.CommandGroup.get_command = lambda *_: click.Command("init", callback=wait)
sys.exit(app.main(["init"]))
"""
    # Under nohup and some runners SIGHUP is ignored, and children inherit that.
    script = f"import signal; signal.signal({number}, signal.SIG_DFL)\n{script}"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.stdout.read() == "closed\n"
        assert process.wait(timeout=30) == 128 + number


def test_a_reader_that_goes_away_ends_us_quietly() -> None:
    script = """
import sys
import click
from treaty_cli import app

def chatter():
    while True:
        print("line")

app.CommandGroup.get_command = lambda *_: click.Command("init", callback=chatter)
sys.exit(app.main(["init"]))
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=30) == 128 + signal.SIGPIPE


def test_names_that_the_locale_cannot_show_are_no_crash() -> None:
    done = _run("naïve", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert done.returncode == ExitStatus.USAGE
    assert "'na\\" in done.stderr
    assert done.stderr.isascii()


def test_every_command_module_has_a_summary_and_a_help_text() -> None:
    context = click.Context(app.treaty)
    for name in app.treaty.list_commands(context):
        command = app.treaty.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert command.help
    import pkgutil

    from treaty_cli import commands

    assert {module.name.rstrip("_") for module in pkgutil.iter_modules(commands.__path__)} <= set(SUMMARIES)
