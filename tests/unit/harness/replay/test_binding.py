"""What recorded values are in a replay."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.unit.harness.normalize.sessions import START, Session
from tests.unit.harness.replay.scenes import replayed
from treaty.contract.json_value import JsonValue, dumps, loads
from treaty.replay.binding import instant_in
from treaty.verify.calls import Answer

KEY = "7b0c4d4e-9d0a-4d3b-8a51-0c2f3f1d5a10"


def keys(*, fresh: bool) -> tuple[str, str]:
    """Send a call twice with one key; gives both keys that were sent."""
    session = Session()
    for _ in range(2):
        session.call("a>b", "POST /pay", {"n": 1}, 200, {"key": KEY}, headers=(("Idempotency-Key", KEY),))
    result = replayed(session.exchanges, fresh=fresh)
    first, second = (dict(call.headers)["Idempotency-Key"] for _, call in result.wire.sent)
    return first, second


def test_services_without_data_get_the_recorded_keys() -> None:
    assert keys(fresh=True) == (KEY, KEY)


def test_services_that_may_know_a_key_get_another_one() -> None:
    """A retry with the same key stays a retry."""
    first, second = keys(fresh=False)
    assert first == second != KEY
    assert len(first) == len(KEY)


def test_what_must_be_unique_is_made_anew_and_expected_back() -> None:
    """A name that was refused a second time is another one, in the same form, wherever it was used."""
    session = Session()
    for status in (201, 409):
        answer: JsonValue = {"username": "ann.smith"} if status == 201 else {"error": "taken"}
        session.call("a>b", "POST /users", {"username": "ann.smith"}, status, answer)
    result = replayed(session.exchanges, fresh=False)
    names = [loads(call.body or b"") for _, call in result.wire.sent]
    assert names[0] == names[1] != {"username": "ann.smith"}
    assert result.said == [f'body.$.username: {dumps(names[0]["username"])} / "ann.smith"']  # type: ignore[call-overload, index]


def test_a_time_that_an_answer_gave_is_the_one_of_this_replay() -> None:
    session = Session()
    stamp = "Fri, 20 Nov 2026 10:00:00 GMT"
    session.call("a>b", "GET /x", None, 200, {}, answer_headers=(("Last-Modified", stamp),))
    session.call("a>b", "GET /x", None, 304, headers=(("If-Modified-Since", stamp),))
    other = "Sun, 20 Dec 2026 09:59:58 GMT"
    answers = [
        Answer(status=200, headers=(("Content-Type", "application/json"), ("Last-Modified", other)), body=b"{}"),
        Answer(status=304),
    ]
    result = replayed(session.exchanges, answers)
    assert dict(result.wire.sent[1][1].headers)["If-Modified-Since"] == other


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("2026-11-20T10:00:00Z", START),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("Fri, 20 Nov 2026 10:00:00 GMT", START),
        (1795168800, START),
        (1795168800000, START),
        (7, None),
        (True, None),
        ("soon", None),
        (None, None),
    ],
)
def test_times_are_read_in_every_form(value: JsonValue, instant: datetime | None) -> None:
    assert instant_in(value, START) == instant


def test_what_a_refused_call_only_happens_to_share_stays() -> None:
    """The second payment was refused because of its order, not because of its kind."""
    session = Session()
    session.call("web>pay", "POST /payments", {"kind": "card", "n": 1}, 201, {"done": True})
    session.call("web>pay", "POST /payments", {"kind": "card", "n": 3}, 409, {"error": "closed"})
    result = replayed(session.exchanges, fresh=False)
    sent = [loads(call.body) for _, call in result.wire.sent if call.body]
    assert sent == [{"kind": "card", "n": 1}, {"kind": "card", "n": 3}]
