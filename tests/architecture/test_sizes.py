"""A module is a room with one purpose, and a function fits on a screen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("harness", "stubs", "cli", "reference_services")
LONGEST_MODULE = 400
LONGEST_TEST_FILE = 600
LONGEST_FUNCTION = 50
EXEMPT: dict[str, str] = {}
"""Modules, or ``module:function``, that may be longer, each with the reason."""


def _modules() -> Iterator[Path]:
    for source in SOURCES:
        yield from sorted((ROOT / source).rglob("*.py"))


def _too_long(files: Iterator[Path], limit: int) -> list[str]:
    counted = ((str(file.relative_to(ROOT)), len(file.read_text(encoding="utf-8").splitlines())) for file in files)
    return [f"{name}: {lines} lines" for name, lines in counted if lines > limit and name not in EXEMPT]


def test_no_module_is_too_long() -> None:
    assert _too_long(_modules(), LONGEST_MODULE) == []


def test_no_test_file_is_too_long() -> None:
    assert _too_long(iter(sorted((ROOT / "tests").rglob("*.py"))), LONGEST_TEST_FILE) == []


def test_no_function_is_too_long() -> None:
    found = [
        f"{name}: {lines} lines"
        for file in _modules()
        for name, lines in _functions(file)
        if lines > LONGEST_FUNCTION and name not in EXEMPT
    ]
    assert found == []


def test_every_exemption_is_still_needed() -> None:
    functions = {name: lines for file in _modules() for name, lines in _functions(file)}
    modules = {str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in _modules()}
    stale = [
        name for name in EXEMPT if functions.get(name, 0) <= LONGEST_FUNCTION and modules.get(name, 0) <= LONGEST_MODULE
    ]
    assert stale == []


def _functions(file: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{file.relative_to(ROOT)}:{node.name}", _length(node)


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    # A docstring explains and does not count.
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (node.end_lineno or node.lineno) - body[0].lineno + 1 if body else 0
