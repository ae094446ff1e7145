"""Tokens inside texts."""

from __future__ import annotations

from tests.unit.harness.normalize.sessions import Raw, Session
from tests.unit.harness.normalize.views import flow_of


def test_the_id_in_a_text_body_is_made_there_when_paths_use_it() -> None:
    session = Session()
    session.call("a>b", "POST /rows", {"name": "x"}, 201, Raw(b"created 12", "text/plain"))
    session.call("a>b", "GET /rows/12", None, 200, Raw(b"x", "text/plain"))
    flow = flow_of(session)
    row = flow.at(1, "response.body|number[0]")
    assert row is not None
    assert row.provider == "b"
    assert flow.at(2, "request.path[1]") is row


def test_a_number_in_a_text_that_no_path_names_is_no_token() -> None:
    session = Session()
    session.call("a>b", "POST /rows", {"name": "x"}, 201, Raw(b"created 12", "text/plain"))
    session.call("a>b", "GET /users/12", None, 200, {"id": 12})
    assert flow_of(session).at(1, "response.body|number[0]") is None


def test_a_link_names_its_numbers() -> None:
    session = Session()
    session.call("a>b", "POST /notes", {}, 201, {"id": 1, "self": "/notes/1", "next": "/pages/1"})
    flow = flow_of(session)
    assert flow.at(1, "response.body.$.self|number[0]") is flow.at(1, "response.body.$.id")
    assert flow.at(1, "response.body.$.next|number[0]") is None


def test_a_code_is_made_of_an_id_when_every_observation_says_so() -> None:
    session = Session()
    for number in (1, 2):
        session.call("a>b", "POST /notes", {}, 201, {"id": number, "code": f"N-{number}", "size": "L-1"})
    flow = flow_of(session)
    assert flow.at(2, "response.body.$.code|number[0]") is flow.at(2, "response.body.$.id")
    assert flow.inside(2, "response.body.$.code")[0][0] == "number[0]"
    assert flow.at(1, "response.body.$.size|number[0]") is None


def test_one_observation_of_a_small_number_is_no_evidence() -> None:
    session = Session()
    session.call("a>b", "POST /notes", {}, 201, {"id": 1, "code": "N-1"})
    assert flow_of(session).at(1, "response.body.$.code|number[0]") is None


def test_an_unlikely_number_is_evidence_enough() -> None:
    session = Session()
    session.call("a>b", "POST /notes", {}, 201, {"id": 4711471171, "code": "N-4711471171"})
    assert flow_of(session).at(1, "response.body.$.code|number[0]") is not None


def test_a_cursor_needs_what_it_speaks_of() -> None:
    session = Session()
    session.call("a>b", "POST /users", {}, 201, {"id": 701})
    session.call("a>b", "GET /users?cursor=eyJ1c2VyX2lkIjogNzAxfQ", None, 200, {"items": []})
    flow = flow_of(session)
    assert flow.at(2, "request.query.cursor[0]|base64|json.$.user_id") is flow.at(1, "response.body.$.id")


def test_secrets_are_not_looked_into() -> None:
    session = Session()
    session.call("a>b", "POST /x", {}, 201, {"id": 4711471, "token": "t-4711471"}, redacted=("response.body.$.token",))
    assert flow_of(session).at(1, "response.body.$.token|number[0]") is None


def test_what_a_link_gives_to_go_on_with_is_followed_into_the_next_request() -> None:
    session = Session()
    link = ("Link", '</notes?size=2&cursor=Mg==>; rel="next"')
    session.call("a>b", "GET /notes?size=2", None, 200, [], answer_headers=(link,))
    session.call("a>b", "GET /notes?size=2&cursor=Mg%3D%3D", None, 200, [])
    flow = flow_of(session)
    cursor = flow.at(2, "request.query.cursor[0]")
    assert cursor is not None
    assert cursor is flow.at(1, "response.header.Link|query[cursor]")
    assert cursor.provider == "b"


def test_the_number_of_a_page_is_no_id() -> None:
    session = Session()
    session.call("a>b", "POST /notes", {}, 201, {"id": 2})
    session.call("a>b", "GET /notes", None, 200, {"next": "/notes?page=2"})
    assert flow_of(session).at(2, "response.body.$.next|number[0]") is None
