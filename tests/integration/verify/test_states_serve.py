"""`treaty states serve` with a verifier that is not ours: the official one on the original file, without our marks."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.verify import contracts
from tests.integration.verify.provider import RunningProvider, running_provider
from treaty.adapters.official_engine import run_worker
from treaty_cli.app import main

pytest.importorskip("pact", reason="the extra 'official' is not installed")

BOUND = 60.0


@contextmanager
def served(*arguments: str | Path) -> Iterator[str]:
    """Run `treaty states serve` as a process; give its address; end it with SIGTERM and expect a good end."""
    command = [sys.executable, "-m", "treaty_cli", "states", "serve", *map(str, arguments)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            address = re.search(r"http://\S+", line)
            assert address is not None, line
            yield address[0]
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                assert process.wait(timeout=BOUND) == 0
            finally:
                process.kill()


def verify(provider: RunningProvider, pact: Path, state_url: str) -> dict[str, str]:
    """Let the official verifier read the file as it is; give each interaction's result by description."""
    task: dict[str, Any] = {
        "provider": "shop",
        "host": "127.0.0.1",
        "port": provider.port,
        "path": "",
        "scheme": "http",
        "pact": str(pact),
        "state_url": state_url,
        "teardown": True,
        "timeout_milliseconds": 20_000,
        "headers": [],
    }
    results = run_worker(task, bound=BOUND)
    return {result["description"]: result["result"] for result in results["interactionResults"]}


def test_the_official_verifier_is_green_with_our_states(tmp_path: Path) -> None:
    """On the original file, against a provider whose ids start elsewhere, twice against one process."""
    pact = contracts.write(tmp_path, contracts.pact(contracts.EVERYTHING))
    with running_provider(first_id=4711) as provider, served(pact, "--base-url", provider.url) as state_url:
        for _ in range(2):
            results = verify(provider, pact, state_url)
            assert set(results.values()) == {"OK"}
            assert len(results) == len(contracts.EVERYTHING)
        assert "GET /users/1" not in provider.seen


def test_a_failing_state_does_not_stall_the_official_verifier(tmp_path: Path) -> None:
    """It would retry a 5xx for 127 seconds, more than the bound here."""
    pact = contracts.write(tmp_path, contracts.pact([contracts.READ_USER, contracts.HEALTH]))
    with running_provider(fault="refuse") as provider, served(pact, "--base-url", provider.url) as state_url:
        results = verify(provider, pact, state_url)
    assert results == {"GET /users/{id} -> 200": "Error", "GET /health -> 200": "OK"}


def test_states_of_a_host_elsewhere_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Unless it is allowed by name."""
    pact = contracts.write(tmp_path, contracts.pact(contracts.EVERYTHING))
    assert main(["states", "serve", str(pact), "--base-url", "http://shop.invalid"]) == 2
    assert "[writes-refused]" in capsys.readouterr().err
