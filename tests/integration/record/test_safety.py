"""No answered exchange is lost, whatever happens to the recorder; and what goes wrong is said."""

from __future__ import annotations

import base64
import http.client
import os
import resource
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.integration.record.recorded import EDGE, Recorded
from tests.integration.record.upstream import Upstream
from treaty.adapters.recorder import start_recorder
from treaty.errors import DiskFull, PortTaken, RecorderFailed
from treaty.record.settings import RecordedEdge, RecorderSettings, encode_settings
from treaty.session.exchange import Edge
from treaty.session.reader import open_session

Recording = Callable[..., Recorded]
BOUND = 20.0


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + BOUND
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        threading.Event().wait(0.01)


class Clients:
    """Eight clients that call until they cannot; `answered` are the paths with an answer."""

    def __init__(self, url: str) -> None:
        self.answered: list[str] = []
        self.refused: list[int] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._call, args=(url, number)) for number in range(8)]
        for thread in self._threads:
            thread.start()

    def _call(self, url: str, client: int) -> None:
        with requests.Session() as session:
            number = 0
            while not self._stop.is_set():
                number += 1
                path = f"/json/{client}/{number}"
                try:
                    answer = session.get(url + path, timeout=BOUND)
                except requests.RequestException:
                    return
                if answer.status_code == 200:
                    self.answered.append(path)
                else:
                    self.refused.append(answer.status_code)

    def join(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def _stored_paths(recorded: Recorded) -> set[str]:
    return {exchange.request.path for exchange in recorded.session}


@pytest.mark.parametrize("calls", [30, 200])
def test_kill_9_loses_no_answered_exchange(recording: Recording, calls: int) -> None:
    """With eight clients under way, every answer that reached one is in the session."""
    recorded = recording()
    clients = Clients(recorded.url)
    _until(lambda: len(clients.answered) >= calls)
    os.kill(recorded.recorder.process_id, signal.SIGKILL)
    clients.join()
    assert set(clients.answered) <= _stored_paths(recorded)
    assert recorded.session.info.ended is None
    _until(lambda: isinstance(recorded.recorder.failure(), RecorderFailed))


def test_sigterm_answers_what_is_under_way(recording: Recording, upstream: Upstream) -> None:
    """Twelve calls that the provider holds back are all answered and stored after SIGTERM."""
    recorded = recording()
    statuses: list[int] = []
    url = recorded.url
    callers = [
        threading.Thread(target=lambda: statuses.append(requests.get(f"{url}/slow", timeout=BOUND).status_code))
        for _ in range(12)
    ]
    for caller in callers:
        caller.start()
    for _ in callers:
        assert upstream.arrived.acquire(timeout=BOUND)
    os.kill(recorded.recorder.process_id, signal.SIGTERM)
    _until(lambda: not _accepts(url))
    upstream.released.set()
    for caller in callers:
        caller.join()
    assert statuses == [200] * 12
    assert len(recorded.exchanges()) == 12
    assert recorded.session.info.ended is not None
    assert recorded.recorder.cut == 0


def _accepts(url: str) -> bool:
    host, _, port = url.removeprefix("http://").partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=BOUND).close()
    except OSError:
        return False
    return True


def test_sigterm_under_load_stores_every_answer(recording: Recording) -> None:
    """Stopped in the middle of traffic, the recorder ends in order and no answer is missing."""
    recorded = recording()
    clients = Clients(recorded.url)
    _until(lambda: len(clients.answered) >= 50)
    os.kill(recorded.recorder.process_id, signal.SIGTERM)
    recorded.recorder.stop()
    clients.join()
    assert set(clients.answered) <= _stored_paths(recorded)
    assert recorded.session.problems == []
    assert recorded.session.info.ended is not None


def test_the_recorder_ends_with_its_parent(upstream: Upstream, tmp_path: Path) -> None:
    """When the process that started it dies, the recorder closes its session and goes."""
    settings = RecorderSettings(
        session=tmp_path / "session",
        edges=(RecordedEdge(edge=EDGE, port=0, upstream=upstream.url),),
        authority_folder=tmp_path / "authority",
    )
    script = (
        "import sys, time\n"
        "from treaty.adapters.recorder import start_recorder\n"
        "from treaty.record.settings import decode_settings\n"
        "recorder = start_recorder(decode_settings(sys.argv[1]))\n"
        "print(recorder.process_id, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, encode_settings(settings)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        recorder = int(parent.stdout.readline())
        parent.kill()
    _until(lambda: open_session(settings.session).info.ended is not None)
    _until(lambda: not _runs(recorder))


def _runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_full_disk_is_a_502_and_the_end(recording: Recording) -> None:
    """An answer that cannot be stored is not passed on, nothing stored is lost, and the error says why."""
    recorded = recording()
    resource.prlimit(recorded.recorder.process_id, resource.RLIMIT_FSIZE, (20_000, 20_000))
    clients = Clients(recorded.url)
    _until(lambda: recorded.recorder.failure() is not None)
    clients.join()
    failure = recorded.recorder.failure()
    assert isinstance(failure, DiskFull)
    assert "File too large" in failure.why
    assert set(clients.answered) <= _stored_paths(recorded)
    assert clients.answered
    assert 502 in clients.refused
    assert recorded.session.problems == []


def test_a_full_disk_while_streaming_cuts_the_answer(recording: Recording) -> None:
    """A large answer that cannot be stored does not arrive whole."""
    recorded = recording()
    resource.prlimit(recorded.recorder.process_id, resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))
    with pytest.raises(requests.RequestException):
        requests.get(f"{recorded.url}/large?size={160 * 65536}", timeout=BOUND)
    _until(lambda: isinstance(recorded.recorder.failure(), DiskFull))


def test_a_taken_port_names_edge_and_port(upstream: Upstream, tmp_path: Path) -> None:
    """Somebody else on the port is an error before anything is recorded."""
    edges = (
        RecordedEdge(edge=EDGE, port=0, upstream=upstream.url),
        RecordedEdge(edge=Edge(consumer="cart", provider="shop"), port=upstream.server_port, upstream=upstream.url),
    )
    settings = RecorderSettings(session=tmp_path / "s", edges=edges, authority_folder=tmp_path / "a")
    with pytest.raises(PortTaken) as caught:
        start_recorder(settings)
    assert "cart -> shop" in caught.value.what
    assert str(upstream.server_port) in caught.value.what


def test_a_host_that_is_not_ours_is_refused(upstream: Upstream, tmp_path: Path) -> None:
    """An address of another machine cannot be listened on, and the error says so."""
    settings = RecorderSettings(
        session=tmp_path / "s",
        host="192.0.2.1",
        edges=(RecordedEdge(edge=EDGE, port=0, upstream=upstream.url),),
        authority_folder=tmp_path / "a",
    )
    with pytest.raises(RecorderFailed) as caught:
        start_recorder(settings)
    assert "192.0.2.1" in caught.value.what


def test_two_edges_to_one_provider_are_told_apart(upstream: Upstream, tmp_path: Path) -> None:
    """Each edge has its own port, also when both lead to the same address and both ports are free to choose."""
    edges = tuple(
        RecordedEdge(edge=Edge(consumer=name, provider="shop"), port=0, upstream=upstream.url)
        for name in ("web", "app")
    )
    settings = RecorderSettings(session=tmp_path / "s", edges=edges, authority_folder=tmp_path / "a")
    with start_recorder(settings) as recorder:
        assert recorder.edges[0].port != recorder.edges[1].port
        for edge in recorder.edges:
            requests.get(f"http://127.0.0.1:{edge.port}/json", timeout=BOUND)
    assert [exchange.edge.consumer for exchange in open_session(tmp_path / "s")] == ["web", "app"]


def test_the_forward_proxy_knows_consumer_and_provider(upstream: Upstream, tmp_path: Path) -> None:
    """The proxy user names the consumer, the address the provider; strangers are recorded as such."""
    settings = RecorderSettings(
        session=tmp_path / "s",
        proxy_port=0,
        services={"shop": upstream.url},
        authority_folder=tmp_path / "a",
    )
    with start_recorder(settings) as recorder:
        address = f"127.0.0.1:{recorder.proxy_port}"
        for url, proxy in (
            (upstream.url, f"http://web:x@{address}"),
            (upstream.url.replace("127.0.0.1", "localhost"), f"http://my%20app:x@{address}"),
            (upstream.url, f"http://{address}"),
        ):
            assert requests.get(f"{url}/json?q=1", proxies={"http": proxy}, timeout=BOUND).status_code == 200
    found = list(open_session(tmp_path / "s"))
    assert [str(exchange.edge) for exchange in found] == ["web -> shop", "my app -> shop", "unknown -> shop"]
    assert all((exchange.request.path, exchange.request.query) == ("/json", "q=1") for exchange in found)
    sent = [name.lower() for call in upstream.seen for name, _ in call["headers"]]
    assert "proxy-authorization" not in sent
    everything = b"".join(path.read_bytes() for path in (tmp_path / "s").rglob("*") if path.is_file())
    assert base64.b64encode(b"web:x") not in everything


def test_who_speaks_tls_to_an_edge_is_answered_in_tls(recording: Recording, tmp_path: Path) -> None:
    """The certificate, which nobody is asked to trust, is made only then."""
    recorded = recording()
    assert not list((tmp_path / "authority").iterdir())
    anyone = ssl.create_default_context()
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection(recorded.url.removeprefix("http://"), timeout=30, context=anyone)
    connection.request("GET", "/json")
    assert connection.getresponse().status == 200
    connection.close()
    assert recorded.only().response is not None


def test_https_through_the_forward_proxy(tmp_path: Path, certificates: tuple[Path, Path, Path]) -> None:
    """Inside a tunnel the consumer is the one who opened it; an undeclared target is called by its host."""
    from tests.integration.record.upstream import serving_http2

    authority, certificate, key = certificates
    settings = RecorderSettings(
        session=tmp_path / "s", proxy_port=0, trusted=str(authority), authority_folder=tmp_path / "a"
    )
    with serving_http2(certificate, key) as url, start_recorder(settings) as recorder:
        answer = requests.get(
            f"{url}/x",
            proxies={"https": f"http://web:x@127.0.0.1:{recorder.proxy_port}"},
            verify=str(tmp_path / "a" / "mitmproxy-ca-cert.pem"),
            timeout=BOUND,
        )
        assert answer.status_code == 200
    (exchange,) = open_session(tmp_path / "s")
    assert str(exchange.edge) == "web -> localhost"
    private = [path for path in (tmp_path / "a").iterdir() if b"PRIVATE KEY" in path.read_bytes()]
    assert private
    assert all(path.stat().st_mode & 0o077 == 0 for path in private)
