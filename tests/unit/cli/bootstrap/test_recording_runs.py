"""The services of runs: started anew, with what should vary, or with a word on why it did not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from treaty.config import Service
from treaty.errors import ClockUnsupported, ProviderFailed, TreatyError
from treaty.record.settings import RecordedEdge
from treaty.record.variations import SHIFT, RunPlan
from treaty.session.exchange import Edge
from treaty.session.runs import Run
from treaty_cli.bootstrap import recording_runs
from treaty_cli.bootstrap.recording_plan import RecordingPlan, StartedService
from treaty_cli.bootstrap.recording_runs import Command, RunStarter, runs_of

BEGAN = datetime(2026, 11, 20, tzinfo=UTC)
USER = Service(name="user", start=("serve",), env={"A": "0", "B": "1"}, vary={"A": ("7", "8")})


@dataclass
class Running:
    """Stands for a service that was started."""

    url: str = "http://127.0.0.1:1"
    clock_means: str = "time-machine"
    resets: int = 0

    def reset(self) -> None:
        self.resets += 1


@dataclass
class Services:
    """Stands in the place of `start_service`, and keeps what it was asked for."""

    refusals: dict[bool, TreatyError] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    running: list[Running] = field(default_factory=list)
    ended: int = 0

    @contextmanager
    def __call__(self, service: Service, **settings: Any) -> Iterator[Running]:
        self.asked.append({"service": service, **settings})
        refusal = self.refusals.get(settings["shift"] is not None)
        if refusal is not None:
            raise refusal
        self.running.append(Running())
        yield self.running[-1]
        self.ended += 1


@pytest.fixture(name="services")
def _services(monkeypatch: pytest.MonkeyPatch) -> Services:
    services = Services()
    monkeypatch.setattr(recording_runs, "start_service", services)
    monkeypatch.setattr(recording_runs, "check_clock", lambda *_, **__: "")
    return services


def plan(*providers: str, started: tuple[Service, ...] = (USER,)) -> RecordingPlan:
    return RecordingPlan(
        edges=tuple(
            RecordedEdge(edge=Edge(consumer="web", provider=name), port=0, upstream="http://127.0.0.1:1")
            for name in providers or ("user",)
        ),
        mail_edges=(),
        started=tuple(StartedService(service=each, port="1", url="http://127.0.0.1:1") for each in started),
        session=Path("session"),
        out=Path("pacts"),
        base_directory=Path(),
        allowed=(),
        names=(),
    )


def started(wanted: RunPlan, what: RecordingPlan | None = None, *command: str) -> tuple[Run, Command]:
    starter = RunStarter(plan=what or plan(), addresses={"edge.a.b": "url"}, command=command, variables={"X": "1"})
    with starter.running(wanted, BEGAN) as found:
        return found


def test_a_service_gets_the_variables_of_its_run(services: Services) -> None:
    """The zone and the chosen values over those of its env; the run says which."""
    run, _ = started(RunPlan(number=2, zone="Asia/Tokyo", choices={"user": {"A": 2}}))
    (asked,) = services.asked
    assert asked["service"].env == {"A": "8", "B": "1", "TZ": "Asia/Tokyo"}
    assert (asked["substitutions"]["edge.a.b"], asked["shift"]) == ("url", None)
    assert run == Run(number=2, started=BEGAN, fresh=("user",), zone="Asia/Tokyo", environment={"user": {"A": 2}})
    assert services.ended == 1


def test_a_run_that_leaves_everything_alone_changes_nothing(services: Services) -> None:
    run, command = started(RunPlan(number=1), None, "drive", "it")
    assert services.asked[0]["service"] == USER
    assert run == Run(number=1, started=BEGAN, fresh=("user",))
    assert (command.words, command.environment["X"]) == (("drive", "it"), "1")


def test_a_service_is_emptied_for_runs_after_the_first(services: Services) -> None:
    """One whose data outlives its process is fresh only then."""
    started(RunPlan(number=1))
    started(RunPlan(number=2))
    assert [each.resets for each in services.running] == [0, 1]


def test_services_and_command_run_at_one_time(services: Services) -> None:
    """A command that stayed behind would send times that lie in the past for them."""
    run, command = started(RunPlan(number=2, clock=SHIFT), None, sys.executable, "-c", "1")
    assert (services.asked[0]["shift"], run.clock, run.kept) == (SHIFT, SHIFT, ())
    assert command.words[-3:] == ("--", "-c", "1")
    assert f"{round(SHIFT.total_seconds()):+d}s" in command.words


@pytest.mark.parametrize(
    ("refusal", "text"),
    [
        (
            ClockUnsupported("user cannot be run at another time", why="programs in Go ask the kernel"),
            "the clock was left alone: user cannot be run at another time: programs in Go ask the kernel",
        ),
        (
            ProviderFailed("user ended with exit status 1 before it was ready", why="a long log"),
            "the clock was left alone: user ended with exit status 1 before it was ready",
        ),
    ],
)
def test_a_clock_that_cannot_be_shifted_is_told(services: Services, refusal: TreatyError, text: str) -> None:
    """And nothing runs at another time than the rest."""
    services.refusals[True] = refusal
    run, command = started(RunPlan(number=2, clock=SHIFT, zone="Asia/Tokyo"), None, sys.executable, "-c", "1")
    assert (run.clock, run.zone, run.kept) == (timedelta(), "Asia/Tokyo", (text,))
    assert [each["shift"] for each in services.asked] == [SHIFT, None]
    assert command.words == (sys.executable, "-c", "1")


def test_a_service_that_does_not_follow_is_told(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise ClockUnsupported("user does not run at the time that was asked for", why="its header Date")

    monkeypatch.setattr(recording_runs, "check_clock", refuse)
    run, _ = started(RunPlan(number=2, clock=SHIFT), None, sys.executable, "-c", "1")
    assert run.clock == timedelta()
    assert "does not run at the time" in run.kept[0]
    assert services.ended == 2


def test_what_the_clock_of_nobody_knows_is_doubted(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a header Date it may have stayed behind."""
    monkeypatch.setattr(recording_runs, "check_clock", lambda *_, **__: "its answers have no header Date")
    run, _ = started(RunPlan(number=2, clock=SHIFT), None, sys.executable, "-c", "1")
    assert (run.clock, run.kept) == (SHIFT, ("user: its answers have no header Date",))
    assert len(services.asked) == 1


def test_a_provider_of_others_keeps_everybody_at_our_time(services: Services) -> None:
    run, _ = started(RunPlan(number=2, clock=SHIFT), plan("user", "bank"))
    assert run.kept == ("the clock was left alone: bank is not started here",)
    assert [each["shift"] for each in services.asked] == [None]


def test_a_service_that_does_not_come_back_ends_the_run(services: Services) -> None:
    services.refusals = {True: ProviderFailed("user ended"), False: ProviderFailed("user ended again")}
    with pytest.raises(ProviderFailed, match="user ended again"):
        started(RunPlan(number=2, clock=SHIFT), None, sys.executable, "-c", "1")


def test_without_services_runs_are_alike_and_that_is_told() -> None:
    nobody = plan("user", started=())
    plans = runs_of(nobody, 2)
    assert plans == [RunPlan(number=1), RunPlan(number=2)]
    assert started(plans[0], nobody)[0].kept == ()
    assert started(plans[1], nobody)[0].kept == (
        "no service is started here, so nothing varies: the command is only repeated",
    )


def test_services_vary_as_they_are_configured() -> None:
    (_, second) = runs_of(plan(), 2, steady=["clock", "zone"])
    assert second == RunPlan(number=2, choices={"user": {"A": 1}})
