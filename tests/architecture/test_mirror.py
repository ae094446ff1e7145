"""Each module is tested at its own place below tests/unit, and each unit test is about a module of its place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MIRRORS = {
    "harness/treaty": "harness",
    "stubs/treaty_stubs": "stubs",
    "cli/treaty_cli": "cli",
    "reference_services/treaty_shop": "reference_services",
}
EXEMPT: dict[str, str] = {
    "cli/treaty_cli/__main__.py": "three lines that call main; test_app runs it",
    "cli/treaty_cli/findings.py": "two values without behaviour; the tests of the diagnosis build and read them",
    "harness/treaty/adapters/mitmproxy_*.py": "run inside mitmproxy; tests/integration/record drives them by sockets",
    "harness/treaty/adapters/recorder*.py": "a process and its owner; tests/integration/record starts and kills it",
    "harness/treaty/config/model.py": "values without behaviour; test_load compares whole ones",
    "reference_services/treaty_shop/*/app.py": "routes only; tests/integration/shop calls them over HTTP",
    "reference_services/treaty_shop/*/clients.py": "calls of other services; tests/integration/shop sees them arrive",
    "reference_services/treaty_shop/driver/*.py": "one day, played whole by tests/integration/shop",
    "reference_services/treaty_shop/*/schema/tables.py": "a description; tests/integration/shop_engines builds it",
    "reference_services/treaty_shop/*/schema/versions/*.py": "run by alembic in tests/integration/shop_engines",
    "reference_services/treaty_shop/__main__.py": "three lines that call the command line",
}
"""Modules (patterns of fnmatch) without a test at their place, each with the reason; the list only shrinks."""


def test_every_module_is_tested_at_its_place() -> None:
    """By test_NAME.py, or by another test of the same folder that imports the module by its name."""
    untested = [module for module in _modules() if not _is_tested(module) and not _is_exempt(module)]
    assert untested == []


def test_every_unit_test_is_about_a_module_of_its_place() -> None:
    """A test that outlives its module, or sits elsewhere, would never be found again."""
    stray = []
    for source, mirror in MIRRORS.items():
        folder = ROOT / "tests" / "unit" / mirror
        for file in sorted(folder.rglob("test_*.py")):
            place = file.parent.relative_to(folder)
            has_namesake = (ROOT / source / place / f"{file.stem.removeprefix('test_')}.py").exists()
            package = ".".join((Path(source).name, *place.parts))
            if not has_namesake and not any(
                name == package or name.startswith(f"{package}.") for name in _imports(file)
            ):
                stray.append(str(file.relative_to(ROOT)))
    assert stray == []


def test_every_exemption_is_still_needed() -> None:
    stale = [
        exempt
        for exempt in EXEMPT
        if not any(fnmatchcase(module, exempt) and not _is_tested(module) for module in _modules())
    ]
    assert stale == []


def _modules() -> list[str]:
    return [
        str(file.relative_to(ROOT))
        for source in MIRRORS
        for file in sorted((ROOT / source).rglob("*.py"))
        if file.name != "__init__.py"
    ]


def _is_exempt(module: str) -> bool:
    return any(fnmatchcase(module, exempt) for exempt in EXEMPT)


def _is_tested(module: str) -> bool:
    source = next(source for source in MIRRORS if module.startswith(f"{source}/"))
    path = Path(module).relative_to(source)
    folder = ROOT / "tests" / "unit" / MIRRORS[source] / path.parent
    if (folder / f"test_{path.stem}.py").exists():
        return True
    name = ".".join((Path(source).name, *path.with_suffix("").parts))
    return any(name in _imports(file) for file in folder.glob("test_*.py"))


@cache
def _imports(file: Path) -> frozenset[str]:
    return frozenset(_imported_names(ast.parse(file.read_bytes())))


def _imported_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
