"""Normalisation with its files: sessions in, pacts out, and nothing half written."""

from __future__ import annotations

import errno
import json
import tempfile
from pathlib import Path

import pytest

from tests.unit.harness.normalize.sessions import START, Session
from treaty.errors import (
    DiskFull,
    ExitStatus,
    FileMissing,
    NothingRecorded,
    OutputUnwritable,
    PactUnreadable,
    TreatyError,
)
from treaty.normalize.merge import Merged
from treaty.session.exchange import Edge
from treaty.session.info import SessionInfo
from treaty.session.writer import SessionWriter
from treaty_cli.bootstrap.normalizing import NormalizeSummary, PactOutcome, normalize_all, normalize_to

WEB_USER = Edge(consumer="web", provider="user")


def health(edge: str = "web>user", path: str = "/health", status: int = 200) -> Session:
    session = Session()
    session.call(edge, f"GET {path}", None, status, {"status": "ok"})
    return session


def stored(folder: Path, session: Session, *declared: Edge) -> Path:
    """Write a session into a folder."""
    with SessionWriter(folder, SessionInfo(started=START, edges=declared)) as writer:
        for exchange in session.exchanges:
            writer.append(exchange)
    return folder


def outcome(*conflicts: str) -> PactOutcome:
    merged = Merged(pact={}, base={}, conflicts=conflicts)
    return PactOutcome(edge=WEB_USER, path=Path("a.json"), interactions=1, merged=merged, written=True)


@pytest.mark.parametrize(
    ("pacts", "status"),
    [
        ((), ExitStatus.KEPT),
        ((outcome(),), ExitStatus.KEPT),
        ((outcome(), outcome("GET / -> 200")), ExitStatus.BROKEN),
    ],
)
def test_a_conflict_of_one_pact_makes_the_whole_red(pacts: tuple[PactOutcome, ...], status: ExitStatus) -> None:
    assert NormalizeSummary(pacts=pacts, findings=(), observed={}, problems=()).exit_status() is status


def test_a_session_becomes_files_with_their_base(tmp_path: Path) -> None:
    """The folder is made; what is told is what lies there."""
    out = tmp_path / "deep" / "pacts"
    summary = normalize_to(stored(tmp_path / "s", health()), out)
    (found,) = summary.pacts
    assert (found.edge, found.path, found.interactions, found.written) == (WEB_USER, out / "web-user.json", 1, True)
    assert found.path.read_bytes() == (out / ".generated" / "web-user.json").read_bytes()
    assert summary.observed == {WEB_USER: 1}
    assert (list(summary.findings), list(summary.problems)) == ([], [])


def test_what_did_not_change_is_not_written_again(tmp_path: Path) -> None:
    """So that tools which watch the file stay calm."""
    session, out = stored(tmp_path / "s", health()), tmp_path / "pacts"
    normalize_to(session, out)
    before = (out / "web-user.json").stat()
    (found,) = normalize_to(session, out).pacts
    after = (out / "web-user.json").stat()
    assert not found.written
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_several_sessions_count_together(tmp_path: Path) -> None:
    """Exchanges, declared edges and lines that could not be read."""
    declared = Edge(consumer="web", provider="mail")
    first = stored(tmp_path / "a", health(), declared)
    second = stored(tmp_path / "b", health(path="/version"))
    with (second / "exchanges.jsonl").open("ab") as file:
        file.write(b'{"torn')
    summary = normalize_all(iter([first, second]), tmp_path / "pacts")
    assert summary.observed == {WEB_USER: 2}
    assert summary.pacts[0].interactions == 2
    assert [finding.edge for finding in summary.findings] == [declared]
    assert ["torn" in problem for problem in summary.problems] == [True]


def test_sessions_with_the_same_ids_stay_apart(tmp_path: Path) -> None:
    """They are runs of their own: the second tells no more than the first, and confuses nothing."""

    def users(folder: str) -> Path:
        session = Session()
        session.call("web>user", "POST /users", {"name": "ann"}, 201, {"id": 1})
        session.call("web>user", "GET /users/1", None, 200, {"id": 1})
        return stored(tmp_path / folder, session)

    normalize_all([users("first")], tmp_path / "one")
    normalize_all([tmp_path / "first", users("second")], tmp_path / "two")
    assert (tmp_path / "two/web-user.json").read_bytes() == (tmp_path / "one/web-user.json").read_bytes()


class TestNothing:
    def test_it_is_told_where_it_was_looked_for_and_why(self, tmp_path: Path) -> None:
        """However the folders are handed over; nothing is written."""
        first, second = stored(tmp_path / "a", Session()), stored(tmp_path / "b", Session())
        with pytest.raises(NothingRecorded) as raised:
            normalize_all(iter([first, second]), tmp_path / "pacts")
        assert raised.value.where == f"{first}, {second}"
        assert raised.value.why == "the session holds no exchange"
        assert not (tmp_path / "pacts").exists()

    def test_findings_are_the_reason(self, tmp_path: Path) -> None:
        with pytest.raises(NothingRecorded) as raised:
            normalize_to(stored(tmp_path / "a", health(status=503)), tmp_path / "pacts")
        assert "web -> user: every call failed" in raised.value.why.splitlines()

    def test_it_may_be_fine(self, tmp_path: Path) -> None:
        summary = normalize_all([stored(tmp_path / "a", Session())], tmp_path / "pacts", allow_empty=True)
        assert list(summary.pacts) == []
        assert summary.exit_status() is ExitStatus.KEPT


class TestTrouble:
    def test_a_session_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(FileMissing, match="gone"):
            normalize_to(tmp_path / "gone", tmp_path / "pacts")

    @pytest.mark.parametrize(
        ("data", "where", "why"),
        [
            (b'{\n  "consumer": ,\n}', "web-user.json, line 2", "Expecting value"),
            (b"[]", "web-user.json", "it is no object"),
        ],
    )
    def test_a_pact_that_cannot_be_read_is_named_by_line(
        self, tmp_path: Path, data: bytes, where: str, why: str
    ) -> None:
        """And left as it is."""
        path = tmp_path / "web-user.json"
        path.write_bytes(data)
        with pytest.raises(PactUnreadable) as raised:
            normalize_to(stored(tmp_path / "s", health()), tmp_path)
        assert raised.value.where.endswith(where)
        assert raised.value.why == why
        assert path.read_bytes() == data

    @pytest.mark.parametrize(
        ("number", "kind"),
        [(errno.ENOSPC, DiskFull), (errno.EDQUOT, DiskFull), (errno.EROFS, OutputUnwritable)],
    )
    def test_a_full_disk_differs_from_one_that_may_not_be_written(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[TreatyError]
    ) -> None:
        """The file and the system's own words are there."""

        def refuse(**_: object) -> tuple[int, str]:
            raise OSError(number, "no way")

        session = stored(tmp_path / "s", health())
        monkeypatch.setattr(tempfile, "mkstemp", refuse)
        with pytest.raises(TreatyError) as raised:
            normalize_to(session, tmp_path / "pacts")
        assert type(raised.value) is kind
        assert (raised.value.where, raised.value.why) == (str(tmp_path / "pacts" / "web-user.json"), "no way")

    def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A reader never sees half a pact."""
        out = tmp_path / "pacts"
        normalize_to(stored(tmp_path / "a", health()), out)
        before = (out / "web-user.json").read_bytes()
        session = stored(tmp_path / "b", health(path="/version"))

        def refuse(self: Path, target: Path) -> Path:
            raise OSError(errno.EIO, f"cannot rename {self.name} to {target.name}")

        monkeypatch.setattr(Path, "replace", refuse)
        with pytest.raises(OutputUnwritable):
            normalize_to(session, out)
        assert [path.name for path in out.iterdir() if path.is_file()] == ["web-user.json"]
        assert (out / "web-user.json").read_bytes() == before
        assert len(json.loads(before)["interactions"]) == 1
