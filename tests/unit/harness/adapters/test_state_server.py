from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping

import pytest

from treaty.adapters.manual_states import ManualStateCalls
from treaty.adapters.state_server import StateServer
from treaty.contract.json_value import JsonValue
from treaty.errors import PortTaken, StateFailed, UsageError
from treaty.verify.state_desk import StateDesk
from treaty.verify.states import SetUp


class Table:
    """One state works, one fails as expected, one by a bug."""

    def set_up(self, key: str, name: str) -> SetUp:
        if key == "good":
            return SetUp(variables={"id": 4711, "name": "Zoë"}, calls=1)
        if key == "bug":
            raise KeyError(key)
        raise StateFailed(f"the state {name!r} failed", why="because")


@pytest.fixture(name="server")
def _server() -> Iterator[StateServer]:
    with StateServer(StateDesk(set_ups=Table(), manual=None, interactions=())) as server:
        yield server


def post(server: StateServer, body: bytes, **headers: str) -> tuple[int, Mapping[str, JsonValue]]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request("POST", "/states", body, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def state_call(key: str) -> bytes:
    return json.dumps({"action": "setup", "params": {"treaty": key}, "state": "s"}).encode()


def test_variables_are_answered_as_json(server: StateServer) -> None:
    """With their types."""
    assert post(server, state_call("good")) == (200, {"id": 4711, "name": "Zoë"})


@pytest.mark.parametrize("key", ["bad", "bug"])
def test_no_failure_is_a_5xx(server: StateServer, key: str) -> None:
    """Not even a bug of ours: the official verifier would retry for two minutes."""
    status, body = post(server, state_call(key))
    assert status == 422
    assert body["error"]


def test_nonsense_is_refused(server: StateServer) -> None:
    """No JSON, a huge length, another method."""
    assert post(server, b"{")[0] == 400
    assert post(server, b"{}", **{"Content-Length": "99999999"})[0] == 413
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/")
    assert connection.getresponse().status == 405
    connection.close()


def test_a_taken_port_is_an_error_of_its_own(server: StateServer) -> None:
    """Not a traceback."""
    desk = StateDesk(set_ups=Table(), manual=None, interactions=())
    with pytest.raises(PortTaken):
        StateServer(desk, port=server.port)


def test_manual_states_are_posted_to_the_users_handler(server: StateServer) -> None:
    """Another state server plays the handler: its values come back, its refusal becomes the reason."""
    manual = ManualStateCalls(server.url, seconds=10)
    request: dict[str, JsonValue] = {"action": "setup", "params": {"treaty": "good"}, "state": "s"}
    assert manual.change(request) == {"id": 4711, "name": "Zoë"}
    with pytest.raises(StateFailed) as raised:
        manual.change({**request, "params": {"treaty": "bad"}})
    assert "the handler answered 422" in raised.value.why


def test_a_handler_that_is_not_there_fails_the_state() -> None:
    """And a URL that is none is refused at once."""
    with StateServer(StateDesk(set_ups=Table(), manual=None, interactions=())) as gone:
        url = gone.url
    with pytest.raises(StateFailed) as raised:
        ManualStateCalls(f"{url}?token=secret", seconds=10).change({"state": "s"})
    assert "secret" not in raised.value.where
    with pytest.raises(UsageError):
        ManualStateCalls("nowhere", seconds=10)
