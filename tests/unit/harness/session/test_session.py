"""A session is read back as it was written, whatever became of its last line."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treaty.errors import DiskFull, FileMissing, OutputUnwritable, SessionUnreadable, TreatyError
from treaty.session.exchange import NO_CONTENT, CapturedRequest, CapturedResponse, Content, Edge, Exchange
from treaty.session.info import EdgeAddress, SessionInfo, read_info, write_info
from treaty.session.reader import open_session
from treaty.session.runs import Run, varied
from treaty.session.upgrades import Upgrade, upgrade_exchange, upgrade_info
from treaty.session.writer import SessionWriter

EDGE = Edge(consumer="order", provider="user")
NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
INFO = SessionInfo(started=NOW, edges=(EDGE,))

latin = st.text(st.characters(max_codepoint=255), max_size=20)
headers = st.lists(st.tuples(latin, latin), max_size=3).map(tuple)
times = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-7, minutes=-30))]))


def _content(data: bytes, coding: str) -> Content:
    return Content(data=data, coding=coding, size=len(data))


contents = st.one_of(
    st.just(NO_CONTENT),
    st.builds(
        _content,
        st.one_of(
            st.binary(min_size=1, max_size=60),
            st.text(min_size=1).map(lambda text: text.encode("utf-8", "replace")),
            st.sampled_from([b"a" * 70_000, b"\xff" * 5_000]),
        ),
        st.sampled_from(["", "gzip"]),
    ),
    st.builds(Content, data=st.just(b""), size=st.integers(0, 10**12), missing=st.just("too large")),
)
requests = st.builds(
    CapturedRequest,
    method=st.sampled_from(["GET", "PROPFIND"]),
    path=latin.map(lambda text: "/" + text),
    query=st.none() | latin,
    headers=headers,
    content=contents,
    authority=latin,
    http_version=st.sampled_from(["1.0", "1.1", "2"]),
)
responses = st.builds(
    CapturedResponse, status=st.integers(100, 599), headers=headers, content=contents, trailers=headers
)
exchanges = st.builds(
    Exchange,
    number=st.integers(1, 10**9),
    edge=st.builds(Edge, consumer=st.text(max_size=5), provider=st.text(max_size=5)),
    started=times,
    ended=times,
    request=requests,
    response=st.none() | responses,
    error=st.text(max_size=10),
    redacted=st.lists(st.text(max_size=10), max_size=2).map(tuple),
    run=st.integers(1, 9),
)


def _plain(content: Content) -> Content:
    return replace(content, sha256="")


def _without_files(exchange: Exchange) -> Exchange:
    exchange = replace(exchange, request=replace(exchange.request, content=_plain(exchange.request.content)))
    if exchange.response is not None:
        response = replace(exchange.response, content=_plain(exchange.response.content))
        exchange = replace(exchange, response=response)
    return exchange


def _exchange(number: int = 1, body: bytes = b"{}") -> Exchange:
    return Exchange(
        number=number,
        edge=EDGE,
        started=NOW,
        ended=NOW,
        request=CapturedRequest(method="GET", path="/a"),
        response=CapturedResponse(status=200, content=_content(body, "")),
    )


@settings(deadline=None, max_examples=150)
@given(st.lists(exchanges, max_size=4))
def test_what_was_appended_is_read_back(stored: list[Exchange]) -> None:
    """Any exchanges survive writing and reading, in order, with every byte."""
    with tempfile.TemporaryDirectory() as folder:
        with SessionWriter(Path(folder) / "s", INFO) as writer:
            for exchange in stored:
                writer.append(exchange)
        reader = open_session(Path(folder) / "s")
        assert [_without_files(exchange) for exchange in reader] == stored
        assert reader.problems == []


@settings(deadline=None, max_examples=100)
@given(st.lists(exchanges, min_size=1, max_size=3), st.data())
def test_a_session_cut_anywhere_loses_only_its_torn_line(stored: list[Exchange], data: st.DataObject) -> None:
    """After a cut at any byte, every whole line is read, and the torn one is reported."""
    with tempfile.TemporaryDirectory() as folder:
        with SessionWriter(Path(folder), INFO) as writer:
            for exchange in stored:
                writer.append(exchange)
        lines = Path(folder) / "exchanges.jsonl"
        whole = lines.read_bytes()
        cut = data.draw(st.integers(0, len(whole)))
        lines.write_bytes(whole[:cut])
        reader = open_session(Path(folder))
        assert [_without_files(exchange) for exchange in reader] == stored[: whole[:cut].count(b"\n")]
        assert len(reader.problems) == (1 if cut and whole[cut - 1 : cut] != b"\n" else 0)


def test_a_torn_tail_is_sealed_when_recording_goes_on(tmp_path: Path) -> None:
    """Exchanges appended after a torn line are readable, and their numbers go on."""
    with SessionWriter(tmp_path, INFO) as writer:
        writer.append(_exchange(1))
        writer.append(_exchange(2))
    lines = tmp_path / "exchanges.jsonl"
    lines.write_bytes(lines.read_bytes()[:-20])
    with SessionWriter(tmp_path, INFO) as writer:
        assert writer.next_number == 2
        writer.append(_exchange(writer.next_number, b"second"))
    reader = open_session(tmp_path)
    assert [exchange.number for exchange in reader] == [1, 2]
    assert len(reader.problems) == 1
    assert "line 2" in reader.problems[0]


def test_a_damaged_line_is_skipped_and_named(tmp_path: Path) -> None:
    """A line that is no exchange costs only itself."""
    with SessionWriter(tmp_path, INFO) as writer:
        writer.append(_exchange(1))
    with (tmp_path / "exchanges.jsonl").open("ab") as file:
        file.write(b'{"number": "x"}\n[1]\nnot json\n' + b"[" * 100_000 + b"\n")
    with SessionWriter(tmp_path, INFO) as writer:
        writer.append(_exchange(2))
    reader = open_session(tmp_path)
    assert [exchange.number for exchange in reader] == [1, 2]
    assert [problem.split(":")[0] for problem in reader.problems] == [f"exchanges.jsonl line {n}" for n in (2, 3, 4, 5)]


def test_the_session_is_for_its_owner_only(tmp_path: Path) -> None:
    """Folders are 0700 and files 0600, whatever the umask."""
    before = os.umask(0)
    try:
        with SessionWriter(tmp_path / "s", INFO) as writer:
            writer.append(_exchange(1, b"\x00\xff" * 40_000))
    finally:
        os.umask(before)
    found = {path: path.stat().st_mode & 0o777 for path in [tmp_path / "s", *(tmp_path / "s").rglob("*")]}
    assert len(found) == 5
    assert all(mode == (0o700 if path.is_dir() else 0o600) for path, mode in found.items())


def test_large_and_binary_bodies_lie_in_files_named_by_their_digest(tmp_path: Path) -> None:
    """A body of 64 KiB of text stays inside the line; one byte more goes into a file, as does binary data."""
    bodies = [b"t" * 65_536, b"t" * 65_537, b"\xff" * 4_097, b"\xff" * 4_096]
    with SessionWriter(tmp_path, INFO) as writer:
        for number, body in enumerate(bodies, 1):
            writer.append(_exchange(number, body))
    names = {path.name for path in (tmp_path / "bodies").iterdir()}
    assert names == {hashlib.sha256(body).hexdigest() for body in bodies[1:3]}


def test_a_body_over_a_mebibyte_is_not_loaded(tmp_path: Path) -> None:
    """Reading gives size and digest of a very large body, and the path where it lies."""
    body = b"z" * (1024 * 1024 + 1)
    with SessionWriter(tmp_path, INFO) as writer:
        writer.append(_exchange(1, body))
    reader = open_session(tmp_path)
    (exchange,) = reader
    assert exchange.response is not None
    content = exchange.response.content
    assert (content.data, content.size, content.sha256) == (b"", len(body), hashlib.sha256(body).hexdigest())
    assert reader.body_path(content).read_bytes() == body


def test_a_body_written_piece_by_piece_is_the_same_content(tmp_path: Path) -> None:
    """A streamed body gets the digest of its whole, and one given up leaves nothing."""
    with SessionWriter(tmp_path, INFO) as writer:
        with writer.body_file() as file:
            file.write(b"one ")
            file.write(b"two")
            content = file.finish(coding="gzip")
        with writer.body_file() as file:
            file.write(b"lost")
    assert content == Content(data=b"", coding="gzip", size=7, sha256=hashlib.sha256(b"one two").hexdigest())
    assert [path.name for path in (tmp_path / "bodies").iterdir()] == [content.sha256]


def test_a_missing_body_file_is_a_problem_not_an_end(tmp_path: Path) -> None:
    """An exchange whose body file is gone is still read, without the body."""
    with SessionWriter(tmp_path, INFO) as writer:
        writer.append(_exchange(1, b"\xff" * 5_000))
    next((tmp_path / "bodies").iterdir()).unlink()
    reader = open_session(tmp_path)
    (exchange,) = reader
    assert exchange.response is not None
    assert exchange.response.content.missing == "the body file is missing"
    assert len(reader.problems) == 1


def test_a_body_file_name_cannot_leave_the_session(tmp_path: Path) -> None:
    """A line that refers to a path instead of a digest is damaged."""
    with SessionWriter(tmp_path, INFO) as writer:
        writer.append(_exchange(1, b"\xff" * 5_000))
    lines = tmp_path / "exchanges.jsonl"
    record = json.loads(lines.read_text())
    record["response"]["body"]["file"] = "../../../etc/passwd"
    lines.write_text(json.dumps(record) + "\n")
    reader = open_session(tmp_path)
    assert list(reader) == []
    assert len(reader.problems) == 1


def test_rewriting_changes_lines_and_forgets_old_bodies(tmp_path: Path) -> None:
    """After a rewrite nothing of the old bodies is on the disk, and appending goes on."""
    old = b"\xffsecret" * 2_000
    with SessionWriter(tmp_path, INFO) as writer:
        writer.append(_exchange(1, old))
        writer.append(_exchange(2))

        def change(exchange: Exchange) -> Exchange:
            assert exchange.response is not None
            data = exchange.response.content.data.replace(b"secret", b"public")
            content = replace(exchange.response.content, data=data)
            return replace(exchange, response=replace(exchange.response, content=content))

        assert writer.rewrite(change) == 1
        writer.append(_exchange(3))
    read = list(open_session(tmp_path))
    assert [exchange.number for exchange in read] == [1, 2, 3]
    assert read[0].response is not None
    assert read[0].response.content.data == old.replace(b"secret", b"public")
    assert not any(b"secret" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_write_that_fails_leaves_no_torn_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full in mid-line, the line is taken back and the error says so."""
    with SessionWriter(tmp_path, INFO) as writer:
        writer.append(_exchange(1))
        whole = (tmp_path / "exchanges.jsonl").read_bytes()
        real = os.write
        calls: list[int] = []

        def write(descriptor: int, data: bytes) -> int:
            calls.append(descriptor)
            if len(calls) > 1:
                raise OSError(28, "No space left on device")
            return real(descriptor, data[:10])

        monkeypatch.setattr(os, "write", write)
        with pytest.raises(DiskFull) as caught:
            writer.append(_exchange(2))
        monkeypatch.undo()
        assert caught.value.why == "No space left on device"
        assert (tmp_path / "exchanges.jsonl").read_bytes() == whole


def test_memory_stays_flat_while_reading(tmp_path: Path) -> None:
    """Reading ten thousand exchanges keeps none of them."""
    with SessionWriter(tmp_path, INFO) as writer:
        for number in range(1, 10_001):
            writer.append(_exchange(number, b"x" * 500))
    tracemalloc.start()
    try:
        count = sum(1 for _ in open_session(tmp_path))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 10_000
    assert peak < 500_000


infos = st.builds(
    SessionInfo,
    started=times,
    ended=st.none() | times,
    edges=st.lists(st.builds(Edge, consumer=st.text(), provider=st.text()), max_size=2).map(tuple),
    addresses=st.lists(
        st.builds(EdgeAddress, edge=st.just(EDGE), listen=st.text(), upstream=st.text()), max_size=2
    ).map(tuple),
    versions=st.dictionaries(st.text(), st.text(), max_size=2),
    redaction=st.text(),
    runs=st.lists(
        st.builds(
            Run,
            number=st.integers(1, 9),
            started=times,
            fresh=st.lists(st.text(), max_size=2).map(tuple),
            clock=st.integers(-(10**8), 10**8).map(lambda seconds: timedelta(seconds=seconds)),
            zone=st.text(),
            environment=st.dictionaries(
                st.text(), st.dictionaries(st.text(), st.integers(1, 9), max_size=2), max_size=2
            ),
            kept=st.lists(st.text(), max_size=2).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
)


@given(infos)
def test_the_information_of_a_session_survives(info: SessionInfo) -> None:
    """``session.json`` is read back as it was written."""
    assert read_info(write_info(info), source="session.json") == info


def test_closing_marks_the_end(tmp_path: Path) -> None:
    """A session that was closed in good order says when; a killed one does not."""
    writer = SessionWriter(tmp_path, INFO)
    assert open_session(tmp_path).info.ended is None
    writer.close(NOW)
    writer.close(NOW + timedelta(days=1))
    assert open_session(tmp_path).info.ended == NOW


def test_a_session_has_one_writer(tmp_path: Path) -> None:
    """Two would give the same numbers; what the first writes stays whole, and its end makes room for the next."""
    folder = tmp_path / "s"
    with SessionWriter(folder, INFO), pytest.raises(OutputUnwritable, match="being recorded already"):
        SessionWriter(folder, INFO)
    SessionWriter(folder, INFO).close()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"format": 99}', SessionUnreadable),
        ('{"format": 0}', SessionUnreadable),
        ('{"format": 1}', SessionUnreadable),
        ("[]", SessionUnreadable),
        ("nonsense", SessionUnreadable),
        (None, SessionUnreadable),
    ],
)
def test_what_is_not_a_session_of_ours_is_refused(tmp_path: Path, text: str | None, kind: type[TreatyError]) -> None:
    """A newer format, damage and a missing file each give one error that names the place."""
    if text is not None:
        (tmp_path / "session.json").write_text(text)
    with pytest.raises(kind) as caught:
        open_session(tmp_path)
    assert str(tmp_path) in caught.value.where


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A misspelt folder is a usage error."""
    with pytest.raises(FileMissing):
        open_session(tmp_path / "nothing")


def test_upgrades_go_one_step_at_a_time() -> None:
    """An old record passes each step from its format on, and no other."""
    upgrades = {
        step: Upgrade(
            info=lambda record, step=step: {**record, "steps": [*record.get("steps", []), step]},  # type: ignore[misc]
            exchange=lambda record, step=step: {**record, "steps": [*record.get("steps", []), step]},  # type: ignore[misc]
        )
        for step in (1, 2, 3)
    }
    assert upgrade_info({"format": 2}, upgrades)["steps"] == [2, 3]
    assert upgrade_exchange({}, 1, upgrades)["steps"] == [1, 2, 3]


def test_a_session_of_the_first_format_has_one_run(tmp_path: Path) -> None:
    """Its exchanges belong to a run that began with it."""
    with SessionWriter(tmp_path, INFO) as writer:
        writer.append(_exchange())
    info = json.loads((tmp_path / "session.json").read_text())
    line = json.loads((tmp_path / "exchanges.jsonl").read_text())
    (tmp_path / "session.json").write_text(
        json.dumps({key: value for key, value in info.items() if key != "runs"} | {"format": 1})
    )
    (tmp_path / "exchanges.jsonl").write_text(
        json.dumps({key: value for key, value in line.items() if key != "run"}) + "\n"
    )
    reader = open_session(tmp_path)
    assert reader.info.runs == (Run(number=1, started=NOW),)
    assert [exchange.run for exchange in reader] == [1]
    assert reader.problems == []


def test_a_run_that_begins_is_noted_at_once(tmp_path: Path) -> None:
    """A recorder that is killed in its second run leaves a session that knows of two."""
    run = Run(number=2, started=NOW, clock=timedelta(days=400), zone="Asia/Tokyo", environment={"user": {"START": 2}})
    writer = SessionWriter(tmp_path, INFO)
    writer.begin_run(run)
    assert open_session(tmp_path).info.runs == (run,)
    writer.close()


def test_what_varied_between_runs_is_told_by_name() -> None:
    """Clock, zone and each variable count where two runs differ in them, and only there."""
    runs = [
        Run(number=1, started=NOW, environment={"user": {"START": 1, "MODE": 1}}),
        Run(number=2, started=NOW, zone="Asia/Tokyo", environment={"user": {"START": 2, "MODE": 1}}),
    ]
    assert list(varied(runs)) == ["START", "zone"]
