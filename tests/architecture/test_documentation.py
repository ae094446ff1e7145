"""The documentation says what the code does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click

from treaty.errors import ExitStatus
from treaty_cli.app import treaty

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"


def test_the_pages_that_follow_from_the_code_are_in_step() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / ".ci" / "reference-pages", "--check"],
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_table_of_exit_statuses_is_that_of_the_code() -> None:
    text = (REFERENCE / "exit-status.md").read_text(encoding="utf-8")
    table = text.partition("| status | meaning |")[2].partition("\n\n")[0]
    assert [int(number) for number in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == [int(s) for s in ExitStatus]


def test_every_command_and_option_is_named() -> None:
    text = (REFERENCE / "command-line.md").read_text(encoding="utf-8")
    missing = [name for name in _names(treaty, click.Context(treaty, info_name="treaty")) if name not in text]
    assert missing == []


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("*.md"))]
    broken = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_page_can_be_reached_from_the_first() -> None:
    """A page that is missing here belongs into the README.md of its folder."""
    first = ROOT / "docs" / "README.md"
    seen = {first}
    left = [first]
    while left:
        page = left.pop()
        for target in re.findall(r"\]\(([^)#:\s]+\.md)", page.read_text(encoding="utf-8")):
            other = (page.parent / target).resolve()
            if other.exists() and other not in seen:
                seen.add(other)
                left.append(other)
    pages = set((ROOT / "docs").rglob("*.md"))
    assert sorted(str(page.relative_to(ROOT)) for page in pages - seen) == []


def _names(command: click.Command, context: click.Context) -> list[str]:
    names = [context.command_path]
    for parameter in command.get_params(context):
        if isinstance(parameter, click.Option) and command is not treaty and not parameter.hidden:
            names += [f"`{', '.join(parameter.opts)}" if parameter.name == "help" else parameter.opts[0]]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            names += _names(child, click.Context(child, info_name=name, parent=context))
    return names
