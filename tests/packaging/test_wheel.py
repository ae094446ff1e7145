"""The wheel: what is in it, and that it works where nothing else is."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BOUND = 300


def _run(*command: str | Path, folder: Path | None = None) -> str:
    done = subprocess.run(command, capture_output=True, check=False, cwd=folder, text=True, timeout=BOUND)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(name="wheel", scope="module")
def _wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # Without isolation the hatchling of this environment builds it, and nothing is fetched.
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture(name="names", scope="module")
def _names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_it_holds_the_four_packages_and_nothing_else(names: list[str]) -> None:
    tops = {name.partition("/")[0] for name in names}
    packages = {"treaty", "treaty_stubs", "treaty_cli", "treaty_shop"}
    assert packages <= tops
    assert [top for top in tops - packages if not top.endswith(".dist-info")] == []


def test_it_holds_what_is_not_python(names: list[str]) -> None:
    wanted = {f"{package}/py.typed" for package in ("treaty", "treaty_stubs", "treaty_cli", "treaty_shop")}
    wanted |= {f"treaty_cli/output/verification_html.{kind}" for kind in ("css", "js")}
    wanted |= {f"treaty_stubs/admin/page/{name}" for name in ("page.html", "page.css", "page.js", "icon.svg")}
    wanted |= {"treaty_stubs/admin/openapi.yaml"}
    assert wanted | {"treaty/config/schema.json", "treaty_stubs/faults/schema.json"} <= set(names)


def test_pytest_finds_the_plugin_in_it(wheel: Path, names: list[str]) -> None:
    """By its entry point; `-p treaty.pytest_plugin` is no second plugin only if that has this name."""
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(next(name for name in names if name.endswith(".dist-info/entry_points.txt"))).decode()
    assert "[pytest11]\ntreaty.pytest_plugin = treaty.pytest_plugin\n" in text


def test_it_holds_no_tests_and_no_leftovers(names: list[str]) -> None:
    own = [name for name in names if Path(name).name != "pytest_plugin.py"]
    assert [name for name in own if "test" in Path(name).name or name.endswith((".pyc", ".orig", ".rej"))] == []


def test_it_runs_where_only_its_base_is_installed(wheel: Path, tmp_path: Path) -> None:
    """Help, the stub and verification must not need an extra to say what they take."""
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    constraints = ROOT / ".ci" / "constraints" / f"{sys.version_info[0]}.{sys.version_info[1]}.txt"
    options = ("--constraint", constraints) if constraints.exists() else ()
    _run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *options, wheel)
    treaty = tmp_path / "venv" / "bin" / "treaty"
    assert "Commands:" in _run(treaty, "--help", folder=tmp_path)
    assert "--provider" in _run(treaty, "stub", "--help", folder=tmp_path)
    assert "--provider" in _run(treaty, "verify", "--help", folder=tmp_path)
    assert "absent  extra record" in _run(treaty, "doctor", folder=tmp_path)
