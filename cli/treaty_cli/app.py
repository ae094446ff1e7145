"""The command ``treaty``: finds the command that is asked for, and turns errors into text and an exit status.

Nothing heavy is imported here: a command's module is loaded when that command runs. Each module of
``treaty_cli.commands`` holds a click command named ``command``; it returns an exit status or None.
"""

from __future__ import annotations

import errno
import importlib
import io
import keyword
import os
import pkgutil
import select
import signal
import sys
import traceback
from collections.abc import Sequence
from types import FrameType
from typing import Any, Final

import click

from treaty.errors import DiskFull, ExitStatus, OurBug, TreatyError, UsageError, did_you_mean
from treaty_cli import commands
from treaty_cli.output.errors import show_error
from treaty_cli.output.terminal import standard_error

SUMMARIES: Final = {
    "demo": "Record, normalise, verify and stub the reference shop.",
    "init": "Write a treaty.yaml to start from.",
    "record": "Record who calls whom, and write the pacts.",
    "import": "Make a session of what another tool captured.",
    "normalize": "Turn recorded sessions into pacts.",
    "replay": "Send a session's outside calls again, and compare.",
    "verify": "Check that a provider keeps what its pacts promise.",
    "states": "Serve our provider states to any Pact verifier.",
    "stub": "Stand in for the providers of pacts.",
    "explain": "Say why a pact promises what it promises.",
    "strength": "Measure what the pacts would notice, by mutation.",
    "diff": "Compare two contracts: what is breaking, and for whom.",
    "conformance": "Run test cases of the Pact specification.",
    "doctor": "Say what is installed, and what would fail and why.",
}
"""Each command with the line that ``treaty --help`` shows, in the order of use; no command is imported for it."""

_SIGNAL_BASE: Final = 128
"""The shell's convention for a program that a signal ended: 128 + the number of the signal."""


class CommandGroup(click.Group):
    """A group whose commands are modules that are imported only when they run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands that exist, in the order of use."""
        del ctx
        existing = {module.name.rstrip("_") for module in pkgutil.iter_modules(commands.__path__)}
        return [name for name in SUMMARIES if name in existing]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None when there is none of this name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        # A module whose name would be a word of the language has an underscore at its end (PEP 8).
        module = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command = importlib.import_module(f"treaty_cli.commands.{module}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"treaty_cli.commands.{module}.command is not a click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        rows = [(name, SUMMARIES[name]) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is an error of ours with the nearest name."""
        name = args[0]
        if not name.startswith("-") and name not in self.list_commands(ctx):
            raise UsageError(
                f"there is no command '{name}'",
                where="treaty",
                hint=did_you_mean(name, self.list_commands(ctx)) or "treaty --help lists the commands",
            )
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; when the reader of our output went away, end quietly as other programs do."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            if not _reader_is_gone():
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(_SIGNAL_BASE + signal.SIGPIPE) from None


def _print_version(context: click.Context, _parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click calls it
    if value and not context.resilient_parsing:
        metadata = importlib.import_module("importlib.metadata")
        click.echo(f"treaty {metadata.version('treaty')}")
        context.exit()


@click.command(
    cls=CommandGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    epilog="Exit status: 0 kept, 1 a contract is broken, 2 usage or configuration, 3 could not tell, 4 nothing to do.",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show the version."
)
@click.pass_context
def treaty(context: click.Context) -> None:
    """Watch services talk, write what they promise each other as Pact files, check it, and stand in for absent ones."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
        context.exit(ExitStatus.USAGE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``treaty`` and return its exit status; the only place that turns errors into text.

    Args:
        arguments: what follows ``treaty``; by default that of this process.

    """
    _write_any_text()
    _end_in_order_on_signals()
    try:
        result = treaty.main(
            args=None if arguments is None else list(arguments), prog_name="treaty", standalone_mode=False
        )
    except TreatyError as error:
        return _fail(error)
    except click.Abort:
        return _SIGNAL_BASE + signal.SIGINT
    except click.ClickException as error:
        return _fail(_usage_error(error, sys.argv[1:] if arguments is None else arguments))
    except Exception as error:  # noqa: BLE001 - the one place where a bug of ours becomes a text
        return _fail(_unexpected(error))
    return int(result) if isinstance(result, int) else ExitStatus.KEPT


def _fail(error: TreatyError) -> int:
    show_error(error, standard_error())
    return error.exit_status


def _usage_error(error: click.ClickException, arguments: Sequence[str]) -> UsageError:
    context = getattr(error, "ctx", None)
    path = context.command_path if isinstance(context, click.Context) else "treaty"
    if path == "treaty" and arguments and arguments[0] in SUMMARIES:
        # Some of click's errors do not know which command they come from.
        path = f"treaty {arguments[0]}"
    possibilities = getattr(error, "possibilities", None)
    message = error.message if possibilities else error.format_message()
    what = message.strip().rstrip(".").replace("\n", " ")
    hint = f"did you mean '{possibilities[0]}'?" if possibilities else f"{path} --help says what it takes"
    return UsageError(what[:1].lower() + what[1:], where=path, hint=hint)


def _unexpected(error: Exception) -> TreatyError:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull("there is no room left to write to", where=str(error.filename or ""), why=error.strerror or "")
    if os.environ.get("TREATY_TRACEBACK") == "1":
        traceback.print_exception(error)
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename} line {frames[-1].lineno}" if frames else "unknown"
    return OurBug(
        "Treaty failed; this is a defect of Treaty, not of your input",
        where=place,
        why=type(error).__name__,
        hint="please report it, with what TREATY_TRACEBACK=1 prints (look through it for secrets first)",
    )


def _write_any_text() -> None:
    # A terminal in the C locale must not turn a name with an accent into a crash.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _end_in_order_on_signals() -> None:
    # As an exception a signal unwinds the stack, so that every process and file is closed on the way.
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _raise_exit)


def _raise_exit(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(_SIGNAL_BASE + number)


def _reader_is_gone() -> bool:
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))
