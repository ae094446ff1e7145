"""Where a script may be played."""

from __future__ import annotations

import pytest

from tests.unit.harness.normalize.sessions import Session
from treaty.errors import WritesRefused
from treaty.replay.permission import check_permission
from treaty.replay.script import Script, script_of


def script(*lines: str) -> Script:
    session = Session()
    for line in lines:
        session.call("a>b", line, None, 201 if line.startswith("POST") else 200, {"id": 7})
    return script_of(session.exchanges)


def check(
    what: Script, *, ours: bool = False, allowed: tuple[str, ...] = (), destructive: bool = False, provider: str = "b"
) -> None:
    check_permission(what, provider=provider, host="b.example", ours=ours, allowed=allowed, destructive=destructive)


def test_reading_needs_no_permission() -> None:
    check(script("GET /things", "HEAD /things"))


def test_this_machine_and_what_treaty_started_may_be_written_to() -> None:
    check(script("POST /things", "DELETE /things/1"), ours=True)


def test_another_host_must_be_named() -> None:
    with pytest.raises(WritesRefused, match=r"would write to b\.example") as raised:
        check(script("POST /things"))
    assert raised.value.hint.endswith("--allow-writes b.example")
    check(script("POST /things"), allowed=("b.example",))
    check(script("POST /things"), provider="c")


def test_there_only_what_the_replay_made_may_go() -> None:
    check(script("POST /things", "DELETE /things/7"), allowed=("b.example",))
    with pytest.raises(WritesRefused, match="deleted or overwritten") as raised:
        check(script("PUT /things/1", *["DELETE /settings"] * 6), allowed=("b.example",))
    assert raised.value.where.endswith("and 2 more")
    check(script("PUT /things/1"), allowed=("b.example",), destructive=True)
