"""Looks at the installation and at a project, and says what would fail and why; changes nothing."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from treaty.adapters.ports import LOOPBACK, holder_of, is_loopback, is_taken
from treaty.adapters.readiness import probe_for
from treaty.config import Config, Service, load_config
from treaty.contract.placeholders import references
from treaty.errors import TreatyError, counted
from treaty.pactfile import read_pact
from treaty.session.reader import open_session
from treaty_cli.bootstrap.installation import Part, installed_parts
from treaty_cli.findings import Finding, Verdict

_OLDEST_PYTHON: Final = (3, 11)
_BUNDLE: Final = "all"
_USED_BY: Final = {
    "record": "treaty record",
    "official": "treaty verify --engine official",
    "messages": "mail services (kind: smtp)",
    "demo": "treaty demo",
}


def examine(path: Path | None) -> Iterator[Finding]:
    """Yield the findings as they are made.

    Args:
        path: the ``treaty.yaml`` of the project; None when there is none.

    """
    yield _python()
    for part in installed_parts():
        if part.name != _BUNDLE:
            yield _part(part)
    if path is None:
        yield Finding(
            subject="treaty.yaml", verdict=Verdict.ABSENT, text="none here or above", hint="treaty init writes one"
        )
        return
    try:
        config = load_config(path)
    except TreatyError as error:
        yield _fails(str(path), error)
        return
    yield Finding(
        subject=str(path),
        verdict=Verdict.GOOD,
        text=f"{counted(len(config.services), 'service')}, {counted(len(config.edges), 'edge')}",
    )
    yield from _project(config)


def _python() -> Finding:
    is_new_enough = sys.version_info[:2] >= _OLDEST_PYTHON
    return Finding(
        subject="Python",
        verdict=Verdict.GOOD if is_new_enough else Verdict.FAILS,
        text=f"{platform.python_version()} at {sys.executable}",
        hint="" if is_new_enough else "Treaty needs 3.11 or newer",
    )


def _part(part: Part) -> Finding:
    wrong = [requirement for requirement in part.requirements if not requirement.is_met]
    subject = f"extra {part.name}" if part.name else "Treaty"
    if not wrong:
        text = ", ".join(f"{requirement.name} {requirement.installed}" for requirement in part.requirements)
        return Finding(subject=subject, verdict=Verdict.GOOD, text=text)
    words = (f"{requirement.name} {requirement.installed or 'is absent'}" for requirement in wrong)
    needed = ", ".join(f"{requirement.name}{requirement.wanted}" for requirement in wrong)
    if not part.name:
        return Finding(
            subject=subject, verdict=Verdict.FAILS, text="; ".join(words), hint=f"it needs {needed}: install it again"
        )
    used_by = _USED_BY.get(part.name, "some commands")
    is_old = any(requirement.installed for requirement in wrong)
    return Finding(
        subject=subject,
        verdict=Verdict.FAILS if is_old else Verdict.ABSENT,
        text=f"{'; '.join(words)}; {used_by} would fail",
        hint=f"pip install 'treaty[{part.name}]' (needs {needed})",
    )


def _project(config: Config) -> Iterator[Finding]:
    for service in config.services.values():
        yield from _service(service, config.path.parent)
    for setting in config.edges:
        if setting.port:
            subject = f"edge {setting.edge}"
            yield _port(subject, LOOPBACK, setting.port)
    yield from _pacts(config.pacts)
    yield from _sessions(config.sessions)


def _service(service: Service, folder: Path) -> Iterator[Finding]:
    subject = f"service {service.name}"
    parts = urlsplit(service.url) if service.url and not any(references(service.url)) else None
    if service.start:
        yield _command(subject, service.start[0], folder)
        if parts is not None and parts.hostname and parts.port:
            yield _port(subject, parts.hostname, parts.port)
    elif service.kind == "smtp" and service.url is None:
        yield Finding(subject=subject, verdict=Verdict.GOOD, text="mail is taken by a sink")
    elif service.url is None:
        yield Finding(subject=subject, verdict=Verdict.ABSENT, text="nothing says where it is")
    else:
        probe = probe_for(None, base_url=service.url)
        answer = probe.send("GET")
        yield Finding(
            subject=subject,
            verdict=Verdict.GOOD if answer.is_good else Verdict.FAILS,
            text=f"{probe.place}: {answer.text}",
            hint="" if answer.is_good else f"start it, or let Treaty do so: services.{service.name}.start",
        )


def _command(subject: str, word: str, folder: Path) -> Finding:
    if any(references(word)):
        return Finding(subject=subject, verdict=Verdict.GOOD, text=f"started with {word}")
    search = os.pathsep.join((os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)))
    found = shutil.which(str(folder / word) if "/" in word else word, path=search)
    return Finding(
        subject=subject,
        verdict=Verdict.GOOD if found else Verdict.FAILS,
        text=f"started with {found}" if found else f"the command '{word}' does not exist or may not be run",
    )


def _port(subject: str, host: str, port: int) -> Finding:
    if is_loopback(host) and is_taken(host, port):
        holder = holder_of(port) or "somebody"
        return Finding(
            subject=subject,
            verdict=Verdict.FAILS,
            text=f"port {port} is taken by {holder}",
            hint="stop that, or choose another port",
        )
    return Finding(subject=subject, verdict=Verdict.GOOD, text=f"port {port} is free")


def _pacts(folder: Path) -> Iterator[Finding]:
    files = sorted(folder.glob("*.json")) if folder.is_dir() else []
    if not files:
        yield Finding(
            subject=str(folder), verdict=Verdict.ABSENT, text="no pacts yet", hint="treaty record writes them here"
        )
        return
    readable = 0
    for file in files:
        try:
            read_pact(file.read_bytes(), source=str(file))
        except TreatyError as error:
            yield _fails(str(file), error)
        except OSError as error:
            yield Finding(subject=str(file), verdict=Verdict.FAILS, text=error.strerror or "unreadable")
        else:
            readable += 1
    yield Finding(
        subject=str(folder), verdict=Verdict.GOOD, text=f"{readable} of {counted(len(files), 'pact')} readable"
    )


def _sessions(folder: Path) -> Iterator[Finding]:
    sessions = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    if not sessions:
        yield Finding(subject=str(folder), verdict=Verdict.ABSENT, text="no sessions yet")
        return
    readable = 0
    for session in sessions:
        try:
            open_session(session)
        except TreatyError as error:
            yield _fails(str(session), error)
        else:
            readable += 1
    yield Finding(
        subject=str(folder), verdict=Verdict.GOOD, text=f"{readable} of {counted(len(sessions), 'session')} readable"
    )


def _fails(subject: str, error: TreatyError) -> Finding:
    text = "\n".join(part for part in (error.what, error.where, error.why) if part)
    return Finding(subject=subject, verdict=Verdict.FAILS, text=text, hint=error.hint)
