"""The tutorials are run as a reader would: their files written, their commands typed, their output compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from treaty.adapters.ports import free_port

ROOT: Final = Path(__file__).parents[3]
TUTORIALS: Final = sorted((ROOT / "docs" / "tutorials").glob("*-*.md"))
FENCE: Final = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK: Final = "[end of command"
SECONDS: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A command line of a tutorial with the lines that it shows under it."""

    line: str
    shown: tuple[str, ...]


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_every_command_of_a_tutorial_prints_what_the_tutorial_shows(page: Path, tmp_path: Path) -> None:
    text = with_free_ports(page.read_text("utf-8"))
    for name, content in files(text):
        (tmp_path / name).write_text(content, "utf-8")
    typed = [each for block in blocks(text) for each in commands(block)]
    assert typed
    for each, printed in zip(typed, run([each.line for each in typed], tmp_path), strict=True):
        assert matches(each.shown, printed), f"{each.line}\nshown:\n{_joined(each.shown)}\nprinted:\n{_joined(printed)}"


def test_a_wrong_line_in_a_tutorial_is_noticed() -> None:
    assert matches(("a ... c", "..."), ["a b c", "any", "thing"])
    assert not matches(("a ... c",), ["a b d"])
    assert not matches(("a",), ["a", "b"])
    assert not matches(("a", "b"), ["a"])


def files(text: str) -> Iterator[tuple[str, str]]:
    """Give the files that a page asks its reader to write."""
    for _, title, content in FENCE.findall(text):
        if title:
            yield title, content


def blocks(text: str) -> Iterator[str]:
    """Give the console blocks of a page."""
    for language, _, content in FENCE.findall(text):
        if language == "console":
            yield content


def commands(block: str) -> Iterator[Typed]:
    """Take a console block apart: lines with ``$`` are typed, the lines below them are printed."""
    line: str | None = None
    shown: list[str] = []
    for each in block.splitlines():
        if each.startswith("$ "):
            if line is not None:
                yield Typed(line=line, shown=tuple(shown))
            line, shown = each[2:], []
        else:
            shown.append(each)
    if line is not None:
        yield Typed(line=line, shown=tuple(shown))


def run(lines: list[str], folder: Path) -> list[list[str]]:
    """Type the lines into one shell; a line that ends with ``&`` is followed by a wait for its port."""
    script = ["trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT"]
    for number, line in enumerate(lines):
        if line.endswith("&"):
            port = re.search(r"--port (\d+)", line)
            assert port, f"{line}: a background command names its port"
            script.append(f"{line.removesuffix('&')} >background.log 2>&1 &")
            script.append(f"until (: </dev/tcp/127.0.0.1/{port[1]}) 2>/dev/null; do read -t 0.1 <> <(:) || true; done")
            script.append("status=0")
        else:
            script.append(f"{line}\nstatus=$?")
        script.append(f"if [ $status != 0 ]; then echo '[exit status '$status']'; fi; echo '{MARK} {number}]'")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TREATY_", "SHOP_"))}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],  # noqa: S607 - whichever bash the reader has
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    printed: list[list[str]] = [[]]
    for line in done.stdout.splitlines():
        if line.startswith(MARK):
            printed.append([])
        else:
            printed[-1].append(line)
    return printed[: len(lines)]


def matches(shown: tuple[str, ...], printed: list[str]) -> bool:
    """Compare output; ``...`` in a line stands for any text, alone on a line for any lines."""
    pattern = "".join(r"(?:.*\n)*" if line == "..." else _line_pattern(line) + r"\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def with_free_ports(text: str) -> str:
    """Put free ports in place of the fixed ones of a page."""
    for port in dict.fromkeys(re.findall(r"--port (\d{4,5})", text)):
        text = re.sub(rf"\b{port}\b", str(free_port()), text)
    return text


def _line_pattern(line: str) -> str:
    return ".*".join(re.escape(part) for part in line.split("..."))


def _joined(lines: list[str] | tuple[str, ...]) -> str:
    return "\n".join(f"  | {line}" for line in lines)
