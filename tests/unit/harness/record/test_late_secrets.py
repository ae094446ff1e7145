"""Secrets that show themselves late in a large session are gone from the disk at once, not only when it is closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from treaty.record import store as store_module
from treaty.record.store import ExchangeStore
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.session.exchange import CapturedRequest, CapturedResponse, Content, Edge, Exchange
from treaty.session.info import SessionInfo
from treaty.session.reader import open_session
from treaty.session.writer import SessionWriter

NOW = datetime(2026, 1, 2, tzinfo=UTC)
EDGE = Edge(consumer="web", provider="shop")
SECRET = "pl4nted-Passw0rd"


def _exchange(body: str = "", header: str = "", path: str = "/") -> Exchange:
    data = body.encode()
    return Exchange(
        number=0,
        edge=EDGE,
        started=NOW,
        ended=NOW,
        request=CapturedRequest(
            method="POST",
            path=path,
            headers=(("Authorization", header),) if header else (),
            content=Content(data=data, size=len(data)),
        ),
        response=CapturedResponse(status=200),
    )


@pytest.fixture(name="store")
def _store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ExchangeStore]:
    """Give a store whose session counts as large from the first exchange on."""
    monkeypatch.setattr(store_module, "_SWEPT_AT_ONCE", 0)
    with SessionWriter(tmp_path, SessionInfo(started=NOW, edges=(EDGE,))) as writer:
        yield ExchangeStore(writer, Redactor(RedactionPolicy()))


def _on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    "exchange",
    [
        _exchange(f"value {SECRET}"),
        _exchange(f"first line\n{SECRET}\n"),
        _exchange(f'{{"log": "{{\\"a\\": \\"{SECRET}\\"}}"}}'),
        _exchange(path=f"/x/{SECRET}/y"),
        _exchange(f"n=1&note=a%3D{SECRET}&m=2"),
    ],
)
def test_a_killed_recorder_leaves_no_secret_that_was_found_late(
    store: ExchangeStore, tmp_path: Path, exchange: Exchange
) -> None:
    """Before the exchange that gives a secret away is stored, the earlier ones are without it."""
    for number in range(20):
        store.store(_exchange(f"harmless {number}"))
    store.store(exchange)
    assert SECRET.encode() in _on_disk(tmp_path)
    store.store(_exchange(header=f"Bearer {SECRET}"))
    assert SECRET.encode() not in _on_disk(tmp_path)
    reader = open_session(tmp_path)
    read = list(reader)
    assert reader.problems == []
    assert [item.number for item in read] == list(range(1, 23))


def test_places_are_named_when_the_session_is_closed(store: ExchangeStore, tmp_path: Path) -> None:
    """What was overwritten in place is listed as a stand-in in the end."""
    store.store(_exchange(f"value {SECRET}"))
    store.store(_exchange(header=f"Bearer {SECRET}"))
    store.close(NOW)
    first, second = open_session(tmp_path)
    assert first.redacted == ("request.body",)
    assert dict(second.request.headers)["Authorization"].removeprefix("Bearer ").encode() in first.request.content.data


def test_a_stand_in_of_another_length_takes_a_rewriting(store: ExchangeStore, tmp_path: Path) -> None:
    """Quotation marks are two characters in JSON, and their stand-ins one."""
    secret = 'pl4nted"Passw0rd"'
    store.store(_exchange(f"value {secret}"))
    store.store(_exchange(header=f"Bearer {secret}"))
    assert b"Passw0rd" not in _on_disk(tmp_path)
    assert [item.number for item in open_session(tmp_path)] == [1, 2]


def test_files_of_bodies_are_looked_through_at_once(store: ExchangeStore, tmp_path: Path) -> None:
    """A secret in a large body is replaced before the exchange that gives it away is stored."""
    store.store(_exchange("x" * 70_000 + f" {SECRET} " + "y" * 70_000))
    assert SECRET.encode() in _on_disk(tmp_path)
    store.store(_exchange(header=f"Bearer {SECRET}"))
    assert SECRET.encode() not in _on_disk(tmp_path)


def test_lines_over_a_border_of_blocks_are_overwritten(
    store: ExchangeStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the blocks of the map begin, a line is found whole."""
    for module in ("late_secrets", "stored_words"):
        monkeypatch.setattr(f"treaty.record.{module}.BLOCK", 700)
    for number in range(12):
        store.store(_exchange(f"number {number} {'.' * (number * 37)} {SECRET}"))
    store.store(_exchange(header=f"Bearer {SECRET}"))
    assert SECRET.encode() not in _on_disk(tmp_path)
    assert [item.number for item in open_session(tmp_path)] == list(range(1, 14))


def test_partial_bodies_of_a_killed_recorder_are_removed(tmp_path: Path) -> None:
    """They may hold secrets that were found late, and nothing refers to them."""
    (tmp_path / "bodies").mkdir()
    (tmp_path / "bodies" / ".partial-1-1").write_bytes(SECRET.encode())
    with SessionWriter(tmp_path, SessionInfo(started=NOW, edges=(EDGE,))):
        assert SECRET.encode() not in _on_disk(tmp_path)
