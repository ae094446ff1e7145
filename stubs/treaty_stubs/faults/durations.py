"""Durations as people write them: ``200ms``, ``1.5s``, ``2m``."""

from __future__ import annotations

import re
from typing import Final

_DURATION: Final = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s*(ms|s|m)")
_IN_MILLISECONDS: Final = {"ms": 1, "s": 1000, "m": 60_000}
LONGEST: Final = 600.0
"""Seconds; a client has given up long before."""
WANTED: Final = "a duration such as 200ms, 1.5s or 2m, of at most 10m"


def parse_duration(text: str) -> float | None:
    """Give seconds; None when the text is no duration, or a longer one than `LONGEST`."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        return None
    seconds = float(match[1]) * _IN_MILLISECONDS[match[2]] / 1000
    return seconds if seconds <= LONGEST else None


def write_duration(seconds: float) -> str:
    """Write seconds as a duration, in milliseconds below one second."""
    return f"{round(seconds * 1000, 6):.12g}ms" if seconds < 1 else f"{round(seconds, 9):.12g}s"
