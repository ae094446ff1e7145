"""Logs of processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from treaty.adapters.log_file import log_tail, open_log
from treaty.errors import OutputUnwritable


def _tail(log: Path, *, start: int = 0, environment: dict[str, str] | None = None) -> str:
    return log_tail(log, start=start, environment=environment or {})


def test_a_log_is_made_with_its_folder_for_its_owner_only(tmp_path: Path) -> None:
    log = tmp_path / "a" / "b.log"
    with open_log(log) as stream:
        assert stream.tell() == 0
        stream.write(b"one\n")
    with open_log(log) as stream:
        assert stream.tell() == 4
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_log_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputUnwritable):
        open_log(tmp_path)


def test_the_tail_is_the_last_fifteen_lines_of_this_run(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("before\n" + "".join(f"line {number}\n" for number in range(40)))
    lines = _tail(log, start=7).splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("line 25", "line 39", 15)
    log.write_text("before\nafter\n")
    assert _tail(log, start=7) == "after"


def test_bytes_that_are_no_text_stay_readable(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"caf\xe9\n")
    assert _tail(log) == "caf\\xe9"


def test_secrets_are_replaced_by_name_and_by_shape(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("api abcd1234 user alice url postgres://me:hunter22@db/x end\n")
    tail = _tail(log, environment={"API_KEY": "abcd1234", "USER_NAME": "alice", "PIN": "1"})
    assert "abcd1234" not in tail
    assert "hunter22" not in tail
    assert tail.startswith("api (API_KEY) user alice url postgres://")
    assert tail.endswith(" end")


def test_a_log_that_is_gone_has_no_tail(tmp_path: Path) -> None:
    assert _tail(tmp_path / "gone") == ""
