"""The time of day, and its one form on the wire."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the current instant in UTC, cut to whole milliseconds.

    Always asked of Python, never of a database, so that a process whose clock is shifted shifts
    every time the shop writes.
    """
    instant = datetime.now(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def to_wire(instant: datetime) -> str:
    """RFC 3339 in UTC with ``Z`` and exactly three fraction digits."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def optional_to_wire(instant: datetime | None) -> str | None:
    """Like `to_wire`, and None stays None."""
    return None if instant is None else to_wire(instant)


def from_wire(text: str) -> datetime:
    """Read back what `to_wire` wrote; raises ValueError for anything else."""
    return datetime.fromisoformat(text)


def optional_from_wire(text: str | None) -> datetime | None:
    """Like `from_wire`, and None stays None."""
    return None if text is None else from_wire(text)
