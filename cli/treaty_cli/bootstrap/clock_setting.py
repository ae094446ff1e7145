"""`--clock`: which time the provider should run at, as a shift of ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Final

from treaty.adapters.clock_launcher import ClockInvalid, destination
from treaty.errors import FileMissing, UsageError
from treaty.session.info import INFO_FILE, read_info

RECORDED: Final = "recorded"
_EARLIEST: Final = datetime(1970, 1, 2, tzinfo=UTC)
_LATEST: Final = datetime(9998, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSetting:
    """What was asked for, and how far that lies ahead of our clock, in whole seconds."""

    text: str
    shift: timedelta

    def shown(self, *, now: datetime, means: str) -> str:
        """Say at which time the provider starts, and what sets it."""
        moment = (now + self.shift).astimezone(UTC)
        return f"{moment:%Y-%m-%dT%H:%M:%SZ} ({self.text}), set by {means}"


def clock_setting(
    text: str | None, *, session: Path | None, base_url: str | None, now: datetime
) -> ClockSetting | None:
    """Read `--clock`.

    Args:
        text: `recorded`, a shift such as `+400d`, or a time; None leaves the clock alone.
        session: the recording whose beginning `recorded` means.
        base_url: given when the provider is not started here.
        now: our clock, with a time zone.

    Raises:
        UsageError: when it makes no sense, or the clock of the provider cannot be set.
        FileMissing, SessionUnreadable: when the session cannot be read.

    """
    if session is not None and text != RECORDED:
        raise UsageError("--session only says what --clock recorded means", where="--session")
    if text is None:
        return None
    if base_url is not None:
        raise UsageError(
            "the clock of a provider that is already running cannot be set",
            where="--clock, --base-url",
            hint="leave out --base-url, so that it is started as treaty.yaml says",
        )
    moment = _recorded(session) if text == RECORDED else _moment(text, now=now)
    if not _EARLIEST <= moment <= _LATEST:
        raise UsageError(f"--clock {text} is out of reach", where="--clock", why="it lies not between 1970 and 9998")
    return ClockSetting(text=text, shift=timedelta(seconds=ceil((moment - now).total_seconds())))


def _recorded(session: Path | None) -> datetime:
    if session is None:
        raise UsageError(
            "it is not known when the pacts were recorded",
            where="--clock recorded",
            why="a pact holds no time of its recording, so that the same traffic gives the same file",
            hint="name the recording: --session .treaty/sessions/NAME; or give a time: --clock 2026-02-28T12:00:00Z",
        )
    file = session / INFO_FILE
    try:
        data = file.read_bytes()
    except OSError as fault:
        raise FileMissing(
            f"{session} cannot be read as a session", where=str(file), why=(fault.strerror or str(fault)).lower()
        ) from None
    return read_info(data, source=str(file)).started.astimezone(UTC)


def _moment(text: str, *, now: datetime) -> datetime:
    try:
        return destination(text, now=now)
    except ClockInvalid:
        raise UsageError(
            f"--clock {text!r} is no time",
            where="--clock",
            hint="recorded, a shift (+400d, -2h; units s, m, h, d, w), or a time (2024-02-29T12:00:00Z)",
        ) from None
