"""What continuous integration relies on: no silent skips, and constraints that fit pyproject.toml."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from treaty_cli.bootstrap.installation import is_within

ROOT = Path(__file__).resolve().parents[2]
CONSTRAINTS = sorted((ROOT / ".ci" / "constraints").glob("*.txt"))
SKIPPING = """
import pytest

@pytest.mark.needs_server
def test_with_a_server():
    pytest.skip("no server here")

@pytest.mark.needs_server
@pytest.mark.skipif(True, reason="not installed")
def test_with_another():
    pass

def test_without():
    pytest.skip("for a good reason")
"""


@pytest.mark.parametrize(
    ("environment", "status", "summary"),
    [({"TREATY_CI": "1"}, 1, "1 failed, 1 skipped, 1 error"), ({}, 0, "3 skipped")],
)
def test_a_test_that_needs_a_server_may_not_be_skipped_in_continuous_integration(
    tmp_path: Path, environment: dict[str, str], status: int, summary: str
) -> None:
    (tmp_path / "test_servers.py").write_text(SKIPPING, encoding="utf-8")
    inherited = {name: value for name, value in os.environ.items() if name not in ("TREATY_CI", "PYTEST_ADDOPTS")}
    options = ("-p", "tests.conftest", "-p", "no:cacheprovider", "--rootdir", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), *options, str(tmp_path)],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**inherited, **environment},
        text=True,
        timeout=60,
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert summary in done.stdout


def test_each_supported_python_has_constraints() -> None:
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["classifiers"]
    versions = [match[1] for text in classifiers if (match := re.search(r"Python :: (3\.\d+)$", text))]
    assert [file.stem for file in CONSTRAINTS] == versions


@pytest.mark.parametrize("file", CONSTRAINTS, ids=lambda file: file.stem)
def test_the_constraints_hold_every_dependency_in_a_version_that_is_allowed(file: Path) -> None:
    """That they are exactly what would be resolved is checked by .ci/run, which may use the network."""
    pins = dict(line.split("==") for line in file.read_text(encoding="utf-8").splitlines())
    wrong = [
        f"{name}{wanted}, constrained to {pins.get(name, 'nothing')}"
        for name, wanted in _dependencies()
        if name not in pins or not is_within(pins[name], wanted)
    ]
    assert wrong == []


def _dependencies() -> Iterator[tuple[str, str]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lists = [
        settings["project"]["dependencies"],
        *settings["project"]["optional-dependencies"].values(),
        *settings["dependency-groups"].values(),
    ]
    for text in (text for texts in lists for text in texts):
        match = re.fullmatch(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?(.*)", text)
        assert match is not None
        if match[1] != "treaty":
            yield match[1].lower(), match[2]
