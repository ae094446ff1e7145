"""Things without an identity: they are shown as recorded after just what was done to them, or not at all."""

from __future__ import annotations

import pytest

from tests.unit.stubs.examples import interaction, pact, received, regex
from tests.unit.stubs.lifecycle.shop import Asked
from treaty_stubs.answering import Answering
from treaty_stubs.lifecycle import written
from treaty_stubs.lifecycle.spaces import SpaceBook
from treaty_stubs.select.candidate import gather_candidates

DARK = {"theme": "dark", "size": 5}


def test_settings_are_shown_as_they_were_recorded_after_the_same_changes() -> None:
    asked = Asked("notes")
    assert asked("GET", "/settings")[1]["theme"] == "light"
    assert asked("PUT", "/settings", DARK)[0] == 200
    assert asked("GET", "/settings") == (200, DARK)
    assert asked("PATCH", "/settings", {"theme": "blue"})[0] == 200
    assert asked("GET", "/settings") == (200, {"theme": "blue", "size": 5})
    assert asked("PUT", "/settings", DARK)[0] == 200
    assert asked("GET", "/settings") == (200, DARK)


def test_changes_in_another_order_are_none_that_were_recorded() -> None:
    asked = Asked("notes")
    assert asked("PATCH", "/settings", {"theme": "blue"})[0] == 200
    status, problem = asked("GET", "/settings")
    assert status == 501
    assert "PATCH may have changed it; nobody recorded GET /settings after just that" in problem["detail"]


@pytest.mark.parametrize(("path", "body"), [("/cart", {"name": "pen", "price": 1.5, "qty": 2}), ("/counter", None)])
def test_what_nobody_read_after_a_change_is_a_miss(path: str, body: object) -> None:
    """An answer from before the change would be wrong, and nobody would notice."""
    asked = Asked("notes")
    assert asked("GET", path)[0] == 200
    assert asked("POST", path, body)[0] in {200, 201}
    status, problem = asked("GET", path)
    assert status == 501
    assert "a POST here was taken, whose answer names nothing that it made or changed" in problem["detail"]
    assert asked("GET", path, space="another")[0] == 200


def test_what_was_recorded_after_a_deletion_is_so_for_others_of_its_kind() -> None:
    """Where ids are only ever told by lists, no item is known; the address of one is as good."""
    gone = {"name": "the memo deleted", "params": {"treaty": "s"}}
    path = {"matchingRules": {"path": regex(r"/memos/\d+")}}
    generated = {"generators": {"path": {"type": "ProviderState", "expression": "/memos/${memo}"}}}
    request = {"method": "DELETE", "path": "/memos/${memo}"}
    steps = [{"call": {"description": "DELETE /memos/{id} -> 204", "request": request, "status": 204}}]
    memos = pact(
        interaction("GET /memos/{id} -> 200", path="/memos/1", request=path),
        interaction("DELETE /memos/{id} -> 204", method="DELETE", path="/memos/1", status=204, request=path),
        interaction("GET /memos/{id} -> 404", path="/memos/1", status=404, request=path | generated, states=[gone]),
        states={"s": {"name": "the memo deleted", "steps": steps}},
    )
    stub = Answering(gather_candidates([memos]), provider="order", spaces=SpaceBook())
    statuses = [
        stub(received(method, f"/memos/{number}")).status
        for method, number in (("GET", 7), ("DELETE", 7), ("GET", 7), ("GET", 8))
    ]
    assert statuses == [200, 204, 404, 200]


def test_a_list_says_that_a_request_below_it_may_have_made_more() -> None:
    """The import tells no names, and no list was recorded that shows what it made."""
    asked = Asked("memo")
    assert b"unknown-of" not in asked.answer("GET", "/memos").head
    assert asked("POST", "/memos/import", [{"text": "write a book", "rank": 9}])[0] == 202
    assert b'; unknown-of="POST /memos/import"' in asked.answer("GET", "/memos").head
    assert asked.stub.journal.entries[-1].why == "life cycle; nobody recorded what POST /memos/import made"


def test_a_deletion_ends_what_was_before() -> None:
    asked = Asked("notes")
    asked("POST", "/cart", {"name": "pen", "price": 1.5, "qty": 2})
    assert asked("DELETE", "/cart")[0] == 204
    assert asked("GET", "/cart")[0] == 200


def test_a_state_that_is_asked_for_is_shown_whatever_was_done() -> None:
    asked = Asked("notes")
    asked("PUT", "/settings", DARK)
    state = "setting settings set to theme dark, setting settings set to theme blue"
    assert b'"blue"' in asked.answer("GET", "/settings", state=state).body


def test_copies_of_a_space_hold_what_was_done() -> None:
    asked = Asked("notes")
    asked("PUT", "/settings", DARK)
    copy = asked.spaces.snapshot("default")
    asked.spaces.reset()
    assert asked("GET", "/settings")[1]["theme"] == "light"
    asked.spaces.restore("default", copy)
    assert asked("GET", "/settings") == (200, DARK)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The place that was changed first is forgotten first."""
    monkeypatch.setattr(written, "_MOST_PLACES", 1)
    asked = Asked("notes")
    asked("POST", "/counter")
    asked("PUT", "/settings", DARK)
    assert asked("GET", "/settings") == (200, DARK)
    assert asked("GET", "/counter")[0] == 200
