"""Evidence of links: what a link rests on, and what else had the same value."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.harness.normalize.sessions import Session
from treaty.normalize.links import Link, LinkFinder
from treaty.normalize.observations import observe
from treaty.normalize.pipeline import normalize
from treaty.normalize.runs import trace_runs


def finder_of(session: Session) -> LinkFinder:
    observations = observe(session.exchanges)
    runs = [[item for item in observations if item.run == number] for number in (1, 2)]
    return LinkFinder(observations=observations, flow=trace_runs([run for run in runs if run]))


def link(session: Session, number: int, location: str) -> Link | None:
    finder = finder_of(session)
    return finder.link(next(item for item in finder.observations if item.number == number), location)


def collision() -> Session:
    session = Session()
    session.call("a>b", "POST /users", {"name": "Ann Lee"}, 201, {"id": 1})
    session.call("a>b", "POST /orders", {"user_id": 1}, 201, {"id": 1, "user_id": 1})
    session.call("a>b", "GET /orders/1", None, 200, {"id": 1, "user_id": 1})
    return session


def test_a_link_names_where_its_value_was_made() -> None:
    assert link(collision(), 2, "request.body.$.user_id") == Link(
        exchange=1,
        location="response.body.$.id",
        call="POST /users -> 201",
        method="name and value",
        confidence="likely",
    )


def test_a_name_tells_equal_numbers_apart() -> None:
    found = link(collision(), 3, "request.path[1]")
    assert found is not None
    assert (found.exchange, found.confidence) == (2, "likely")


def test_a_number_that_another_service_made_under_the_same_name_makes_a_weak_link() -> None:
    session = Session()
    session.call("a>shop", "POST /orders", {}, 201, {"id": 7})
    session.call("a>archive", "POST /orders", {}, 201, {"id": 7})
    session.call("a>mail", "POST /mails", {"order_id": 7}, 202)
    found = link(session, 3, "request.body.$.order_id")
    assert found is not None
    assert (found.exchange, found.confidence) == (1, "weak")
    (dropped,) = finder_of(session).dropped(observe(session.exchanges)[2], "request.body.$.order_id")
    assert (dropped.exchange, dropped.why) == (2, "equal, and called so too; the one made first counts")


def test_what_else_has_the_number_is_a_link_that_was_dropped() -> None:
    finder = finder_of(collision())
    (dropped,) = finder.dropped(finder.observations[2], "request.path[1]")
    assert (dropped.exchange, dropped.why) == (1, "equal, but a user id, not an order id")


def test_a_rare_value_speaks_for_itself_and_has_no_rivals() -> None:
    session = Session()
    session.call("a>b", "POST /files", None, 201, {"id": "5f9f1b9e-0c8b-4a57-9e51-0a3d5d0f3b11"})
    session.call("a>b", "GET /files/5f9f1b9e-0c8b-4a57-9e51-0a3d5d0f3b11", None, 200, {})
    found = link(session, 2, "request.path[1]")
    assert found is not None
    assert (found.method, found.confidence) == ("a value too rare for chance", "certain")


def test_credentials_and_conditions_are_told_from_names() -> None:
    session = Session()
    session.call("a>b", "POST /login", {"user": "ann"}, 200, {"token": "abcdefgh12345678"}, answer_headers=())
    session.call(
        "a>b", "GET /me", None, 200, {"id": 4}, headers=(("Authorization", "Bearer abcdefgh12345678"),),
        answer_headers=(("ETag", '"v1"'),),
    )  # fmt: skip
    session.call(
        "a>b", "GET /me", None, 304, headers=(("Authorization", "Bearer abcdefgh12345678"), ("If-None-Match", '"v1"'))
    )
    shown, condition = (
        link(session, 2, "request.header.Authorization"),
        link(session, 3, "request.header.If-None-Match"),
    )
    assert shown is not None
    assert shown.method == "credentials that were given out"
    assert condition is not None
    assert condition.method == "an entity tag"


def test_what_is_new_at_a_place_has_no_link() -> None:
    assert link(collision(), 1, "response.body.$.id") is None
    assert link(collision(), 1, "response.body.$.nothing") is None


def test_a_link_that_another_run_contradicts_is_dropped_as_chance() -> None:
    """In the first run the batch is 7 as the order is; in the second they differ."""
    session = Session()
    for order, batch in ((7, 7), (8, 3)):
        session.call("a>b", "POST /orders", {}, 201, {"id": order})
        session.call("a>b", "POST /parcels", {"order_id": batch}, 201, {"ref": "two words"})
    session.exchanges[2:] = [replace(item, run=2) for item in session.exchanges[2:]]
    finder = finder_of(session)
    (dropped,) = finder.dropped(finder.observations[1], "request.body.$.order_id")
    assert dropped.why == "in another run the two differ"


def test_what_the_set_up_sent_is_linked_by_field_and_value() -> None:
    session = Session()
    session.call("a>b", "POST /orders", {"note": "two words"}, 201, {"id": 12})
    session.call("a>b", "GET /orders/12", None, 200, {"id": 12, "note": "two words"})
    (edge,) = normalize(session.exchanges).evidence().values()
    (read,) = (each for each in edge.values() if each.description == "GET /orders/{id} -> 200")
    (found,) = read.places["response.body.$.note"].links
    assert (found.exchange, found.location, found.method) == (1, "request.body.$.note", "field and value")


def test_a_number_in_prose_that_nothing_names_is_a_link_that_was_dropped() -> None:
    session = Session()
    session.call("a>b", "POST /orders", {}, 201, {"id": 12, "note": "done in 12 steps", "hint": "ask for order 12"})
    finder = finder_of(session)
    note, hint = (leaf for leaf in finder.observations[0].response if leaf.location in {"body.$.note", "body.$.hint"})
    (dropped,) = finder.dropped_inside(finder.observations[0], note)
    assert (dropped.exchange, dropped.location) == (1, "response.body.$.id")
    assert dropped.why.startswith("number[0] of the text is equal, but nothing names it")
    assert list(finder.dropped_inside(finder.observations[0], hint)) == []
