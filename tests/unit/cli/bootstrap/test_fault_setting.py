"""Faults that a user declares: read, and given recorded times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from treaty.session.exchange import CapturedRequest, CapturedResponse, Edge, Exchange
from treaty_cli.bootstrap.fault_setting import SessionTimes, read_fault_setting
from treaty_stubs.faults.model import Fault

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


def test_without_a_file_there_is_no_fault() -> None:
    faults = read_fault_setting(None, seed=7)
    assert (faults.faults, faults.seed) == ((), 7)


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_text("faults:\n- {name: down, status: 503}\n", encoding="utf-8")
    assert read_fault_setting(file, seed=None).faults == (Fault(name="down", status=503),)
