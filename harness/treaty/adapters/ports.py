"""TCP ports of this machine: a free one, whether one is taken, and by whom."""

from __future__ import annotations

import errno
import random
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

LOOPBACK: Final = "127.0.0.1"
_LISTENING: Final = "0A"
_CONNECT_SECONDS: Final = 1.0
_LOWEST: Final = 12_000
_USUAL_LOWEST_GIVEN: Final = 32_768
_TRIALS: Final = 100


def free_port(host: str = LOOPBACK, *, processes: Path = Path("/proc")) -> int:
    """Return a port that nobody listens on, for a service that opens it in a moment.

    It lies below the range from which the system gives ports to whoever asks for any (ip(7), ``ip_local_port_range``),
    so that no listener on port 0 and no outgoing connection can take it in between; chance keeps two of us apart.
    """
    for port in random.sample(_own_ports(processes), k=_TRIALS):
        if not is_taken(host, port):
            return port
    with closing(socket.socket(_family(host), socket.SOCK_STREAM)) as listener:
        listener.bind((host, 0))
        return int(listener.getsockname()[1])


def _own_ports(processes: Path) -> range:
    try:
        lowest_given = int((processes / "sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        lowest_given = _USUAL_LOWEST_GIVEN
    return range(_LOWEST, max(lowest_given, _LOWEST + _TRIALS))


def is_taken(host: str, port: int) -> bool:
    """Tell whether somebody holds a port, so that nobody else can listen there."""
    try:
        with closing(socket.socket(_family(host), socket.SOCK_STREAM)) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
    except OSError as error:
        return error.errno == errno.EADDRINUSE or accepts_connections(host, port)
    return False


def accepts_connections(host: str, port: int) -> bool:
    """Tell whether a TCP connection to an address is accepted within a second."""
    try:
        socket.create_connection((host, port), timeout=_CONNECT_SECONDS).close()
    except OSError:
        return False
    return True


def holder_of(port: int, processes: Path = Path("/proc")) -> str:
    """Return who listens on a port, as ``python3 (process 4711)``; empty when that cannot be seen (proc(5))."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port, processes)}
    if not sockets:
        return ""
    for folder in processes.iterdir():
        if folder.name.isdigit() and sockets & set(_open_files(folder)):
            try:
                return f"{(folder / 'comm').read_text().strip()} (process {folder.name})"
            except OSError:
                continue
    return ""


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _listening_inodes(port: int, processes: Path) -> Iterator[str]:
    for table in ("net/tcp", "net/tcp6"):
        try:
            lines = (processes / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            columns = line.split()
            if columns[3] == _LISTENING and int(columns[1].rpartition(":")[2], 16) == port:
                yield columns[9]


def _open_files(folder: Path) -> Iterator[str]:
    try:
        for file in (folder / "fd").iterdir():
            try:
                yield str(file.readlink())
            except OSError:
                continue
    except OSError:
        return


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, by its address or by the name ``localhost``."""
    if host in ("localhost", "::1"):
        return True
    try:
        return socket.inet_aton(host)[0] == 127 and host.count(".") == 3
    except OSError:
        return False
