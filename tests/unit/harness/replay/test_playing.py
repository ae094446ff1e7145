"""A script that is played again: what is sent, what is waited for, and what is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings

from tests.unit.harness.normalize.plays import Step, World, play, scripts, worlds
from tests.unit.harness.normalize.sessions import START, Session
from tests.unit.harness.replay.scenes import answer_of, replayed
from treaty.contract.json_value import JsonValue, dumps
from treaty.errors import ExitStatus
from treaty.replay.playing import LONGEST_PAUSE, LONGEST_WAIT, Tally, Verdict
from treaty.replay.script import script_of
from treaty.verify.calls import Answer


def answered(value: JsonValue, status: int = 200) -> Answer:
    return Answer(status=status, headers=(("Content-Type", "application/json"),), body=dumps(value).encode())


@given(script=scripts, world=worlds)
@settings(deadline=None, max_examples=60)
def test_the_same_system_with_other_ids_and_times_answers_as_recorded(script: list[Step], world: World) -> None:
    """And is asked exactly what a client would have asked there."""
    there = script_of(play(script, world)).scenes
    result = replayed(play(script), [answer_of(scene.exchange) for scene in there], now=[s.item.ended for s in there])
    assert result.said == []
    sent = [(call.method, call.target, call.body or b"") for _, call in result.wire.sent]
    asked = [scene.exchange.request for scene in there]
    assert sent == [
        (each.method, each.path + (f"?{each.query}" if each.query else ""), each.content.data) for each in asked
    ]


def payments() -> Session:
    """A payment that goes from pending to done by itself."""
    session = Session()
    session.call("a>b", "POST /payments", {"n": 1}, 201, {"id": 7, "status": "pending"})
    session.call("a>b", "GET /payments/7", None, 200, {"id": 7, "status": "done"}, at=3.1)
    return session


def test_a_read_is_repeated_until_what_changes_by_itself_has_changed() -> None:
    """The recorded pause is kept before."""
    pending, done = answered({"id": 9, "status": "pending"}), answered({"id": 9, "status": "done"})
    result = replayed(payments().exchanges, [answered({"id": 9, "status": "pending"}, 201), pending, pending, done])
    assert [outcome.verdict for outcome in result.outcomes] == [Verdict.SAME, Verdict.SAME]
    assert [call.target for _, call in result.wire.sent] == ["/payments"] + ["/payments/9"] * 3
    assert result.waiter.waited[0] == pytest.approx(2.0)


def test_what_never_comes_is_a_difference_after_a_bound() -> None:
    pending = answered({"id": 9, "status": "pending"})
    result = replayed(payments().exchanges, [answered({"id": 9, "status": "pending"}, 201), pending])
    assert result.said == ['body.$.status: "done" / "pending"']
    assert LONGEST_WAIT < result.outcomes[1].waited < LONGEST_WAIT + 1


def test_what_is_further_than_it_was_is_fine() -> None:
    """A faster machine is no other machine."""
    session = Session()
    session.call("a>b", "POST /payments", {"n": 1}, 201, {"id": 7, "status": "pending"})
    session.call("a>b", "GET /payments/7", None, 200, {"id": 7, "status": "pending"})
    session.call("a>b", "GET /payments/7", None, 200, {"id": 7, "status": "done"})
    done = answered({"id": 7, "status": "done"})
    assert replayed(session.exchanges, [answered({"id": 7, "status": "pending"}, 201), done, done]).said == []


def test_pauses_are_kept_within_a_bound_and_only_where_they_matter() -> None:
    session = payments()
    session.call("a>b", "GET /health", None, 200, {"ok": True}, at=5000)
    assert max(replayed(session.exchanges).waiter.waited) == LONGEST_PAUSE
    still = Session()
    still.call("a>b", "GET /health", None, 200, {"ok": True})
    still.call("a>b", "GET /health", None, 200, {"ok": True}, at=5000)
    assert replayed(still.exchanges).waiter.waited == []


def test_a_call_that_gets_no_answer_could_not_be_made() -> None:
    session = Session()
    session.call("a>b", "GET /health", None, 200, {"ok": True})
    result = replayed(session.exchanges, ["GET /health: connection refused"])
    assert [outcome.verdict for outcome in result.outcomes] == [Verdict.COULD_NOT]
    assert result.said == ["GET /health: connection refused"]


def test_what_needs_a_value_that_never_came_is_not_sent() -> None:
    """It would ask for another's resource, or for none."""
    result = replayed(payments().exchanges, [answered({"error": "closed"}, 503)])
    assert len(result.wire.sent) == 1
    assert result.outcomes[0].answer == answered({"error": "closed"}, 503)
    assert result.said == ["status: 201 / 503", "it needs the payment id of an earlier answer, which came not"]


@pytest.mark.parametrize(
    ("tally", "status"),
    [
        (Tally(same=2), ExitStatus.KEPT),
        (Tally(same=2, could_not=1), ExitStatus.COULD_NOT),
        (Tally(same=2, could_not=1, different=1), ExitStatus.BROKEN),
        (Tally(), ExitStatus.NOTHING_TO_DO),
    ],
)
def test_the_worst_call_decides(tally: Tally, status: ExitStatus) -> None:
    assert tally.exit_status() is status


def test_times_of_requests_stay_as_far_from_now() -> None:
    """In their own form; a birthday stays."""
    session = Session()
    sent: JsonValue = {
        "due": "2026-11-20T10:30:01+00:00",
        "epoch": 1795170601,
        "day": "2026-11-21",
        "born": "1990-05-01",
    }
    session.call("a>b", "POST /plans", sent, 201, {"ok": True})
    result = replayed(session.exchanges, now=[START + timedelta(days=30, seconds=1)])
    assert (
        result.wire.sent[0][1].body
        == dumps(
            {"due": "2026-12-20T10:30:01+00:00", "epoch": 1797762601, "day": "2026-12-21", "born": "1990-05-01"}
        ).encode()
    )


def test_a_time_that_came_early_is_one_of_now() -> None:
    """The year 1 in the place of nothing is another answer, not a later one."""
    session = Session()
    session.call("a>b", "POST /payments", {"n": 1}, 201, {"id": 7, "paid_at": None})
    session.call("a>b", "GET /payments/7", None, 200, {"id": 7, "paid_at": "2026-11-20T10:00:02Z"})
    paid = answered({"id": 7, "paid_at": "2026-12-20T10:00:02Z"})
    soon = answered({"id": 7, "paid_at": "2026-12-20T10:00:02Z"}, 201)
    never = answered({"id": 7, "paid_at": "0001-01-01T00:00:00Z"}, 201)
    assert replayed(session.exchanges, [soon, paid]).said == []
    assert replayed(session.exchanges, [never, paid]).said == ['body.$.paid_at: null / "0001-01-01T00:00:00Z"']
