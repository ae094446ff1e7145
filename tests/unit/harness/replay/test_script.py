"""Which calls of a session are sent again."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.harness.normalize.sessions import Session
from treaty.replay.script import script_of
from treaty.session.exchange import Content, Edge


def test_calls_of_services_follow_by_themselves() -> None:
    """Only consumers that are no providers are played."""
    session = Session()
    session.call("web>order", "POST /orders", {"n": 1}, 201, {"id": 1}, at=5, lasting=2)
    session.call("order>user", "GET /users/1", None, 200, {"id": 1}, at=6)
    session.call("web>user", "GET /health", None, 200, {"ok": True}, at=1)
    script = script_of(session.exchanges)
    assert [scene.description for scene in script.scenes] == ["GET /health", "POST /orders"]
    assert script.edges == [Edge(consumer="web", provider="user"), Edge(consumer="web", provider="order")]
    assert script.providers == ["user", "order"]


def test_what_is_left_out_is_told_with_the_reason() -> None:
    session = Session()
    session.call("a>b", "GET /broken", None, 503, {"error": "down"})
    gone = session.call("a>b", "GET /gone")
    large = session.call("a>b", "POST /large", {"n": 1}, 201, {"id": 1})
    preflight = (("Access-Control-Request-Method", "POST"),)
    session.call("a>b", "OPTIONS /x", None, 204, headers=preflight)
    session.exchanges[1] = replace(gone, response=None, error="the connection was closed")
    cut = replace(large.request, content=Content(data=b"", size=10**7, missing="too large"))
    session.exchanges[2] = replace(large, request=cut)
    script = script_of(session.exchanges)
    assert script.scenes == []
    assert [(item.number, why) for item, why in script.left_out] == [
        (1, "it was answered 503"),
        (2, "the connection was closed"),
        (3, "its body was too large to be kept"),
        (4, "a browser asked for leave (CORS)"),
    ]


def test_what_services_change_among_themselves_changes_by_itself_for_outsiders() -> None:
    """The call that did it is no call of the script."""
    session = Session()
    session.call("web>order", "POST /orders", {"n": 1}, 201, {"id": 1, "status": "open"}, at=1)
    session.call("web>order", "GET /orders/1", None, 200, {"id": 1, "status": "open"}, at=2)
    session.call("pay>order", "PUT /orders/1/status", {"status": "paid"}, 200, {"id": 1, "status": "paid"}, at=3)
    session.call("web>pay", "GET /health", None, 200, {"ok": True}, at=4)
    session.call("web>order", "GET /orders/1", None, 200, {"id": 1, "status": "paid"}, at=5)
    steps = script_of(session.exchanges).changes.steps
    assert {pair for pairs in steps.values() for pair in pairs} == {("open", "paid")}
