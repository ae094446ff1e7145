from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from tests.unit.harness.normalize.sessions import START, Session
from tests.unit.harness.strength import pacts
from treaty.contract.json_value import dumps
from treaty.errors import ExitStatus, NothingToDo
from treaty.session.info import SessionInfo
from treaty.session.writer import SessionWriter
from treaty_cli.bootstrap.measuring import (
    InteractionMeasured,
    Measured,
    MeasurementEvent,
    PactMeasured,
    PactStarted,
    measure_pacts,
)


def write(folder: Path, *names: str) -> list[Path]:
    weak = pacts.interaction({"status": "open"}, line="GET /things/8", rules={"$.status": "type"})
    for name in names:
        (folder / name).write_text(dumps(pacts.document(weak, pacts.order()).raw), encoding="utf-8")
    return [folder / name for name in names]


def test_events_come_in_order_and_add_up(tmp_path: Path) -> None:
    """A pact begins, its interactions are measured, it ends; at last comes the sum of all."""
    events: list[MeasurementEvent] = []
    status = measure_pacts(write(tmp_path, "a.json", "b.json"), session=None, minimum=None, handle=events.append)
    assert status is ExitStatus.KEPT
    pact = [PactStarted, InteractionMeasured, InteractionMeasured, PactMeasured]
    assert [type(event) for event in events] == [*pact, *pact, Measured]
    finished = events[-1]
    assert isinstance(finished, Measured)
    measured = [event for event in events if isinstance(event, InteractionMeasured)]
    assert finished.tally.harmful == sum(event.strength.tally.harmful for event in measured)
    assert finished.tally.harmful == sum(count for _, count in finished.kinds.values())
    assert finished.interactions == 4


def test_the_minimum_is_compared_exactly(tmp_path: Path) -> None:
    """Not as it is rounded for people."""
    events: list[MeasurementEvent] = []
    paths = write(tmp_path, "a.json")
    measure_pacts(paths, session=None, minimum=None, handle=events.append)
    finished = events[-1]
    assert isinstance(finished, Measured)
    score = finished.tally.score
    assert score is not None
    above = Decimal(score.numerator * 100) / Decimal(score.denominator) + Decimal("0.0001")
    status = measure_pacts(paths, session=None, minimum=above, handle=events.append)
    assert status is ExitStatus.BROKEN
    last = events[-1]
    assert isinstance(last, Measured)
    assert last.minimum == Fraction(above) / 100


def test_a_session_is_read_from_its_folder(tmp_path: Path) -> None:
    """What it shows to vary no longer survives."""
    session = Session()
    for word in ("something_else", "open_2", "OPEN"):
        session.call("web>shop", "GET /things/8", None, 200, {"status": word})
    with SessionWriter(tmp_path / "session", SessionInfo(started=START, edges=())) as writer:
        for exchange in session.exchanges:
            writer.append(exchange)
    survivors = []
    for folder in (None, tmp_path / "session"):
        events: list[MeasurementEvent] = []
        measure_pacts(write(tmp_path, "a.json"), session=folder, minimum=None, handle=events.append)
        first = next(event for event in events if isinstance(event, InteractionMeasured))
        survivors.append(len(first.strength.survivors))
    assert survivors == [3, 0]


def test_an_empty_folder_is_nothing_to_do(tmp_path: Path) -> None:
    with pytest.raises(NothingToDo, match="no reply"):
        measure_pacts([tmp_path], session=None, minimum=None, handle=lambda _: None)
