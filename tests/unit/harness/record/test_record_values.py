"""Settings and events survive their way between the processes; targets and stores do what they say."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.record.events import Event, Failed, Ready, RunBegun, Stopped, Stored, decode_event, encode_event
from treaty.record.redacted_exchange import redacted
from treaty.record.settings import (
    RecordedEdge,
    RecorderSettings,
    decode_run,
    decode_settings,
    encode_run,
    encode_settings,
)
from treaty.record.store import ExchangeStore
from treaty.record.targets import Targets, consumer_of
from treaty.redaction.policy import RedactionPolicy
from treaty.redaction.redactor import Redactor
from treaty.session.exchange import CapturedRequest, CapturedResponse, Content, Edge, Exchange
from treaty.session.info import SessionInfo
from treaty.session.reader import open_session
from treaty.session.runs import Run
from treaty.session.writer import SessionWriter

NOW = datetime(2026, 1, 2, tzinfo=UTC)
EDGE = Edge(consumer="web", provider="shop")
SECRET = "pl4nted-Passw0rd"

edges = st.builds(Edge, consumer=st.text(), provider=st.text())
recorded_edges = st.builds(RecordedEdge, edge=edges, port=st.integers(0, 65535), upstream=st.text())
counts = st.dictionaries(edges, st.integers(0), max_size=3)
events = st.one_of(
    st.builds(Ready, edges=st.lists(recorded_edges, max_size=3).map(tuple), proxy_port=st.none() | st.integers(0)),
    st.builds(RunBegun, number=st.integers(1)),
    st.builds(Stored, counts=counts, failed=counts),
    st.builds(Failed, code=st.text(), what=st.text(), where=st.text(), why=st.text(), hint=st.text()),
    st.builds(Stopped, cut=st.integers(0)),
)
settings = st.builds(
    RecorderSettings,
    session=st.just(Path("a/b")),
    edges=st.lists(recorded_edges, max_size=3).map(tuple),
    host=st.text(),
    proxy_port=st.none() | st.integers(0),
    services=st.dictionaries(st.text(), st.text(), max_size=2),
    redact=st.booleans(),
    allowed=st.lists(st.text(), max_size=2).map(tuple),
    names=st.lists(st.text(), max_size=2).map(tuple),
    authority_folder=st.just(Path("c")),
    trusted=st.text(),
)


@given(events)
def test_events_survive_as_one_line(event: Event) -> None:
    """Every event is read back as it was written, from a single line."""
    line = encode_event(event)
    assert "\n" not in line
    assert decode_event(line) == event


@given(settings)
def test_settings_survive_as_one_line(value: RecorderSettings) -> None:
    """Settings are read back as they were written, from a single line."""
    line = encode_settings(value)
    assert "\n" not in line
    assert decode_settings(line) == value


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"event": "else"}', '{"event": "ready"}', "text"])
def test_a_line_that_is_no_event_is_refused(line: str) -> None:
    """What a library prints is not taken for an event."""
    with pytest.raises(ValueError):
        decode_event(line)


def test_a_target_is_found_by_host_and_port() -> None:
    """Loopback has one name, schemes have their ports, and strangers are called by their host."""
    targets = Targets({"user": "http://127.0.0.1:8081", "api": "https://api.example.com"})
    assert targets.provider("localhost", 8081) == "user"
    assert targets.provider("::1", 8081) == "user"
    assert targets.provider("API.example.com", 443) == "api"
    assert targets.provider("api.example.com", 80) == "api.example.com"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Basic " + base64.b64encode(b"web:x").decode(), "web"),
        ("basic " + base64.b64encode(b"my%20app:").decode(), "my app"),
        ("Basic " + base64.b64encode(b":x").decode(), "unknown"),
        ("Basic !!", "unknown"),
        ("Bearer web", "unknown"),
        ("", "unknown"),
    ],
)
def test_the_proxy_user_names_the_consumer(header: str, name: str) -> None:
    """Only a user of Basic credentials is a name."""
    assert consumer_of(header) == name


def _exchange(path: str = "/", body: bytes = b"", header: str = "", answer: bytes = b"") -> Exchange:
    return Exchange(
        number=0,
        edge=EDGE,
        started=NOW,
        ended=NOW,
        request=CapturedRequest(
            method="POST",
            path=path,
            headers=(("Authorization", header),) if header else (),
            content=Content(data=body, size=len(body)),
        ),
        response=CapturedResponse(status=200, content=Content(data=answer, size=len(answer))),
    )


def test_a_secret_first_seen_in_the_answer_is_gone_from_the_request() -> None:
    """Within one exchange the order of sight does not matter."""
    exchange = _exchange(path=f"/x/{SECRET}", body=SECRET.encode(), answer=b'{"token": "%s"}' % SECRET.encode())
    clean = redacted(Redactor(RedactionPolicy.of()), exchange)
    assert SECRET not in repr(clean)
    assert set(clean.redacted) == {"request.path", "request.body", "response.body.$.token"}


def test_a_store_numbers_counts_and_looks_back(tmp_path: Path) -> None:
    """Exchanges are numbered from 1, counted by edge, and cleaned when a secret shows itself later."""
    with SessionWriter(tmp_path, SessionInfo(started=NOW, edges=(EDGE,))) as writer:
        store = ExchangeStore(writer, Redactor(RedactionPolicy.of()))
        store.store(_exchange(body=f"value {SECRET}".encode()))
        assert SECRET.encode() in (tmp_path / "exchanges.jsonl").read_bytes()
        store.store(_exchange(header=f"Bearer {SECRET}"))
        assert SECRET.encode() not in (tmp_path / "exchanges.jsonl").read_bytes()
        store.close(NOW)
    first, second = open_session(tmp_path)
    assert (first.number, second.number) == (1, 2)
    assert store.counts == {EDGE: 2}
    stand_in = dict(second.request.headers)["Authorization"].removeprefix("Bearer ")
    assert first.request.content.data == f"value {stand_in}".encode()
    assert first.redacted == ("request.body",)
    assert open_session(tmp_path).info.ended == NOW


def test_a_session_that_never_began_leaves_nothing(tmp_path: Path) -> None:
    """An empty session can be taken back; one with an exchange cannot."""
    for number in (0, 1):
        folder = tmp_path / str(number)
        with SessionWriter(folder, SessionInfo(started=NOW, edges=(EDGE,))) as writer:
            for _ in range(number):
                writer.append(_exchange())
            writer.discard_if_empty()
        assert folder.exists() == bool(number)


def test_the_order_to_begin_a_run_survives_as_one_line() -> None:
    """What varies comes back as it was sent."""
    run = Run(number=2, started=NOW, clock=timedelta(days=400), environment={"user": {"START": 2}})
    assert decode_run(encode_run(run)) == run
    assert "\n" not in encode_run(run)


def test_a_call_belongs_to_the_run_in_which_it_began(tmp_path: Path) -> None:
    """One that is answered after the next run began is still one of the earlier run."""
    with SessionWriter(tmp_path, SessionInfo(started=NOW, edges=(EDGE,))) as writer:
        store = ExchangeStore(writer, Redactor(RedactionPolicy.of()))
        store.begin_run(Run(number=2, started=NOW + timedelta(seconds=10)))
        for seconds in (5, 15):
            store.store(_at(NOW + timedelta(seconds=seconds)))
    assert [exchange.run for exchange in open_session(tmp_path)] == [1, 2]


def _at(started: datetime) -> Exchange:
    return Exchange(
        number=0,
        edge=EDGE,
        started=started,
        ended=started + timedelta(minutes=1),
        request=CapturedRequest(method="GET", path="/"),
        response=CapturedResponse(status=200),
    )
