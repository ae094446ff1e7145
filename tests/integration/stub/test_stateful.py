"""Stateful stubs against the services that they were recorded from: whatever they answer, these would answer too."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.gallery.rig import pact_of
from tests.integration.stub.chores import CHORES, chores_app
from treaty.adapters.pact_files import read_pacts
from treaty_stubs.answering import Answering
from treaty_stubs.lifecycle.spaces import SpaceBook
from treaty_stubs.message import Received
from treaty_stubs.select.candidate import gather_candidates

Operation = tuple[str, int, str, str]


@pytest.fixture(scope="module")
def stub(tmp_path_factory: pytest.TempPathFactory) -> Answering:
    """What a recording of the service's client became."""
    pact = pact_of(CHORES, tmp_path_factory.mktemp("chores"))
    return Answering(gather_candidates(read_pacts([pact])), provider="service", spaces=SpaceBook())


@dataclass(kw_only=True)
class Pair:
    """The service and its stub, asked the same; each has identities of its own."""

    real: FlaskClient
    stub: Answering
    numbers: list[tuple[int, int]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    asked: int = 0

    def ask(self, operation: Operation) -> None:
        """Ask the stub, and the service too unless the stub says that it never learned this; compare."""
        method, real_path, stub_path, body = self._request(operation)
        self.asked += 1
        status, document = _ask(self.stub, method, stub_path, body)
        if status == 501:
            self.refused[f"{method} {operation[0]}"] += 1
            return
        answer = self.real.open(real_path, method=method, json=body)
        assert (status, operation) == (answer.status_code, operation)
        expected: Any = answer.get_json() if answer.data else None
        if operation[0] == "create" and status == 201:
            self.numbers.append((expected["id"], document["id"]))
        assert document == self._translated(expected), operation

    def _request(self, operation: Operation) -> tuple[str, str, str, Any]:
        kind, which, word, room = operation
        real, stub = self.numbers[which % len(self.numbers)] if self.numbers else (999999, 999999)
        if kind == "create":
            return "POST", "/chores", "/chores", {"title": f"{word} it", "slug": word, "room": room}
        if kind == "create without a title":
            return "POST", "/chores", "/chores", {"slug": word, "room": room}
        if kind == "list":
            return "GET", "/chores", "/chores", None
        if kind == "list of a room":
            return "GET", f"/chores?room={room}", f"/chores?room={room}", None
        if kind == "show nobody":
            return "GET", "/chores/999999", "/chores/999999", None
        if kind == "change":
            return "PATCH", f"/chores/{real}", f"/chores/{stub}", {"title": f"Do not {word} it"}
        if kind == "finish":
            return "POST", f"/chores/{real}/finish", f"/chores/{stub}/finish", {"who": f"Dr {word}"}
        return {"show": "GET", "delete": "DELETE"}[kind], f"/chores/{real}", f"/chores/{stub}", None

    def _translated(self, document: Any) -> Any:
        numbers = dict(self.numbers)
        if isinstance(document, dict):
            return {
                name: numbers.get(value, value) if name == "id" else self._translated(value)
                for name, value in document.items()
            }
        return [self._translated(each) for each in document] if isinstance(document, list) else document


def _ask(stub: Answering, method: str, target: str, body: Any) -> tuple[int, Any]:
    headers = [(b"Accept", b"*/*"), (b"User-Agent", b"a test"), (b"Accept-Encoding", b"gzip")]
    data = b""
    if body is not None:
        headers.append((b"Content-Type", b"application/json"))
        data = json.dumps(body).encode()
    answer = stub(Received(method=method, target=target, raw_headers=headers, body=data))
    return answer.status, json.loads(answer.body) if answer.body else None


KINDS = (
    "create",
    "create without a title",
    "list",
    "list of a room",
    "show",
    "show nobody",
    "change",
    "finish",
    "delete",
)
OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.integers(0, 3),
        st.sampled_from(["mop", "iron", "cook"]),
        st.sampled_from(["hall", "kitchen"]),
    ),
    max_size=14,
)


def _pair(stub: Answering) -> Pair:
    assert stub.spaces is not None
    stub.spaces.reset()
    return Pair(real=chores_app().test_client(), stub=stub)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations=OPERATIONS)
def test_whatever_the_stub_answers_the_service_would_answer_too(stub: Answering, operations: list[Operation]) -> None:
    """Statuses and bodies of any sequence of calls agree wherever the stub does not say 501."""
    pair = _pair(stub)
    for operation in operations:
        pair.ask(operation)


def _long_day() -> Iterator[Operation]:
    for number, kind in enumerate(KINDS * 12):
        yield (
            kind,
            number,
            ("mop", "iron", "cook", "dust")[number % 4] + str(number // 16),
            ("hall", "kitchen")[number % 2],
        )


def test_the_stub_answers_what_its_pact_covers(stub: Answering) -> None:
    """Only refusals that were recorded of one room alone are not told of the other one (the figures are documented)."""
    pair = _pair(stub)
    for operation in _long_day():
        pair.ask(operation)
    assert pair.asked == 108
    assert set(pair.refused) <= {"POST create", "POST create without a title"}
    assert sum(pair.refused.values()) == 6
