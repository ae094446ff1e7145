"""Passing state calls on to the user's own handler (`--state-url`), by Pact's protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from treaty.adapters.http_calls import HttpCalls, split_base_url
from treaty.contract.json_value import JsonInvalid, JsonValue, dumps, loads
from treaty.errors import StateFailed
from treaty.verify.calls import Call, CallFailed


class ManualStateCalls:
    """Posts `{action, params, state}` to a URL and takes the values that it returns.

    Args:
        url: the handler.
        seconds: the bound for one call.

    Raises:
        UsageError: when the URL is none of HTTP.

    """

    def __init__(self, url: str, *, seconds: float) -> None:
        parts = urlsplit(url)
        self._base: Final = f"{parts.scheme}://{parts.netloc}"
        self._target: Final = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        split_base_url(self._base)
        self._seconds: Final = seconds

    def change(self, request: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        """Pass a state call on; an answer that is not a JSON object means no values.

        Raises:
            StateFailed: when the handler does not answer with 2xx.

        """
        body = dumps(request).encode()
        call = Call(method="POST", target=self._target, headers=(("Content-Type", "application/json"),), body=body)
        try:
            with HttpCalls(self._base) as calls:
                answer = calls.send(call, seconds=self._seconds)
        except CallFailed as fault:
            raise self._failed(request, str(fault)) from None
        if not 200 <= answer.status < 300:
            text = answer.body.decode("utf-8", "replace")[:300]
            raise self._failed(request, f"the handler answered {answer.status} {text}".rstrip())
        try:
            values = loads(answer.body)
        except JsonInvalid:
            return {}
        return values if isinstance(values, Mapping) else {}

    def _failed(self, request: Mapping[str, JsonValue], why: str) -> StateFailed:
        return StateFailed(
            f"the handler of the manual state {request.get('state')!r} failed",
            where=self._base + self._target.partition("?")[0],
            why=why,
            hint="the handler is yours (--state-url); its log may say more",
        )
