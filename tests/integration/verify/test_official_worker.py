"""The worker process of the official engine: its end, its silence, its faults."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.verify import contracts
from tests.integration.verify.provider import running_provider
from treaty.adapters.official_engine import run_worker
from treaty.errors import EngineFailed

pytest.importorskip("pact", reason="the extra 'official' is not installed")

BOUND = 60.0


def task(pact: Path, port: int) -> dict[str, Any]:
    return {
        "provider": "shop",
        "host": "127.0.0.1",
        "port": port,
        "path": "",
        "scheme": "http",
        "pact": str(pact),
        "state_url": f"http://127.0.0.1:{port}/states",
        "teardown": False,
        "timeout_milliseconds": 600_000,
        "headers": [],
    }


def test_the_engine_writes_nothing_where_we_write(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Its report goes past Python to descriptor 1; neither output of ours has a byte of it."""
    pact = contracts.write(tmp_path, contracts.pact([contracts.HEALTH]))
    with running_provider() as provider:
        results = run_worker(task(pact, provider.port), bound=BOUND)
    assert results["interactionResults"]
    assert capfd.readouterr() == ("", "")


def test_a_worker_that_does_not_end_is_killed(tmp_path: Path) -> None:
    """A provider that accepts and never answers cannot hold us."""
    pact = contracts.write(tmp_path, contracts.pact([contracts.HEALTH]))
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(EngineFailed) as raised:
        run_worker(task(pact, silent.getsockname()[1]), bound=1.5)
    assert "did not end" in raised.value.what


def test_a_task_that_the_engine_refuses_is_an_error_with_its_reason(tmp_path: Path) -> None:
    """A file that is not there."""
    with pytest.raises(EngineFailed) as raised:
        run_worker(task(tmp_path / "gone.json", 1), bound=BOUND)
    assert "gone.json" in raised.value.why


def test_the_worker_ends_with_its_parent(tmp_path: Path) -> None:
    """When its standard input closes, it does not go on verifying for nobody."""
    pact = contracts.write(tmp_path, contracts.pact([contracts.HEALTH]))
    command = [sys.executable, "-P", "-m", "treaty.adapters.official_worker"]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(BOUND)
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as worker:
            assert worker.stdin is not None
            worker.stdin.write(json.dumps(task(pact, silent.getsockname()[1])).encode() + b"\n")
            worker.stdin.flush()
            connection, _ = silent.accept()
            with connection:
                assert worker.poll() is None
                worker.stdin.close()
                try:
                    assert worker.wait(timeout=BOUND) == 1
                finally:
                    worker.kill()
