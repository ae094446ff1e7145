"""The shop's pacts with the official verifiers, command and library, which know nothing of Treaty but its state URL."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.integration.shop_contracts import official_library
from tests.integration.shop_contracts.providers import HEALTHY, PACTS, PROVIDERS, Variant, write_configuration
from tests.integration.shop_contracts.served_states import BOUND, served
from treaty.adapters.http_calls import split_base_url

VERIFIER: Final = Path(sysconfig.get_path("scripts")) / "pact"
"""Of the package pact-python-cli, in the group dev: a missing one is a failure, not a skip."""
FAULTS: Final = {
    "user": ("S1-7b", "missing the following keys: email"),
    "order": ("S1-7", "missing the following keys: total_amount"),
    "payment": ("S3-6", "$.amount"),
    "notification": ("S4-9", "$.data"),
}
"""One known fault of each service, and what is said of the place that is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the verifier said.

    Attributes:
        status: its exit status.
        failed: descriptions of the interactions that are not OK.
        count: of all interactions it verified.
        output: all it wrote.

    """

    status: int
    failed: Sequence[str]
    count: int
    output: str


def verify(provider: str, address: str, state_url: str, folder: Path) -> Verdict:
    """Give the unchanged files of a provider to the verifier."""
    _, host, port, _ = split_base_url(address)
    report = folder / "official.json"
    command: list[str | Path] = [VERIFIER, "verifier", "--no-colour", "--json", report]
    command += ["--provider-name", provider, "--hostname", host, "--port", str(port)]
    command += ["--state-change-url", state_url, "--state-change-teardown"]
    for path in promises(provider):
        command += ["--file", path]
    ended = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=BOUND,
        # Its makers would be told of each run.
        env={**os.environ, "PACT_DO_NOT_TRACK": "true"},
    )
    output = ended.stdout + ended.stderr
    assert report.exists(), output
    results = json.loads(report.read_text(encoding="utf-8"))["interactionResults"]
    return Verdict(
        status=ended.returncode,
        failed=[each["description"] for each in results if each["result"] != "OK"],
        count=len(results),
        output=output,
    )


def promises(provider: str) -> list[Path]:
    """Give the files of a provider."""
    return sorted(PACTS.glob(f"*-{provider}.json"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Healthy:
    """A healthy service, and where its states are brought about."""

    provider: str
    address: str
    states: str


@pytest.fixture(
    name="healthy",
    scope="module",
    params=[(provider, first) for provider in PROVIDERS for first in ("1", "4711")],
    ids=lambda each: f"{each[0]}-{each[1]}",
)
def _healthy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Healthy]:
    """Each service with each beginning of ids, for all tests one after the other."""
    provider, first_id = request.param
    variant = Variant(environment={"SHOP_START_ID": first_id})
    config = write_configuration(tmp_path_factory.mktemp(provider), provider, variant)
    with served(provider, config) as (states, address):
        yield Healthy(provider=provider, address=address, states=states)


def test_the_library_is_green_wherever_ids_begin(healthy: Healthy) -> None:
    """Answers that stand-ins must give are given, too, because Treaty starts the service."""
    pytest.importorskip("pact", reason="the extra 'official' is not installed")
    results = official_library.verify(healthy.provider, healthy.address, healthy.states)
    assert results
    assert [each for each in results if each[1] != "OK"] == []


def test_a_healthy_service_is_green_wherever_ids_begin(healthy: Healthy, tmp_path: Path) -> None:
    """All its interactions, and once more against the same process, which by then holds what the first run made."""
    promised = sum(len(json.loads(path.read_bytes())["interactions"]) for path in promises(healthy.provider))
    for _ in range(2):
        verdict = verify(healthy.provider, healthy.address, healthy.states, tmp_path)
        assert (verdict.status, verdict.failed) == (0, []), verdict.output
        assert verdict.count == promised > 0


@pytest.mark.parametrize(("provider", "fault", "place"), [(name, *FAULTS[name]) for name in PROVIDERS])
def test_a_faulty_service_is_red(provider: str, fault: str, place: str, tmp_path: Path) -> None:
    """Green is no matter of course: a known fault shows at its place."""
    config = write_configuration(tmp_path, provider, Variant(environment={"SHOP_FAULTS": fault}))
    with served(provider, config) as (states, address):
        verdict = verify(provider, address, states, tmp_path)
    assert verdict.status == 1
    assert verdict.failed
    assert place in verdict.output


def test_without_our_states_it_does_not_pass_by_chance(tmp_path: Path) -> None:
    """The examples of identifiers are ones that no provider has."""
    config = write_configuration(tmp_path, "user", HEALTHY)
    with served("user", config) as (_, address):
        # An address where nothing of ours listens answers state calls with 404.
        verdict = verify("user", address, f"{address}/no-states", tmp_path)
    assert verdict.status == 1
    assert "GET /api/v1/users/{id} -> 200" in verdict.failed
