"""Starts a program at another time: a Python program through `clock_launcher`, others with libfaketime before them.

What can be run at another time by neither is refused with the reason: a provider that silently keeps the real time
would make every verdict about times worthless.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from pathlib import Path
from typing import Final

from treaty.adapters import clock_launcher
from treaty.adapters.executables import Linkage, linkage, machine_of, resolve
from treaty.errors import ClockUnsupported

_PYTHON: Final = re.compile(r"(python|pypy)[\d.]*t?")
_WITH_VALUE: Final = frozenset({"-W", "-X", "--check-hash-based-pycs"})
_ASKING_SECONDS: Final = 60.0
_LIBRARY: Final = Path("vendor") / "libfaketime" / "src" / "libfaketime.so.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifted:
    """A command that runs a program at another time.

    Attributes:
        words: the command.
        environment: of its process, whole.
        means: what changes the time, for people.

    """

    words: tuple[str, ...]
    environment: Mapping[str, str]
    means: str


def shifted_program(
    words: Sequence[str], *, shift: timedelta, name: str, environment: Mapping[str, str], folder: Path
) -> Shifted:
    """Give the command that runs a program at another time.

    Args:
        words: the command as configured.
        shift: how far that time lies ahead of ours.
        name: of the service, for errors.
        environment: of its process.
        folder: where it runs.

    Raises:
        ClockUnsupported: when the program cannot be run at another time, and why.

    """
    resolved = resolve(words, environment=environment, folder=folder)
    command = _python_command(words) or (None if resolved is None else _python_command(resolved[1]))
    if command is not None:
        options, program = command
        if program and _has_time_machine(options, environment, folder):
            seconds = f"{ceil(shift.total_seconds()):+d}s"
            launched = (*options, str(Path(clock_launcher.__file__).resolve()), seconds, "--", *program)
            return Shifted(words=launched, environment=environment, means="time-machine")
    library = preloaded_library()
    if resolved is None:
        # Nobody can start it, and that is told when it is tried.
        return Shifted(words=tuple(words), environment=environment, means="nothing")
    kind = linkage(resolved[0])
    if library is not None and kind is Linkage.DYNAMIC:
        return Shifted(words=tuple(words), environment=_preloading(library, shift, environment), means="libfaketime")
    raise _unsupported(name, words, kind, command)


def preloaded_library() -> Path | None:
    """Find the library of the package libfaketime; that of Debian's `faketime` makes waits hang and is never used."""
    spec = importlib.util.find_spec("libfaketime")
    if spec is None or spec.origin is None:
        return None
    library = Path(spec.origin).parent / _LIBRARY
    # Its wheel claims to fit every machine; the loader only warns about a library for another one.
    return library if machine_of(library) == machine_of(Path(sys.executable)) is not None else None


def _preloading(library: Path, shift: timedelta, environment: Mapping[str, str]) -> Mapping[str, str]:
    others = environment.get("LD_PRELOAD", "")
    return {
        **environment,
        "LD_PRELOAD": f"{library} {others}".rstrip(),
        "FAKETIME": f"{ceil(shift.total_seconds()):+d}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_NO_CACHE": "1",
    }


def _python_command(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Split a command of Python into the interpreter with its options, and the program with its arguments."""
    if not _PYTHON.fullmatch(Path(words[0]).name):
        return None
    position = 1
    while position < len(words) and words[position].startswith("-") and words[position] not in ("-", "--"):
        word = words[position]
        if word in ("-m", "-c"):
            break
        position += 2 if word in _WITH_VALUE else 1
    program = tuple(words[position:])
    return tuple(words[:position]), () if program[:1] in (("-",), ("--",)) else program


def _has_time_machine(options: Sequence[str], environment: Mapping[str, str], folder: Path) -> bool:
    try:
        asked = subprocess.run(
            [*options, "-c", "import time_machine"],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_ASKING_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _unsupported(
    name: str,
    words: Sequence[str],
    kind: Linkage,
    command: tuple[tuple[str, ...], tuple[str, ...]] | None,
) -> ClockUnsupported:
    if command is not None:
        interpreter = command[0][0]
        why = f"time-machine cannot be imported by {interpreter}, and libfaketime is not installed for Treaty"
        hint = f"{interpreter} -m pip install time-machine, or pip install 'treaty[clock]' where Treaty is"
    elif kind is Linkage.DYNAMIC:
        why = "it is no program of Python that time-machine could move, and libfaketime is not installed for Treaty"
        hint = "pip install 'treaty[clock]'"
    else:
        program = os.path.basename(words[0])  # noqa: PTH119 - a word of a command, not a path that is there
        reasons = {
            Linkage.GO: "programs in Go ask the kernel for the time, and no library can come between",
            Linkage.STATIC: "it is statically linked, so no library can be loaded before it",
            Linkage.UNKNOWN: "it is no program whose loader we know",
        }
        why = f"{program}: {reasons[kind]}"
        hint = "start it at that time by other means (a virtual machine) and give its address with --base-url"
    return ClockUnsupported(f"{name} cannot be run at another time", where=f"services.{name}.start", why=why, hint=hint)
