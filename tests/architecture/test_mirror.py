"""Each module has its test file at the same place below tests/unit."""

from __future__ import annotations

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
    "cli/treaty_cli/findings.py": "two values without behaviour; the tests of diagnosis build and read them",
    "harness/treaty/config/model.py": "values without behaviour; test_load compares whole ones",
    "reference_services/treaty_shop/__main__.py": "three lines that call the command line",
}
"""Modules without a test file of their own, each with the reason; the list only shrinks."""


def test_every_module_has_its_test_file() -> None:
    missing = [module for module in _modules() if not _test_file(module).exists() and module not in EXEMPT]
    assert missing == []


def test_every_unit_test_has_its_module() -> None:
    """A test file that outlives its module, or sits elsewhere, would never be found again."""
    expected = {_test_file(module) for module in _modules()}
    folders = [ROOT / "tests" / "unit" / mirror for mirror in MIRRORS.values()]
    stray = [
        str(file.relative_to(ROOT))
        for folder in folders
        for file in sorted(folder.rglob("test_*.py"))
        if file not in expected and not _belongs_to_a_module(file, expected)
    ]
    assert stray == []


def test_the_exempt_modules_exist_and_are_still_without_a_test() -> None:
    stale = [module for module in EXEMPT if not (ROOT / module).exists() or _test_file(module).exists()]
    assert stale == []


def _modules() -> list[str]:
    return [
        str(file.relative_to(ROOT))
        for source in MIRRORS
        for file in sorted((ROOT / source).rglob("*.py"))
        if file.name != "__init__.py"
    ]


def _test_file(module: str) -> Path:
    source = next(source for source in MIRRORS if module.startswith(f"{source}/"))
    path = Path(module).relative_to(source)
    return ROOT / "tests" / "unit" / MIRRORS[source] / path.parent / f"test_{path.stem.lstrip('_')}.py"


def _belongs_to_a_module(file: Path, expected: set[Path]) -> bool:
    # test_matching_dates.py beside test_matching.py: a long subject in several files.
    return (
        any(other.parent == file.parent and file.stem.startswith(f"{other.stem}_") for other in expected)
        or file.stem == f"test_{file.parent.name}"
    )
