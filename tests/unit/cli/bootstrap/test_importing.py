"""Imports become sessions: named, without secrets, whole or not at all."""

from __future__ import annotations

import importlib.util
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.unit.harness.record.captures.har_files import entry, har
from treaty.adapters import capture_files
from treaty.errors import (
    CaptureUnreadable,
    ConfigInvalid,
    EdgeInvalid,
    ExitStatus,
    ExtraMissing,
    FileMissing,
    OutputUnwritable,
    TreatyError,
    UsageError,
)
from treaty.record.captures.finds import Find, Oddity
from treaty.record.captures.parties import Parties
from treaty.session.exchange import Edge
from treaty.session.reader import open_session
from treaty_cli.bootstrap import importing
from treaty_cli.bootstrap.importing import ImportRequest, ImportSummary, import_capture

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0ZXN0LXVzZXIifQ.c3ludGhldGljLXNpZ25hdHVyZQ"
PASSWORD = "Vf7-kqz2-Lm0p"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class Observer:
    def __init__(self) -> None:
        self.oddities: list[Oddity] = []
        self.calls: list[int] = []

    def progress(self, calls: int) -> None:
        self.calls.append(calls)

    def odd(self, oddity: Oddity) -> None:
        self.oddities.append(oddity)


def request(*entries: Any, **other: Any) -> ImportRequest:
    path = Path("capture.har")
    path.write_bytes(har(*entries))
    return replace(ImportRequest(kind="har", path=path, session=Path("session")), **other)


def take(asked: ImportRequest) -> ImportSummary:
    return import_capture(asked, Observer())


def everything(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def with_header(name: str, value: str, **other: Any) -> dict[str, Any]:
    return entry(request={"headers": [{"name": name, "value": value}]}, **other)


class TestSession:
    def test_it_says_what_was_imported(self) -> None:
        summary = take(request(entry("http://a.test/1"), entry("http://b.test:81/2"), entry("http://a.test/3")))
        first, second = Edge(consumer="client", provider="a.test"), Edge(consumer="client", provider="b.test-81")
        assert summary.counts == {first: 2, second: 1}
        assert summary.exit_status() is ExitStatus.KEPT
        assert summary.session == Path("session")
        reader = open_session(Path("session"))
        assert [each.number for each in reader] == [1, 2, 3]
        info = reader.info
        assert info.edges == (first, second)
        assert [(each.edge, each.upstream) for each in info.addresses] == [
            (first, "http://a.test"),
            (second, "http://b.test:81"),
        ]
        assert (info.clock, info.versions["imported"], info.redaction) == ("+01:00", "har", "on")
        assert info.started == next(iter(reader)).started
        assert info.ended == next(iter(reader)).ended

    def test_a_provider_with_several_addresses_has_the_usual_one(self) -> None:
        """``treaty init --session`` writes one URL for each service."""
        urls = ("http://127.0.0.1:8081/1", "http://localhost:8081/2", "http://localhost:8081/3")
        take(request(*map(entry, urls), services=("shop=http://localhost:8081",)))
        (address,) = open_session(Path("session")).info.addresses
        assert address.upstream == "http://localhost:8081"

    def test_only_its_owner_can_read_it(self) -> None:
        take(request(entry()))
        assert stat.S_IMODE(Path("session").stat().st_mode) == 0o700
        assert stat.S_IMODE(Path("session/exchanges.jsonl").stat().st_mode) == 0o600

    def test_without_a_name_it_lies_with_the_others(self) -> None:
        session = take(request(entry(), session=None)).session
        assert session is not None
        assert session.parent == Path(".treaty/sessions")

    def test_one_that_exists_is_not_continued(self) -> None:
        take(request(entry()))
        before = everything(Path("session"))
        with pytest.raises(UsageError, match="exists already"):
            take(request(entry()))
        assert everything(Path("session")) == before

    def test_one_that_cannot_be_written_is_an_error(self) -> None:
        Path("session").write_text("in the way", encoding="utf-8")
        with pytest.raises(OutputUnwritable):
            take(request(entry(), session=Path("session/below")))

    def test_of_an_import_that_fails_nothing_stays(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What may be secret in it was not looked for to the end; files of others in the folder stay."""

        def fails(path: Path, parties: Parties) -> Iterator[Find]:
            yield from capture_files.read_har(path, parties)
            raise CaptureUnreadable("cut off")

        large = entry(text="x" * 100_000, media_type="text/plain")
        Path("mine").mkdir()
        Path("mine/notes").write_text("keep", encoding="utf-8")
        for name in ("session", "mine"):
            asked = request(large, session=Path(name))
            with monkeypatch.context() as patch:
                patch.setattr(importing, "_reader", lambda _: fails)
                with pytest.raises(CaptureUnreadable):
                    take(asked)
        assert not Path("session").exists()
        assert [path.name for path in Path("mine").iterdir()] == ["notes"]


class TestNothing:
    def test_a_capture_without_calls_is_nothing_to_do(self) -> None:
        summary = take(request())
        assert (summary.exit_status(), summary.session) == (ExitStatus.NOTHING_TO_DO, None)
        assert summary.nothing is not None
        assert summary.nothing.why == "it holds no call"
        assert not Path("session").exists()

    def test_it_says_when_there_was_something_else(self) -> None:
        summary = take(request(entry("data:,x")))
        assert summary.left_out == 1
        assert summary.nothing is not None
        assert "none of what it holds is a call" in summary.nothing.why

    def test_it_is_fine_when_that_was_said(self) -> None:
        summary = take(request(allow_empty=True))
        assert summary.exit_status() is ExitStatus.KEPT

    def test_a_new_folder_for_it_goes_away(self) -> None:
        take(request(session=None))
        assert list(Path(".treaty/sessions").iterdir()) == []


class TestSecrets:
    def test_they_are_replaced_before_anything_is_written(self) -> None:
        """Also those of a call that came before anybody could know them."""
        login = entry(method="POST", request={"postData": {"text": f'{{"password": "{PASSWORD}"}}'}})
        early = entry(text=f'{{"note": "{PASSWORD}"}}')
        summary = take(request(early, login, with_header("Authorization", f"Bearer {TOKEN}")))
        written = everything(Path("session"))
        assert sum(summary.counts.values()) == 3
        for secret in (TOKEN, PASSWORD):
            assert secret.encode() not in written
        assert b"request.header.Authorization" in written

    def test_large_bodies_lie_in_files_without_them(self) -> None:
        """They are looked through by a window, and are too large for a promise."""
        large = "-" * 1_500_000 + f'"password": "{PASSWORD}"'
        take(request(entry(text=large, media_type="text/plain")))
        (exchange,) = open_session(Path("session"))
        assert exchange.response is not None
        assert exchange.response.content.size == len(large)
        assert exchange.response.content.sha256
        assert PASSWORD.encode() not in everything(Path("session"))

    def test_what_is_told_about_odd_calls_holds_none(self) -> None:
        observer = Observer()
        import_capture(request(entry(f"http://a.test/login/{TOKEN}", status=0), entry()), observer)
        odd, _ = observer.oddities
        assert odd.path.startswith("/login/")
        assert TOKEN not in odd.path

    def test_people_may_allow_some_or_all(self) -> None:
        """By name, from the command line or from treaty.yaml; the session says so."""
        item = with_header("X-Api-Key", PASSWORD)
        take(request(item, session=Path("some"), allowed=("X-Api-Key",)))
        take(request(item, session=Path("all"), redact=False))
        Path("treaty.yaml").write_text("redaction: {allow: [x-api-key], names: [accept]}\n", encoding="utf-8")
        take(request(item, entry(), session=Path("configured")))
        for name in ("some", "all", "configured"):
            assert PASSWORD.encode() in everything(Path(name))
        assert open_session(Path("some")).info.redaction == "on, allowed: X-Api-Key"
        assert open_session(Path("all")).info.redaction == "off"


class TestNames:
    def test_flags_name_both_ends(self) -> None:
        phone = with_header("User-Agent", "okhttp/4")
        asked = request(
            phone, entry(), services=("books=http://shop.test/books",), consumers=("phone=OkHttp", "web"), only=True
        )
        assert list(take(asked).counts) == [
            Edge(consumer="phone", provider="books"),
            Edge(consumer="web", provider="books"),
        ]

    def test_the_configuration_knows_services_and_folders(self) -> None:
        Path("treaty.yaml").write_text(
            "services: {shop: {url: http://shop.test}, mail: {url: 'smtp://shop.test', kind: smtp}}\nsessions: here\n",
            encoding="utf-8",
        )
        summary = take(request(entry(), session=None))
        assert list(summary.counts) == [Edge(consumer="client", provider="shop")]
        assert summary.session is not None
        assert summary.session.parent.name == "here"
        named = take(request(entry(), session=Path("named"), services=("shop=http://a.test", "site=http://shop.test")))
        assert list(named.counts) == [Edge(consumer="client", provider="site")]

    @pytest.mark.parametrize(
        ("wrong", "kind"),
        [
            ({"services": ("http://a.test",)}, EdgeInvalid),
            ({"services": ("a b=http://a.test",)}, EdgeInvalid),
            ({"services": ("a=ftp://a.test",)}, EdgeInvalid),
            ({"services": ("a=http://me:Zk3w@a.test",)}, EdgeInvalid),
            ({"services": ("a=http://a.test/x?y",)}, EdgeInvalid),
            ({"consumers": ("a b",)}, EdgeInvalid),
            ({"consumers": ("a=",)}, EdgeInvalid),
            ({"consumers": ("a", "b")}, EdgeInvalid),
            ({"only": True}, UsageError),
            ({"config": Path("broken.yaml")}, ConfigInvalid),
            ({"path": Path("gone.har")}, FileMissing),
            ({"kind": "flow"}, CaptureUnreadable),
        ],
    )
    def test_mistakes_are_told_before_anything_is_written(self, wrong: dict[str, Any], kind: type[TreatyError]) -> None:
        Path("broken.yaml").write_text("servces: {}\n", encoding="utf-8")
        with pytest.raises(kind) as caught:
            take(request(entry(), **wrong))
        assert "Zk3w" not in str(caught.value)
        assert not Path("session").exists()

    def test_without_mitmproxy_flow_files_are_not_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        Path("capture.flow").write_bytes(b"")
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "mitmproxy" else name)
        with pytest.raises(ExtraMissing) as caught:
            take(ImportRequest(kind="flow", path=Path("capture.flow")))
        assert caught.value.hint == "pip install 'treaty[record]'"


def test_progress_is_told_now_and_then() -> None:
    observer = Observer()
    import_capture(request(*[entry()] * 250), observer)
    assert observer.calls == [100, 200]
