"""`treaty demo` as a newcomer runs it: in an empty folder, with real processes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[3]
EDGES: Final = {
    *(("client", provider) for provider in ("user", "order", "payment", "notification")),
    *(("order", provider) for provider in ("user", "payment", "notification")),
    *(("payment", provider) for provider in ("order", "user", "notification")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """One run, shared by the tests here: where it ran, what it printed, how it ended."""

    folder: Path
    printed: str
    errors: str
    status: int

    def pacts(self) -> Mapping[tuple[str, str], Any]:
        found = {}
        for path in (self.folder / ".treaty" / "demo" / "pacts").glob("*.json"):
            pact = json.loads(path.read_text("utf-8"))
            found[pact["consumer"]["name"], pact["provider"]["name"]] = pact
        return found


@pytest.fixture(scope="module", name="demo")
def _demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TREATY_", "SHOP_"))}
    done = subprocess.run(
        [sys.executable, "-m", "treaty_cli", "demo"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    return Demo(folder=folder, printed=done.stdout, errors=done.stderr, status=done.returncode)


def test_it_ends_well_and_says_nothing_on_standard_error(demo: Demo) -> None:
    assert demo.status == 0, demo.printed + demo.errors
    assert demo.errors == ""


def test_it_shows_who_called_whom_with_counts(demo: Demo) -> None:
    shown = {
        (consumer, provider): int(count)
        for consumer, provider, count in re.findall(r"^ +(\w+) -> (\w+) +(\d+) +#", demo.printed, re.MULTILINE)
    }
    assert set(shown) == EDGES
    assert all(shown.values())


def test_every_provider_keeps_every_promise_in_every_pact(demo: Demo) -> None:
    kept = dict(re.findall(r"^  (\w+) +(\d+) kept, 0 broken, 0 could not tell;", demo.printed, re.MULTILINE))
    promised: dict[str, int] = {}
    for (_, provider), pact in demo.pacts().items():
        promised[provider] = promised.get(provider, 0) + len(pact["interactions"])
    assert {name: int(count) for name, count in kept.items()} == promised


def test_there_is_one_pact_an_edge(demo: Demo) -> None:
    assert set(demo.pacts()) == EDGES


def test_it_catches_the_defect_and_names_the_field(demo: Demo) -> None:
    healthy, faulty = re.findall(r"^  order +\d+ kept, (\d+) broken", demo.printed, re.MULTILINE)
    assert int(healthy) == 0
    assert int(faulty) > 0
    assert "the member 'total_amount' is missing" in demo.printed


def test_it_shows_an_answer_and_a_miss_of_a_stub(demo: Demo) -> None:
    assert re.search(r'200  X-Treaty-Match: GET /api/v1/users/\{id\} -> 200; state=".+"; why=".+"', demo.printed)
    assert '"id": 42' in demo.printed
    assert re.search(r"501  X-Treaty-Match: none", demo.printed)


def test_no_password_of_the_day_is_in_anything_it_wrote(demo: Demo) -> None:
    written = [path for path in (demo.folder / ".treaty").rglob("*") if path.is_file()]
    assert written
    assert not [path for path in written if b"correct horse" in path.read_bytes()]


def test_the_configuration_of_the_demonstration_is_the_one_of_the_repository() -> None:
    shipped = ROOT / "cli" / "treaty_cli" / "bootstrap" / "shop.yaml"
    assert shipped.read_text("utf-8") == (ROOT / "treaty.yaml").read_text("utf-8")
