"""What faults make of an answer."""

from __future__ import annotations

import json

from treaty_stubs.faults.model import Fault, Latency
from treaty_stubs.faults.playing import play
from treaty_stubs.message import Answer, Delivery, Ending

HEAD = b'Content-Type: application/json\r\nETag: "1"\r\nX-Treaty-Match: a; why="rules"\r\n'
ANSWER = Answer(200, HEAD, b'{"id": 7}')


def _play(*faults: Fault) -> Answer:
    return play([(fault, 0.5) for fault in faults], ANSWER)


def test_the_header_of_the_match_names_all_faults() -> None:
    played = _play(Fault(name="one", malformed=True), Fault(name="two", status=500))
    assert b'X-Treaty-Match: a; why="rules"; fault="one, two"\r\n' in played.head


def test_a_status_takes_the_place_of_the_whole_answer() -> None:
    played = _play(Fault(name="down", status=503, headers={"Retry-After": "1"}))
    assert played.status == 503
    assert b"ETag" not in played.head
    assert b"Content-Type: application/problem+json\r\nRetry-After: 1\r\n" in played.head
    assert json.loads(played.body) == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "The stub plays its fault 'down'.",
    }


def test_a_status_can_have_a_body_of_its_own() -> None:
    """A text is sent as it is, anything else as JSON, and a header of the fault says the type."""
    assert _play(Fault(name="a", status=500, body="oops")).body == b"oops"
    assert _play(Fault(name="a", status=500, body={"error": 1})).body == b'{"error":1}'
    typed = _play(Fault(name="a", status=599, body="<a/>", headers={"content-type": "text/xml"}))
    assert typed.head.lower().count(b"content-type") == 1


def test_another_type_leaves_the_content() -> None:
    played = _play(Fault(name="a", content_type="text/html"))
    assert played.body == ANSWER.body
    assert played.head.count(b"Content-Type") == 1
    assert b"Content-Type: text/html\r\n" in played.head


def test_a_malformed_content_is_no_json_and_no_text() -> None:
    assert _play(Fault(name="a", malformed=True)).body == b'{"id":\xff{"'


def test_the_delivery_says_how_the_answer_goes_out() -> None:
    """Where two faults say the same, the first one holds."""
    played = _play(
        Fault(name="a", latency=Latency(curve=((100.0, 0.2),))),
        Fault(name="b", latency=Latency(curve=((100.0, 9.0),)), drip=2.0, connection=Ending.TRUNCATED),
        Fault(name="c", connection=Ending.RESET, status=500),
        Fault(name="d", status=400),
    )
    assert played.delivery == Delivery(delay=0.2, spread=2.0, ending=Ending.TRUNCATED)
    assert played.status == 500


def test_a_fault_of_the_content_goes_out_at_once() -> None:
    assert _play(Fault(name="a", malformed=True, latency=Latency(curve=((100.0, 0.0),)))).delivery is None
