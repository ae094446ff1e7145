from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from treaty.errors import FileMissing, SessionUnreadable, UsageError
from treaty.session.info import SessionInfo, write_info
from treaty_cli.bootstrap.clock_setting import ClockSetting, clock_setting

NOW = datetime(2026, 11, 20, 12, 0, 0, 250_000, tzinfo=UTC)


def setting(text: str | None, *, session: Path | None = None, base_url: str | None = None) -> ClockSetting | None:
    return clock_setting(text, session=session, base_url=base_url, now=NOW)


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        ("+400d", timedelta(days=400)),
        ("-2h", -timedelta(hours=2)),
        ("2026-11-20T12:00:10Z", timedelta(seconds=10)),
        ("2026-11-20T13:00:10+01:00", timedelta(seconds=10)),
        ("2026-11-21", timedelta(hours=12)),
    ],
)
def test_shifts_and_times_become_whole_seconds(text: str, shift: timedelta) -> None:
    """Rounded up, so that the named time has begun."""
    found = setting(text)
    assert found is not None
    assert found.shift == shift
    shown = found.shown(now=NOW, means="time-machine")
    assert shown == f"{NOW + shift:%Y-%m-%dT%H:%M:%SZ} ({text}), set by time-machine"


def test_without_it_the_clock_is_left_alone() -> None:
    assert setting(None) is None
    assert setting(None, base_url="http://x") is None


@pytest.mark.parametrize("text", ["soon", "", "+4y", "1960-01-01", "9999-01-01", "-9999w"])
def test_what_is_no_reachable_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--clock"):
        setting(text)


def test_recorded_is_the_beginning_of_a_session(tmp_path: Path) -> None:
    """It has to be named, and has to be one."""
    (tmp_path / "session.json").write_bytes(write_info(SessionInfo(started=NOW - timedelta(days=3), edges=())))
    found = setting("recorded", session=tmp_path)
    assert found is not None
    assert found.shift == -timedelta(days=3)
    with pytest.raises(UsageError, match="not known when"):
        setting("recorded")
    with pytest.raises(FileMissing):
        setting("recorded", session=tmp_path / "gone")
    (tmp_path / "session.json").write_text("{}")
    with pytest.raises(SessionUnreadable):
        setting("recorded", session=tmp_path)


def test_a_clock_that_cannot_be_set_is_refused(tmp_path: Path) -> None:
    """Of a provider that runs already; and a session says nothing about another time."""
    with pytest.raises(UsageError, match="already running"):
        setting("+1d", base_url="http://x")
    with pytest.raises(UsageError, match="--session"):
        setting("+1d", session=tmp_path)
