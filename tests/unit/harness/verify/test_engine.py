from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from tests.unit.harness.verify.tales import document, interaction
from tests.unit.harness.verify.things import CHANGE, CREATE, Things, engine, thing, verdicts, verify
from treaty.contract.json_value import JsonValue
from treaty.errors import ProviderFailed, StateFailed
from treaty.verify.calls import Answer, Call
from treaty.verify.outcome import Verdict
from treaty.verify.ports import Script


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_results_come_in_the_order_of_the_pact_whatever_the_workers(workers: int) -> None:
    """And each worker has a connection of its own."""
    provider = Things()
    interactions = []
    for number in range(20):
        interactions += [
            thing("GET", 1, CREATE, CHANGE),
            interaction("GET", f"/broken/{number}"),
            thing("DELETE", -1, CREATE),
            interaction("GET", "/lost/1"),
        ]
    outcomes = verify(provider, interactions, workers=workers)
    assert [outcome.position for outcome in outcomes] == list(range(80))
    assert verdicts(outcomes) == ["kept", "broken", "kept", "could not tell"] * 20
    assert provider.connections == workers
    assert len(provider.threads) <= workers


def test_a_fault_of_ours_in_a_worker_reaches_the_caller() -> None:
    """It is neither swallowed nor a verdict."""

    class Faulty(Things):
        def _answer(self, call: Call) -> Answer:
            raise RuntimeError(f"ours: {call.method}")

    with pytest.raises(RuntimeError, match="ours: GET"):
        verify(Faulty(), [interaction("GET", f"/{number}") for number in range(9)], workers=3)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("verify-")]


def test_a_run_that_is_left_ends_its_workers() -> None:
    """Nothing more is sent."""
    provider = Things()
    made = document([interaction("GET", f"/broken/{number}") for number in range(500)])
    outcomes = engine(provider, workers=2).verify(made, made.interactions)
    assert next(outcomes).verdict is Verdict.BROKEN
    assert hasattr(outcomes, "close")
    outcomes.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("verify-")]
    assert len(provider.seen) <= 500


class Handler:
    """A user's handler that notes when it is asked."""

    def __init__(self, provider: Things) -> None:
        self._provider = provider

    def change(self, request: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        self._provider.seen.append(f"{request['action']} {request['state']}")
        if request["state"] == "impossible" and request["action"] == "setup":
            raise StateFailed("it is impossible")
        return {"id": 1}


def test_manual_states_keep_the_order_of_the_pact_with_any_workers() -> None:
    """Set-up, request and tear-down follow each other, one interaction after the other."""
    provider = Things()
    manual = [
        {**interaction("GET", f"/broken/{name}", status=500), "providerStates": [{"name": name}]}
        for name in ("one", "impossible", "two")
    ]
    outcomes = verify(
        provider, [*manual, interaction("GET", "/broken/3", status=500)], workers=4, manual=Handler(provider)
    )
    assert verdicts(outcomes) == ["kept", "could not tell", "kept", "kept"]
    assert provider.seen == [
        "setup one",
        "GET /broken/one",
        "teardown one",
        "setup impossible",
        "setup two",
        "GET /broken/two",
        "teardown two",
        "GET /broken/3",
    ]


def test_a_provider_is_emptied_before_each_job_by_one_worker() -> None:
    """Whatever several would disturb."""
    provider, renewed = Things(), list[int]()
    made = document([thing("DELETE", -1, CREATE), thing("PUT", 1, CREATE)])
    found = list(
        replace(engine(provider, workers=4), renew=lambda: renewed.append(len(provider.seen))).verify(
            made, made.interactions
        )
    )
    assert verdicts(found) == ["kept", "kept"]
    assert renewed == [0, 2]


def test_what_cannot_be_emptied_gives_no_verdict() -> None:
    """Nothing is sent then."""

    def fail() -> None:
        raise ProviderFailed("shop could not be reset", why="the last answer was 500")

    provider = Things()
    made = document([thing("DELETE", -1, CREATE), thing("GET", 0, CREATE)])
    found = list(replace(engine(provider), renew=fail).verify(made, made.interactions))
    assert verdicts(found) == ["could not tell", "could not tell"]
    assert found[0].reason is not None
    assert "500" in found[0].reason.why
    assert provider.seen == []


class Stage:
    """Hears when interactions begin."""

    def __init__(self, seen: list[str]) -> None:
        self._seen = seen

    def answer(
        self, *, dependency: str, method: str, path: str, scripts: Sequence[Script], shared: bool = False
    ) -> str:
        raise AssertionError(f"{dependency} {method} {path} {scripts} {shared}")

    def begin(self) -> None:
        self._seen.append("begin")


def test_stand_ins_hear_that_an_interaction_begins_before_it_is_set_up() -> None:
    """Whatever its kind, so that no answer of another one is left."""
    provider = Things()
    made = document([thing("GET", 0, CREATE), interaction("POST", "/things", status=201)])
    judging = replace(engine(provider), scripts=Stage(provider.seen))
    assert verdicts(list(judging.verify(made, made.interactions))) == ["kept", "kept"]
    assert provider.seen == ["begin", "POST /things", "GET /things/4713", "begin", "POST /things"]


def test_messages_are_asked_for_among_the_other_jobs() -> None:
    """At the provider itself unless it is said where; with a manual state among them they wait for the requests."""
    asked = {"type": "Asynchronous/Messages", "description": "m"}
    manual = {**asked, "providerStates": [{"name": "one"}]}
    for workers in (1, 3):
        provider = Things()
        outcomes = verify(
            provider,
            [manual, interaction("GET", "/broken/1", status=500), asked, interaction("GET", "/broken/2", status=500)],
            workers=workers,
            manual=Handler(provider),
        )
        assert [outcome.position for outcome in outcomes] == [0, 1, 2, 3]
        assert verdicts(outcomes) == ["kept"] * 4
        assert provider.seen[-4:] == ["setup one", "POST /", "teardown one", "POST /"]
