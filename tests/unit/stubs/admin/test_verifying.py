"""`POST /verify`: how often requests came, now or within some time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.unit.stubs.admin.calling import Run, play


@pytest.mark.parametrize(
    ("expectation", "kept", "count"),
    [
        ({"request": "GET /users/{id}"}, True, 2),
        ({"request": "GET /users/{id}", "times": 2}, True, 2),
        ({"request": "GET /users/{id}", "times": 1}, False, 2),
        ({"request": "GET /users/{id}", "at_least": 3}, False, 2),
        ({"request": "GET /users/{id}", "at_most": 2}, True, 2),
        ({"request": "GET /users/9", "times": 0}, True, 0),
        ({"request": "a user", "times": 2}, True, 2),
        ({"provider": "order"}, True, 2),
        ({"provider": "order", "missed": True, "times": 1}, True, 1),
        ({"status": 501, "times": 1}, True, 1),
        ({"consumer": "web", "times": 3}, True, 3),
        ({"request": "POST /orders", "body": {"lines": [{"sku": "a"}]}, "times": 1}, True, 1),
        ({"request": "POST /orders", "body": {"price": 1.5}, "times": 1}, True, 1),
        ({"request": "POST /orders", "body": {"price": 1.25}}, False, 0),
        ({"request": "POST /orders", "headers": {"x-trace": "7"}}, True, 1),
        ({"request": "POST /orders", "query": {"dry": "1"}}, True, 1),
        ({"request": "POST /orders", "query": {"dry": ["1", "2"]}}, False, 0),
        ({}, True, 4),
    ],
)
def test_requests_are_counted(expectation: dict[str, Any], kept: bool, count: int) -> None:
    async def test(run: Run) -> None:
        run.ask("user", "/users/1")
        run.ask("user", "/users/2")
        run.ask("order", "/orders")
        body = {"lines": [{"sku": "a", "n": 1}], "price": 1.50}
        run.ask("order", "/orders?dry=1", "POST", headers={"X-Trace": "7"}, body=body)
        judged = await run.call("POST", "/verify", expectation)
        assert judged.status == (200 if kept else 409)
        assert judged.json["count"] == count
        assert len(judged.json["requests"]) == count

    play(test)


def test_an_unmet_expectation_says_what_came_instead() -> None:
    async def test(run: Run) -> None:
        run.ask("order", "/orders", "POST", body={"customer": 8})
        judged = await run.call("POST", "/verify", {"request": "POST /orders", "body": {"customer": 7}, "times": 1})
        assert judged.status == 409
        first, second = judged.json["detail"].splitlines()
        assert first == 'POST /orders with body {"customer":7} was expected exactly once, and came never'
        assert second == "  asked  POST /orders -> 501  (another body)"

    play(test)


def test_it_waits_until_the_requests_have_come() -> None:
    async def test(run: Run) -> None:
        waiting = asyncio.ensure_future(
            run.call("POST", "/verify", {"request": "GET /users/{id}", "times": 2, "timeout": 60})
        )
        for number in range(2):
            for _ in range(5):
                await asyncio.sleep(0)
            assert not waiting.done()
            run.ask("user", f"/users/{number}")
        judged = await asyncio.wait_for(waiting, 60)
        assert (judged.status, judged.json["count"]) == (200, 2)

    play(test)


def test_nobody_waits_longer_than_they_said() -> None:
    async def test(run: Run) -> None:
        run.ask("user", "/users/1")
        judged = await asyncio.wait_for(run.call("POST", "/verify", {"times": 2, "timeout": 0.01}), 60)
        assert (judged.status, judged.json["count"]) == (409, 1)

    play(test)


def test_nobody_waits_for_stubs_that_are_stopped() -> None:
    async def test(run: Run) -> None:
        waiting = asyncio.ensure_future(run.call("POST", "/verify", {"timeout": 300}))
        for _ in range(5):
            await asyncio.sleep(0)
        run.admin.end()
        assert (await asyncio.wait_for(waiting, 60)).status == 409

    play(test)


def test_what_was_forgotten_makes_a_verdict_doubtful() -> None:
    async def test(run: Run) -> None:
        for _ in range(3):
            run.ask("user", "/users/1")
        for times in (2, 3):
            judged = await run.call("POST", "/verify", {"request": "GET /users/1", "times": times})
            assert (judged.status, judged.json["forgotten"]) == (409, 1)
            assert "the journal keeps 1 request no longer, so it cannot tell" in judged.json["detail"]

    play(test, journal_size=2)


@pytest.mark.parametrize(
    ("expectation", "said"),
    [
        ({"times": 1, "at_least": 1}, "times says it all"),
        ({"at_least": 2, "at_most": 1}, "no number of requests can satisfy that"),
        ({"times": -1}, "/times"),
        ({"times": 1.5}, "/times"),
        ({"timeout": 301}, "/timeout"),
        ({"request": ""}, "/request"),
        ({"request": "  "}, "no request is named"),
        ({"headers": {"a": 1}}, "/headers/a"),
        ({"query": {"a/b": 1}}, "/query/a~1b"),
        ({"tims": 1}, "there is no member 'tims'"),
        ("GET /", "is not of type 'object'"),
    ],
)
def test_expectations_that_cannot_be_are_refused(expectation: object, said: str) -> None:
    async def test(run: Run) -> None:
        refused = await run.call("POST", "/verify", expectation)
        assert refused.status == 422
        assert said in refused.content.decode()

    play(test)


def test_an_unknown_provider_is_not_there() -> None:
    async def test(run: Run) -> None:
        assert (await run.call("POST", "/verify", {"provider": "usr"})).status == 404

    play(test)
