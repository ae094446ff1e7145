"""`GET /events`: what is asked, as it comes."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.unit.stubs.admin.calling import Run, following, play
from treaty_stubs.admin.following import MOST_AT_ONCE


async def _next(told: asyncio.Queue[str]) -> tuple[dict[str, str], Any]:
    """Read one event: its fields but the data, and the data."""
    text = await asyncio.wait_for(told.get(), 60)
    assert text.endswith("\n\n")
    fields = dict(line.split(": ", 1) for line in text.strip().splitlines())
    return fields, json.loads(fields.pop("data"))


def test_requests_are_told_as_they_come() -> None:
    async def test(run: Run) -> None:
        run.ask("user", "/users/1")
        async with following(run, "/events") as told:
            run.ask("order", "/orders")
            fields, request = await _next(told)
            assert fields == {"id": "2", "event": "request"}
            assert (request["number"], request["provider"], request["target"]) == (2, "order", "/orders")
            assert request == (await run.get("/journal/2")).json["request"]

    play(test)


@pytest.mark.parametrize(
    ("target", "headers"),
    [("/events?after=1", {}), ("/events", {"last_event_id": "1"}), ("/events?after=0", {"last_event_id": "1"})],
)
def test_a_stream_goes_on_where_it_was_left(target: str, headers: dict[str, str]) -> None:
    async def test(run: Run) -> None:
        for _ in range(3):
            run.ask("user", "/users/1")
        async with following(run, target, **headers) as told:
            assert [(await _next(told))[1]["number"] for _ in range(2)] == [2, 3]

    play(test)


def test_what_comes_faster_than_it_is_told_is_skipped_and_counted() -> None:
    async def test(run: Run) -> None:
        async with following(run, "/events") as told:
            for _ in range(MOST_AT_ONCE + 7):
                run.ask("user", "/users/1")
            fields, skipped = await _next(told)
            assert (fields["event"], skipped) == ("skipped", {"requests": 7})
            assert (await _next(told))[1]["number"] == 8

    play(test)


def test_changes_are_told() -> None:
    """Whoever made them."""

    async def test(run: Run) -> None:
        async with following(run, "/events") as told:
            await run.call("POST", "/reset")
            assert await _next(told) == ({"event": "changed"}, {})
            run.admin.changed()
            assert await _next(told) == ({"event": "changed"}, {})

    play(test)


def test_streams_end_with_the_stubs_and_with_their_readers() -> None:
    """Nothing goes on listening to the stubs."""

    async def test(run: Run) -> None:
        async with following(run, "/events"):
            assert run.platform.stub("user").journal._listeners
        assert not run.platform.stub("user").journal._listeners
        ended = asyncio.ensure_future(run.get("/providers"))
        run.admin.end()
        await ended
        called = await asyncio.wait_for(run.get("/providers"), 60)
        assert called.status == 200

    play(test)


@pytest.mark.parametrize(("target", "headers"), [("/events?after=x", {}), ("/events", {"last_event_id": "x"})])
def test_a_number_that_is_none_is_refused(target: str, headers: dict[str, str]) -> None:
    async def test(run: Run) -> None:
        assert (await run.get(target, **headers)).status == 422

    play(test)
