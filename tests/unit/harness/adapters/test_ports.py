"""Ports: free, taken, and by whom."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from treaty.adapters.ports import accepts_connections, free_port, holder_of, is_loopback, is_taken


@pytest.fixture(name="listening")
def _listening() -> Iterator[int]:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_free_port_is_none_that_the_system_gives_to_whoever_asks_for_any(tmp_path: Path) -> None:
    """Otherwise a listener on port 0 could take it before the service does."""
    (tmp_path / "sys" / "net" / "ipv4").mkdir(parents=True)
    (tmp_path / "sys" / "net" / "ipv4" / "ip_local_port_range").write_text("20000\t60999\n")
    assert all(12_000 <= free_port(processes=tmp_path) < 20_000 for _ in range(50))


def test_a_free_port_is_found_where_the_range_cannot_be_read(tmp_path: Path) -> None:
    assert not is_taken("127.0.0.1", free_port(processes=tmp_path))


def test_a_free_port_is_not_taken() -> None:
    port = free_port()
    assert not is_taken("127.0.0.1", port)
    assert not accepts_connections("127.0.0.1", port)
    assert holder_of(port) == ""


def test_a_port_that_somebody_listens_on_is_taken(listening: int) -> None:
    assert is_taken("127.0.0.1", listening)
    assert accepts_connections("127.0.0.1", listening)


def test_a_listener_on_all_addresses_takes_the_port_of_loopback_too() -> None:
    with closing(socket.socket()) as listener:
        listener.bind(("0.0.0.0", 0))
        listener.listen()
        assert is_taken("127.0.0.1", listener.getsockname()[1])


def test_the_holder_of_a_port_is_named(listening: int) -> None:
    assert f"process {os.getpid()}" in holder_of(listening)


def test_without_a_process_table_the_holder_is_unknown(listening: int, tmp_path: Path) -> None:
    assert holder_of(listening, tmp_path) == ""


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("localhost", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("127.example.com", False),
        ("example.com", False),
        ("127", False),
    ],
)
def test_loopback_is_told_from_other_hosts(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
