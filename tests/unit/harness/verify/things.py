"""A scripted provider that keeps things, with ids of its own, and our engine on it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any

from tests.integration.verify import contracts
from tests.unit.harness.verify.fakes import JumpingTime, json_answer
from tests.unit.harness.verify.tales import call, document, interaction, state
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.verify.calls import Answer, Call, CallFailed
from treaty.verify.concealment import Concealer
from treaty.verify.document import PactDocument
from treaty.verify.engine import TreatyEngine
from treaty.verify.minting import Minter
from treaty.verify.outcome import Outcome
from treaty.verify.ports import Calls
from treaty.verify.state_desk import ManualStates, SetsUp
from treaty.verify.states import StateRunner


class Things:
    """Makes, shows, changes and deletes things, refuses some; answers 500 for broken ones, nothing for lost ones."""

    def __init__(self) -> None:
        self.things: dict[str, int] = {}
        self.seen: list[str] = []
        self.connections = 0
        self.threads: set[int] = set()
        self._lock = threading.Lock()

    @contextmanager
    def connect(self) -> Iterator[Calls]:
        with self._lock:
            self.connections += 1
        yield self

    def send(self, call: Call, *, seconds: float) -> Answer:
        assert seconds > 0
        with self._lock:
            self.threads.add(threading.get_ident())
            self.seen.append(f"{call.method} {call.target}")
            return self._answer(call)

    def _answer(self, call: Call) -> Answer:
        way = call.target.removeprefix("/").split("/")
        if way[0] == "lost":
            raise CallFailed("the connection was closed")
        if way[0] == "broken":
            return json_answer(500, {"error": "broken"})
        if way[0] == "refused":
            return json_answer(409, {"error": "too early"})
        if call.method == "POST":
            key = str(4711 + len(self.seen))
            self.things[key] = 0
            return json_answer(201, {"id": int(key), "version": 0})
        key = way[1]
        if key not in self.things:
            return json_answer(404, {"error": "not found"})
        if call.method == "DELETE":
            del self.things[key]
        if call.method == "PUT":
            self.things[key] += 1
        return json_answer(200, {"id": int(key), "version": self.things.get(key, -1)})


def engine(provider: Things, *, workers: int = 1, manual: ManualStates | None = None) -> TreatyEngine:
    minter, time = Minter(random=Random(1)), JumpingTime()
    concealer = Concealer([], Redactor(RedactionPolicy()))

    def set_ups(document: PactDocument, calls: Calls) -> SetsUp:
        return StateRunner(
            states=document.states, calls=calls, waiter=time, minter=minter, concealer=concealer, seconds=10
        )

    return TreatyEngine(
        connect=provider.connect,
        set_ups=set_ups,
        waiter=time,
        minter=minter,
        concealer=concealer,
        base_url="http://things",
        manual=manual,
        workers=workers,
    )


def verify(
    provider: Things, interactions: Sequence[dict[str, Any]], *, workers: int = 1, manual: ManualStates | None = None
) -> list[Outcome]:
    made = document(interactions)
    return list(engine(provider, workers=workers, manual=manual).verify(made, made.interactions))


CREATE = call("POST", "/things", bind={"id": "body.$.id"}, status=201)
CHANGE = call("PUT", "/things/${id}")


def thing(method: str, version: int, *steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Write an interaction with a thing that promises its version."""
    content = interaction(method, "/things/1", state(*steps), generated="/things/${id}", **more)
    content["response"]["body"] = contracts.json_body({"version": version})
    return content


def verdicts(outcomes: Sequence[Outcome]) -> list[str]:
    return [outcome.verdict.value for outcome in outcomes]
