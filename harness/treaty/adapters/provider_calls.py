"""Calls to the provider under test: headers are given and computed for each, and its clock is heard in each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType
from typing import Final, Self

from treaty.adapters.header_command import HeaderCommand
from treaty.adapters.http_calls import HttpCalls
from treaty.verify.calls import Answer, Call, CallFailed
from treaty.verify.given_headers import HeaderRule, with_headers
from treaty.verify.provider_clock import ProviderClock


class ProviderCalls:
    """One kept connection; not for several threads at once.

    Args:
        base_url: of the provider.
        clock: is told every answer.
        extra_headers: set on each call that the rule lets have them, in the place of those with the same name.
        command: computes further headers for each call, also in the place of those that this run made: it sees them.
        rule: tells which calls a header belongs to.

    Raises:
        UsageError: when the URL is none of HTTP.

    """

    def __init__(
        self,
        base_url: str,
        *,
        clock: ProviderClock,
        extra_headers: Sequence[tuple[str, str]] = (),
        command: HeaderCommand | None = None,
        rule: HeaderRule | None = None,
    ) -> None:
        self._rule: Final = rule or HeaderRule()
        self._base_url: Final = base_url.rstrip("/")
        self._clock: Final = clock
        self._extra: Final = tuple(extra_headers)
        self._command: Final = command
        self._calls: Final = HttpCalls(base_url)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._calls.close()

    def send(self, call: Call, *, seconds: float) -> Answer:
        """Send a request and wait at most `seconds` for the whole answer.

        Raises:
            CallFailed: when there is no complete answer, or no headers could be computed.

        """
        given = self._rule.added(call, self._extra)
        added = [name for name, _ in given]
        recorded = call
        if given:
            call = replace(call, headers=with_headers(call.headers, given))
        if self._command is not None:
            computed = self._command.headers_for(call, url=self._base_url + call.target)
            computed = self._rule.added(recorded, computed, replaces_made=True)
            call = replace(call, headers=with_headers(call.headers, computed))
            added += [name for name, _ in computed]
        try:
            answer = self._calls.send(call, seconds=seconds)
        except CallFailed as fault:
            fault.added = tuple(added)
            raise
        self._clock.heard(answer)
        return replace(answer, added=tuple(added)) if added else answer
