"""What HTTP allows passes the recorder unchanged, and is stored as it was."""

from __future__ import annotations

import hashlib
import http.client
import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.integration.record.recorded import EDGE, Recorded, content_of
from tests.integration.record.upstream import PIECE, SSE_EVENTS, Upstream, serving_http2

Recording = Callable[..., Recorded]


def _raw(url: str, request: bytes) -> bytes:
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as link:
        link.sendall(request)
        received = b""
        while piece := link.recv(65536):
            received += piece
    return received


def test_a_call_is_stored_as_it_was_sent(recording: Recording) -> None:
    """Method, path, query, headers, body, Host and version are the consumer's; the answer is the provider's."""
    recorded = recording()
    answer = requests.post(f"{recorded.url}/a%20b/%C3%A9?x=1&x=2&flag", json={"n": 1}, headers={"X-A": "1"}, timeout=10)
    exchange = recorded.only()
    request = exchange.request
    assert exchange.number == 1
    assert exchange.edge == EDGE
    assert (request.method, request.path, request.query) == ("POST", "/a%20b/%C3%A9", "x=1&x=2&flag")
    assert request.http_version == "1.1"
    assert request.authority == recorded.url.removeprefix("http://")
    assert ("X-A", "1") in request.headers
    assert request.content.data == b'{"n": 1}'
    assert answer.json()["host"] == request.authority
    assert content_of(exchange).data == answer.content
    assert exchange.started <= exchange.ended


@pytest.mark.parametrize(
    ("method", "path", "status"), [("HEAD", "/json", 200), ("GET", "/empty", 204), ("GET", "/unchanged", 304)]
)
def test_answers_without_a_body(recording: Recording, method: str, path: str, status: int) -> None:
    """HEAD, 204 and 304 have no body, and end."""
    recorded = recording()
    assert requests.request(method, recorded.url + path, timeout=10).status_code == status
    exchange = recorded.only()
    assert exchange.response is not None
    assert exchange.response.status == status
    assert content_of(exchange).size == 0


def test_repeated_and_odd_headers_survive(recording: Recording) -> None:
    """Repeated header lines keep their order and spelling, and bytes beyond ASCII theirs."""
    recorded = recording(redact=False)
    raw = _raw(recorded.url, b"GET /repeated HTTP/1.1\r\nHost: h\r\nX-R: 1\r\nx-r: 2\r\nConnection: close\r\n\r\n")
    assert b"Set-Cookie: a=1\r\nset-cookie: b=2\r\nX-Odd: caf\xe9\r\nx-odd: two\r\n" in raw
    exchange = recorded.only()
    assert exchange.response is not None
    wanted = [("Set-Cookie", "a=1"), ("set-cookie", "b=2"), ("X-Odd", "caf\xe9"), ("x-odd", "two")]
    assert [line for line in exchange.response.headers if line in wanted] == wanted
    assert [line for line in exchange.request.headers if line[0].lower() == "x-r"] == [("X-R", "1"), ("x-r", "2")]


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_content_codings_are_undone_in_the_session_only(recording: Recording, coding: str) -> None:
    """The consumer gets the coded bytes, the session the plain ones and the coding's name."""
    recorded = recording()
    raw = requests.get(f"{recorded.url}/compressed/{coding}", timeout=10, stream=True).raw.read(decode_content=False)
    content = content_of(recorded.only())
    assert content.coding == coding
    assert json.loads(content.data) == {"text": "compressed " * 50}
    assert len(raw) < len(content.data)


def test_a_coding_that_is_a_lie_is_kept_as_it_came(recording: Recording) -> None:
    """Plain text called gzip is passed on and stored as the text it is."""
    recorded = recording()
    raw = requests.get(f"{recorded.url}/compressed/lie", timeout=10, stream=True).raw.read(decode_content=False)
    content = content_of(recorded.only())
    assert (content.coding, content.data) == ("", raw)


def test_chunked_bodies_both_ways(recording: Recording) -> None:
    """A request and an answer without a declared length are stored whole."""
    recorded = recording()
    assert requests.get(f"{recorded.url}/chunked", timeout=10).content == b'{"a":1}'
    assert requests.post(f"{recorded.url}/echo", data=iter([b"one ", b"two"]), timeout=10).content == b"one two"
    first, second = recorded.exchanges()
    assert content_of(first).data == b'{"a":1}'
    assert second.request.content.data == b"one two"
    assert content_of(second).data == b"one two"


def test_multipart_and_binary_bodies(recording: Recording) -> None:
    """An upload keeps its every byte, and a binary answer lies in a file of its own."""
    recorded = recording()
    binary = bytes(range(256)) * 40
    answer = requests.post(f"{recorded.url}/echo", files={"f": ("x.bin", binary)}, data={"a": "1"}, timeout=10)
    assert requests.get(f"{recorded.url}/binary", timeout=10).content == binary
    upload, download = recorded.exchanges()
    assert upload.request.content.data == answer.content
    assert binary in upload.request.content.data
    assert content_of(download).data == binary
    assert content_of(download).sha256 == hashlib.sha256(binary).hexdigest()


def test_an_event_stream_stays_live(recording: Recording, upstream: Upstream) -> None:
    """The first event reaches the consumer before the provider makes the second, and all are stored."""
    recorded = recording()
    answer = requests.get(f"{recorded.url}/sse", timeout=10, stream=True)
    lines = answer.iter_lines()
    assert next(lines) == b"data: 0"
    upstream.released.set()
    rest = [line for line in lines if line]
    assert len(rest) == SSE_EVENTS - 1
    content = content_of(recorded.only())
    assert content.data == b"".join(f"data: {number}\n\n".encode() for number in range(SSE_EVENTS))


def test_a_stored_answer_precedes_its_last_byte(recording: Recording) -> None:
    """When the consumer has a large body whole, or the end of a chunked one, the exchange is in the session."""
    recorded = recording()
    for number, path in enumerate(["/large?size=2097152", "/chunked", "/json", "/empty"], 1):
        requests.get(recorded.url + path, timeout=10)
        assert len(list(recorded.session)) == number


def _memory(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def test_a_hundred_megabytes_up_and_down_with_flat_memory(recording: Recording) -> None:
    """Large bodies pass and are kept in files; the recorder's memory grows by a few megabytes only."""
    size = 1600 * len(PIECE)
    recorded = recording()
    requests.get(f"{recorded.url}/json", timeout=10)
    before = _memory(recorded.recorder.process_id)
    digest = hashlib.sha256()
    with requests.get(f"{recorded.url}/large?size={size}", timeout=120, stream=True) as answer:
        for piece in answer.iter_content(1 << 20):
            digest.update(piece)
    connection = http.client.HTTPConnection(recorded.url.removeprefix("http://"), timeout=120)
    connection.request("PUT", "/upload", body=(PIECE for _ in range(1600)), headers={"Content-Length": str(size)})
    uploaded = connection.getresponse().read().decode()
    connection.close()
    grown = _memory(recorded.recorder.process_id) - before
    _, down, up = recorded.exchanges()
    assert uploaded == digest.hexdigest()
    for content in (content_of(down), up.request.content):
        assert (content.size, content.sha256, content.missing) == (size, uploaded, "")
        assert recorded.session.body_path(content).stat().st_size == size
    assert grown < 48 * 1024 * 1024


def test_a_provider_that_is_down_is_an_exchange_with_an_error(recording: Recording, unused_port: int) -> None:
    """The consumer gets a 502, and the session says why."""
    recorded = recording(f"http://127.0.0.1:{unused_port}")
    assert requests.get(f"{recorded.url}/x", timeout=10).status_code == 502
    exchange = recorded.only()
    assert exchange.response is None
    assert "Connect" in exchange.error
    assert recorded.recorder.stored.failed == {EDGE: 1}


@pytest.mark.parametrize("path", ["/reset", "/cut"])
def test_a_provider_that_breaks_off_is_an_exchange_with_an_error(recording: Recording, path: str) -> None:
    """A connection that ends before the answer does is never taken for an answer."""
    recorded = recording()
    _raw(recorded.url, f"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
    exchange = recorded.only()
    assert exchange.error
    assert exchange.response is None


def test_http2_over_tls(recording: Recording, certificates: tuple[Path, Path, Path]) -> None:
    """A provider that speaks only HTTP/2 over TLS is recorded without any change at the consumer."""
    authority, certificate, key = certificates
    with serving_http2(certificate, key) as url:
        recorded = recording(url, trusted=str(authority))
        answer = requests.post(f"{recorded.url}/x", data=b"12345", timeout=10)
        exchange = recorded.only()
    assert answer.json() == {"version": "2", "path": "/x", "body": 5}
    assert exchange.response is not None
    assert [value for name, value in exchange.response.headers if name == "x-twice"] == ["1", "2"]
    assert content_of(exchange).data == answer.content
