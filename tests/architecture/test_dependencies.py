"""What is imported is declared: the base for what every command needs, extras for the rest."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OURS = {"treaty", "treaty_stubs", "treaty_cli", "treaty_shop", "tests", "_typeshed"}
ADAPTERS = ROOT / "harness" / "treaty" / "adapters"
PLUGINS = (
    ROOT / "harness" / "treaty" / "pytest_plugin",
    ROOT / "stubs" / "treaty_stubs" / "pytest_plugin.py",
)

ADMIN = ROOT / "stubs" / "treaty_stubs" / "admin"


def test_what_the_core_the_stubs_and_the_commands_import_belongs_to_the_base() -> None:
    """Outside adapters and the admin API nothing may depend on an extra, or an installation without extras breaks."""
    base = _names(_project()["dependencies"])
    assert _undeclared(("harness", "stubs", "cli"), base, leave_out=(ADAPTERS, ADMIN, *PLUGINS)) == []


def test_the_pytest_plugins_import_pytest_and_the_base() -> None:
    """Nobody but pytest imports them, so pytest is there."""
    base = _names(_project()["dependencies"])
    assert _undeclared(tuple(str(plugin.relative_to(ROOT)) for plugin in PLUGINS), base | {"pytest"}) == []


def test_what_adapters_the_admin_api_and_the_shop_import_belongs_to_the_base_or_an_extra() -> None:
    project = _project()
    extras = [text for texts in project["optional-dependencies"].values() for text in texts]
    declared = _names([*project["dependencies"], *extras])
    folders = ("harness", "stubs", "reference_services")
    assert _undeclared(folders, declared, leave_out=PLUGINS) == []


def test_what_tests_import_belongs_to_something_declared() -> None:
    settings = _settings()
    project = settings["project"]
    lists = [
        project["dependencies"],
        *project["optional-dependencies"].values(),
        *settings["dependency-groups"].values(),
    ]
    assert _undeclared(("tests",), _names([text for texts in lists for text in texts])) == []


@cache
def _settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _project() -> dict[str, Any]:
    project: dict[str, Any] = _settings()["project"]
    return project


def _names(requirements: list[str]) -> set[str]:
    return {_canonical(re.split(r"[\[<>=!~;\s]", text, maxsplit=1)[0]) for text in requirements}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _undeclared(folders: tuple[str, ...], declared: set[str], *, leave_out: tuple[Path, ...] = ()) -> list[str]:
    distributions = packages_distributions()
    found: set[str] = set()
    for folder in folders:
        place = ROOT / folder
        for file in [place] if place.is_file() else sorted(place.rglob("*.py")):
            if any(file.is_relative_to(folder) for folder in leave_out):
                continue
            for name in set(_imported(file)) - OURS - sys.stdlib_module_names:
                owners = {_canonical(owner) for owner in distributions.get(name, [name])}
                if not owners & declared:
                    found.add(f"{file.relative_to(ROOT)} imports {name} of {', '.join(sorted(owners))}")
    return sorted(found)


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.partition(".")[0]
