"""Services as processes: started, ready, stopped, and nothing left of them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from treaty.adapters import processes
from treaty.adapters.ports import free_port, is_taken
from treaty.adapters.process_guard import group_exists
from treaty.adapters.processes import RunningService, start_service
from treaty.adapters.readiness import HttpProbe
from treaty.config import Service
from treaty.errors import CommandNotFound, ConfigInvalid, FileMissing, OutputUnwritable, PortTaken, ProviderFailed

BOUND = 20.0

SERVER = """
import http.server, os, sys

class Handler(http.server.BaseHTTPRequestHandler):
    resets = 0

    def answer(self, status, text):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self):
        known = {"/health": 200, "/env": 200, "/resets": 200}
        texts = {"/env": os.environ.get("ANSWER", "").encode(), "/resets": str(Handler.resets).encode()}
        self.answer(known.get(self.path, 503), texts.get(self.path, b"ok"))

    def do_POST(self):
        Handler.resets += 1
        self.answer(204 if self.path == "/reset" else 500, b"")

    def log_message(self, *arguments):
        print(*arguments, flush=True)

http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def _wait_until(condition: Callable[[], bool]) -> bool:
    pause = threading.Event()
    for _ in range(int(BOUND / 0.02)):
        if condition():
            return True
        pause.wait(0.02)
    return condition()


@pytest.fixture(name="server")
def _server(tmp_path: Path) -> tuple[str, ...]:
    script = tmp_path / "server.py"
    script.write_text(SERVER, encoding="utf-8")
    return ("${python}", str(script), "${port}")


def _start(
    service: Service, folder: Path, *, seconds: float = BOUND, values: Mapping[str, str] | None = None
) -> RunningService:
    log = folder / "logs" / "service.log"
    return start_service(service, substitutions=values or {}, log=log, base_directory=folder, seconds=seconds)


def _get(running: RunningService, path: str) -> str:
    with closing(socket.create_connection((running.host, running.port), timeout=BOUND)) as connection:
        connection.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        return b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")[2].decode()


def test_a_service_gets_a_free_port_and_is_ready_when_it_answers(tmp_path: Path, server: tuple[str, ...]) -> None:
    with _start(Service(name="user", start=server, ready="/health"), tmp_path) as running:
        assert running.url == f"http://127.0.0.1:{running.port}"
        assert HttpProbe(place=f"{running.url}/health").send("GET").is_good
        assert running.is_running()
        assert running.failure() is None
    assert not running.is_running()
    assert not HttpProbe(place=f"{running.url}/health").send("GET").is_good


def test_without_ready_the_port_has_to_accept(tmp_path: Path, server: tuple[str, ...]) -> None:
    with _start(Service(name="user", start=server), tmp_path) as running:
        assert _get(running, "/health") == "ok"


def test_ready_may_be_a_whole_url(tmp_path: Path, server: tuple[str, ...]) -> None:
    with _start(Service(name="user", start=server, ready="${url}/health"), tmp_path) as running:
        assert running.is_running()


def test_variables_are_filled_in(tmp_path: Path, server: tuple[str, ...]) -> None:
    service = Service(
        name="user",
        start=server,
        ready="/health",
        env={"ANSWER": "${work}|${edge.user.order}|${url}|$${port}|${port}"},
    )
    values = {"work": "/w", "edge.user.order": "http://127.0.0.1:9101"}
    with _start(service, tmp_path, values=values) as running:
        assert _get(running, "/env") == f"/w|http://127.0.0.1:9101|{running.url}|${{port}}|{running.port}"


def test_a_port_that_is_settled_already_is_used(tmp_path: Path, server: tuple[str, ...]) -> None:
    port = str(free_port())
    with _start(Service(name="user", start=server), tmp_path, values={"port": port}) as running:
        assert running.url == f"http://127.0.0.1:{port}"


def test_the_port_of_a_fixed_url_is_told(tmp_path: Path, server: tuple[str, ...]) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with _start(Service(name="user", url=url, start=server), tmp_path) as running:
        assert running.url == url


def test_an_unknown_name_is_an_error_that_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        _start(Service(name="user", start=("x", "${nowhere}")), tmp_path)
    assert "${nowhere}" in caught.value.what
    assert "port" in caught.value.why


def test_a_service_without_start_cannot_be_started(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid):
        _start(Service(name="user", url="http://127.0.0.1:1"), tmp_path)


def test_an_early_end_is_told_with_the_end_of_the_log(tmp_path: Path) -> None:
    service = Service(name="user", start=("sh", "-c", "echo one; echo 'no database' >&2; exit 3", "${port}"))
    with pytest.raises(ProviderFailed) as caught:
        _start(service, tmp_path)
    assert "ended with exit status 3 before it was ready" in caught.value.what
    assert caught.value.why == "one\nno database"
    assert "service.log" in caught.value.where


def test_an_end_by_a_signal_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProviderFailed) as caught:
        _start(Service(name="user", start=("sh", "-c", "kill -9 $$", "${port}")), tmp_path)
    assert "SIGKILL" in caught.value.what


def test_secrets_in_the_log_do_not_reach_the_error(tmp_path: Path) -> None:
    service = Service(
        name="user",
        start=("sh", "-c", "echo using $DB_PASSWORD at postgres://me:hunter22@db/x; exit 1", "${port}"),
        env={"DB_PASSWORD": "correct-horse"},
    )
    with pytest.raises(ProviderFailed) as caught:
        _start(service, tmp_path)
    assert "correct-horse" not in str(caught.value)
    assert "hunter22" not in str(caught.value)
    assert "using (DB_PASSWORD)" in caught.value.why


def test_a_service_that_never_is_ready_is_given_up_and_ended(tmp_path: Path, server: tuple[str, ...]) -> None:
    script = (*server[:2], "${port}")
    with pytest.raises(ProviderFailed) as caught:
        _start(Service(name="user", start=script, ready="/sick"), tmp_path, seconds=1.5)
    assert "did not become ready within 1.5 s" in caught.value.what
    assert "the last answer was 503" in caught.value.why
    port = int(caught.value.where.splitlines()[0].rpartition(":")[2].partition("/")[0])
    assert _wait_until(lambda: not is_taken("127.0.0.1", port))


def test_a_taken_port_is_told_before_anything_is_started(tmp_path: Path, server: tuple[str, ...]) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        service = Service(name="user", url=f"http://127.0.0.1:{other.getsockname()[1]}", start=server)
        with pytest.raises(PortTaken) as caught:
            _start(service, tmp_path)
    assert f"process {os.getpid()}" in caught.value.why
    assert not (tmp_path / "logs").exists()


@pytest.mark.parametrize("command", ["no-such-command-here", "./not-executable", "/"])
def test_a_command_that_cannot_be_run_is_told(tmp_path: Path, command: str) -> None:
    (tmp_path / "not-executable").write_text("#!/bin/sh\n")
    with pytest.raises(CommandNotFound) as caught:
        _start(Service(name="user", start=(command, "${port}")), tmp_path)
    assert caught.value.where == command


def test_a_missing_folder_is_not_taken_for_a_missing_command(tmp_path: Path, server: tuple[str, ...]) -> None:
    with pytest.raises(FileMissing):
        start_service(
            Service(name="user", start=server), substitutions={}, log=tmp_path / "log", base_directory=tmp_path / "gone"
        )


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path, server: tuple[str, ...]) -> None:
    (tmp_path / "logs").write_text("a file where a folder should be")
    with pytest.raises(OutputUnwritable):
        _start(Service(name="user", start=server), tmp_path)


def test_the_log_is_for_its_owner_and_is_appended_to(tmp_path: Path, server: tuple[str, ...]) -> None:
    for _ in range(2):
        _start(Service(name="user", start=server, ready="/health"), tmp_path).stop()
    log = tmp_path / "logs" / "service.log"
    assert log.stat().st_mode & 0o777 == 0o600
    assert log.read_text().count("/health") >= 2


def test_what_the_service_started_itself_is_ended_too(tmp_path: Path, server: tuple[str, ...]) -> None:
    """A shell that ends at once on SIGTERM leaves its child behind, unless the group is ended."""
    service = Service(name="user", start=("sh", "-c", '"$0" "$1" "$2" & wait', *server), ready="/health")
    running = _start(service, tmp_path)
    running.stop()
    assert not is_taken("127.0.0.1", running.port)


def test_a_service_that_ignores_sigterm_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.2)
    script = tmp_path / "stubborn.py"
    script.write_text(f"import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n{SERVER}", encoding="utf-8")
    running = _start(Service(name="user", start=("${python}", str(script), "${port}"), ready="/health"), tmp_path)
    running.stop()
    assert not is_taken("127.0.0.1", running.port)


def test_a_later_end_of_the_service_is_seen(tmp_path: Path, server: tuple[str, ...]) -> None:
    service = Service(name="user", start=("sh", "-c", 'echo $$ > pid; exec "$0" "$1" "$2"', *server), ready="/health")
    with _start(service, tmp_path) as running:
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
        assert _wait_until(lambda: not running.is_running())
        failure = running.failure()
    assert failure is not None
    assert "user was ended by SIGKILL" in failure.what
    assert running.failure() is None


def test_a_stop_command_is_run_first(tmp_path: Path, server: tuple[str, ...]) -> None:
    service = Service(name="user", start=server, ready="/health", stop=("sh", "-c", "echo ${port} > stopped"))
    running = _start(service, tmp_path)
    running.stop()
    running.stop()
    assert (tmp_path / "stopped").read_text().strip() == str(running.port)
    assert not is_taken("127.0.0.1", running.port)


def test_a_stop_command_that_fails_is_told_after_the_service_has_ended(tmp_path: Path, server: tuple[str, ...]) -> None:
    running = _start(Service(name="user", start=server, ready="/health", stop=("sh", "-c", "exit 7")), tmp_path)
    with pytest.raises(ProviderFailed) as caught:
        running.stop()
    assert "the stop command of user ended with exit status 7" in caught.value.what
    assert not is_taken("127.0.0.1", running.port)


def test_a_start_command_may_end_when_a_stop_command_exists(tmp_path: Path, server: tuple[str, ...]) -> None:
    """As ``docker compose up -d`` does."""
    service = Service(
        name="user",
        start=("sh", "-c", '"$0" "$1" "$2" & echo $! > pid', *server),
        ready="/health",
        stop=("sh", "-c", "kill $(cat pid)"),
    )
    with _start(service, tmp_path) as running:
        assert running.failure() is None
        assert _get(running, "/health") == "ok"
    assert not is_taken("127.0.0.1", running.port)


def test_reset_by_url_and_by_command(tmp_path: Path, server: tuple[str, ...]) -> None:
    with _start(Service(name="user", start=server, ready="/health", reset="/reset"), tmp_path) as running:
        running.reset()
        assert _get(running, "/resets") == "1"
    with _start(
        Service(name="user", start=server, ready="/health", reset=("sh", "-c", "touch emptied")), tmp_path
    ) as running:
        running.reset()
    assert (tmp_path / "emptied").exists()


@pytest.mark.parametrize(
    ("reset", "why"), [("${url}/wrong", "the last answer was 500"), (("sh", "-c", "echo no; exit 2"), "no")]
)
def test_a_reset_that_fails_is_told(
    tmp_path: Path, server: tuple[str, ...], reset: str | tuple[str, ...], why: str
) -> None:
    with _start(Service(name="user", start=server, ready="/health", reset=reset), tmp_path) as running:
        with pytest.raises(ProviderFailed) as caught:
            running.reset()
        assert caught.value.why.endswith(why)


def test_a_service_without_reset_is_left_alone(tmp_path: Path, server: tuple[str, ...]) -> None:
    with _start(Service(name="user", start=server, ready="/health"), tmp_path) as running:
        running.reset()
        assert _get(running, "/resets") == "0"


OWNER = """
import signal, sys, threading
from pathlib import Path
from treaty.adapters.processes import start_service
from treaty.config import Service

{prelude}
folder = Path(sys.argv[1])
service = Service(name="user", start=("${{python}}", str(folder / "server.py"), "${{port}}"), ready="/health")
running = start_service(service, substitutions={{}}, log=folder / "log", base_directory=folder)
print(running.port, flush=True)
threading.Event().wait({bound})
"""


@pytest.fixture(name="owner")
def _owner(tmp_path: Path, server: tuple[str, ...]) -> Iterator[Callable[[str], tuple[subprocess.Popen[str], int]]]:
    del server
    started: list[subprocess.Popen[str]] = []

    def start(prelude: str) -> tuple[subprocess.Popen[str], int]:
        script = textwrap.dedent(OWNER.format(prelude=prelude, bound=BOUND))
        owner = subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        started.append(owner)
        assert owner.stdout is not None
        return owner, int(owner.stdout.readline())

    yield start
    for owner in started:
        owner.kill()
        owner.wait()
        if owner.stdout is not None:
            owner.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_when_we_die_of_a_signal(
    owner: Callable[[str], tuple[subprocess.Popen[str], int]], number: int
) -> None:
    """The owner never calls stop: the guard ends the service, even after SIGKILL."""
    process, port = owner("")
    assert is_taken("127.0.0.1", port)
    process.send_signal(number)
    process.wait(BOUND)
    assert _wait_until(lambda: not is_taken("127.0.0.1", port))


def test_a_group_that_has_ended_is_gone(tmp_path: Path, server: tuple[str, ...]) -> None:
    service = Service(name="user", start=("sh", "-c", 'echo $$ > pid; exec "$0" "$1" "$2"', *server), ready="/health")
    with _start(service, tmp_path):
        group = int((tmp_path / "pid").read_text())
        assert group_exists(group)
    assert not group_exists(group)
