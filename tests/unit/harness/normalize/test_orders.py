"""The order among drafts: it stands for the bytes of state and request without writing them."""

from __future__ import annotations

from hypothesis import given, settings

from tests.unit.harness.normalize.plays import Step, World, play, scripts, worlds
from tests.unit.harness.normalize.sessions import Session
from treaty.contract.json_value import dumps
from treaty.normalize.changes import learn
from treaty.normalize.drafts import Draft, draft
from treaty.normalize.drafts import World as Run
from treaty.normalize.observations import observe
from treaty.normalize.tokens import trace
from treaty.session.exchange import Exchange

SOME = settings(deadline=None, max_examples=40)


def drafts_of(exchanges: list[Exchange]) -> list[Draft]:
    observations = observe(exchanges)
    flow = trace(observations)
    run = Run.of(observations, flow, learn(observations, flow))
    return [draft(item, run) for item in observations]


def written(one: Draft) -> str:
    return dumps({"state": one.state.document, "request": one.request}, sort_keys=True)


@given(script=scripts)
@SOME
def test_drafts_of_one_order_are_the_same_in_every_byte(script: list[Step]) -> None:
    by_order: dict[object, set[str]] = {}
    for one in drafts_of(play([*script, *script])):
        by_order.setdefault((one.item.edge, one.size, one.order), set()).add(written(one))
    assert [found for found in by_order.values() if len(found) > 1] == []


@given(script=scripts, world=worlds)
@SOME
def test_ids_times_and_numbers_of_exchanges_leave_the_order_alone(script: list[Step], world: World) -> None:
    ours, theirs = drafts_of(play(script)), drafts_of(play(script, world))
    assert [one.order for one in ours] == [one.order for one in theirs]


def orders_of_the_last_two(first: int, second: int) -> tuple[object, object]:
    session = Session()
    for number in (7, 8):
        session.call("a>b", "POST /users", {"name": "Ann Example"}, 201, {"id": number})
    for number in (first, second):
        session.call("a>b", f"GET /users/{number}", None, 200 if number in {7, 8} else 404)
    ours, theirs = drafts_of(session.exchanges)[-2:]
    return ours.order, theirs.order


def test_which_of_two_like_things_is_meant_makes_no_difference() -> None:
    """Users 7 and 8 were made by the same call; nobody made user 9."""
    ours, theirs = orders_of_the_last_two(7, 8)
    assert ours == theirs
    found, missing = orders_of_the_last_two(7, 9)
    assert found != missing


def test_what_is_made_anew_goes_before_what_must_not_be_there() -> None:
    session = Session()
    session.call("x>users", "POST /users", {"name": "Ann Example"}, 201, {"id": 7})
    session.call("x>mails", "GET /mails/user/7", None, 200, [])
    session.call("x>users", "GET /users/9", None, 404)
    session.call("x>mails", "GET /mails/user/9", None, 200, [])
    _, made, _, absent = drafts_of(session.exchanges)
    assert made.order[2] < absent.order[2]
