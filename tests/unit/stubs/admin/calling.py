"""Calls of the admin API without a network; every answer is held against the description of the API."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from jsonschema import Draft202012Validator
from starlette.types import ASGIApp, Message

from tests.unit.stubs.examples import interaction, pact, received, regex
from treaty.contract.model import Pact
from treaty_stubs.admin.application import Admin
from treaty_stubs.admin.description import description
from treaty_stubs.admin.guard import Access
from treaty_stubs.admin.steering import Reload
from treaty_stubs.answering import Answering
from treaty_stubs.journal import Journal
from treaty_stubs.message import Answer
from treaty_stubs.platform import FaultSwitches, Platform, Spaces
from treaty_stubs.select.candidate import gather_candidates

HOST = "127.0.0.1:9999"
PATH = {"matchingRules": {"path": regex(r"/users/\d+")}}
USERS = pact(
    interaction("a user", path="/users/1", request=PATH),
    interaction("no user", path="/users/1", status=404, request=PATH, states=[{"name": "the user is gone"}]),
    provider="user",
)
ORDERS = pact(interaction("all orders", path="/orders"), provider="order")


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What a call was answered."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        """The document of the answer."""
        return json.loads(self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Stubs with their admin API."""

    platform: Platform
    admin: Admin
    faults: list[Exception] = field(default_factory=list)

    async def get(self, target: str, **headers: str) -> Called:
        """Call with GET."""
        return await self.call("GET", target, headers=headers)

    async def call(
        self,
        method: str,
        target: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        arrives: bool = True,
    ) -> Called:
        """Call; a body that is not bytes is sent as JSON, and may be announced only."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = {"host": HOST, "content-length": str(len(data))}
        if body is not None:
            sent["content-type"] = "application/json"
        given = {**sent, **(headers or {})}
        called = await call(self.admin.application, method, target, data, given, arrives=arrives)
        check(method, target, called)
        return called

    def ask(self, provider: str, target: str, method: str = "GET", **more: Any) -> Answer:
        """Ask a stub."""
        return self.platform.stub(provider)(received(method, target, **more))


def play(
    test: Callable[[Run], Awaitable[None]],
    *,
    pacts: Sequence[Pact] = (USERS, ORDERS),
    token: str | None = None,
    any_name: bool = False,
    reload: Reload | None = None,
    faults: FaultSwitches | None = None,
    spaces: Spaces | None = None,
    journal_size: int = 1000,
) -> None:
    """Run a test against stubs that were just started."""

    async def run() -> None:
        stubs = [
            Answering(gather_candidates([each]), provider=each.provider, journal=Journal(size=journal_size, misses=10))
            for each in pacts
        ]
        platform = Platform(stubs, faults=faults, spaces=spaces)
        raised: list[Exception] = []
        access = Access(token=token, any_name=any_name)
        admin = Admin(platform, access=access, fault=raised.append, reload=reload)
        await test(Run(platform=platform, admin=admin, faults=raised))
        assert raised == []

    asyncio.run(run())


async def call(
    application: ASGIApp, method: str, target: str, data: bytes, headers: Mapping[str, str], *, arrives: bool = True
) -> Called:
    """Call an ASGI application and take the whole answer."""
    incoming: list[Message] = [{"type": "http.request", "body": data, "more_body": False}]
    outgoing: list[Message] = []

    async def receive() -> Message:
        if not arrives:
            await asyncio.Event().wait()
        return incoming.pop() if incoming else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        outgoing.append(message)

    await application(_scope(method, target, headers), receive, send)
    return _called(outgoing)


@asynccontextmanager
async def following(run: Run, target: str, **headers: str) -> AsyncIterator[asyncio.Queue[str]]:
    """Begin a stream of events, and give what comes; the client leaves at the end of the block."""
    left = asyncio.Event()
    told: asyncio.Queue[str] = asyncio.Queue()

    async def receive() -> Message:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        text = message.get("body", b"").decode()
        if text:
            told.put_nowait(text)

    scope = _scope("GET", target, {"host": HOST, **headers})
    stream = asyncio.ensure_future(run.admin.application(scope, receive, send))
    try:
        assert await asyncio.wait_for(told.get(), 60) == ": treaty\n\n"
        yield told
    finally:
        left.set()
        with suppress(asyncio.CancelledError):
            await asyncio.wait_for(stream, 60)


def check(method: str, target: str, called: Called) -> str:
    """Hold an answer against the description, and give the path and status that it has there."""
    path = target.partition("?")[0]
    for template, operations in description()["paths"].items():
        if not re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) or method.lower() not in operations:
            continue
        if called.status in {401, 403}:
            break
        answers = operations[method.lower()]["responses"]
        answer = answers[str(called.status)]
        reference = answer.get("$ref", "")
        content = (description()["components"]["responses"][reference.rpartition("/")[2]] if reference else answer).get(
            "content", {}
        )
        if not content:
            assert called.content == b""
        for media_type, form in content.items():
            assert called.headers["content-type"] == media_type
            whole = {**form["schema"], "components": description()["components"]}
            Draft202012Validator(whole).validate(called.json)
        return f"{method} {template} {called.status}"
    return f"{method} {path} {called.status}"


def _scope(method: str, target: str, headers: Mapping[str, str]) -> dict[str, Any]:
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 9999),
    }


def _called(outgoing: Sequence[Message]) -> Called:
    start = outgoing[0]
    headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    content = b"".join(message.get("body", b"") for message in outgoing[1:])
    return Called(status=start["status"], headers=headers, content=content)
