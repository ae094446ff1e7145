"""What a session shows beside promises."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.harness.normalize.sessions import Session
from treaty.normalize.findings import MOST_OF_A_KIND, Finding, find, shortened
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
        Finding(kind="edge-always-fails", edge=AB, text="every call failed", count=2, examples=(1, 2))
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


def test_server_errors_of_many_ids_are_one_finding_with_examples() -> None:
    session = Session()
    session.call("a>b", "GET /x")
    for number in range(20):
        session.call("a>b", f"GET /orders/{number}", None, 500)
    (found,) = find(session.exchanges, [])
    assert (found.text, found.count) == ("GET /orders/{id} answered 500: left out of the pact", 20)
    assert found.examples == (2, 3, 4)


def test_calls_that_were_given_up_are_told_apart_from_those_that_broke() -> None:
    session = Session()
    session.call("a>b", "GET /x")
    lost = [replace(session.call("a>b", "GET /y"), response=None, error=error) for error in ("read timed out", "reset")]
    found = find([session.exchanges[0], *lost], [])
    assert [(finding.kind, finding.text, finding.examples) for finding in found] == [
        ("timeout", "no answer in time: read timed out", (2,)),
        ("wire-error", "no answer: reset", (3,)),
    ]


def test_bodies_that_contradict_their_content_length_are_found() -> None:
    session = Session()
    wrong = (("Content-Length", "99"),)
    session.call("a>b", "POST /x", {"a": 1}, 200, {"b": 2}, headers=wrong)
    session.call("a>b", "POST /x", {"a": 1}, 200, {"b": 2}, answer_headers=wrong)
    found = find(session.exchanges, [])
    assert [(finding.kind, finding.text, finding.examples) for finding in found] == [
        ("contradicts-length", "the request's body contradicts its Content-Length", (1,)),
        ("contradicts-length", "the response's body contradicts its Content-Length", (2,)),
    ]


def test_stand_ins_undone_codings_and_answers_without_a_body_contradict_nothing() -> None:
    session = Session()
    wrong = (("Content-Length", "99"),)
    session.call("a>b", "POST /x", {"a": 1}, headers=wrong, redacted=("request.body.$.a",))
    session.call("a>b", "POST /x", {"a": 1}, headers=(*wrong, ("Content-Encoding", "gzip")))
    session.call("a>b", "HEAD /x", answer_headers=wrong)
    session.call("a>b", "POST /x", {"a": 1}, 304, answer_headers=wrong)
    session.call("a>b", "POST /x", {"a": 1}, headers=(("Content-Length", "7"),))
    assert find(session.exchanges, []) == []


def test_many_findings_of_a_kind_are_cut_short_the_most_frequent_first() -> None:
    many = [Finding(kind="varies", edge=AB, text=f"field {number}", count=number) for number in range(30)]
    other = Finding(kind="server-error", edge=AB, text="it failed", count=1)
    found = shortened([*many, other])
    assert found[0] == other
    assert [finding.text for finding in found[1:3]] == ["field 29", "field 28"]
    assert len(found) == 1 + MOST_OF_A_KIND
    assert found[-1].text == "21 more of this kind"
    assert shortened([]) == []
