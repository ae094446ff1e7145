"""`POST /verify`: whether requests came as often as they should; waits until they have."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from treaty.contract.json_value import JsonValue, Number
from treaty_stubs.admin.calls import body
from treaty_stubs.admin.documents import MOST_SHOWN, Document, RequestDocuments
from treaty_stubs.admin.problems import json_answer, problem
from treaty_stubs.expectation import ANYTHING, Calls, HowOften, read_calls, read_how_often, unmet
from treaty_stubs.platform import Asked, Filter, Platform, Verdict

LOOKS_EVERY: Final = 0.1
"""Seconds between two looks at the journal while requests come in."""


class Verifying:
    """Judges expectations.

    Args:
        platform: the stubs.
        requests: writes requests.
        ending: set when the stubs are stopped; nobody is kept waiting then.

    """

    def __init__(self, platform: Platform, requests: RequestDocuments, ending: asyncio.Event) -> None:
        self._platform = platform
        self._requests = requests
        self._ending = ending

    async def verify(self, request: Request) -> Response:
        """Judge one."""
        said = await body(request, "Expectation")
        wanted, how_often = _filter(said), _how_often(said)
        verdict = await self._judge(wanted, how_often, _seconds(said.get("timeout", 0)))
        document = self._document(wanted.calls, verdict)
        if verdict.kept:
            return json_answer(document)
        return problem(409, "the requests did not come as expected", detail=self._reason(wanted, verdict), **document)

    async def _judge(self, wanted: Filter, how_often: HowOften, patience: float) -> Verdict:
        came = asyncio.Event()

        def hear(_: Asked) -> None:
            came.set()

        stop = self._platform.listen(hear)
        try:
            end = asyncio.get_running_loop().time() + patience
            verdict = self._platform.verify(wanted, how_often)
            while not verdict.kept and not self._ending.is_set():
                left = end - asyncio.get_running_loop().time()
                if left <= 0 or not await _happens(came, self._ending, within=left):
                    break
                came.clear()
                verdict = self._platform.verify(wanted, how_often)
                await asyncio.sleep(LOOKS_EVERY)
            return verdict
        finally:
            stop()

    def _document(self, calls: Calls, verdict: Verdict) -> Document:
        return {
            "expected": f"{calls} {verdict.how_often}",
            "count": verdict.count,
            "forgotten": verdict.forgotten,
            "requests": self._requests.lines(verdict.requests[-MOST_SHOWN:]),
        }

    def _reason(self, wanted: Filter, verdict: Verdict) -> str:
        others = Filter(provider=wanted.provider, consumer=wanted.consumer, status=wanted.status, missed=wanted.missed)
        asked = self._platform.journal(others)
        names = {each.entry.number: each.names for each in asked}
        entries = [each.entry for each in asked]
        return unmet(
            wanted.calls,
            verdict.how_often,
            entries,
            lambda entry: names[entry.number],
            forgotten=verdict.forgotten,
        )


async def _happens(first: asyncio.Event, second: asyncio.Event, *, within: float) -> bool:
    """Wait until one of two things has happened; False when the time is up."""
    waits = [asyncio.ensure_future(event.wait()) for event in (first, second)]
    try:
        done, _ = await asyncio.wait(waits, timeout=within, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    return bool(done)


def _filter(said: Document) -> Filter:
    query, headers = said.get("query", {}), said.get("headers", {})
    conditions = {"query": query, "headers": headers, "body": said.get("body", ANYTHING)}
    text = _text(said.get("request"))
    status, missed = said.get("status"), said.get("missed")
    assert isinstance(status, int | None)
    assert isinstance(missed, bool | None)
    return Filter(
        provider=_text(said.get("provider")),
        consumer=_text(said.get("consumer")),
        status=status,
        missed=missed,
        calls=Calls(**conditions) if text is None else read_calls(text, **conditions),  # type: ignore[arg-type]  # the schema of the body has said what they are
    )


def _how_often(said: Document) -> HowOften:
    return read_how_often(
        times=_whole(said, "times"), at_least=_whole(said, "at_least"), at_most=_whole(said, "at_most")
    )


def _whole(said: Document, name: str) -> int | None:
    value = said.get(name)
    return int(value.value) if isinstance(value, Number) else value if isinstance(value, int) else None


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None


def _seconds(value: JsonValue) -> float:
    return float(value.value) if isinstance(value, Number) else float(value) if isinstance(value, int) else 0.0
