"""Other stub servers: where they are installed, and how each is started for so many interactions.

They are not among the packages that the tests need: ``tests/benchmarks/install-peers FOLDER`` installs them from PyPI
and npm into a folder of their own.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from tests.benchmarks import peer_files

Command: TypeAlias = Sequence[str | Path]
_Start: TypeAlias = Callable[[Path, int, Path, int], Command | None]
"""From where peers are installed, the number of interactions, an empty folder and a port; None: not installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A stub server.

    Attributes:
        name: with its version, as `install-peers` has it.
        start: writes its files and gives the command that starts it.

    """

    name: str
    start: _Start


def _ours(_installed: Path, count: int, folder: Path, port: int) -> Command:
    pact = peer_files.write_pact(count, folder)
    return [sys.executable, "-m", "treaty_cli", "stub", pact, "--port", str(port), "--quiet"]


def _telling(_installed: Path, count: int, folder: Path, port: int) -> Command:
    pact = peer_files.write_pact(count, folder)
    return [sys.executable, "-m", "treaty_cli", "stub", pact, "--port", str(port)]


def _official(installed: Path, count: int, folder: Path, port: int) -> Command | None:
    program = installed / "python" / "bin" / "pact"
    if not program.exists():
        return None
    return [program, "stub", "-l", "none", "-f", peer_files.write_pact(count, folder), "-p", str(port)]


def _wiremock(installed: Path, count: int, folder: Path, port: int) -> Command | None:
    jar = next((installed / "node_modules" / "wiremock" / "build").glob("*.jar"), None)
    java = shutil.which("java")
    if jar is None or java is None:
        return None
    root = peer_files.write_wiremock(count, folder)
    options: Command = ["--no-request-journal", "--disable-request-logging", "--root-dir", root, "--port", str(port)]
    return [java, "-Xmx1g", "-jar", jar, *options]


def _mountebank(installed: Path, count: int, folder: Path, port: int) -> Command | None:
    program = _script(installed, "mb")
    if program is None:
        return None
    file = peer_files.write_mountebank(count, folder, port)
    quiet: Command = ["--loglevel", "error", "--nologfile", "--pidfile", folder / "pid"]
    return [program, "start", "--port", str(port + 1), "--configfile", file, *quiet]


def _mockoon(installed: Path, count: int, folder: Path, port: int) -> Command | None:
    program = _script(installed, "mockoon-cli")
    if program is None:
        return None
    file = peer_files.write_mockoon(count, folder, port)
    return [program, "start", "--data", file, "--disable-log-to-file", "--disable-admin-api"]


def _prism(installed: Path, count: int, folder: Path, port: int) -> Command | None:
    program = _script(installed, "prism")
    if program is None:
        return None
    return [program, "mock", peer_files.write_openapi(count, folder), "-p", str(port), "-v", "silent"]


def _json_server(installed: Path, count: int, folder: Path, port: int) -> Command | None:
    program = _script(installed, "json-server")
    if program is None:
        return None
    file = peer_files.write_database(count, folder)
    return [program, file, "--routes", folder / "routes.json", "--port", str(port), "--host", "127.0.0.1", "--quiet"]


def _script(installed: Path, name: str) -> Path | None:
    program = installed / "node_modules" / ".bin" / name
    return program if program.exists() and shutil.which("node") else None


PEERS: Final = (
    Peer(name="treaty stub --quiet", start=_ours),
    Peer(name="treaty stub", start=_telling),
    Peer(name="Pact stub 0.7.1", start=_official),
    Peer(name="WireMock 3.13.2", start=_wiremock),
    Peer(name="Mountebank 2.9.1", start=_mountebank),
    Peer(name="Mockoon 9.9.0", start=_mockoon),
    Peer(name="Prism 5.16.0", start=_prism),
    Peer(name="json-server 0.17.4", start=_json_server),
)
