"""Which header fields pass the gateway, each way; all others end here."""

import re
from typing import Final, Protocol

from treaty_shop.gateway.tokens import Caller
from treaty_shop.platform.web import REQUEST_ID

_REQUEST: Final = (
    "Accept",
    "Accept-Language",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "X-Correlation-Id",
    "B3",
    "X-B3-TraceId",
    "X-B3-SpanId",
    "X-B3-ParentSpanId",
    "X-B3-Sampled",
)
_REPLY: Final = (
    "Allow",
    "Cache-Control",
    "Content-Language",
    "Content-Type",
    "ETag",
    "Last-Modified",
    "Location",
    "Retry-After",
)
_TRACE_PARENT: Final = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")


class Received(Protocol):
    """Header fields as they came, found by their names in any case."""

    def __contains__(self, name: str, /) -> bool:
        """Whether there is such a field."""

    def __getitem__(self, name: str, /) -> str:
        """Return the value of a field."""


def request_headers(received: Received, request_id: str, caller: Caller | None) -> dict[str, str]:
    """Return the fields that a service gets: what may pass, the trace, the request's id, and who calls.

    The caller is the one whom the gateway knows; what a client says about that is dropped,
    and so is the token: services trust the gateway.
    """
    passed = {name: received[name] for name in _REQUEST if name in received}
    passed |= _trace(received)
    passed[REQUEST_ID] = request_id
    passed["User-Agent"] = "shop-gateway"
    if caller is not None:
        passed["X-User-Id"] = caller.user_id
        passed["X-User-Role"] = caller.role
    return passed


def reply_headers(answered: Received) -> dict[str, str]:
    """Return the fields of a service's answer that a client gets."""
    return {name: answered[name] for name in _REPLY if name in answered}


def _trace(received: Received) -> dict[str, str]:
    """Return the trace context as it came (W3C Trace Context section 4.3); a broken parent voids the state."""
    trace = {"baggage": received["baggage"]} if "baggage" in received else {}
    parent = received["traceparent"].strip() if "traceparent" in received else ""
    if not _TRACE_PARENT.fullmatch(parent) or (parent.startswith("00") and len(parent) != 55):
        return trace
    trace["traceparent"] = parent
    if "tracestate" in received:
        trace["tracestate"] = received["tracestate"]
    return trace
