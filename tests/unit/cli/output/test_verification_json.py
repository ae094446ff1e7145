from __future__ import annotations

import io
import json

from tests.unit.cli.output.verification_events import events
from treaty_cli.output.verification_json import JsonLinesReport


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
