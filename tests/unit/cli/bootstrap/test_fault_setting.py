"""Faults that a user declares: read, given recorded times, and held against the pacts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.stubs.examples import candidates, interaction
from treaty.errors import ProviderUnknown, TreatyError, UsageError
from treaty.session.exchange import CapturedRequest, CapturedResponse, Edge, Exchange
from treaty_cli.bootstrap.fault_setting import SessionTimes, check_faults, read_fault_setting
from treaty_stubs.answering import Answering
from treaty_stubs.faults.model import Fault
from treaty_stubs.faults.switchboard import Faults

_START = datetime(2026, 1, 1, tzinfo=UTC)


def _exchange(number: int, path: str, milliseconds: int, *, answered: bool = True) -> Exchange:
    return Exchange(
        number=number,
        edge=Edge(consumer="web", provider="user"),
        started=_START,
        ended=_START + timedelta(milliseconds=milliseconds),
        request=CapturedRequest(method="GET", path=path),
        response=CapturedResponse(status=200) if answered else None,
        error="" if answered else "reset",
    )


def test_recorded_times_are_those_of_the_calls_that_a_fault_meets() -> None:
    """Calls without an answer took no time that a stub could repeat."""
    times = SessionTimes(
        [
            *(_exchange(number, f"/users/{number}", number * 10) for number in range(101)),
            _exchange(102, "/users/7", 9999, answered=False),
            _exchange(103, "/orders", 5000),
        ]
    )
    curve = dict(times.curve(Fault(name="f", provider="user", path="/users/{id}")))
    assert (curve[0.0], curve[50.0], curve[99.0], curve[100.0]) == (0.0, 0.5, 0.99, 1.0)
    assert times.curve(Fault(name="f", provider="order")) == ()


def _refused(fault: Fault) -> TreatyError:
    stub = Answering(candidates(interaction("a", path="/users/7")), provider="user")
    with pytest.raises(TreatyError) as caught:
        check_faults(Faults([fault]), [stub], source=Path("f.yaml"))
    return caught.value


def test_a_fault_that_can_meet_nothing_is_refused() -> None:
    """Else a test would be green because a path was misspelt."""
    unknown = _refused(Fault(name="f", provider="usr", status=500))
    assert isinstance(unknown, ProviderUnknown)
    assert unknown.hint == "did you mean 'user'?"
    for fault in (Fault(name="f", path="/user/{id}", status=500), Fault(name="f", method="POST", status=500)):
        assert isinstance(_refused(fault), UsageError)


def test_a_fault_that_meets_an_interaction_is_taken() -> None:
    stub = Answering(candidates(interaction("a", path="/users/7")), provider="user")
    check_faults(Faults([Fault(name="f", path="/users/{id}", status=500)]), [stub], source=Path("f.yaml"))


def test_without_a_file_there_is_no_fault() -> None:
    faults = read_fault_setting(None, seed=7)
    assert (faults.faults, faults.seed) == ((), 7)


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_text("faults:\n- {name: down, status: 503}\n", encoding="utf-8")
    assert read_fault_setting(file, seed=None).faults == (Fault(name="down", status=503),)
