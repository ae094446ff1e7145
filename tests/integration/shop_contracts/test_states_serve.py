"""The shop's pacts with the official verifier on its own, whose states are brought about by `treaty states serve`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integration.shop_contracts.providers import PACTS, PROVIDERS, Variant, write_configuration
from tests.integration.shop_contracts.served_states import BOUND, served
from treaty.adapters.http_calls import split_base_url
from treaty.adapters.official_engine import run_worker
from treaty_cli.bootstrap.verification import read_documents

pytest.importorskip("pact", reason="the extra 'official' is not installed")


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


@pytest.mark.parametrize("first_id", ["1", "4711"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_official_verifier_is_green_wherever_ids_begin(provider: str, first_id: str, tmp_path: Path) -> None:
    """Answers that stand-ins must give are given, too, because Treaty starts the service."""
    config = write_configuration(tmp_path, provider, Variant(environment={"SHOP_START_ID": first_id}))
    with served(provider, config) as (states, address):
        results = verify(provider, address, states)
    assert results
    assert [each for each in results if each[1] != "OK"] == []


def test_the_official_verifier_is_green_at_another_time(tmp_path: Path) -> None:
    """The states are those of a service that lives in the future."""
    config = write_configuration(tmp_path, "user")
    with served("user", config, "--clock", "+400d") as (states, address):
        results = verify("user", address, states)
    assert {result for _, result in results} == {"OK"}
