"""The evidence beside a session."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from tests.unit.cli.bootstrap.test_normalizing import health, stored
from treaty.contract.json_value import loads
from treaty_cli.bootstrap.evidence_files import read_evidence, write_evidence
from treaty_cli.bootstrap.normalizing import normalize_all, normalize_to


def test_normalising_leaves_evidence_that_only_its_owner_reads(tmp_path: Path) -> None:
    session = stored(tmp_path / "s", health())
    normalize_to(session, tmp_path / "pacts")
    path = session / "evidence.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = read_evidence(session)
    assert found == loads(path.read_bytes())
    assert found is not None
    assert found["sessions"] == [{"name": "s", "added": 0}]


def test_sessions_that_are_taken_as_one_share_their_evidence(tmp_path: Path) -> None:
    first, second = stored(tmp_path / "one", health()), stored(tmp_path / "two", health())
    normalize_all([first, second], tmp_path / "pacts")
    found = read_evidence(first)
    assert found is not None
    assert found == read_evidence(second)
    assert found["sessions"] == [{"name": "one", "added": 0}, {"name": "two", "added": 1}]


def test_evidence_that_is_older_than_its_session_is_none(tmp_path: Path) -> None:
    session = stored(tmp_path / "s", health())
    normalize_to(session, tmp_path / "pacts")
    os.utime(session / "evidence.json", ns=(0, 0))
    assert read_evidence(session) is None


def test_what_is_no_evidence_of_ours_is_none(tmp_path: Path) -> None:
    session = stored(tmp_path / "s", health())
    assert read_evidence(session) is None
    for text in ("{torn", "[]", '{"format": 99}'):
        (session / "evidence.json").write_text(text, "utf-8")
        assert read_evidence(session) is None


def test_a_folder_that_cannot_be_written_to_is_a_problem_and_no_error(tmp_path: Path) -> None:
    (problem,) = write_evidence({"format": 1}, [tmp_path / "nowhere"])
    assert problem.startswith(f"{tmp_path / 'nowhere' / 'evidence.json'} cannot be written: ")
