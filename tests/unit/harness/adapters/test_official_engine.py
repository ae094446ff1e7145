from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.integration.verify import contracts
from treaty.adapters.official_engine import OfficialEngine, check_installed
from treaty.errors import EngineFailed, ExtraMissing
from treaty.verify.document import read_document
from treaty.verify.outcome import Outcome, Verdict
from treaty.verify.states import SetUp

DOCUMENT = read_document(json.dumps(contracts.pact(contracts.EVERYTHING)).encode(), source="a.json")


@dataclass
class RecordedWorker:
    """Gives results without an engine, and keeps its task."""

    results: dict[str, Any]
    task: dict[str, Any] = field(default_factory=dict)
    pact: dict[str, Any] = field(default_factory=dict)
    bound: float = 0.0

    def __call__(self, task: Mapping[str, Any], *, bound: float) -> Mapping[str, Any]:
        self.task, self.bound = dict(task), bound
        self.pact = json.loads(Path(task["pact"]).read_bytes())
        return self.results


class NoStates:
    """No state is ever set up here."""

    def set_up(self, key: str, name: str) -> SetUp:
        raise AssertionError(f"{name} {key}")


def judge(worker: RecordedWorker, *positions: int, base_url: str = "http://127.0.0.1:8080") -> list[Outcome]:
    engine = OfficialEngine(
        base_url=base_url, set_ups=lambda _document: NoStates(), headers=[("A", "s3cr3t")], seconds=10, work=worker
    )
    return list(engine.verify(DOCUMENT, [DOCUMENT.interactions[position] for position in positions]))


def test_only_what_is_selected_is_given_to_the_engine() -> None:
    """In a file of its own, which is gone afterwards."""
    worker = RecordedWorker({"interactionResults": [{"description": "0: x", "result": "OK", "duration": "1ms"}]})
    (outcome,) = judge(worker, 0)
    assert outcome.verdict is Verdict.KEPT
    assert [entry["description"] for entry in worker.pact["interactions"]] == ["0: GET /health -> 200"]
    assert worker.task["headers"] == [["A", "s3cr3t"]]
    assert not Path(worker.task["pact"]).exists()


def test_fewer_results_than_interactions_could_not_be_told() -> None:
    """In the order of the interactions."""
    worker = RecordedWorker({"interactionResults": [{"description": "4: x", "result": "OK"}]})
    first, second = judge(worker, 0, 4)
    assert first.verdict is Verdict.COULD_NOT_TELL
    assert isinstance(first.reason, EngineFailed)
    assert "fewer results" in first.reason.why
    assert second.verdict is Verdict.KEPT


def test_the_timeout_covers_the_longest_await_and_the_bound_all_requests() -> None:
    """The engine has one timeout for the provider and for state calls."""
    worker = RecordedWorker({})
    judge(worker, 0)
    assert worker.task["timeout_milliseconds"] == 11_000
    judge(worker, 0, 5)
    assert worker.task["timeout_milliseconds"] == 16_000
    assert worker.bound > 2 * 16


@pytest.mark.parametrize(
    ("base_url", "parts"),
    [
        ("http://127.0.0.1:8080/api/", ("http", "127.0.0.1", 8080, "/api")),
        ("https://[::1]", ("https", "[::1]", 443, "")),
    ],
)
def test_the_base_url_is_given_in_parts(base_url: str, parts: tuple[str, str, int, str]) -> None:
    """An IPv6 address keeps its brackets."""
    worker = RecordedWorker({})
    judge(worker, 0, base_url=base_url)
    assert tuple(worker.task[name] for name in ("scheme", "host", "port", "path")) == parts


def test_without_pact_python_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With how to install it."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(ExtraMissing) as raised:
        check_installed()
    assert "treaty[official]" in raised.value.hint
