"""One connection: requests in, answers out, in order, with bounded memory (RFC 9112).

Answers are computed at once, without waiting, so a request is answered inside the callback that completes it. Requests
wait where a client does not read its answers, and where it sends so many at once that others would wait for them: they
are answered in turns, between which other connections have theirs. Nothing more is read from such a client meanwhile.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, cast

import httptools

from treaty_stubs.http.answer_coding import encode_for
from treaty_stubs.http.arriving import Arriving, Pieces
from treaty_stubs.http.coding import CodingBroken, CodingTooLarge, undo_coding
from treaty_stubs.http.delivering import Delivering
from treaty_stubs.http.head_facts import read_facts
from treaty_stubs.http.known_heads import KnownHeads
from treaty_stubs.http.limits import Limits
from treaty_stubs.http.refusing import Refusal, Refused, malformed
from treaty_stubs.http.turns import Turn
from treaty_stubs.http.upgrades import head_without_upgrade
from treaty_stubs.http.wire import CONTINUE, encode_answer, refusal
from treaty_stubs.message import Answer, Received

_VERSIONS: Final = frozenset({"1.0", "1.1"})
_PIECE: Final = 16 * 1024
"""Bytes that are parsed before others may have a turn."""


class HttpProtocol(asyncio.Protocol):
    """Reads requests with httptools and writes what `answer` gives.

    Args:
        answer: gives the answer to a request; called in the event loop, in the order of the requests.
        fault: told of an exception of `answer`; the client gets 500.
        refused: told of requests that are refused while they are read.
        limits: what one connection may take.
        opened, closed: told of this connection when it is open, and when it is gone.
        heads, bodies: what other connections with the same limits have read, and hold; None begins anew.

    """

    def __init__(
        self,
        *,
        answer: Callable[[Received], Answer],
        fault: Callable[[Exception], None],
        refused: Callable[[Refusal], None] = lambda _: None,
        limits: Limits,
        opened: Callable[[HttpProtocol], None],
        closed: Callable[[HttpProtocol], None],
        heads: KnownHeads | None = None,
        bodies: Arriving | None = None,
    ) -> None:
        self._answer = answer
        self._fault = fault
        self._tell_refused = refused
        self._limits = limits
        self._opened = opened
        self._closed = closed
        self._heads = KnownHeads() if heads is None else heads
        self._bodies = Arriving() if bodies is None else bodies
        self._whole: Received | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport
        self._version = ""
        self._waiting: deque[tuple[Received, bool] | bytes] = deque()
        self._delivering: Delivering | None = None
        self._held = False
        """Requests wait: for the client to take its answers, for a slow answer, or for the turns of others."""
        self._next_turn: asyncio.Handle | None = None
        self._turn = Turn()
        self._refused: Refused | None = None
        self._closing = self._stopping = self._write_paused = False
        self._touched = True
        self._in_message = self._in_head = False
        self._overhead = self._arriving = self._begun = 0
        self._unread = b""
        self._parts: Pieces | None = None
        self.on_message_begin()
        self._in_message = False

    # Life of the connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        # Other event loops have transports of their own that are no subclass of asyncio's.
        self._transport = cast("asyncio.Transport", transport)
        self._opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        del exc
        self._closing = True
        if self._delivering is not None:
            self._delivering.cancel()
        if self._next_turn is not None:
            self._next_turn.cancel()
        self._waiting.clear()
        self._body = self._unread = b""
        self._parts = None
        self._closed(self)

    def pause_writing(self) -> None:
        """Stop answering, and reading: the client does not take its answers."""
        self._write_paused = self._held = True
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Go on with the requests that wait."""
        self._write_paused = False
        self._go_on()

    def _take_turn(self) -> None:
        self._next_turn = None
        self._go_on()

    def _go_on(self) -> None:
        self._held = self._write_paused or self._delivering is not None or self._next_turn is not None
        self._turn.begin()
        self._touched = True
        while self._waiting and not self._held and not self._transport.is_closing():
            item = self._waiting.popleft()
            if isinstance(item, bytes):
                self._transport.write(item)
            else:
                self._answer_in_turn(*item)
        if self._unread and not (self._held or self._closing):
            unread, self._unread = self._unread, b""
            self._parse(unread)
        if self._transport.is_closing() or self._held:
            return
        self._transport.resume_reading()
        if self._refused is not None:
            self._send_refusal(self._refused)

    def stop(self) -> None:
        """End the connection: at once when nothing is under way, else after the next answer."""
        self._stopping = True
        if not self._in_message and not self._waiting and self._delivering is None:
            self._closing = True
            self._transport.close()

    def cut(self) -> None:
        """End the connection, whatever is under way."""
        self._transport.abort()

    def sweep(self) -> None:
        """End the connection if nothing has moved since the last sweep."""
        if self._touched or self._delivering is not None:
            self._touched = False
        elif self._waiting or self._transport.get_write_buffer_size():
            self._transport.abort()
        elif self._in_message and not self._closing:
            self._refuse(Refused(408, "the request did not arrive in time"))
        else:
            self._transport.close()

    # What comes in

    def data_received(self, data: bytes) -> None:
        """Answer a request whose head is known at once; else feed the parser."""
        self._touched = True
        if self._closing:
            return
        self._turn.begin()
        begins = not (self._in_message or self._unread)
        received = self._heads.read(data) if begins else None
        if received is not None:
            self._version = "1.1"
            self._take(received, keep_alive=True)
            return
        self._begun = 0
        self._parse(data)
        if begins and self._whole is not None and self._begun == 1 and not (self._in_message or self._unread):
            self._heads.learn(data, self._whole)

    def _parse(self, data: bytes) -> None:
        """Feed the parser piece by piece; what comes behind requests that wait stays as it came."""
        data = self._unread + data
        self._unread = b""
        while data and not self._closing:
            if self._held:
                self._unread = data
                return
            data = self._feed(data[:_PIECE], data[_PIECE:])

    def _feed(self, data: bytes, rest: bytes) -> bytes:
        """Feed the parser, which calls back for each part of a request, and give what it is to get next."""
        self._arriving = len(data)
        body_size = self._body_size
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            return self._without_upgrade() + data[upgrade.args[0] :] + rest
        except httptools.HttpParserError as fault:
            # An exception of a callback comes back wrapped; `_refused` is the plain way past that.
            self._refuse(self._refused or malformed(fault, data))
        else:
            if self._in_message and (self._in_head or self._body_size == body_size):
                self._overhead += len(data)
                if self._overhead > self._limits.head_bytes:
                    self._refuse(Refused(431, "the head of the request is too large"))
        return rest

    def on_message_begin(self) -> None:
        """Start a request."""
        self._begun += 1
        self._whole = None
        self._in_message = True
        self._in_head = True
        self._upgrading = False
        self._expects = False
        self._coding = b""
        self._target = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = b""
        self._parts = None
        self._body_size = 0

    def on_url(self, url: bytes) -> None:
        """Take a part of the request's target."""
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header line; trailers are dropped."""
        if self._in_head:
            self._headers.append((name, value))
            if len(self._headers) > self._limits.head_lines:
                self._give_up(431, "the request has too many headers")

    def on_headers_complete(self) -> None:
        """Decide whether the body is welcome."""
        self._in_head = False
        if self._overhead + self._arriving > self._limits.head_bytes:
            size = len(self._target) + sum(len(name) + len(value) + 4 for name, value in self._headers)
            if size > self._limits.head_bytes:
                self._give_up(431, "the head of the request is too large")
        self._overhead = 0
        facts = read_facts(self._headers)
        if facts.length > self._limits.body_bytes:
            self._give_up(413, self._limits.too_large)
        if facts.is_coded_for_transfer:
            self._give_up(501, "of transfer codings only chunked is known")
        self._coding = facts.coding
        self._expects = bool(facts.expected)
        self._version = self._parser.get_http_version()
        if facts.hosts != 1 or self._version not in _VERSIONS:
            self._check_host(facts.hosts)
        self._upgrading = self._parser.should_upgrade()
        if self._upgrading and self._parser.get_method() == b"CONNECT":
            self._give_up(400, "this is not a proxy")
        if facts.expected and not self._upgrading:
            self._meet_expectation(facts.expected)

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._body_size += len(body)
        if self._body_size > self._limits.body_bytes:
            self._give_up(413, self._limits.too_large)
        if not self._body:
            self._body = body
            return
        if self._parts is None:
            self._parts, body = self._bodies.begin(), self._body + body
        if not self._parts.take(body):
            self._give_up(503, "too many large bodies are on their way at once")

    def on_message_complete(self) -> None:
        """Answer the request, or let it wait for its turn."""
        if self._upgrading or self._closing:
            return
        self._in_message = False
        self._overhead = 0
        body = self._body if self._parts is None else self._parts.whole()
        self._parts, self._body = None, b""
        received = Received(
            method=self._parser.get_method().decode("ascii"),
            target=self._target.decode("latin-1"),
            raw_headers=self._headers,
            body=self._decoded(body) if self._coding else body,
        )
        keep_alive = self._parser.should_keep_alive()
        if keep_alive and self._version == "1.1" and not (self._coding or self._expects or len(body) > _PIECE):
            self._whole = received
        self._take(received, keep_alive=keep_alive)

    def _take(self, received: Received, *, keep_alive: bool) -> None:
        if self._held or self._waiting:
            self._waiting.append((received, keep_alive))
        else:
            self._answer_in_turn(received, keep_alive)

    def _answer_in_turn(self, received: Received, keep_alive: bool) -> None:  # noqa: FBT001 - the pair that waits
        if self._turn.is_over():
            self._waiting.appendleft((received, keep_alive))
            self._held = True
            self._transport.pause_reading()
            self._next_turn = asyncio.get_running_loop().call_soon(self._take_turn)
        else:
            self._respond(received, keep_alive)

    def _respond(self, received: Received, keep_alive: bool) -> None:  # noqa: FBT001 - the pair that waits
        try:
            answer = self._answer(received)
        except Exception as error:  # noqa: BLE001 - one bad request must not end the server; the fault is reported
            self._fault(error)
            answer = refusal(500, "the stub failed on this request; this is a defect of Treaty")
        if answer.delivery is not None:
            self._deliver(answer, received, keep_alive)
            return
        keep_alive = keep_alive and not self._stopping
        self._transport.write(encode_for(received, answer, version=self._version, keep_alive=keep_alive))
        if not keep_alive:
            self._closing = True
            self._transport.close()

    def _deliver(self, answer: Answer, received: Received, keep_alive: bool) -> None:  # noqa: FBT001 - as above
        """Have an answer sent as its delivery says; the requests behind it wait, and nothing more is read."""
        version = self._version

        def encode(made: Answer) -> bytes:
            return encode_for(received, made, version=version, keep_alive=keep_alive and not self._stopping)

        def over() -> None:
            self._delivering = None
            if self._transport.is_closing():
                return
            if self._stopping or not keep_alive:
                self._closing = True
                self._transport.close()
            else:
                self._go_on()

        self._held = True
        self._transport.pause_reading()
        self._delivering = Delivering(self._transport, answer, encode=encode, over=over, fault=self._fault)

    def _check_host(self, hosts: int) -> None:
        # RFC 9112 section 3.2: two hosts are a way to have two servers understand one request differently.
        if self._version not in _VERSIONS:
            self._give_up(505, "this server speaks HTTP/1.1")
        if hosts or self._version == "1.1":
            self._give_up(400, "a request of HTTP/1.1 has one Host header")

    def _meet_expectation(self, expected: bytes) -> None:
        # RFC 9110 section 10.1.1: clients of HTTP/1.0 do not know what 100 is.
        if self._version == "1.0":
            return
        if expected.strip().lower() != b"100-continue":
            self._give_up(417, "only 100-continue can be expected")
        if self._held or self._waiting:
            self._waiting.append(CONTINUE)
        else:
            self._transport.write(CONTINUE)

    def _decoded(self, body: bytes) -> bytes:
        try:
            return undo_coding(body, self._coding.decode("latin-1"), limit=self._limits.body_bytes)
        except CodingTooLarge:
            self._give_up(413, self._limits.too_large)
        except CodingBroken:
            self._give_up(400, "the body does not follow its Content-Encoding")
        return body

    def _give_up(self, status: int, reason: str) -> None:
        self._parts = None
        self._refused = Refused(status, reason)
        raise self._refused

    def _refuse(self, refused: Refused) -> None:
        if self._closing:
            return  # what follows the last request that is answered here is nobody's
        self._closing = True
        self._refused = refused
        if not self._waiting and not self._held:
            self._send_refusal(refused)

    def _send_refusal(self, refused: Refused) -> None:
        self._refused = None
        method = "" if self._in_head else self._parser.get_method().decode("ascii")
        self._tell_refused(Refusal(refused.status, refused.reason, method, self._target.decode("latin-1")))
        transport = self._transport
        answer = refusal(refused.status, refused.reason)
        transport.write(encode_answer(answer, method="GET", version="1.1", keep_alive=False))
        if transport.can_write_eof():
            transport.write_eof()
        asyncio.get_running_loop().call_later(self._limits.linger_seconds, transport.close)

    def _without_upgrade(self) -> bytes:
        # We may ignore an offer, but the parser has skipped the body; so the request is read again without the offer.
        parser = self._parser
        line = b"%b %b HTTP/%b" % (parser.get_method(), self._target, parser.get_http_version().encode())
        self._parser = httptools.HttpRequestParser(self)
        return head_without_upgrade(line, self._headers)
