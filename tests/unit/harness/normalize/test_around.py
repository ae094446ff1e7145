"""Rules of texts around values that are others each time."""

from __future__ import annotations

import re

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import view_of
from treaty.contract.json_value import JsonValue


def test_a_link_may_lead_to_any_host_and_keeps_its_way() -> None:
    session = Session()
    link = "http://localhost:4567/notes/7/text"
    session.call("a>b", "POST /notes", {}, 201, {"id": 7, "self": link})
    view = view_of(session, "a>b", "POST /notes -> 201")
    (form,) = view.rule("$.self")
    assert re.fullmatch(form, "https://notes.example/notes/81/text")
    assert not re.fullmatch(form, "https://notes.example/notes/81")
    assert view.answer["self"] == "http://b/notes/9007001/text"


def test_a_name_that_must_be_unique_may_be_any_in_a_link() -> None:
    session = Session()
    taken = {"error": "already exists"}
    session.call("a>b", "POST /users", {"login": "octo-ann"}, 201, {"id": 90001, "login": "octo-ann"})
    session.call("a>b", "POST /users", {"login": "octo-ann"}, 422, taken)
    answer: JsonValue = {"id": 70002, "self": "http://localhost:1/users/octo-ann/notes/70002"}
    session.call("a>b", "POST /users/octo-ann/notes", {"user": {"login": "octo-ann"}}, 201, answer)
    (form,) = view_of(session, "a>b", "POST /users/{id}/notes -> 201").rule("$.self")
    assert re.fullmatch(form, "http://other/users/zyxw-vut/notes/1")
