"""What browsers are told about who may call from where (Fetch standard, section 3.2)."""

from typing import Final

_METHODS: Final = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
_HEADERS: Final = "Accept, Authorization, Content-Type, Idempotency-Key, X-Request-Id, traceparent, tracestate"
_EXPOSED: Final = "Location, Retry-After, X-Request-Id"
_MAX_AGE: Final = "600"


def reply_fields(origin: str | None, origins: frozenset[str]) -> dict[str, str]:
    """Return the fields that let a page of an origin read a reply; none when it may not, or there is no page."""
    allowed = _allowed(origin, origins)
    return {} if allowed is None else {**allowed, "Access-Control-Expose-Headers": _EXPOSED}


def preflight_fields(origin: str | None, origins: frozenset[str]) -> dict[str, str]:
    """Return the fields of the answer to a browser that asks before it calls."""
    allowed = _allowed(origin, origins)
    if allowed is None:
        return {}
    return {
        **allowed,
        "Access-Control-Allow-Methods": _METHODS,
        "Access-Control-Allow-Headers": _HEADERS,
        "Access-Control-Max-Age": _MAX_AGE,
    }


def _allowed(origin: str | None, origins: frozenset[str]) -> dict[str, str] | None:
    if "*" in origins:
        return None if origin is None else {"Access-Control-Allow-Origin": "*"}
    if origin not in origins:
        return None
    # Caches must not give one origin's reply to another.
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
