"""Pact and evidence joined."""

from __future__ import annotations

import copy

from tests.unit.harness.explain.explained import document_of, evidence_of, explain, orders, place_of
from tests.unit.harness.normalize.sessions import Session
from treaty.normalize.doubts import DOUBTFUL

READ = "GET /orders/{id} -> 200"


def test_a_place_has_its_rule_cause_exchanges_and_links() -> None:
    session = orders()
    found = place_of(explain(document_of(session), READ, evidence=evidence_of(session)), "response.body.$.user_id")
    assert found.rule == "a whole number"
    assert found.cause.startswith("carried: it came from an earlier call (${user_id_")
    (entry,) = found.evidence
    assert entry["exchanges"]["first"] == [3, 4]
    assert entry["links"][0]["exchange"] == 1


def test_the_segments_of_a_path_are_joined_with_its_rule() -> None:
    session = orders()
    found = place_of(explain(document_of(session), READ, evidence=evidence_of(session)), "request.path")
    assert [entry["place"] for entry in found.evidence] == ["request.path[1]"]
    assert found.cause == "carried: it came from an earlier call"


def test_doubtful_places_come_first() -> None:
    session = orders()
    found = explain(document_of(session), READ, evidence=evidence_of(session))
    assert (found.places[0].place, found.places[0].degree) == ("response.body.$.tip", DOUBTFUL)
    assert found.degree == DOUBTFUL
    degrees = [place.degree for place in found.places]
    assert degrees == sorted(degrees, reverse=True)


def test_a_key_that_may_be_absent_is_told_although_the_pact_does_not_say_it() -> None:
    session = orders()
    found = place_of(explain(document_of(session), READ, evidence=evidence_of(session)), "response.body.$.gift")
    assert found.rule.startswith("not promised: not every answer has it")


def test_without_evidence_the_pact_alone_tells_causes_and_doubts() -> None:
    found = explain(document_of(orders()), READ)
    assert found.evidence is None
    assert place_of(found, "response.body.$.id").cause == "echo: it equals something that was asked (path[1])"
    assert place_of(found, "response.body.$.status").cause == "constant or derived: the pact notes no other cause"
    assert place_of(found, "response.body.$.tip").degree == DOUBTFUL


def test_an_edit_by_hand_is_named_and_no_doubt() -> None:
    session = orders()
    generated = document_of(session)
    edited = copy.deepcopy(generated)
    interaction = next(each for each in edited["interactions"] if each["description"] == READ)
    interaction["response"]["matchingRules"]["body"]["$.tip"] = {"combine": "AND", "matchers": [{"match": "type"}]}
    interaction["pending"] = True
    found = explain(edited, READ, evidence=evidence_of(session), generated=generated)
    place = place_of(found, "response.body.$.tip")
    assert (place.edited, place.degree) == (True, 0)
    assert place.changes[0].startswith("an edit by hand")
    assert found.edited == ("pending",)
    assert not found.is_added


def test_an_interaction_that_was_not_generated_was_added_by_hand() -> None:
    generated = document_of(orders())
    edited = copy.deepcopy(generated)
    edited["interactions"][0]["key"] = "mine"
    description = edited["interactions"][0]["description"]
    assert explain(edited, description, generated=generated).is_added
    assert not explain(edited, description).is_added


def test_a_rule_that_is_not_exact_raises_no_doubt_about_its_value() -> None:
    """What changes by itself may be null at first, and the rule takes what comes then."""
    session = Session()
    session.call("a>b", "POST /jobs", {}, 202, {"id": 12})
    session.call("a>b", "GET /jobs/12", None, 200, {"id": 12, "ended_at": None})
    session.call("a>b", "GET /jobs/12", None, 200, {"id": 12, "ended_at": "2026-11-20T10:00:03Z"})
    document, evidence = document_of(session), evidence_of(session)
    for interaction in document["interactions"]:
        explained = explain({**document, "interactions": [interaction]}, interaction["description"], evidence=evidence)
        for place in explained.places:
            if place.place.endswith("ended_at"):
                assert place.degree == 0
                assert place.cause.startswith("it changes by itself")
