"""`treaty states serve` as a process that starts a service of the shop alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.integration.shop_contracts.providers import PACTS

BOUND: Final = 120.0
"""Seconds that a process gets to end."""


@contextmanager
def served(provider: str, config: Path, *arguments: str) -> Iterator[tuple[str, str]]:
    """Let `treaty states serve` start a service; give the addresses of its states and of itself."""
    command = [sys.executable, "-m", "treaty_cli", "states", "serve", str(PACTS), "--provider", provider]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*command, "--config", str(config), *arguments], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        try:
            lines = [process.stdout.readline(), process.stdout.readline()]
            states, address = (line.rpartition(" ")[2].strip() for line in lines)
            yield states, address
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                assert process.wait(timeout=BOUND) == 0
            finally:
                process.kill()
