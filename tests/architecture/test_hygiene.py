"""What is tracked is the project's own: no hosts of package registries, no paths of one machine, no leftovers."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 1024 * 1024
REGISTRY = re.compile(r"(?i)\b(?:https?|file)://[^\s/\"')]*(?:pypi|pythonhosted|artifactory|nexus|devpi|/simple\b)")
MACHINE = re.compile(r"(?<![\w.$}])/(?:root|home/\w+|Users/\w+|work/(?:main|shared)|opt/pypi|tmp/briefs)\b")
LEFTOVER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b|NotImplemented" r"Error")
NO_MARKS = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)


def _tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = ["git", "ls-files", "-z"]
    listing = subprocess.run(command, capture_output=True, check=True, cwd=ROOT, timeout=60).stdout
    return [ROOT / name for name in listing.decode().split("\0") if name and (ROOT / name).is_file()]


def _texts() -> Iterator[tuple[str, str]]:
    for file in _tracked():
        data = file.read_bytes()
        if b"\0" not in data and file != Path(__file__).resolve():
            yield str(file.relative_to(ROOT)), data.decode("utf-8")


def _found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name} line {text.count(chr(10), 0, match.start()) + 1}: {match[0]}"
        for name, text in _texts()
        for match in pattern.finditer(text)
    ]


def test_no_host_of_a_package_registry_is_written_down() -> None:
    assert _found(REGISTRY) == []


def test_no_path_of_one_machine_is_written_down() -> None:
    assert _found(MACHINE) == []


def test_nothing_is_left_for_later_in_the_source() -> None:
    assert [found for found in _found(LEFTOVER) if found.partition(" ")[0].endswith(".py")] == []


def test_no_conflict_is_left() -> None:
    assert _found(NO_MARKS) == []


def test_every_text_ends_with_one_line_break() -> None:
    sloppy = [name for name, text in _texts() if text and (not text.endswith("\n") or text.endswith("\n\n"))]
    assert sloppy == []


def test_no_tracked_file_is_large() -> None:
    assert [str(file.relative_to(ROOT)) for file in _tracked() if file.stat().st_size > LARGEST] == []


def test_the_patterns_find_what_they_are_for() -> None:
    """A pattern with a slip would find nothing for ever."""
    assert REGISTRY.search("see https://" + "pypi.org/project/x")
    assert REGISTRY.search("https://" + "files.pythonhosted.org")
    assert MACHINE.search("open('/" + "root/x')")
    assert MACHINE.search("in /" + "home/me/x")
    assert not MACHINE.search("GET /api/root and $HOME/work")
    assert LEFTOVER.search("# TO" + "DO later")
