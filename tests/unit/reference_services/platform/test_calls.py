"""Calls to other services: what is sent, what is understood, and what a failure becomes."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.unit.reference_services.platform.answers import PreparedNetwork
from treaty_shop.platform.calls import Answer, Dependency
from treaty_shop.platform.errors import DependencyFailed, DependencyTimedOut
from treaty_shop.platform.json_text import Json
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.settings import Settings
from treaty_shop.platform.structured_log import StructuredLog

SETTINGS = Settings(service=ServiceName.ORDER, dependencies={ServiceName.USER: "http://user.test/base"}, timeout=1.5)


@pytest.fixture(name="network")
def _network(monkeypatch: pytest.MonkeyPatch) -> PreparedNetwork:
    network = PreparedNetwork(answers=[(200, b"{}")])
    monkeypatch.setattr(requests, "request", network)
    return network


@pytest.fixture(name="log")
def _log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(name="users")
def _users(log: io.StringIO) -> Dependency:
    return Dependency(SETTINGS, ServiceName.USER, StructuredLog("order", log))


def logged(log: io.StringIO) -> list[dict[str, Any]]:
    """Give the lines of the log without their times."""
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    return [{key: value for key, value in line.items() if key not in {"time", "service"}} for line in lines]


def test_a_get_names_who_asks_and_sends_no_body(network: PreparedNetwork, users: Dependency) -> None:
    """With the timeout of the settings, and without following redirects."""
    users.get("/api/v1/users/1?q=a%20b")
    assert network.calls == [
        (
            "GET",
            "http://user.test/base/api/v1/users/1?q=a%20b",
            {
                "data": None,
                "headers": {"Accept": "application/json", "User-Agent": "shop-order"},
                "timeout": 1.5,
                "allow_redirects": False,
            },
        )
    ]


@pytest.mark.parametrize(("method", "call"), [("POST", Dependency.post), ("PUT", Dependency.put)])
def test_a_body_is_json_with_its_keys_in_order(
    network: PreparedNetwork,
    users: Dependency,
    method: str,
    call: Callable[[Dependency, str, dict[str, object]], Answer],
) -> None:
    """The same call is the same bytes, whatever the order in which it was built."""
    call(users, "/x", {"b": "größe", "a": 1})
    ((sent, _, options),) = network.calls
    assert sent == method
    assert json.loads(options["data"]) == {"a": 1, "b": "größe"}
    assert options["data"].index(b'"a"') < options["data"].index(b'"b"')
    assert options["headers"]["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("status", "content", "body"),
    [(200, b'{"id": 1}', {"id": 1}), (204, b"", None), (404, b'{"error": "x"}', {"error": "x"}), (302, b"[]", [])],
)
def test_an_answer_below_500_is_one(
    network: PreparedNetwork, users: Dependency, log: io.StringIO, status: int, content: bytes, body: Json
) -> None:
    """Also a refusal, and one without a body; the log has it."""
    network.answers = [(status, content)]
    assert users.get("/x") == Answer(status=status, body=body)
    assert logged(log) == [
        {"level": "info", "event": "called", "method": "GET", "to": "user", "path": "/x", "status": status}
    ]


@pytest.mark.parametrize(
    ("status", "content", "message"),
    [
        (500, b"{}", "the user service answered 500"),
        (503, b"<html>", "the user service answered 503"),
        (200, b"<html>", "the user service answered with something that is not JSON"),
    ],
)
def test_what_nobody_can_use_is_a_failure_of_the_dependency(
    network: PreparedNetwork, users: Dependency, status: int, content: bytes, message: str
) -> None:
    """Our own answer is then 502 with a code of the dependency."""
    network.answers = [(status, content)]
    with pytest.raises(DependencyFailed) as raised:
        users.get("/x")
    assert (raised.value.code, raised.value.message, raised.value.status) == ("user_unavailable", message, 502)


@pytest.mark.parametrize(
    ("error", "kind", "code", "event"),
    [
        (requests.ConnectTimeout(), DependencyTimedOut, "user_timeout", "call_timed_out"),
        (requests.ReadTimeout(), DependencyTimedOut, "user_timeout", "call_timed_out"),
        (requests.ConnectionError(), DependencyFailed, "user_unavailable", "call_failed"),
        (requests.exceptions.ChunkedEncodingError(), DependencyFailed, "user_unavailable", "call_failed"),
    ],
)
def test_no_answer_is_a_failure_or_a_timeout(
    network: PreparedNetwork,
    users: Dependency,
    log: io.StringIO,
    error: Exception,
    kind: type[DependencyFailed | DependencyTimedOut],
    code: str,
    event: str,
) -> None:
    """502 or 504; it is sent once, and the log warns."""
    network.error = error
    with pytest.raises(kind) as raised:
        users.get("/x")
    assert raised.value.code == code
    assert len(network.calls) == 1
    assert logged(log) == [{"level": "warning", "event": event, "method": "GET", "to": "user", "path": "/x"}]


def test_an_answer_may_be_misunderstood_later() -> None:
    """By whoever looks into it."""
    error = Dependency(SETTINGS, ServiceName.USER, StructuredLog("order", io.StringIO())).misunderstood()
    assert (error.code, error.message) == ("user_unavailable", "the user service answered with something unexpected")
