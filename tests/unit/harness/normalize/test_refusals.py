"""Refusals that are answered with 200."""

from __future__ import annotations

import pytest

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import View, views_of
from treaty.contract.json_value import JsonValue
from treaty.normalize.refusals import says_no

NO: JsonValue = {"ok": False, "error": "name_taken"}


@pytest.mark.parametrize(
    ("answer", "request_body", "expected"),
    [
        (NO, {"name": "lobby"}, True),
        ({"success": False, "message": "No such room"}, None, True),
        ({"ok": False}, None, True),
        ({"status": "error", "message": "No such room", "data": None}, None, True),
        ({"jsonrpc": "2.0", "id": 1, "error": {"code": -32601, "message": "none"}}, None, True),
        ({"data": None, "errors": [{"message": "none"}]}, None, True),
        # What the request sent is shown again, and is no verdict.
        ({"id": 1, "ok": False, "reason": "later"}, {"ok": False}, False),
        # A thing may have failed, while the call about it did not.
        ({"id": 1, "success": False, "name": "nightly"}, None, False),
        ({"id": 1, "status": "failed", "name": "nightly"}, None, False),
        ({"id": 7, "name": "nightly", "error": "out of memory"}, None, False),
        ({"ok": True, "error": ""}, None, False),
        ({"data": {"a": 1}, "errors": [{"message": "partly"}]}, None, False),
        ([NO], None, False),
        (None, None, False),
    ],
)
def test_a_body_says_that_a_call_was_refused(answer: JsonValue, request_body: JsonValue, *, expected: bool) -> None:
    assert says_no(answer, request_body) is expected


def rooms() -> list[View]:
    """Make a room, fail to make it again, archive it, fail to archive it again, and look at it."""
    session = Session()
    session.call("a>b", "POST /rooms.create", {"name": "lobby"}, 200, {"ok": True, "room": {"id": 3, "name": "lobby"}})
    session.call("a>b", "POST /rooms.create", {"name": "lobby"}, 200, NO)
    session.call("a>b", "GET /rooms.info?room=3", None, 200, {"ok": True, "room": {"id": 3, "archived": False}})
    session.call("a>b", "POST /rooms.archive", {"room": 3}, 200, {"ok": True})
    session.call("a>b", "POST /rooms.archive", {"room": 3}, 200, {"ok": False, "error": "already_archived"})
    session.call("a>b", "GET /rooms.info?room=3", None, 200, {"ok": True, "room": {"id": 3, "archived": True}})
    return views_of(session, "a>b")


def test_a_refusal_with_success_is_an_interaction_of_its_own_with_the_state_that_caused_it() -> None:
    """The name that was taken is another one in each set-up, and nobody archives twice what nobody archived."""
    found = {
        view.interaction["description"]: [*view.steps, *view.state.get("mint", ())]
        for view in rooms()
        if "refused" in view.interaction["description"]
    }
    assert {name: [step.partition("_name")[0] for step in steps] for name, steps in found.items()} == {
        "POST /rooms.create -> 200 (refused)": ["call POST /rooms.create -> 200", "create"],
        "POST /rooms.archive -> 200 (refused)": [
            "call POST /rooms.create -> 200", "call POST /rooms.archive -> 200", "create",
        ],
    }  # fmt: skip


def test_what_a_change_did_to_a_thing_that_both_name_beside_the_path_belongs_to_the_state() -> None:
    """The archived room is read in another state than the open one, though no path names it."""
    reads = [view for view in rooms() if view.request["method"] == "GET"]
    assert sorted((view.answer["room"]["archived"], len(view.steps)) for view in reads) == [(False, 1), (True, 2)]
