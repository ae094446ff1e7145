"""What a whole verification came to, in one sentence."""

from __future__ import annotations

from treaty.errors import counted
from treaty.verify.outcome import Summary


def conclusion(summary: Summary, *, provider: str) -> str:
    """Say the worst that is known; what is pending does not count, and never makes a promise kept."""
    if summary.broken:
        return f"{provider} breaks {counted(summary.broken, 'promise')}"
    if summary.could_not_tell:
        return f"It could not be told whether {provider} keeps {counted(summary.could_not_tell, 'promise')}"
    if summary.kept:
        return f"{provider} keeps {counted(summary.kept, 'promise')}"
    if summary.total:
        return f"Nothing that counts was verified: {counted(summary.total, 'interaction')}, pending and not kept"
    return "Nothing was verified"
