"""A circuit breaker for each instance: one that keeps failing is left alone for a while."""

import math
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import pybreaker

from treaty_shop.gateway.upstream import UpstreamError, UpstreamReply

Send: TypeAlias = Callable[[], UpstreamReply]


class CircuitOpen(Exception):
    """The instance is left alone; `seconds` until it will be tried again, at least one."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class _FailedReply(Exception):
    """Tells the library that an answer is a failure."""

    def __init__(self, reply: UpstreamReply) -> None:
        super().__init__(reply)
        self.reply = reply


class Breaker:
    """Guards one instance.

    After `failures` failed calls in a row it opens; after `seconds` single calls go through on trial, and once
    `successes` of them went well it closes. No connection, no answer in time, a broken answer and a status from 500
    upwards are failures; a 4xx is the client's own.
    """

    def __init__(self, *, failures: int, successes: int, seconds: float) -> None:
        self._seconds = seconds
        self._storage = pybreaker.CircuitMemoryStorage(pybreaker.STATE_CLOSED)
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=failures,
            reset_timeout=seconds,
            success_threshold=successes,
            state_storage=self._storage,
            throw_new_error_on_trip=False,
        )
        self._trial = threading.Lock()

    @property
    def state(self) -> str:
        """Return ``closed``, ``open`` or ``half-open``."""
        return self._storage.state

    def call(self, send: Send) -> UpstreamReply:
        """Send, unless the circuit is open; raises `CircuitOpen` or what `send` raises (`UpstreamError`)."""
        if self.state == pybreaker.STATE_CLOSED:
            return self._send_freely(send)
        # One trial at a time; whoever comes meanwhile is not kept waiting.
        if not self._trial.acquire(blocking=False):
            raise CircuitOpen(1)
        try:
            return self._try(send)
        finally:
            self._trial.release()

    def _send_freely(self, send: Send) -> UpstreamReply:
        # The library locks while it calls, one caller after the other: so the call is made here, and its outcome told.
        try:
            reply = send()
        except UpstreamError:
            self._tell(failed=True)
            raise
        self._tell(failed=reply.is_failure)
        return reply

    def _tell(self, *, failed: bool) -> None:
        def outcome() -> None:
            if failed:
                raise UpstreamError

        # An answer that comes after others have opened the circuit says nothing about a trial.
        if self.state == pybreaker.STATE_CLOSED:
            with suppress(UpstreamError, pybreaker.CircuitBreakerError):
                self._breaker.call(outcome)

    def _try(self, send: Send) -> UpstreamReply:
        def trial() -> UpstreamReply:
            reply = send()
            if reply.is_failure:
                raise _FailedReply(reply)
            return reply

        try:
            return self._breaker.call(trial)
        except _FailedReply as failed:
            return failed.reply
        except pybreaker.CircuitBreakerError:
            raise CircuitOpen(self._seconds_left()) from None

    def _seconds_left(self) -> int:
        opened = self._storage.opened_at
        if opened is None:
            return 1
        return max(1, math.ceil((opened + timedelta(seconds=self._seconds) - datetime.now(UTC)).total_seconds()))
