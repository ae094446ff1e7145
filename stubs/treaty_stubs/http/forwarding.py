"""Requests that no interaction accepts, sent on to a real provider by threads of our own."""

from __future__ import annotations

import queue
import secrets
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from treaty.adapters.http_calls import HttpCalls, split_base_url
from treaty.contract.json_value import JsonValue, dumps
from treaty.errors import TreatyError
from treaty.verify import calls
from treaty.verify.calls import Call, CallFailed
from treaty.verify.content_codings import DECODED, decoded_body
from treaty_stubs.message import Answer, Received
from treaty_stubs.remarks import with_remark

_THREADS: Final = 8
_SECONDS: Final = 30.0
_OF_CONNECTION: Final = frozenset(
    {
        "connection",
        "content-length",
        "date",
        "expect",
        "host",
        "http2-settings",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers of one connection, or that each side writes anew (RFC 9110 section 7.6.1)."""
_CODINGS: Final = frozenset({"accept-encoding", "content-encoding"})
_OURS: Final = "x-treaty-"
_MARK: Final = f"treaty-stub-{secrets.token_hex(4)}"
"""Names this process in ``Via`` (RFC 9110 section 7.6.3), so that a request that comes back is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded:
    """A request that was sent on, with what came back.

    Attributes:
        provider: whose stub it reached.
        upstream: the base URL that it was sent to.
        started, ended: when.
        call: what was sent, with its target at the upstream.
        answer: what came back, without the content codings that `coding` names; None when `error` says why nothing did.
        coding: the content coding that was undone, or empty.
        error: empty, or what went wrong.
        received: the request as the stub got it.

    """

    provider: str
    upstream: str
    started: datetime
    ended: datetime
    call: Call
    answer: calls.Answer | None
    error: str
    coding: str
    received: Received


class Forwarder:
    """Sends requests on to one base URL.

    Args:
        base_url: of the real provider; may have a path that comes before every target.
        provider: whose stub sends on.
        keep: told of each call, before its answer goes to the client; in a thread of the forwarder.

    Attributes:
        base_url: as given.

    Raises:
        UsageError: when the URL is none of HTTP.

    """

    def __init__(self, base_url: str, *, provider: str, keep: Callable[[Forwarded], None]) -> None:
        split_base_url(base_url, flag="fallback")
        self.base_url: Final = base_url
        self._provider = provider
        self._keep = keep
        self._waiting: queue.SimpleQueue[tuple[Received, Future[Answer]] | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._idle = threading.Semaphore(0)

    def __call__(self, received: Received) -> Future[Answer]:
        """Send a request on; the future gives the answer, which is a problem with status 502 when there is none."""
        future: Future[Answer] = Future()
        if any(_MARK in value.decode("latin-1") for name, value in received.raw_headers if name.lower() == b"via"):
            future.set_result(self._problem(508, "the fallback leads back to this stub"))
            return future
        if not self._idle.acquire(blocking=False) and len(self._threads) < _THREADS:
            thread = threading.Thread(target=self._work, name="treaty-fallback", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._waiting.put((received, future))
        return future

    def close(self) -> None:
        """End the threads when they have done what waits; does not wait for that."""
        for _ in self._threads:
            self._waiting.put(None)

    def _work(self) -> None:
        with HttpCalls(self.base_url) as sender:
            while (item := self._waiting.get()) is not None:
                received, future = item
                try:
                    future.set_result(self._forward(sender, received))
                except Exception as error:  # noqa: BLE001 - whoever waits for the answer is told
                    future.set_exception(error)
                self._idle.release()

    def _forward(self, sender: HttpCalls, received: Received) -> Answer:
        call = Call(
            method=received.method,
            target=_target(received),
            headers=tuple(_sent_on(received)),
            body=received.body or None,
        )
        started = datetime.now(tz=UTC)
        answer, error, coding = None, "", ""
        try:
            came = sender.send(call, seconds=_SECONDS)
            coding = _undone(came.headers)
            body = decoded_body(came) if coding else came.body
            answer = calls.Answer(status=came.status, headers=came.headers, body=body)
        except CallFailed as failed:
            error = str(failed)
        forwarded = Forwarded(
            provider=self._provider,
            upstream=self.base_url,
            started=started,
            ended=datetime.now(tz=UTC),
            call=call,
            answer=answer,
            error=error,
            coding=coding,
            received=received,
        )
        try:
            self._keep(forwarded)
        except TreatyError as fault:
            return self._problem(502, f"the call could not be recorded: {fault.what}: {fault.why}")
        if answer is None:
            return self._problem(502, error, reason=error.removeprefix(f"{call.method} {call.target}: "))
        return self._as_answer(answer, received, coding)

    def _as_answer(self, answer: calls.Answer, received: Received, coding: str) -> Answer:
        left_out = _OF_CONNECTION | ({"content-encoding"} if coding else set())
        lines = [
            f"{name}: {value}\r\n"
            for name, value in answer.headers
            if name.lower() not in left_out and not name.lower().startswith(_OURS)
        ]
        head = "".join(lines).encode("latin-1", "replace") + self._match("forwarded")
        told = next((value for name, value in answer.headers if name.lower() == "content-length"), "")
        length = int(told) if received.method == "HEAD" and told.isascii() and told.isdigit() else None
        return Answer(answer.status, head, answer.body, length)

    def _problem(self, status: int, detail: str, *, reason: str = "") -> Answer:
        reason = reason or detail
        document: JsonValue = {
            "type": "about:blank",
            "title": "no interaction matches, and the fallback gave no answer",
            "status": status,
            "detail": f"{self._provider} at {self.base_url}: {detail}",
            "reason": reason,
        }
        head = self._match("the fallback failed") + b"Content-Type: application/problem+json\r\n"
        body = dumps(document, indent=2).encode("utf-8", "backslashreplace") + b"\n"
        answer = Answer(status, head, body, why=f"the fallback failed: {reason}")
        return with_remark(answer, "reason", reason)

    def _match(self, why: str) -> bytes:
        return f'X-Treaty-Match: none; why="{why}"; to="{self.base_url}"\r\n'.encode("ascii", "replace")


def _target(received: Received) -> str:
    """Give path and query; a request for a proxy names the host too, which is ours."""
    _, mark, query = received.target.partition("?")
    return received.path + mark + query


def _undone(headers: Sequence[tuple[str, str]]) -> str:
    """Name the content coding that we undo; empty when there is none, or one that we do not know."""
    named = ", ".join(value.strip().lower() for name, value in headers if name.lower() == "content-encoding")
    return named if named and all(coding.strip() in DECODED for coding in named.split(",")) else ""


def _sent_on(received: Received) -> Sequence[tuple[str, str]]:
    lines = [
        (name, value)
        for name, value in received.header_lines
        if name.lower() not in _OF_CONNECTION | _CODINGS and not name.lower().startswith(_OURS)
    ]
    # Our own reader undoes codings anyway, and knows fewer of them than the client may.
    return [*lines, ("Accept-Encoding", "identity"), ("Via", f"1.1 {_MARK}")]
