"""The demonstration: the reference shop, recorded, verified, broken on purpose and stood in for; all of it for real."""

from __future__ import annotations

import os
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final, Protocol

from treaty.config import load_config
from treaty.errors import ExtraMissing, OutputUnwritable, ProviderFailed
from treaty.pactfile import read_pact
from treaty.record.events import Stored
from treaty.session.runs import Run
from treaty.verify.events import Event, InteractionJudged
from treaty.verify.outcome import Outcome, Summary, Verdict
from treaty_cli.bootstrap.installation import installed_parts
from treaty_cli.bootstrap.recording import Listening, RecordingSummary, record
from treaty_cli.bootstrap.recording_plan import RecordingRequest
from treaty_cli.bootstrap.verification import VerificationRequest, verify
from treaty_stubs.http.server import StubServer

FOLDER: Final = Path(".treaty") / "demo"
PROVIDERS: Final = ("user", "order", "payment", "notification")
FAULT: Final = "S1-7"
"""A defect that the shop knows: ``total_amount`` of orders is called ``total``."""
_FAULTY: Final = "order"
_EXTRAS: Final = ("demo", "record", "official")
_SECONDS: Final = 10.0
_SHOWN: Final = 4000
_SIGNAL_BASE: Final = 128
"""The shell's convention for a program that a signal ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One request to the stub with its answer.

    Attributes:
        line: method and URL.
        status: of the answer.
        match: what the stub says about why it answered so (``X-Treaty-Match``).
        body: the beginning of the answer's body.

    """

    line: str
    status: int
    match: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstrated:
    """What the demonstration came to."""

    verified: Mapping[str, Summary]
    seconds: float

    @property
    def kept(self) -> bool:
        """Whether every provider kept every promise."""
        return all(summary.kept and not summary.broken + summary.could_not_tell for summary in self.verified.values())


class DemonstrationObserver(Protocol):
    """Is told how the demonstration goes."""

    def begins(self, folder: Path) -> None:
        """Learn where everything is written."""

    def listening(self, listening: Listening) -> None:
        """Learn that the shop is up with the recorder between its services."""

    def progress(self, stored: Stored) -> None:
        """Learn how much is recorded."""

    def recorded(self, summary: RecordingSummary, seconds: float) -> None:
        """Learn what was recorded and which pacts came of it."""

    def verified(self, provider: str, summary: Summary) -> None:
        """Learn how a provider did."""

    def caught(self, provider: str, fault: str, summary: Summary, broken: Sequence[Outcome]) -> None:
        """Learn how a provider with a defect did."""

    def served(self, served: Served) -> None:
        """Learn what the stub answered."""

    def ended(self, demonstrated: Demonstrated, folder: Path) -> None:
        """Learn that it is over."""


def demonstrate(observer: DemonstrationObserver) -> Demonstrated:
    """Record the shop, verify each service alone and fresh, break one, and stand in for another.

    Raises:
        ExtraMissing: when a part that the shop needs is not installed.
        ProviderFailed: when the shop's client fails.
        TreatyError: whatever a step cannot do.
        SystemExit: when a signal ended the recording.

    """
    _check_installed()
    started = time.monotonic()
    config = _prepare(FOLDER)
    observer.begins(FOLDER)
    _record(config, observer)
    verified: dict[str, Summary] = {}
    for provider in PROVIDERS:
        verified[provider], _ = _verify(config, provider)
        observer.verified(provider, verified[provider])
    with _environment(SHOP_FAULTS=FAULT):
        summary, broken = _verify(config, _FAULTY)
    observer.caught(_FAULTY, FAULT, summary, broken)
    for served in _ask_stub(FOLDER / "pacts"):
        observer.served(served)
    demonstrated = Demonstrated(verified=verified, seconds=time.monotonic() - started)
    observer.ended(demonstrated, FOLDER)
    return demonstrated


def _check_installed() -> None:
    missing = [
        requirement.name
        for part in installed_parts()
        if part.name in _EXTRAS
        for requirement in part.requirements
        if not requirement.is_met
    ]
    if missing:
        raise ExtraMissing(
            "the demonstration needs parts of Treaty that are not installed",
            why=f"missing or too old: {', '.join(sorted(set(missing)))}",
            hint="pip install 'treaty[demo]'",
        )


def _prepare(folder: Path) -> Path:
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        config = folder / "treaty.yaml"
        config.write_bytes(resources.files("treaty_cli.bootstrap").joinpath("shop.yaml").read_bytes())
    except OSError as fault:
        raise OutputUnwritable(
            "the demonstration's folder cannot be made", where=str(folder), why=fault.strerror or str(fault)
        ) from None
    return config


def _record(config: Path, observer: DemonstrationObserver) -> None:
    folder = config.parent
    log = folder / "client.log"
    drive = [sys.executable, "-m", "treaty_shop", "drive"]
    request = RecordingRequest(
        config=config,
        session=folder / "session",
        out=folder / "pacts",
        command=["sh", "-c", 'log=$1; shift; exec "$@" >"$log"', "sh", str(log), *drive],
    )
    started = time.monotonic()
    # Each delayed step is held until the client lets it go, so that it sees every state, whatever the machine's speed.
    with _environment(SHOP_PACE="gate"):
        summary = record(request, _Recording(observer))
    if summary.signal:
        # A recording ends in order and goes on to its pacts; a demonstration of half a day would show nothing.
        raise SystemExit(_SIGNAL_BASE + summary.signal)
    if summary.command_status:
        raise ProviderFailed(
            f"the shop's client ended with exit status {summary.command_status} before its day was over",
            where=f"what it did: {log}",
        )
    observer.recorded(summary, time.monotonic() - started)


@dataclass(frozen=True, slots=True)
class _Recording:
    observer: DemonstrationObserver

    def listening(self, listening: Listening) -> None:
        self.observer.listening(listening)

    def run_begins(self, run: Run, *, of: int) -> None:
        del run, of

    def progress(self, stored: Stored) -> None:
        self.observer.progress(stored)

    def ended(self, session: Path) -> None:
        del session


def _verify(config: Path, provider: str) -> tuple[Summary, list[Outcome]]:
    broken: list[Outcome] = []

    def handle(event: Event) -> None:
        if isinstance(event, InteractionJudged) and event.outcome.verdict is Verdict.BROKEN:
            broken.append(event.outcome)

    pacts = load_config(config).pacts
    return verify(VerificationRequest(provider=provider, pacts=[pacts], config=config), handle), broken


def _ask_stub(pacts: Path) -> Iterator[Served]:
    files = sorted(pacts.glob("*-user.json"))
    with StubServer([read_pact(file.read_bytes(), source=str(file)) for file in files], provider="user") as stub:
        yield _ask(f"{stub.url}/api/v1/users/42")
        yield _ask(f"{stub.url}/api/v2/users/42")


def _ask(url: str) -> Served:
    request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - our own stub
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - as above
            status, headers, body = answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as fault:
        with fault:
            status, headers, body = fault.code, fault.headers, fault.read()
    text = body.decode("utf-8", "replace")
    return Served(line=f"GET {url}", status=status, match=headers.get("X-Treaty-Match", ""), body=text[:_SHOWN])


@contextmanager
def _environment(**variables: str) -> Iterator[None]:
    """Set variables that the services inherit, for a while."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
