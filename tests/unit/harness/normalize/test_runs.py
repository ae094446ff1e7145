"""Several runs of the same traffic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.unit.harness.normalize.plays import Step, World, play, scripts, worlds
from tests.unit.harness.normalize.sessions import START, Session
from treaty.normalize.observations import observe
from treaty.normalize.pipeline import normalize
from treaty.normalize.runs import by_run, in_own_time, trace_runs
from treaty.pactfile import canonical_json
from treaty.session.exchange import Exchange
from treaty.session.runs import Run


def as_runs(*sessions: Sequence[Exchange]) -> list[Exchange]:
    """Put sessions together as the runs of one, numbers going on."""
    found: list[Exchange] = []
    for run, session in enumerate(sessions, start=1):
        offset = len(found)
        found += [replace(item, number=item.number + offset, run=run) for item in session]
    return found


def pact_bytes(exchanges: Sequence[Exchange], runs: Sequence[Run] = ()) -> dict[str, bytes]:
    return {str(edge): canonical_json(pact) for edge, pact in normalize(exchanges, (), runs).pacts.items()}


@given(script=scripts, others=st.lists(worlds, min_size=1, max_size=2))
@settings(deadline=None, max_examples=60)
def test_several_runs_give_the_bytes_of_one(script: list[Step], others: list[World]) -> None:
    """Whatever the ids and times of the others."""
    assert pact_bytes(as_runs(play(script), *(play(script, world) for world in others))) == pact_bytes(play(script))


@given(script=scripts)
@settings(deadline=None, max_examples=30)
def test_runs_at_the_same_time_with_the_same_ids_stay_apart(script: list[Step]) -> None:
    """Two recordings of one moment are no concurrent traffic: nothing of one explains anything of the other."""
    session = play(script)
    assume(session)
    assert pact_bytes(as_runs(session, session)) == pact_bytes(session)


def test_the_same_id_in_two_runs_is_two_things() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "ann"}, 201, {"id": 1})
    session.call("a>b", "GET /users/1", None, 200, {"id": 1})
    flow = trace_runs(by_run(observe(as_runs(session.exchanges, session.exchanges))))
    first, second = flow.at(2, "request.path[1]"), flow.at(4, "request.path[1]")
    assert first is not None
    assert second is not None
    assert (first.origin, second.origin) == (1, 3)


def tenants(start: int) -> list[Exchange]:
    """Make a tenant with the next id, and read a plan that always belongs to tenant 1."""
    session = Session()
    session.call("a>b", "POST /tenants", {"name": "ann"}, 201, {"tenant_id": start})
    session.call("a>b", "GET /plan", None, 200, {"tenant_id": 1, "title": "the plan of all"})
    session.call("a>b", f"GET /tenants?tenant_id={start}", None, 200, {"tenant_id": start})
    return session.exchanges


def test_a_link_that_another_run_does_not_bear_out_was_chance() -> None:
    """When ids start elsewhere, the equal one stays behind, and the real link moves along."""
    for starts in ((1, 4711), (4711, 1)):
        flow = trace_runs(by_run(observe(as_runs(*(tenants(start) for start in starts)))))
        for offset in (0, 3):
            plan = flow.at(2 + offset, "response.body.$.tenant_id")
            asked = flow.at(3 + offset, "request.query.tenant_id[0]")
            assert plan is not None
            assert asked is not None
            assert plan.origin == 2 + offset
            assert asked.origin == 1 + offset


def linked(start: int) -> Session:
    """Make a job, and read a note with a link to it."""
    session = Session()
    session.call("a>b", "POST /jobs", {"n": 1}, 201, {"id": start})
    session.call("a>b", f"GET /jobs/{start}", None, 200, {"id": start})
    session.call("a>b", "GET /note", None, 200, {"see": f"/jobs/{start}/log"})
    return session


def test_a_run_that_saw_less_makes_no_link_a_chance() -> None:
    """Neither of a value nor of one inside a text: what was not seen contradicts nothing."""
    whole, short = linked(7).exchanges, linked(9).exchanges[:1]
    flow = trace_runs(by_run(observe(as_runs(whole, short))))
    inside = flow.inside(3, "response.body.$.see")
    assert [token.origin for _, token in inside] == [1]


def test_one_run_cannot_tell_chance() -> None:
    flow = trace_runs(by_run(observe(tenants(1))))
    plan = flow.at(2, "response.body.$.tenant_id")
    assert plan is not None
    assert plan.origin == 1


def test_times_are_told_by_the_clock_that_the_services_ran_at() -> None:
    session = Session()
    session.call("a>b", "GET /now", None, 200, {"at": "2027-12-25T10:00:01Z"})
    shifted = as_runs(session.exchanges, session.exchanges)
    told = in_own_time(shifted, [Run(number=2, started=START, clock=timedelta(days=400))])
    assert [item.started - START for item in told] == [timedelta(seconds=1), timedelta(days=400, seconds=1)]
    assert [item.ended - item.started for item in told] == [timedelta(seconds=0.1)] * 2


@given(script=scripts, days=st.integers(-3000, 3000))
@settings(deadline=None, max_examples=30)
def test_a_clock_that_was_shifted_leaves_no_trace(script: list[Step], days: int) -> None:
    """A run in which the services were ahead, as seen by a recorder that was not."""
    shift = timedelta(days=days)
    ahead = play(script, World(start=World().start + shift))
    seen = [replace(item, started=item.started - shift, ended=item.ended - shift) for item in ahead]
    runs = [Run(number=1, started=START), Run(number=2, started=START, clock=shift)]
    assert pact_bytes(as_runs(play(script), seen), runs) == pact_bytes(play(script))
