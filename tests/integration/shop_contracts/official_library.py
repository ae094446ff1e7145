"""The official verifier as a library on its own: it knows nothing of Treaty but its state URL."""

from __future__ import annotations

from typing import Any

from tests.integration.shop_contracts.providers import PACTS
from tests.integration.shop_contracts.served_states import BOUND
from treaty.adapters.http_calls import split_base_url
from treaty.adapters.official_engine import run_worker
from treaty_cli.bootstrap.verification import read_documents


def verify(provider: str, address: str, state_url: str) -> list[tuple[str, str]]:
    """Let the official verifier read the unchanged files; give each interaction with its result."""
    _, host, port, _ = split_base_url(address)
    found: list[tuple[str, str]] = []
    for document in read_documents([PACTS], None):
        if document.provider != provider:
            continue
        task: dict[str, Any] = {
            "provider": provider,
            "host": host,
            "port": port,
            "path": "",
            "scheme": "http",
            "pact": document.source,
            "state_url": state_url,
            "teardown": False,
            "timeout_milliseconds": 30_000,
            "headers": [],
        }
        results = run_worker(task, bound=BOUND)["interactionResults"]
        assert len(results) == len(document.interactions)
        found += [(result["description"], result["result"]) for result in results]
    return found
