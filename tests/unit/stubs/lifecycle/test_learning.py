"""What the shop's pacts tell of the life of its things."""

from __future__ import annotations

from tests.unit.stubs.lifecycle.shop import candidates_of
from treaty_stubs.lifecycle.calls import Call, Variable, read_story
from treaty_stubs.lifecycle.decisions import Decisions, learn_decisions
from treaty_stubs.lifecycle.effects import Learned, phase_of
from treaty_stubs.lifecycle.learning import learn
from treaty_stubs.lifecycle.listings import find_lists
from treaty_stubs.lifecycle.model import Change, Effect, Model, Presence, Unique
from treaty_stubs.lifecycle.notes import Notes
from treaty_stubs.lifecycle.pasts import Makers
from treaty_stubs.lifecycle.uniqueness import learn_unique
from treaty_stubs.lifecycle.views import SOMETHING, TIME, same, token_of, way_to_made

USERS = ("POST", ("api", "v1", "users"))
ORDERS = ("POST", ("api", "v1", "orders"))
PAYMENTS = ("POST", ("api", "v1", "payments"))
ONE_ORDER = ("api", "v1", "orders", None)
STATUS = ("PUT", (*ONE_ORDER, "status"))


def test_a_story_tells_the_calls_before_an_interaction() -> None:
    (deleted,) = [each for each in candidates_of("user") if each.name == "DELETE /api/v1/users/{id} -> 404"]
    story = read_story(deleted)
    made, removed = story.before
    assert isinstance(made, Call)
    assert isinstance(removed, Call)
    assert made.endpoint == USERS
    assert list(made.binds.values()) == ["body.$.id"]
    assert removed.values["path[3]"] == Variable(next(iter(made.binds)))
    assert story.own.values["path[3]"] == removed.values["path[3]"]


def test_what_makes_and_what_names_an_item_is_found() -> None:
    model = learn(candidates_of("user"))
    assert [endpoint for endpoint, each in model.endpoints.items() if each.makes] == [USERS]
    shown = model.endpoints["GET", ("api", "v1", "users", None)]
    (reference,) = shown.references
    assert reference.resource == USERS
    assert reference.equal == (("path[3]", "response.body.$.id"),)
    assert {each.presence for each in shown.expectations if each.status == 404} == {Presence.ABSENT, Presence.GONE}


def test_what_must_be_unique_is_what_was_seen_to_collide() -> None:
    stories = [read_story(each) for each in candidates_of("user")]
    makers = Makers(stories, find_lists(stories).keys())
    unique = learn_unique(USERS, [makers.past(story) for story in stories])
    assert unique == (Unique(equal=(("body.$.email", "body.$.email"),)),)


def test_phases_and_refusals_are_told_by_what_items_say() -> None:
    model = learn(candidates_of("order"))
    assert model.phases[ORDERS] == {"$.status"}
    status = model.endpoints[STATUS]
    assert status.guarded
    assert status.codes == ("body.$.status",)
    assert {(deed.phase, deed.codes, deed.status) for deed in status.deeds if deed.status == 409} == {
        ((("$.status", "cancelled"),), (("body.$.status", "processing"),), 409),
        ((("$.status", "completed"),), (("body.$.status", "processing"),), 409),
    }


def test_a_deletion_after_which_the_thing_is_still_there_is_a_change() -> None:
    model = learn(candidates_of("order"))
    delete = ("DELETE", ONE_ORDER)
    assert model.keeps == {(ORDERS, delete)}
    effects = model.effects[ORDERS, delete, (("$.status", "pending"),)]
    assert effects == {"$.status": Effect(change=Change.SET, value="cancelled")}


def test_what_changes_by_itself_is_known_with_its_times() -> None:
    model = learn(candidates_of("payment"))
    pending = (("$.paid_at", None), ("$.status", "pending"), ("$.trade_no", None))
    free = [turn for turn in model.waits[PAYMENTS, pending] if not turn.conditional]
    assert free[0].effects["$.status"] == Effect(change=Change.SET, value="success")
    assert free[0].effects["$.paid_at"].change is Change.NOW


def test_lists_are_known_by_whose_items_they_hold_and_what_chooses_them() -> None:
    model = learn(candidates_of("order"))
    listings = [each.listing for each in model.endpoints["GET", ("api", "v1", "orders", "user", None)].expectations]
    assert {(one.resource, one.way, one.filters) for one in listings if one is not None} == {
        (ORDERS, ("data",), (("path[4]", "body.$.user_id"),))
    }


def test_pacts_without_a_past_teach_nothing() -> None:
    alone = [each for each in candidates_of("user") if each.name == "GET /health -> 200"]
    assert learn(alone) == Model()


def test_only_refusals_of_what_was_taken_in_another_phase_guard() -> None:
    """A 400 for a word that no phase takes judges the request, not the thing."""
    learned = Learned(ways={}, beginnings={}, phases={}, loose={})
    assert learn_decisions(("GET", ("a",)), [], learned) == Decisions(deeds=(), guarded=False, codes=(), phases={})
    lost = [each for each in learn(candidates_of("order")).endpoints[STATUS].expectations if each.status == 400]
    assert [each.phase for each in lost] == [None]


def test_phases_hold_what_tells_and_of_the_rest_only_that_it_is_there() -> None:
    leaves = {"$.state": "open", "$.by": "Ann", "$.at": "2026-01-02T03:04:05Z", "$.title": "x"}
    told = phase_of(leaves, frozenset({"$.state", "$.by", "$.at"}), frozenset({"$.by"}))
    assert told == (("$.at", TIME), ("$.by", SOMETHING), ("$.state", "open"))
    assert token_of(None, loose=True) is None


def test_values_are_the_same_when_they_read_alike() -> None:
    assert same(5, "5")
    assert same(True, "true")
    assert not same(5, 6)
    assert not same(None, "")


def test_the_item_in_an_answer_is_where_its_identity_is() -> None:
    (created,) = [each for each in candidates_of("user") if each.name == "POST /api/v1/users -> 201"]
    assert way_to_made(Notes(created.interaction)) == ()
