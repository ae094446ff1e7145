"""Steps that are remembered are the same as those that are written anew."""

from __future__ import annotations

from functools import partial

from hypothesis import given, settings

from tests.unit.harness.normalize.plays import Step, play, scripts
from tests.unit.harness.normalize.sessions import Session
from treaty.normalize.changes import learn
from treaty.normalize.drafts import World, draft
from treaty.normalize.examples import Examples
from treaty.normalize.observations import observe
from treaty.normalize.states import write_state
from treaty.normalize.tokens import trace
from treaty.session.exchange import Exchange


def states(exchanges: list[Exchange]) -> tuple[list[object], list[object]]:
    """Give all states of a session: those of drafts, which share what is written, and those written one by one."""
    observations = observe(exchanges)
    flow = trace(observations)
    world = World.of(observations, flow, learn(observations, flow))
    drafts = [draft(item, world) for item in observations]
    alone = [
        write_state(
            each.item,
            each.steps,
            each.answers,
            flow,
            Examples(find=partial(flow.named, each.item.run)),
            shown=each.shown,
        )
        for each in drafts
    ]
    return [(each.state.key, each.state.document) for each in drafts], [(each.key, each.document) for each in alone]


@given(script=scripts)
@settings(deadline=None, max_examples=40)
def test_sharing_what_is_written_changes_no_state(script: list[Step]) -> None:
    shared, alone = states(play([*script, *script]))
    assert shared == alone


def test_a_long_chain_of_changes_needs_every_one_of_them() -> None:
    """Longer than calls of Python may be nested; each change is only known to have come after the one before."""
    session = Session()
    session.call("a>b", "POST /carts", {"name": "Ann Example"}, 201, {"id": 7})
    for number in range(1200):
        session.call("a>b", "PUT /carts/7", {"step": number}, 200, {"id": 7, "step": number})
    session.call("a>b", "GET /carts/7", None, 200, {"id": 7, "step": 1199})
    observations = observe(session.exchanges)
    flow = trace(observations)
    world = World.of(observations, flow, learn(observations, flow))
    assert len(draft(observations[-1], world).steps) == 1201
