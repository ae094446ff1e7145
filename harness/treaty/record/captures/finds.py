"""What a capture of another tool gives when it is read: calls, and what is odd about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from treaty.session.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedCall:
    """A call that was read whole.

    Attributes:
        exchange: with its edge; its number is 0 until it is stored.
        origin: scheme, host and port of the provider, as ``http://127.0.0.1:8081``; empty when the capture lost it.

    """

    exchange: Exchange
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """Something in a capture that is not as it should be, or is no call between services.

    Attributes:
        place: where in the capture, as ``entry 12`` or ``order/test-set-1/tests/test-7.yaml``.
        reason: what is odd; the same words for the same oddity, so that they can be counted.
        kept: whether the call was taken nevertheless.
        method, path: of the call, where there is one; the path may hold secrets and goes through the redactor.
        detail: what is particular about this place, as two sizes that differ.

    """

    place: str
    reason: str
    kept: bool = False
    method: str = ""
    path: str = ""
    detail: str = ""


Find: TypeAlias = CapturedCall | Oddity
