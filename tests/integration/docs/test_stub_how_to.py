"""The examples of the page about tests with stubs run as they stand there, against the pacts of the shop."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.unit.stubs.test_pytest_plugin import LOADING
from treaty_cli.commands.stub import command

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "how-to" / "test-with-stubs.md"
RECIPE = ROOT / "stubs" / "Containerfile"


def files() -> dict[str, str]:
    """Give the Python blocks of the page by the names in their first lines."""
    blocks = re.findall(r"^```python\n# (\S+)\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return dict(blocks)


def test_the_examples_run(pytester: pytest.Pytester) -> None:
    shutil.copytree(ROOT / "pacts", pytester.path / "pacts")
    for name, text in files().items():
        (pytester.path / name).write_text(text, encoding="utf-8")
    unneeded = (f"-pno:{name}" for name in ("cacheprovider", "pact", "hypothesispytest", "time_machine", "anyio"))
    result = pytester.runpytest_subprocess(*LOADING, *unneeded, timeout=120)
    result.assert_outcomes(passed=7)
    script = [sys.executable, str(pytester.path / "without_pytest.py")]
    done = subprocess.run(script, cwd=pytester.path, check=True, capture_output=True, text=True)
    assert done.stdout.startswith("http://127.0.0.1:")


def test_the_recipe_uses_options_that_there_are() -> None:
    """The words after ENTRYPOINT are options of `treaty stub`; the rest cannot be tried without an engine."""
    (entry,) = re.findall(r"^ENTRYPOINT \[(.*)\]$", RECIPE.read_text("utf-8"), re.MULTILINE)
    words = shlex.split(entry.replace(",", " "))
    assert words[:2] == ["treaty", "stub"]
    known = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_the_recipe_copies_all_that_the_package_is_made_of() -> None:
    """And nothing that is not there."""
    recipe = RECIPE.read_text("utf-8")
    copied = {
        source for line in re.findall(r"^COPY (?!--from)(.*)$", recipe, re.MULTILINE) for source in line.split()[:-1]
    }
    assert all((ROOT / source).exists() for source in copied)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert {package.partition("/")[0] for package in packages} | {"README.md", "pyproject.toml", "LICENSE"} <= copied
    (pins,) = re.findall(r"--constraint /source/(\S+)", recipe)
    (extras,) = re.findall(r'/source\[(.*)\]"', recipe)
    assert (ROOT / pins).exists()
    assert set(extras.split(",")) <= project["project"]["optional-dependencies"].keys()
