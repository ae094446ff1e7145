"""Recording the shop again gives the checked-in pacts, byte for byte."""

from __future__ import annotations

import os
import subprocess
import sys
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


def test_every_edge_of_the_shop_has_a_pact_and_its_merge_base() -> None:
    """Who calls whom follows from the services' roles; mail is no pact yet."""
    edges = {f"client-{provider}" for provider in PROVIDERS}
    edges |= {"order-user", "order-payment", "order-notification"}
    edges |= {"payment-order", "payment-user", "payment-notification"}
    assert {path.stem for path in PACTS.glob("*.json")} == edges
    assert {path.stem for path in (PACTS / ".generated").glob("*.json")} == edges


def test_nothing_but_pacts_lies_among_the_pacts() -> None:
    """The official verifier takes every file of a folder for a pact, whatever its name."""
    assert [path.name for path in PACTS.iterdir() if path.is_file() and path.suffix != ".json"] == []


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}
