"""The demonstration, apart from the processes it starts: those run in tests/integration/demo."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.integration.verify import contracts
from tests.unit.cli.output.verification_events import outcome
from treaty.config import load_config
from treaty.errors import ExitStatus, ExtraMissing, OutputUnwritable, ProviderFailed, StateFailed
from treaty.record.events import Stored
from treaty.verify.events import Event, InteractionJudged
from treaty.verify.outcome import Outcome, Summary, Verdict
from treaty_cli.bootstrap import demonstration
from treaty_cli.bootstrap.demonstration import FAULT, FOLDER, PROVIDERS, Demonstrated, Served, demonstrate
from treaty_cli.bootstrap.installation import Part, Requirement
from treaty_cli.bootstrap.recording import Listening, RecordingObserver, RecordingSummary
from treaty_cli.bootstrap.recording_plan import RecordingRequest
from treaty_cli.bootstrap.verification import VerificationRequest

BROKEN = outcome(Verdict.BROKEN, "GET /orders/{id} -> 200")
KEPT = outcome(Verdict.KEPT, "GET /orders -> 200")
USER_42 = contracts.interaction(
    "GET /api/v1/users/{id} -> 200",
    {
        "method": "GET",
        "path": "/api/v1/users/1",
        "matchingRules": {"path": {"combine": "AND", "matchers": [{"match": "regex", "regex": r"/api/v1/users/\d+"}]}},
    },
    {"status": 200, "body": contracts.json_body({"id": 1, "name": "größe"})},
)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SHOP_FAULTS", "SHOP_PACE"):
        monkeypatch.delenv(name, raising=False)


@dataclass
class RememberingObserver:
    """Remembers what it was told, in order."""

    told: list[str] = field(default_factory=list)
    answers: list[Served] = field(default_factory=list)
    caught_outcomes: list[Outcome] = field(default_factory=list)

    def begins(self, folder: Path) -> None:
        self.told.append(f"begins in {folder}")

    def listening(self, listening: Listening) -> None:
        self.told.append(f"listening on {len(listening.edges)}")

    def progress(self, stored: Stored) -> None:
        self.told.append(f"progress {sum(stored.counts.values())}")

    def recorded(self, summary: RecordingSummary, seconds: float) -> None:
        assert seconds >= 0
        self.told.append(f"recorded {summary.session.name}")

    def verified(self, provider: str, summary: Summary) -> None:
        self.told.append(f"verified {provider}: {summary.kept}")

    def caught(self, provider: str, fault: str, summary: Summary, broken: Sequence[Outcome]) -> None:
        self.told.append(f"caught {provider} {fault}: {summary.broken}")
        self.caught_outcomes.extend(broken)

    def served(self, served: Served) -> None:
        self.told.append(f"served {served.status}")
        self.answers.append(served)

    def ended(self, demonstrated: Demonstrated, folder: Path) -> None:
        self.told.append(f"ended in {folder}: {sorted(demonstrated.verified)}")


@dataclass
class Steps:
    """Stands for recording and verifying, and remembers with which variables they ran."""

    environments: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    command_status: int = 0
    signal: int = 0
    requests: list[RecordingRequest] = field(default_factory=list)

    def record(self, request: RecordingRequest, observer: RecordingObserver) -> RecordingSummary:
        self._remember("record")
        self.requests.append(request)
        assert request.out is not None
        assert request.session is not None
        request.out.mkdir()
        contracts.write(request.out, contracts.pact([USER_42], provider="user"), "web-user.json")
        observer.listening(Listening(edges={}, upstreams={}))
        observer.progress(Stored())
        observer.ended(request.session)
        return RecordingSummary(
            session=request.session,
            declared=(),
            stored=Stored(),
            cut=0,
            command_status=self.command_status,
            normalized=None,
            signal=self.signal,
        )

    def verify(self, request: VerificationRequest, handle: Callable[[Event], None]) -> Summary:
        self._remember(f"verify {request.provider}")
        assert request.config is not None
        assert list(request.pacts) == [load_config(request.config).pacts]
        handle(InteractionJudged(outcome=KEPT))
        if not os.environ.get("SHOP_FAULTS"):
            return Summary(kept=1)
        handle(InteractionJudged(outcome=BROKEN))
        return Summary(kept=1, broken=1)

    def _remember(self, step: str) -> None:
        self.environments.append((step, os.environ.get("SHOP_PACE"), os.environ.get("SHOP_FAULTS")))


@pytest.fixture(name="steps")
def _steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    steps = Steps()
    monkeypatch.setattr(demonstration, "record", steps.record)
    monkeypatch.setattr(demonstration, "verify", steps.verify)
    monkeypatch.setattr(demonstration, "installed_parts", tuple)
    return steps


@pytest.mark.usefixtures("steps")
def test_the_steps_are_told_in_their_order() -> None:
    """Every provider is verified, one is broken, one is stood in for."""
    observer = RememberingObserver()
    demonstrated = demonstrate(observer)
    assert observer.told == [
        f"begins in {FOLDER}",
        "listening on 0",
        "progress 0",
        "recorded session",
        *(f"verified {provider}: 1" for provider in PROVIDERS),
        f"caught order {FAULT}: 1",
        "served 200",
        "served 501",
        f"ended in {FOLDER}: {sorted(PROVIDERS)}",
    ]
    assert observer.caught_outcomes == [BROKEN]
    assert demonstrated.kept


def test_a_client_that_fails_ends_it(steps: Steps) -> None:
    """Promises of half a day, all kept, would look like those of a whole one."""
    steps.command_status = 1
    observer = RememberingObserver()
    with pytest.raises(ProviderFailed, match="exit status 1"):
        demonstrate(observer)
    assert observer.told[-1] == "progress 0"


def test_a_signal_while_it_records_ends_it(steps: Steps) -> None:
    """With the status of a program that a signal ended, also when the client still finished in order."""
    steps.signal = 15
    with pytest.raises(SystemExit) as raised:
        demonstrate(RememberingObserver())
    assert raised.value.code == 143


def test_the_defect_is_switched_on_for_one_step_only(steps: Steps) -> None:
    """And the gate of the shop's delays only while it is recorded; the environment is as before afterwards."""
    demonstrate(RememberingObserver())
    assert steps.environments == [
        ("record", "gate", None),
        *((f"verify {provider}", None, None) for provider in PROVIDERS),
        ("verify order", None, FAULT),
    ]
    assert "SHOP_PACE" not in os.environ
    assert "SHOP_FAULTS" not in os.environ


@pytest.mark.usefixtures("steps")
def test_variables_of_the_user_come_back_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the value they had."""

    def fail(_request: RecordingRequest, _observer: RecordingObserver) -> RecordingSummary:
        assert os.environ["SHOP_PACE"] == "gate"
        raise StateFailed("no")

    monkeypatch.setenv("SHOP_PACE", "timer")
    monkeypatch.setattr(demonstration, "record", fail)
    with suppress(StateFailed):
        demonstrate(RememberingObserver())
    assert os.environ["SHOP_PACE"] == "timer"


def test_everything_lies_in_a_folder_that_is_made_anew(steps: Steps) -> None:
    """With a configuration that can be used there afterwards."""
    (FOLDER / "pacts").mkdir(parents=True)
    (FOLDER / "pacts" / "old.json").write_text("{}", encoding="utf-8")
    demonstrate(RememberingObserver())
    assert not (FOLDER / "pacts" / "old.json").exists()
    config = load_config(FOLDER / "treaty.yaml")
    assert set(PROVIDERS) <= set(config.services)
    (request,) = steps.requests
    assert (request.config, request.session, request.out) == (
        FOLDER / "treaty.yaml",
        FOLDER / "session",
        FOLDER / "pacts",
    )


@pytest.mark.usefixtures("steps")
def test_the_stub_answers_what_was_recorded_and_says_what_it_does_not_know() -> None:
    """Both with the reason, and the answer as text."""
    observer = RememberingObserver()
    demonstrate(observer)
    known, unknown = observer.answers
    assert known.line.startswith("GET http://127.0.0.1:")
    assert known.line.endswith("/api/v1/users/42")
    assert known.match.startswith("GET /api/v1/users/{id} -> 200")
    assert json.loads(known.body)["name"] == "größe"
    assert unknown.match == 'none; why="no interaction matches"'
    assert json.loads(unknown.body)["nearest"][0]["interaction"] == "GET /api/v1/users/{id} -> 200"


class TestTrouble:
    def test_missing_parts_are_named_before_anything_is_written(
        self, steps: Steps, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Those of the base are not the demonstration's business; each is named once, also when it is too old."""
        flask = Requirement(name="flask", wanted=">=3.0", installed="2.0")
        parts = (
            Part(name="", requirements=(Requirement(name="click", wanted="", installed=""),)),
            Part(name="demo", requirements=(flask, Requirement(name="werkzeug", wanted=">=3", installed="3.1"))),
            Part(name="record", requirements=(flask, Requirement(name="brotli", wanted="", installed=""))),
        )
        monkeypatch.setattr(demonstration, "installed_parts", lambda: parts)
        with pytest.raises(ExtraMissing) as raised:
            demonstrate(RememberingObserver())
        assert raised.value.why == "missing or too old: brotli, flask"
        assert raised.value.hint == "pip install 'treaty[demo]'"
        assert raised.value.exit_status is ExitStatus.COULD_NOT
        assert steps.environments == []
        assert not FOLDER.exists()

    @pytest.mark.parametrize("path", [FOLDER.parent, FOLDER])
    def test_a_file_in_the_way_is_not_removed(self, steps: Steps, path: Path) -> None:
        """It is somebody's."""
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine", encoding="utf-8")
        with pytest.raises(OutputUnwritable) as raised:
            demonstrate(RememberingObserver())
        assert raised.value.where == str(FOLDER)
        assert raised.value.why
        assert path.read_text(encoding="utf-8") == "mine"
        assert steps.environments == []


@pytest.mark.parametrize(
    ("summaries", "kept"),
    [
        ([Summary(kept=1), Summary(kept=2)], True),
        ([Summary(kept=1), Summary(kept=2, broken=1)], False),
        ([Summary(kept=1, could_not_tell=1)], False),
        ([Summary(kept=1), Summary()], False),
        ([Summary(kept=1, pending_broken=1)], True),
    ],
)
def test_every_provider_must_keep_every_promise(summaries: list[Summary], kept: bool) -> None:
    """One of whom nothing is known has kept none."""
    verified = {str(number): summary for number, summary in enumerate(summaries)}
    assert Demonstrated(verified=verified, seconds=1).kept is kept
