"""Installs a system into a folder, and starts its server there on a free port with nothing in it."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.third_party.systems import FLOWS, System

_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 10
_FLOW_SECONDS: Final = 600


class Installation:
    """A system's packages, in a folder that later runs find again.

    Args:
        system: what is installed.
        cache: the folder of all installations.

    """

    def __init__(self, system: System, cache: Path) -> None:
        self.system: Final = system
        wanted = "\n".join((*system.python, "--", *system.node))
        self.folder: Final = cache / hashlib.sha256(wanted.encode()).hexdigest()[:12]

    def ensure(self) -> None:
        """Install what is not there yet, with the ordinary clients of the registries."""
        done = self.folder / "done"
        if done.exists():
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        if self.system.python:
            subprocess.run([sys.executable, "-m", "venv", self.folder / "python"], check=True)
            pip = [str(self.folder / "python" / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
            subprocess.run([*pip, "install", "--quiet", *self.system.python], check=True, capture_output=True)
        if self.system.node:
            # What packages want to build when they are installed is not needed, and may not be to be had.
            quiet = ["--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
            npm = ["npm", "install", *quiet, "--prefix", str(self.folder)]
            subprocess.run([*npm, *self.system.node], check=True, capture_output=True)
        done.touch()

    def environment(self) -> Mapping[str, str]:
        """Give the environment in which the system's commands are found; no proxies, no user's settings."""
        paths = [self.folder / "python" / "bin", self.folder / "node_modules" / ".bin"]
        kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        found = os.pathsep.join(map(str, paths))
        own = {"PYTHONPATH": "", "NO_PROXY": "*", "TREATY_FLOW_PACKAGES": str(self.folder)}
        return {**kept, "PATH": f"{found}{os.pathsep}{kept['PATH']}", **own}

    def flow(self, *words: str) -> list[str]:
        """Give the command that runs the system's client."""
        file = FLOWS / self.system.flow
        runner = "node" if file.suffix == ".mjs" else str(self.folder / "python" / "bin" / "python")
        return [runner, str(file), *words]

    @contextmanager
    def serving(self, folder: Path) -> Iterator[str]:
        """Start the server in a new folder; gives its base URL, and stops it in the end."""
        folder.mkdir(parents=True)
        for name, text in self.system.prepare.items():
            (folder / name).write_text(text, encoding="utf-8")
        environment = self.environment()
        if self.system.before:
            subprocess.run(self.system.before, cwd=folder, env=environment, check=True, capture_output=True)
        port = _free_port()
        command = [word.replace("{port}", str(port)) for word in self.system.command]
        found = shutil.which(command[0], path=environment["PATH"])
        with (folder.parent / f"{folder.name}.log").open("wb") as log:
            process = subprocess.Popen(
                [found or command[0], *command[1:]],
                cwd=folder,
                env={**environment, "http_port": str(port)},
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
            try:
                url = f"http://127.0.0.1:{port}"
                _wait(process, url + self.system.ready)
                yield url
            finally:
                process.terminate()
                try:
                    process.wait(_STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def fill(self, url: str, folder: Path) -> None:
        """Let a stranger make 500 objects."""
        folder.mkdir(parents=True, exist_ok=True)
        environment = {**self.environment(), "TREATY_URL_CLIENT_SERVER": url}
        subprocess.run(
            self.flow("fill"), cwd=folder, env=environment, check=True, capture_output=True, timeout=_FLOW_SECONDS
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    """Wait until the server answers anything."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            opener.open(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{url} does not answer")
