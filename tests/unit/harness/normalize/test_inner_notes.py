"""Notes about values inside the texts of an answer."""

from __future__ import annotations

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import view_of


def notes(session: Session, description: str) -> dict[str, object]:
    found = view_of(session, "a>b", description).interaction["comments"]["treaty"]["response"]
    return {place: note for place, note in found.items() if "|" in place}


def test_what_an_answer_repeats_of_itself_and_of_its_request_is_noted() -> None:
    session = Session()
    location = (("Location", "/notes/7"),)
    session.call("a>b", "POST /notes", {}, 201, {"id": 7, "self": "/notes/7"}, answer_headers=location)
    session.call("a>b", "GET /notes/7", None, 200, {"id": 7, "self": "/notes/7"})
    assert notes(session, "POST /notes -> 201") == {
        "body.$.self|number[0]": {"cause": "created", "of": "response.body.$.id"},
        "header.Location|number[0]": {"cause": "created", "of": "response.body.$.id"},
    }
    assert notes(session, "GET /notes/{id} -> 200") == {"body.$.self|number[0]": {"cause": "echo", "of": "path[1]"}}


def test_members_of_a_list_are_noted_once_for_all() -> None:
    session = Session()
    for number in (7, 8):
        session.call("a>b", "POST /notes", {}, 201, {"id": number})
    rows = [{"id": number, "self": f"/notes/{number}"} for number in (7, 8)]
    session.call("a>b", "GET /notes", None, 200, rows)
    assert notes(session, "GET /notes -> 200") == {
        "body.$[*].self|number[0]": {"cause": "carried", "of": "response.body.$[*].id"}
    }
