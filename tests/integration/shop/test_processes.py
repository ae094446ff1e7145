"""The shop as users start it: processes, signals, exit status."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.integration.shop.rig import Mails
from treaty_shop.platform.serving import base_url, listen

_BOUND = 60


def _environment(**variables: str) -> dict[str, str]:
    unwanted = ("_URL", "SHOP_", "TREATY_", "PORT")
    kept = {name: text for name, text in os.environ.items() if not any(part in name for part in unwanted)}
    return {**kept, **variables}


@contextmanager
def _started(*arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "treaty_shop", *arguments],
        env=_environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    watchdog = threading.Timer(_BOUND, process.kill)
    watchdog.start()
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate()
        watchdog.cancel()


def _ready(process: subprocess.Popen[str], count: int) -> dict[str, str]:
    """Return the URLs of the ready lines."""
    assert process.stdout is not None
    urls = {}
    for _ in range(count):
        word, name, url = process.stdout.readline().split()
        assert word == "ready"
        urls[name] = url
    return urls


def _drive(urls: dict[str, str]) -> subprocess.CompletedProcess[str]:
    variables = {f"{name.upper()}_URL": url for name, url in urls.items()}
    return subprocess.run(
        [sys.executable, "-m", "treaty_shop", "drive"],
        env=_environment(**variables),
        capture_output=True,
        text=True,
        timeout=_BOUND,
        check=False,
    )


@pytest.mark.parametrize(
    ("variables", "said"),
    [({"SHOP_PACE": "gate"}, "gated"), ({"SHOP_TIME_SCALE": "0.01"}, "timed")],
)
def test_the_day_can_be_played_under_both_paces(mails: Mails, variables: dict[str, str], said: str) -> None:
    """Then a signal stops all four, without complaint."""
    with _started("up", "--port-base", "0", SMTP_URL=mails.url, **variables) as shop:
        urls = _ready(shop, 4)
        day = _drive(urls)
        assert (day.returncode, day.stderr) == (0, "")
        assert said in day.stdout.splitlines()[-1]
        shop.send_signal(signal.SIGINT)
        _, log = shop.communicate()
        assert shop.returncode == 0
        assert log.count('"event": "stopped"') == 4
        assert "Traceback" not in log
        assert "correct horse" not in log
    assert len(mails.taken) > 10


def test_a_fault_can_be_switched_on_and_ends_the_day(mails: Mails) -> None:
    """With exit status 1 and a sentence."""
    with _started("up", "--port-base", "0", "--fault", "S4-9", SHOP_PACE="gate", SMTP_URL=mails.url) as shop:
        day = _drive(_ready(shop, 4))
    assert day.returncode == 1
    assert day.stderr.startswith("error: expected data to be []")


def test_a_service_serves_alone_until_it_is_told_to_stop(tmp_path: Path) -> None:
    """On a free port, with a file to keep its users in."""
    database = f"sqlite:///{tmp_path}/users.db"
    body = {"username": "ada", "email": "ada@example.com", "password": "x"}
    with _started("serve", "user", "--port", "0", DATABASE_URL=database, SHOP_START_ID="40") as service:
        url = _ready(service, 1)["user"]
        assert requests.post(f"{url}/api/v1/users", json=body, timeout=10).json()["id"] == 40
        service.send_signal(signal.SIGTERM)
        assert service.wait(_BOUND) == 0
    with _started("serve", "user", "--port", "0", DATABASE_URL=database) as service:
        url = _ready(service, 1)["user"]
        assert requests.get(f"{url}/api/v1/users/40", timeout=10).json()["username"] == "ada"


def test_the_shop_ends_when_one_of_its_services_does() -> None:
    """With exit status 1, and no service stays behind."""
    with _started("up", "--port-base", "0") as shop:
        urls = _ready(shop, 4)
        children = Path(f"/proc/{shop.pid}/task/{shop.pid}/children").read_text().split()
        assert len(children) == 4
        os.kill(int(children[1]), signal.SIGKILL)
        _, log = shop.communicate()
        assert shop.returncode == 1
    assert "error: the order service ended with exit status -9" in log
    for url in urls.values():
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{url}/health", timeout=10)


def test_no_service_outlives_the_shop_that_was_killed() -> None:
    """Each notices the end of its standard input."""
    with _started("up", "--port-base", "0") as shop:
        urls = _ready(shop, 4)
        shop.kill()
        # The services hold the other end of this pipe: it ends when the last of them does.
        _, log = shop.communicate()
    assert log.count('"event": "stopped"') == 4
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{urls['user']}/health", timeout=10)


def test_a_taken_port_ends_the_shop_before_it_began() -> None:
    """With exit status 3."""
    with listen("127.0.0.1", 0) as taken, _started("serve", "user", PORT=base_url(taken).rpartition(":")[2]) as service:
        _, said = service.communicate()
        assert service.returncode == 3
    assert said.startswith("error: cannot listen on 127.0.0.1:")
