"""Idempotency keys: the same call again gets the answer of the first (https://docs.stripe.com/api/idempotent_requests)."""

from dataclasses import dataclass
from typing import Any

from treaty_shop.outside.stripe.errors import StripeError


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a call was answered, and the request's own id."""

    status: int
    body: Any
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    call: tuple[str, str, bytes]
    outcome: Outcome


class IdempotentCalls:
    """The outcomes by key; not thread-safe, its owner locks."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def find(self, key: str, method: str, path: str, body: bytes) -> Outcome | None:
        """Return the outcome of the same call before, if any; raises `StripeError` for another call with the key."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept.call != (method, path, body):
            message = (
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{key}' if you meant to execute a different request."
            )
            raise StripeError(400, message, kind="idempotency_error")
        return kept.outcome

    def keep(self, key: str, method: str, path: str, body: bytes, outcome: Outcome) -> None:
        """Remember what a call that was begun was answered."""
        self._kept[key] = _Kept(call=(method, path, body), outcome=outcome)
