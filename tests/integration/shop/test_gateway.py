"""The gateway as a process in front of services that are down, slow or back again; and how it finds them."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest
import requests

from tests.integration.shop.consul import Consul, running_consul
from tests.integration.shop.rig import USER, serving
from treaty_shop.gateway.tokens import Caller, Tokens
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.registry import ConsulAgent
from treaty_shop.platform.serving import base_url, listen
from treaty_shop.platform.settings import Settings, read_settings

_BOUND = 60
_SECRET = "s" * 32
_ADA = {"Authorization": f"Bearer {Tokens(_SECRET, 360_000).issue(Caller(user_id='1', role='customer'))}"}
_NEW_USER = {"username": "ada", "email": "ada@example.com", "password": "x"}
_LAUNCHER = """
import datetime, signal, time_machine
from treaty_shop.command_line import main
clock = time_machine.travel(datetime.datetime.now(datetime.UTC), tick=True).start()
signal.signal(signal.SIGUSR1, lambda *_: clock.shift(datetime.timedelta(seconds=31)))
main(prog_name="treaty_shop")
"""
"""Runs the shop with a clock that a signal moves on by 31 seconds."""


@contextmanager
def _gateway(**variables: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run the gateway as a process; yields its URL and itself."""
    environment = {name: text for name, text in os.environ.items() if not name.endswith("_URL")}
    process = subprocess.Popen(
        [sys.executable, "-c", _LAUNCHER, "serve", "gateway", "--port", "0"],
        env={**environment, "GATEWAY_JWT_SECRET": _SECRET, "GATEWAY_RATE_LIMIT": "1000/second", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    watchdog = threading.Timer(_BOUND, process.kill)
    watchdog.start()
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1], process
        process.terminate()
        assert process.wait(_BOUND) == 0
    finally:
        process.kill()
        process.communicate()
        watchdog.cancel()


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _BOUND
    while not condition():
        assert time.monotonic() < deadline, "the condition never came true"
        threading.Event().wait(0.02)


def _asked(url: str, path: str) -> tuple[int, str | None]:
    response = requests.get(f"{url}{path}", headers=_ADA, timeout=10)
    return response.status_code, response.json().get("error")


def test_down_slow_and_left_alone_are_told_apart_and_end_when_the_service_is_back() -> None:
    """The breaker opens after a failure, and its clock alone closes it again."""
    with ExitStack() as stack:
        # Bound and not yet listening, so connections are refused and nobody else gets the port.
        later = stack.enter_context(socket.socket())
        later.bind(("127.0.0.1", 0))
        silent = base_url(stack.enter_context(listen("127.0.0.1", 0)))
        url, process = stack.enter_context(
            _gateway(
                USER_URL=f"http://127.0.0.1:{later.getsockname()[1]}",
                ORDER_URL=silent,
                GATEWAY_TIMEOUT="1",
                GATEWAY_BREAKER_FAILURES="1",
                GATEWAY_BREAKER_SUCCESSES="1",
            )
        )
        assert _asked(url, "/api/v1/orders/1") == (504, "order_timeout")
        assert _asked(url, "/api/v1/orders/1") == (503, "order_not_available")
        assert _asked(url, "/api/v1/users/1") == (502, "user_unavailable")
        assert _asked(url, "/api/v1/users/1") == (503, "user_not_available")
        later.listen()
        stack.enter_context(serving(Settings(service=USER), None, later))
        assert _asked(url, "/api/v1/users/1") == (503, "user_not_available")
        _until(lambda: _found_after_a_while(url, process))
        created = requests.post(f"{url}/api/v1/users", json=_NEW_USER, timeout=10)
        assert (created.status_code, created.headers["Content-Type"]) == (201, "application/json")
        login = {name: _NEW_USER[name] for name in ("email", "password")}
        token = requests.post(f"{url}/auth/login", json=login, timeout=10).json()["token"]
        own = {"Authorization": f"Bearer {token}"}
        assert requests.get(f"{url}/api/v1/users/1", headers=own, timeout=10).json()["username"] == "ada"


def _found_after_a_while(url: str, process: subprocess.Popen[str]) -> bool:
    """Move the clock on, again where the machine was so slow that a trial failed, and ask."""
    process.send_signal(signal.SIGUSR1)
    return _asked(url, "/api/v1/users/1") == (404, "user_not_found")


def test_the_traffic_of_an_instance_that_is_gone_moves_to_the_others() -> None:
    """Each has its own users, which shows who answered; none of the clients notices."""
    with ExitStack() as stack:
        first, second = ExitStack(), ExitStack()
        stack.enter_context(first)
        stack.enter_context(second)
        urls = [
            own.enter_context(serving(Settings(service=USER, start_id=id_))) for own, id_ in ((first, 1), (second, 50))
        ]
        environment = {"GATEWAY_JWT_SECRET": _SECRET, "GATEWAY_USER_INSTANCES": ",".join(urls)}
        url = stack.enter_context(serving(read_settings(ServiceName.GATEWAY, environment)))
        ids = [_signed_up(url, f"a{number}") for number in range(4)]
        assert ids == [1, 50, 2, 51]
        first.close()
        assert [_signed_up(url, f"b{number}") for number in range(4)] == [52, 53, 54, 55]


def _signed_up(url: str, name: str) -> int:
    response = requests.post(f"{url}/api/v1/users", json={**_NEW_USER, "email": f"{name}@example.com"}, timeout=10)
    assert response.status_code == 201
    id_: int = response.json()["id"]
    return id_


@pytest.fixture(name="consul")
def _consul() -> Iterator[Consul]:
    with running_consul() as consul:
        yield consul


def test_services_are_found_as_long_as_they_are_entered_in_consul(consul: Consul) -> None:
    """They enter themselves, and leave when they stop."""
    gateway = read_settings(ServiceName.GATEWAY, {"GATEWAY_JWT_SECRET": _SECRET, "CONSUL_URL": consul.url})
    with serving(replace(gateway, consul_url=consul.url)) as url:
        assert _asked(url, "/api/v1/orders/1") == (503, "order_not_available")
        with serving(Settings(service=USER, consul_url=consul.url)):
            _until(lambda: _asked(url, "/api/v1/users/1") == (404, "user_not_found"))
            assert sorted(entry["Name"] for entry in consul.entries.values()) == ["gateway", "user"]
        _until(lambda: _asked(url, "/api/v1/users/1")[0] == 503)
    assert consul.entries == {}


def test_an_instance_that_is_not_heard_of_any_more_is_not_returned(consul: Consul) -> None:
    """Its check runs out after five seconds."""
    consul.clock = lambda: 0.0
    agent = ConsulAgent(consul.url)
    agent.register(USER, "user-1", "127.0.0.1", 8081)
    assert agent.passing(USER) == ()
    assert agent.pass_check("user-1")
    assert agent.passing(USER) == ("http://127.0.0.1:8081",)
    consul.clock = lambda: 5.0
    assert agent.passing(USER) == ()
    agent.deregister("user-1")
    assert not agent.pass_check("user-1")
