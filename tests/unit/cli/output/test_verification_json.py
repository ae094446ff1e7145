from __future__ import annotations

import io
import json

import pytest

from tests.unit.cli.output.verification_events import events, outcome
from treaty.verify.calls import Answer
from treaty.verify.events import InteractionJudged
from treaty.verify.outcome import Verdict
from treaty.verify.sent_request import SentRequest
from treaty_cli.output.verification_json import JsonLinesReport, event_as_json


def test_every_event_is_a_line_of_json() -> None:
    """With a key that tells which event it is."""
    stream = io.StringIO()
    write = JsonLinesReport(stream)
    for event in events():
        write(event)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["run-started", *["interaction"] * 5, "finding", "run-finished"]
    assert lines[2]["differences"][0]["location"] == "body.$.role"
    assert lines[3]["reason"]["code"] == "state-failed"
    assert lines[3]["reason"]["where"] == "step 1 of 1: POST /x"
    assert [line["round"] for line in lines[1:6]] == [1] * 5
    assert lines[-1]["exit_status"] == 1
    assert (lines[-1]["kept"], lines[-1]["broken"], lines[-1]["could_not_tell"], lines[-1]["total"]) == (1, 1, 2, 5)
    assert "documents" not in lines[0]
    assert (lines[0]["clock"], lines[0]["notes"]) == ("", [])


@pytest.mark.parametrize(
    ("data", "body", "encoded"),
    [(None, None, ""), (b"", "", ""), (b'{"a":1}', '{"a":1}', ""), (b"\xff", "/w==", "base64")],
)
def test_request_and_answer_are_given_as_they_were(data: bytes | None, body: str | None, encoded: str) -> None:
    """A body that is no text is base64."""
    request = SentRequest(
        method="GET",
        url="http://127.0.0.1:1/a?b",
        headers=(("Accept", "a"), ("X-Key", "${X_KEY}")),
        body=data,
        variables=("X_KEY",),
    )
    answer = Answer(status=404, headers=(("A", "b"),), body=data or b"")
    judged = InteractionJudged(outcome=outcome(Verdict.BROKEN, "GET /a -> 200", request=request, answer=answer))
    given = event_as_json(judged)
    assert given["answer"] == {"status": 404, "headers": [["A", "b"]], "body": body or "", "encoded": encoded}
    assert given["request"] == {
        "method": "GET",
        "url": "http://127.0.0.1:1/a?b",
        "headers": [["Accept", "a"], ["X-Key", "${X_KEY}"]],
        "body": body,
        "encoded": encoded,
        "variables": ["X_KEY"],
    }


def test_half_a_surrogate_pair_is_written_as_an_escape() -> None:
    """JSON can hold it and UTF-8 cannot."""
    buffer = io.BytesIO()
    stream = io.TextIOWrapper(buffer, encoding="utf-8")
    JsonLinesReport(stream)(InteractionJudged(outcome=outcome(Verdict.KEPT, "GET /\ud800 -> 200")))
    assert json.loads(buffer.getvalue())["description"] == "GET /\ud800 -> 200"
