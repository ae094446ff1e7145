"""Structured logs."""

import io
import json

from treaty_shop.platform.structured_log import StructuredLog


def test_each_event_is_one_json_object_on_one_line() -> None:
    """With time, level, service and event first, whatever the fields hold."""
    stream = io.StringIO()
    log = StructuredLog("order", stream)
    log.info("placed", order=1, note="two\nlines")
    log.warning("slow")
    log.error("broken", why="ü")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [list(line)[:4] for line in lines] == [["time", "level", "service", "event"]] * 3
    assert [(line["level"], line["event"]) for line in lines] == [
        ("info", "placed"),
        ("warning", "slow"),
        ("error", "broken"),
    ]
    assert (lines[0]["order"], lines[0]["note"]) == (1, "two\nlines")
