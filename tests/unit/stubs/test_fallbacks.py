"""Fallbacks of stubs: whose they are, and the session of what went through them."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.stubs.examples import candidates, interaction, received
from treaty.errors import ProviderUnknown, UsageError
from treaty.session.exchange import Edge
from treaty.session.reader import open_session
from treaty.verify.calls import Answer, Call
from treaty_stubs.answering import Answering
from treaty_stubs.fallbacks import (
    Fallbacks,
    FallbackSession,
    read_fallbacks,
    refuse_own_ports,
    set_fallbacks,
)
from treaty_stubs.http.forwarding import Forwarded, Forwarder

_START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_fallback_belongs_to_the_only_provider_or_to_the_named_one() -> None:
    assert read_fallbacks(["http://a/?x=1"], ["user"]) == {"user": "http://a/?x=1"}
    assert read_fallbacks(["order=http://a", "user=http://b"], ["order", "user"]) == {
        "order": "http://a",
        "user": "http://b",
    }


def test_a_fallback_of_nobody_is_refused() -> None:
    with pytest.raises(UsageError, match=r"whose fallback http://\.\.\.@a is"):
        read_fallbacks(["http://me:secret@a"], ["order", "user"])
    with pytest.raises(ProviderUnknown) as caught:
        read_fallbacks(["usr=http://a"], ["order", "user"])
    assert caught.value.hint == "did you mean 'user'?"
    with pytest.raises(UsageError, match="two fallbacks"):
        read_fallbacks(["http://a", "user=http://b"], ["user"])


def test_stubs_get_their_fallbacks() -> None:
    stubs = [Answering(candidates(interaction("a")), provider=name) for name in ("order", "user")]
    forwarders = set_fallbacks(stubs, ["user=http://127.0.0.1:9/"], lambda _: None)
    assert forwarders["user"].base_url == "http://127.0.0.1:9"
    assert [stub.fallback for stub in stubs] == [None, forwarders["user"]]


@pytest.mark.parametrize(("url", "own"), [("http://localhost:9000/x", True), ("http://127.0.0.1:9001", False)])
def test_a_stub_never_falls_back_to_a_stub_of_its_run(url: str, own: bool) -> None:
    forwarder = Forwarder(url, provider="user", keep=lambda _: None)
    if not own:
        refuse_own_ports([forwarder], {9000: "order"})
        return
    with pytest.raises(UsageError) as caught:
        refuse_own_ports([forwarder], {9000: "order"})
    assert caught.value.why == "the stub of order listens there"


def _forwarded(target: str = "/a?b=1", *, body: bytes = b"{}", consumer: str = "") -> Forwarded:
    return Forwarded(
        provider="user",
        upstream="http://real.test:8080",
        started=_START,
        ended=_START + timedelta(seconds=1),
        call=Call(method="GET", target=target, headers=(("Authorization", "Bearer s3cr3t-abcdefghijklm"),)),
        answer=Answer(status=200, headers=(("Content-Type", "application/json"),), body=body),
        error="",
        coding="",
        received=received(headers={"X-Treaty-Consumer": consumer} if consumer else {}),
    )


def test_what_was_sent_on_is_a_session_without_secrets(tmp_path: Path) -> None:
    """Its folder is for its owner's eyes, and the consumer is the one that the request names."""
    session = FallbackSession("web")
    session.keep(_forwarded())
    session.keep(_forwarded(consumer="app"))
    session.keep(_forwarded("/large", body=b"x" * 2_000_000))
    session.close()
    session.keep(_forwarded())
    folder = session.folder
    assert folder is not None
    assert folder.resolve().is_relative_to(tmp_path / ".treaty" / "sessions")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert session.calls == 3
    reader = open_session(folder)
    exchanges = list(reader)
    assert reader.info.ended is not None
    assert [each.edge for each in exchanges] == [Edge(consumer=name, provider="user") for name in ("web", "app", "web")]
    assert (exchanges[0].request.path, exchanges[0].request.query) == ("/a", "b=1")
    assert exchanges[0].request.authority == "real.test:8080"
    assert reader.info.addresses[0].upstream == "http://real.test:8080"
    assert b"s3cr3t" not in b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())
    assert exchanges[2].response is not None
    assert exchanges[2].response.content.size == 2_000_000


def test_calls_without_an_answer_are_counted() -> None:
    """They lie in the session, and no promise can come of them."""
    session = FallbackSession("web")
    session.keep(_forwarded())
    session.keep(replace(_forwarded(), answer=None, error="connection refused"))
    session.close()
    assert (session.calls, session.unanswered) == (2, 1)


def test_without_a_call_there_is_no_session(tmp_path: Path) -> None:
    session = FallbackSession(None)
    session.close()
    assert (session.folder, session.calls) == (None, 0)
    assert list(tmp_path.iterdir()) == []


def test_all_fallbacks_of_a_run_share_a_session() -> None:
    stubs = [Answering(candidates(interaction("a")), provider=name) for name in ("order", "user")]
    fallbacks = Fallbacks(stubs, ["user=http://127.0.0.1:9", "order=http://127.0.0.1:10/api"], consumer="web")
    assert fallbacks.urls == {"user": "http://127.0.0.1:9", "order": "http://127.0.0.1:10/api"}
    with pytest.raises(UsageError, match="a stub of this run"):
        fallbacks.refuse_own_ports({9: "order"})
    fallbacks.session.keep(_forwarded())
    fallbacks.close()
    assert fallbacks.session.folder is not None
    assert open_session(fallbacks.session.folder).info.ended is not None
