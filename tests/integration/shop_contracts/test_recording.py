"""Recording the shop again gives the checked-in pacts, byte for byte."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

from tests.integration.shop_contracts.providers import PACTS, PROVIDERS, ROOT

pytest.importorskip("mitmproxy", reason="the extra 'record' is not installed")

ELSEWHERE = {"SHOP_START_ID": "4711", "TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "4711"}


@pytest.mark.parametrize("environment", [{}, ELSEWHERE], ids=["here", "elsewhere"])
def test_recording_again_changes_no_byte(environment: dict[str, str], tmp_path: Path) -> None:
    """Here, and with other ids, in another time zone and locale, with another order of sets."""
    done = subprocess.run(
        [sys.executable, ROOT / ".ci" / "pacts", "--check", "--into", tmp_path / "pacts"],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert files(tmp_path / "pacts") == files(PACTS)


def test_three_runs_give_the_bytes_of_one(tmp_path: Path) -> None:
    """Another clock, time zone and first ids of every service settle nothing that was in doubt."""
    command = [sys.executable, "-m", "treaty_cli", "record", "--runs", "3", "--out", str(tmp_path / "pacts")]
    done = subprocess.run(
        [*command, "--session", str(tmp_path / "session"), "--", sys.executable, "-m", "treaty_shop", "drive"],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "SHOP_PACE": "gate"},
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "run 2 of 3: the clock +400 days, another SHOP_START_ID\nhealth" in done.stdout
    assert "run 3 of 3: the time zone Pacific/Chatham, another SHOP_START_ID\nhealth" in done.stdout
    assert "findings" not in done.stdout
    assert files(tmp_path / "pacts") == files(PACTS)


def test_every_edge_of_the_shop_has_a_pact_and_its_merge_base() -> None:
    """Who calls whom follows from the services' roles; mail is no pact yet."""
    edges = {f"client-{provider}" for provider in PROVIDERS}
    edges |= {"order-user", "order-payment", "order-notification"}
    edges |= {"payment-order", "payment-user", "payment-notification"}
    assert {path.stem for path in PACTS.glob("*.json")} == edges
    assert {path.stem for path in (PACTS / ".generated").glob("*.json")} == edges


def test_what_differs_is_said_by_file_and_line(tmp_path: Path) -> None:
    """Once for a pact and its merge base; with what to do."""
    loader = SourceFileLoader("pacts_script", str(ROOT / ".ci" / "pacts"))
    script = module_from_spec(spec_from_loader(loader.name, loader) or pytest.fail("the script is gone"))
    loader.exec_module(script)
    for folder, status in (("before", 200), ("after", 201)):
        for place in (tmp_path / folder, tmp_path / folder / ".generated"):
            place.mkdir()
            (place / "web-shop.json").write_text(f'{{\n  "status": {status}\n}}\n', encoding="utf-8")
    (tmp_path / "after" / "app-shop.json").write_text("{}\n", encoding="utf-8")
    text = "\n".join(script.differences(tmp_path / "before", tmp_path / "after"))
    assert "pacts/app-shop.json is missing" in text
    assert text.count("web-shop.json") == 1
    assert '-  "status": 200\n+  "status": 201' in text
    assert "run make pacts" in text
    assert list(script.differences(tmp_path / "before", tmp_path / "before")) == []


def test_nothing_but_pacts_lies_among_the_pacts() -> None:
    """The official verifier takes every file of a folder for a pact, whatever its name."""
    assert [path.name for path in PACTS.iterdir() if path.is_file() and path.suffix != ".json"] == []


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}
