"""What each promise rests on, gathered from what the passes decided."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.unit.harness.normalize.sessions import Session
from treaty.contract.json_value import dumps
from treaty.normalize.evidence import MOST_LOOKED_AT, MOST_NUMBERS, MOST_PLACES, InteractionEvidence, doubtful
from treaty.normalize.evidence_form import evidence_document
from treaty.normalize.pipeline import normalize


def evidence_of(session: Session) -> dict[str, InteractionEvidence]:
    """Give the evidence of the only edge, by description."""
    (edge,) = normalize(session.exchanges).evidence().values()
    return {each.description: each for each in edge.values()}


def orders(count: int = 1) -> Session:
    session = Session()
    for number in range(1, count + 1):
        session.call("a>b", "POST /orders", {"note": "two words"}, 201, {"id": number, "status": "new", "tip": None})
    return session


def test_each_place_has_its_causes_exchanges_and_doubt() -> None:
    found = evidence_of(orders())["POST /orders -> 201"]
    assert (found.exchanges.count, found.example, found.looked_at) == (1, 1, 1)
    assert found.places["response.body.$.id"].rest.causes == ("created",)
    assert found.places["response.body.$.id"].doubt is None
    tip = found.places["response.body.$.tip"]
    assert tip.exchanges.first == (1,)
    assert tip.doubt is not None
    assert [each.place for each in doubtful(found)] == ["response.body.$.tip", "response.body.$.status"]


def test_evidence_is_found_under_the_key_of_the_interaction() -> None:
    result = normalize(orders(3).exchanges)
    for edge, pact in result.pacts.items():
        assert set(result.evidence()[edge]) == {item["key"] for item in pact["interactions"]}


def test_ten_thousand_like_exchanges_make_no_more_evidence_than_a_hundred() -> None:
    """Some are looked at, and the numbers of ten are told."""
    few, many = (evidence_document(normalize(orders(count).exchanges).evidence(), [], []) for count in (100, 1000))
    assert len(dumps(many)) < len(dumps(few)) + 100
    found = evidence_of(orders(1000))["POST /orders -> 201"]
    assert found.exchanges.count == 1000
    assert len(found.exchanges.first) == MOST_NUMBERS
    assert found.looked_at <= MOST_LOOKED_AT


def test_an_answer_with_very_many_places_is_told_in_part() -> None:
    session = Session()
    session.call("a>b", "GET /wide", None, 200, {f"key{number}": "two words" for number in range(MOST_PLACES + 10)})
    found = evidence_of(session)["GET /wide -> 200"]
    assert len(found.places) == MOST_PLACES
    assert found.left_out >= 10


def test_what_is_sometimes_absent_is_counted() -> None:
    session = orders()
    session.call("a>b", "POST /orders", {"note": "two words"}, 201, {"id": 2, "status": "new", "tip": None, "by": "x"})
    place = evidence_of(session)["POST /orders -> 201"].places["response.body.$.by"]
    assert place.rest.missing == 1
    assert "may be absent" in place.change


def test_what_a_request_names_is_carried_minted_absent_or_from_outside() -> None:
    session = Session()
    session.call("a>b", "POST /orders", {"key": "5f9f1b9e-0c8b-4a57-9e51-0a3d5d0f3b11"}, 201, {"id": 12})
    session.call("a>b", "GET /orders/12", None, 200, {"id": 12})
    session.call("a>b", "GET /orders/77", None, 404)
    session.call("a>b", "GET /users/5", None, 200, {"id": 5})
    session.call("a>b", "GET /users/6/mails", None, 404)
    found = evidence_of(session)
    causes = {
        (description, place): each.rest.causes
        for description, interaction in found.items()
        for place, each in interaction.places.items()
        if place.startswith("request.")
    }
    assert causes["POST /orders -> 201", "request.body.$.key"] == ("minted",)
    assert causes["GET /orders/{id} -> 200", "request.path[1]"] == ("carried",)
    assert causes["GET /orders/{id} -> 404", "request.path[1]"] == ("absent",)
    assert causes["GET /users/{id} -> 200", "request.path[1]"] == ("outside",)
    assert causes["GET /users/{id}/mails -> 404", "request.path[1]"] == ("absent",)


def test_what_nobody_made_stays_from_outside_when_it_is_used_again() -> None:
    session = Session()
    for _ in range(2):
        session.call("a>b", "GET /users/5", None, 200, {"id": 5})
    place = evidence_of(session)["GET /users/{id} -> 200"].places["request.path[1]"]
    assert place.rest.causes == ("outside",)
    assert place.doubt is not None
    assert place.links[0].method == "the same name and value, which nobody made"


def test_runs_are_told() -> None:
    session = orders(2)
    session.exchanges[1] = replace(session.exchanges[1], run=2)
    assert evidence_of(session)["POST /orders -> 201"].exchanges.runs == (1, 2)


def test_places_with_stand_ins_are_told() -> None:
    session = Session()
    session.call(
        "a>b", "POST /orders", {"api_key": "secret1"}, 201, {"id": 1, "token": "token1"},
        redacted=("request.body.$.api_key", "response.body.$.token"),
    )  # fmt: skip
    found = evidence_of(session)["POST /orders -> 201"]
    assert found.redacted == ("request.body.$.api_key", "response.body.$.token")
    assert found.places["response.body.$.token"].rest.causes == ("secret",)


def test_evidence_as_json_holds_no_value_of_the_session() -> None:
    """What was found to be a secret later can so never lie in it."""
    session = Session()
    session.call("a>b", "POST /things", {"word": "unmistakable"}, 201, {"id": 5550001, "word": "unmistakable"})
    session.call("a>b", "GET /things/5550001", None, 200, {"id": 5550001, "word": "unmistakable"})
    result = normalize(session.exchanges)
    text = json.dumps(evidence_document(result.evidence(), result.findings, [("s", 0)]))
    assert "unmistakable" not in text
    assert "5550001" not in text
