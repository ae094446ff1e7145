"""What a command really starts: the file of its first word, the interpreter that a script names, how it is linked."""

from __future__ import annotations

import enum
import mmap
import os
import shlex
import shutil
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LONGEST_LINE: Final = 4096
_DEEPEST: Final = 5
_INTERPRETER_HEADER: Final = 3
_GO_MARK: Final = b"\xff Go buildinf:"


class Linkage(enum.Enum):
    """How a program came to be, as far as the dynamic loader is concerned."""

    DYNAMIC = "dynamically linked"
    STATIC = "statically linked"
    GO = "written in Go"
    UNKNOWN = "no ELF program"


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script: its interpreter with that one's own arguments, as the kernel would start it (execve(2))."""

    interpreter: tuple[str, ...]


def find_program(word: str, *, environment: Mapping[str, str], folder: Path) -> Path | None:
    """Find the file that is started for the first word of a command; None when there is none.

    Args:
        word: a name that is looked for on the PATH, or a path.
        environment: has the PATH.
        folder: where the command runs.

    """
    if "/" in word:
        path = folder / word
        return path if path.is_file() and os.access(path, os.X_OK) else None
    found = shutil.which(word, path=environment.get("PATH", os.defpath))
    return None if found is None else folder / found


def read_script(path: Path) -> Script | None:
    """Read the first line of a script; None when the file is none, or names no interpreter."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_LONGEST_LINE)
    except OSError:
        return None
    if not head.startswith(b"#!"):
        return None
    lines = head[2:].decode("utf-8", "replace").splitlines()
    words = lines[0].split(maxsplit=1) if lines else []
    if not words:
        return None
    # Where a path is too long or has spaces, pip writes a shell script that is Python from its second line on.
    if Path(words[0]).name == "sh" and len(lines) > 1 and lines[1].startswith("'''exec' "):
        return Script(interpreter=(shlex.split(lines[1].removeprefix("'''exec' "))[0],))
    if Path(words[0]).name == "env" and len(words) > 1:
        rest = words[1].split()
        return Script(interpreter=tuple(rest[1:] if rest[0] == "-S" else rest))
    return Script(interpreter=tuple(words))


def resolve(
    words: Sequence[str], *, environment: Mapping[str, str], folder: Path
) -> tuple[Path, tuple[str, ...]] | None:
    """Follow a command through its scripts to the program that runs in the end.

    Returns:
        The program, and the whole command with interpreters written out; None when a part of it is not there.

    """
    command = tuple(words)
    for _ in range(_DEEPEST):
        program = find_program(command[0], environment=environment, folder=folder)
        if program is None:
            return None
        script = read_script(program)
        if script is None:
            return program, command
        command = (*script.interpreter, str(program), *command[1:])
    return None


def linkage(path: Path) -> Linkage:
    """Tell how a program is linked, by its program headers (elf(5)), and whether it is of Go, by Go's build mark."""
    try:
        with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if data[:4] != b"\x7fELF":
                return Linkage.UNKNOWN
            if data.find(_GO_MARK) >= 0:
                return Linkage.GO
            return Linkage.DYNAMIC if _has_interpreter(data) else Linkage.STATIC
    except (OSError, ValueError, struct.error):
        return Linkage.UNKNOWN


def machine_of(path: Path) -> bytes | None:
    """Give for which kind of processor a program or library was built: class, byte order and machine of elf(5)."""
    try:
        with path.open("rb") as stream:
            head = stream.read(20)
    except OSError:
        return None
    return head[4:6] + head[18:20] if head.startswith(b"\x7fELF") and len(head) == 20 else None


def _has_interpreter(data: mmap.mmap) -> bool:
    order = "<" if data[5] == 1 else ">"
    if data[4] == 2:
        (start,) = struct.unpack_from(f"{order}Q", data, 32)
        size, count = struct.unpack_from(f"{order}HH", data, 54)
    else:
        (start,) = struct.unpack_from(f"{order}I", data, 28)
        size, count = struct.unpack_from(f"{order}HH", data, 42)
    kinds = (struct.unpack_from(f"{order}I", data, start + index * size)[0] for index in range(count))
    return _INTERPRETER_HEADER in kinds
