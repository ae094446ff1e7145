from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

import pytest

from treaty.adapters.executables import Linkage, find_program, linkage, machine_of, read_script, resolve


def script(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_programs_are_found_on_the_path_and_by_their_place(tmp_path: Path) -> None:
    """What may not be run is none."""
    program = script(tmp_path / "serve", "#!/bin/sh\n")
    (tmp_path / "notes").write_text("no program")
    environment = {"PATH": str(tmp_path)}
    assert find_program("serve", environment=environment, folder=Path("/")) == program
    assert find_program("./serve", environment={"PATH": ""}, folder=tmp_path) == tmp_path / "./serve"
    assert find_program("./notes", environment={"PATH": ""}, folder=tmp_path) is None
    assert find_program("nothing", environment=environment, folder=tmp_path) is None


@pytest.mark.parametrize(
    ("text", "interpreter"),
    [
        ("#!/usr/bin/python3 -u\n", ("/usr/bin/python3", "-u")),
        ("#! /usr/bin/env python3\n", ("python3",)),
        ("#!/usr/bin/env -S python3 -X dev\n", ("python3", "-X", "dev")),
        ("#!/bin/sh\n'''exec' '/a folder/python' \"$0\" \"$@\"\n' '''\n", ("/a folder/python",)),
        ("#!/bin/sh\necho hello\n", ("/bin/sh",)),
    ],
)
def test_the_interpreter_of_a_script_is_named_in_its_first_line(
    tmp_path: Path, text: str, interpreter: tuple[str, ...]
) -> None:
    """Or in the second, where pip had to write a shell script around it."""
    found = read_script(script(tmp_path / "script", text))
    assert found is not None
    assert found.interpreter == interpreter


@pytest.mark.parametrize("text", ["", "#!", "#!\n", "print(1)\n"])
def test_other_files_are_no_scripts(tmp_path: Path, text: str) -> None:
    assert read_script(script(tmp_path / "file", text)) is None
    assert read_script(tmp_path / "gone") is None


def test_a_command_is_followed_through_its_scripts(tmp_path: Path) -> None:
    """Down to the program that runs in the end; a circle ends."""
    inner = script(tmp_path / "inner", f"#!{sys.executable} -u\n")
    outer = script(tmp_path / "outer", f"#!{inner} now\n")
    resolved = resolve([str(outer), "x"], environment=os.environ, folder=tmp_path)
    assert resolved == (Path(sys.executable), (sys.executable, "-u", str(inner), "now", str(outer), "x"))
    circle = script(tmp_path / "circle", f"#!{tmp_path / 'circle'}\n")
    assert resolve([str(circle)], environment=os.environ, folder=tmp_path) is None
    assert resolve(["no-such-program"], environment=os.environ, folder=tmp_path) is None


def elf(*kinds: int, extra: bytes = b"") -> bytes:
    """Write the head of a program of 64 bits with program headers of these kinds."""
    head = b"\x7fELF\x02\x01\x01" + bytes(25) + struct.pack("<Q", 64) + bytes(14) + struct.pack("<HH", 56, len(kinds))
    return head.ljust(64, b"\0") + b"".join(struct.pack("<I", kind).ljust(56, b"\0") for kind in kinds) + extra


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (elf(1, 3), Linkage.DYNAMIC),
        (elf(1, 2), Linkage.STATIC),
        (elf(1, 3, extra=b"\xff Go buildinf:\x08"), Linkage.GO),
        (elf(1, 3)[:70], Linkage.UNKNOWN),
        (b"#!/bin/sh\n", Linkage.UNKNOWN),
        (b"", Linkage.UNKNOWN),
    ],
)
def test_the_linkage_of_a_program_is_read_from_its_headers(tmp_path: Path, data: bytes, kind: Linkage) -> None:
    """Go is told by its mark, since it asks the kernel for the time however it is linked."""
    (tmp_path / "program").write_bytes(data)
    assert linkage(tmp_path / "program") is kind


def test_what_runs_these_tests_is_dynamically_linked() -> None:
    assert linkage(Path("/bin/sh")) is Linkage.DYNAMIC
    assert linkage(Path("/nowhere")) is Linkage.UNKNOWN


def test_programs_of_one_machine_are_told_from_those_of_others(tmp_path: Path) -> None:
    """By their first bytes; what is no program has no machine."""
    (tmp_path / "other").write_bytes(elf(1))
    assert machine_of(Path("/bin/sh")) == machine_of(Path(sys.executable))
    assert machine_of(tmp_path / "other") not in (None, machine_of(Path("/bin/sh")))
    assert machine_of(Path(__file__)) is machine_of(tmp_path / "gone") is None
