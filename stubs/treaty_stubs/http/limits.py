"""How much of a client the server bears."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on what one connection may take.

    Attributes:
        head_bytes: request line and headers together; more is answered 431.
        head_lines: header lines; more is answered 431, as each takes several times its size in memory.
        body_bytes: the body of a request; more is answered 413.
        idle_seconds: how long a connection may be silent, within a request or between two, before it is closed; it
            is closed at the latest after twice that time.
        linger_seconds: how long a client that was refused may go on sending before the connection is cut; it would
            not see the answer if the connection was cut at once (RFC 9112 section 9.6).

    """

    head_bytes: int = 64 * 1024
    head_lines: int = 500
    body_bytes: int = 16 * 1024 * 1024
    idle_seconds: float = 60.0
    linger_seconds: float = 1.0

    @property
    def too_large(self) -> str:
        """What clients are told whose request has a larger body."""
        return f"the body of the request is larger than {self.body_bytes:,} bytes, the most that a stub takes"


DEFAULT_LIMITS: Final = Limits()
