"""What a session shows beside promises."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.harness.normalize.sessions import Session
from treaty.normalize.findings import Finding, find
from treaty.session.exchange import Content, Edge

AB = Edge(consumer="a", provider="b")


def test_a_sound_session_has_no_findings() -> None:
    session = Session()
    session.call("a>b", "GET /x")
    session.call("a>b", "GET /y", None, 404)
    assert find(session.exchanges, [AB]) == []


def test_a_declared_edge_without_traffic_is_found_once() -> None:
    assert find([], [AB, AB]) == [
        Finding(kind="edge-without-traffic", edge=AB, text="declared, but nothing went over it", count=0)
    ]


def test_an_edge_on_which_every_call_fails_is_found() -> None:
    session = Session()
    session.call("a>b", "GET /x", None, 404)
    session.call("a>b", "GET /y", None, 401)
    assert find(session.exchanges, []) == [
        Finding(kind="edge-always-fails", edge=AB, text="every call failed", count=2)
    ]


def test_server_errors_are_counted_by_call() -> None:
    session = Session()
    session.call("a>b", "GET /x")
    for path in ("/x", "/x", "/y"):
        session.call("a>b", f"GET {path}", None, 503)
    found = find(session.exchanges, [])
    assert [(finding.kind, finding.text, finding.count) for finding in found] == [
        ("server-error", "GET /x answered 503: left out of the pact", 2),
        ("server-error", "GET /y answered 503: left out of the pact", 1),
    ]


def test_calls_without_an_answer_are_found() -> None:
    session = Session()
    session.call("a>b", "GET /x")
    lost = replace(session.call("a>b", "GET /y"), response=None, error="connection reset")
    found = find([session.exchanges[0], lost], [])
    assert [(finding.kind, finding.text, finding.count) for finding in found] == [
        ("wire-error", "no answer: connection reset", 1)
    ]


def test_bodies_that_are_not_at_hand_are_found() -> None:
    """Without its body a request is another one; without the answer's, only the rest of it is promised."""
    session = Session()
    large = Content(data=b"", size=50_000_000, sha256="0" * 64)
    sent, answered = session.call("a>b", "POST /x", None, 201), session.call("a>b", "GET /y")
    sent = replace(sent, request=replace(sent.request, content=large))
    assert answered.response is not None
    answered = replace(answered, response=replace(answered.response, content=large))
    assert [(finding.kind, finding.text) for finding in find([sent, answered], [])] == [
        ("body-not-at-hand", "GET /y answered 200 with a body that is too large or missing: it is not promised"),
        ("body-not-at-hand", "POST /x answered 201: left out of the pact, its body is too large or missing"),
    ]
