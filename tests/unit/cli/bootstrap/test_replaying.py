"""What happens around a replay: the script, who is started, what is refused, what is concealed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.unit.cli.bootstrap.test_normalizing import stored
from tests.unit.harness.normalize.sessions import Session
from treaty.errors import ExitStatus, NothingToDo, ProviderUnreachable, UsageError, WritesRefused
from treaty.replay.playing import Outcome, Tally
from treaty.replay.script import Script
from treaty_cli.bootstrap.replaying import ReplayRequest, replay

SECRET = "pl4nted-Passw0rd-x9"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@dataclass
class Remembering:
    """Remembers what it was told."""

    where: Mapping[str, str] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)

    def begins(self, script: Script, where: Mapping[str, str]) -> None:
        assert script.scenes
        self.where = where

    def outcome(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)


class Handler(BaseHTTPRequestHandler):
    """Makes users, and tells the authorization that it was shown."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(201, {"id": 41})

    def do_GET(self) -> None:
        if self.path == "/me":
            self._answer(
                200, {"name": "ann", "shown": self.headers["Authorization"], "token": SECRET, "note": f"it is {SECRET}"}
            )
        else:
            self._answer(200 if self.path == "/users/41" else 404, {"id": 41})

    def _answer(self, status: int, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(name="url")
def _url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.005,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def users(number: int = 7) -> Path:
    session = Session()
    session.call("web>user", "POST /users", {"name": "ann"}, 201, {"id": number})
    session.call("web>user", f"GET /users/{number}", None, 200, {"id": number})
    return stored(Path("session"), session)


def test_calls_are_played_against_a_running_service(url: str) -> None:
    """With its own ids."""
    observer = Remembering()
    summary = replay(ReplayRequest(session=users(), edges=[f"user={url}"]), observer)
    assert summary.tally == Tally(same=2)
    assert observer.where == {"user": url}


def test_what_differs_is_told_without_secrets(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither those that were given nor those that the answer holds."""
    monkeypatch.setenv("GIVEN", "the-given-value-77")
    session = Session()
    session.call(
        "web>user",
        "GET /me",
        None,
        200,
        {"name": "ben", "shown": "x", "token": "y", "note": "z"},
        headers=(("Authorization", "Bearer stand-in"),),
        redacted=("request.header.Authorization",),
    )
    observer = Remembering()
    request = ReplayRequest(
        session=stored(Path("session"), session), edges=[f"user={url}"], secrets=["Authorization=env:GIVEN"]
    )
    summary = replay(request, observer)
    assert (summary.tally, summary.tally.exit_status(), summary.slots) == (Tally(different=1), ExitStatus.BROKEN, [])
    places = [each.place for each in observer.outcomes[0].differences]
    assert places == ["body.$.name", "body.$.shown", "body.$.note"]
    assert "the-given-value-77" not in str(observer.outcomes)
    assert SECRET not in str(observer.outcomes)


def test_what_came_in_the_place_of_an_answer_is_told_without_secrets(url: str) -> None:
    session = Session()
    session.call("web>user", "GET /me", None, 201, {"name": "ann"})
    observer = Remembering()
    replay(ReplayRequest(session=stored(Path("session"), session), edges=[f"user={url}"]), observer)
    (outcome,) = observer.outcomes
    assert outcome.answer is not None
    assert outcome.answer.status == 200
    assert SECRET.encode() not in outcome.answer.body


def test_headers_that_could_be_filled_are_named(url: str) -> None:
    session = Session()
    session.call(
        "web>user",
        "GET /me",
        None,
        200,
        {"name": "ann"},
        headers=(("Authorization", "Bearer stand-in"),),
        redacted=("request.header.Authorization",),
    )
    request = ReplayRequest(session=stored(Path("session"), session), edges=[f"user={url}"])
    assert replay(request, Remembering()).slots == ["authorization"]


def test_a_session_without_calls_from_outside_has_nothing_to_play() -> None:
    with pytest.raises(NothingToDo) as raised:
        replay(ReplayRequest(session=stored(Path("session"), Session())), Remembering())
    assert raised.value.why == "it holds no exchange"
    circle = Session()
    circle.call("a>b", "GET /x", None, 200, {})
    circle.call("b>a", "GET /y", None, 200, {})
    with pytest.raises(NothingToDo) as raised:
        replay(ReplayRequest(session=stored(Path("circle"), circle)), Remembering())
    assert raised.value.why.startswith("every consumer in it is a provider")


@pytest.mark.parametrize(
    ("request_", "what"),
    [
        ({}, "it is not known where the services run"),
        ({"edges": ["usr=http://a.test"]}, "the session has no call from outside to usr"),
        ({"run": 2}, "the session has no run 2"),
        ({"config": "treaty.yaml"}, "nobody says where user is"),
    ],
)
def test_mistakes_of_usage_are_told_before_anything_is_sent(request_: dict[str, object], what: str) -> None:
    if "config" in request_:
        Path("treaty.yaml").write_text("services: {order: {url: 'http://h:1'}}\nedges: [web:order]")
        request_ = {"config": Path("treaty.yaml")}
    with pytest.raises(UsageError, match=what):
        replay(ReplayRequest(session=users(), **request_), Remembering())  # type: ignore[arg-type]


def test_other_hosts_are_not_written_to() -> None:
    with pytest.raises(WritesRefused, match=r"would write to user\.example"):
        replay(ReplayRequest(session=users(), edges=["user=http://user.example"]), Remembering())


def test_a_service_that_is_not_there_is_told() -> None:
    with pytest.raises(ProviderUnreachable):
        replay(ReplayRequest(session=users(), edges=["user=http://127.0.0.1:1"]), Remembering())
