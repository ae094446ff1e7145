"""How much of what follows from the inputs is promised (DESIGN 4.2): what consumers can rely on, or all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from treaty.normalize.causes import Cause

PROMISE: Final = "promise"
"""Exact is what a consumer can rely on: codes, links, echoes, computed numbers; the rest has a type."""
REPLAY: Final = "replay"
"""Exact is all that is the same each time: prose, versions and plain numbers, too. For one's own regressions."""
STRICTNESSES: Final = (PROMISE, REPLAY)


def with_all_reproducible(causes: Mapping[int, Mapping[str, Cause]]) -> Mapping[int, Mapping[str, Cause]]:
    """Make exact what has no other cause than the inputs; by number of the exchange and location.

    Values that flow, times, secrets, and what differed between runs stay as they are.
    """
    return {
        number: {
            place: replace(cause, exact=True) if cause.kind == "constant" and not cause.exact else cause
            for place, cause in found.items()
        }
        for number, found in causes.items()
    }
