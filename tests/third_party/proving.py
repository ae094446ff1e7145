"""Records a system twice, verifies what was recorded in every situation, and measures it."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from tests.third_party.serving import Installation
from treaty_cli.app import main

PROVIDER: Final = "server"
_LONGEST: Final = 200
_MOST_FINDINGS: Final = 2
_ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """What one verification said.

    Attributes:
        kept: how many interactions.
        broken: likewise.
        untold: likewise.
        complaints: of each that was not kept, its description and what was found.

    """

    kept: int = 0
    broken: int = 0
    untold: int = 0
    complaints: tuple[str, ...] = ()

    @property
    def green(self) -> bool:
        """Whether something was verified, and all of it kept."""
        return bool(self.kept) and not self.broken and not self.untold

    def text(self) -> str:
        """Write it for a table."""
        rest = [f"**{self.broken} broken**"] if self.broken else []
        rest += [f"**{self.untold} untold**"] if self.untold else []
        return ", ".join((f"{self.kept} kept", *rest))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What came out for a system, apart from changes on the wire."""

    exchanges: int
    interactions: int
    same_bytes: bool
    difference: str
    left_out: tuple[str, ...]
    situations: Mapping[str, Verdicts] = field(default_factory=dict)
    strength: Mapping[str, int] = field(default_factory=dict)
    survivors: tuple[str, ...] = ()


class Prover:
    """Proves one system.

    Args:
        installation: its packages.
        folder: of this run, empty.

    """

    def __init__(self, installation: Installation, folder: Path) -> None:
        self._installation: Final = installation
        self._folder: Final = folder
        self._servers = 0

    @property
    def pacts(self) -> Path:
        """Where the pact of the first recording lies."""
        return self._folder / "pacts-1"

    @property
    def session(self) -> Path:
        """Where the first recording lies."""
        return self._folder / "session-1"

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Start a server that knows nothing; gives its base URL."""
        self._servers += 1
        with self._installation.serving(self._folder / f"server-{self._servers}") as url:
            yield url

    def record(self, number: int) -> list[str]:
        """Record the flow against a new server; gives what the recorder said."""
        work = self._folder / f"client-{number}"
        work.mkdir()
        with self.serving() as url:
            edge = f"client:{PROVIDER}:0={url}"
            folders = (self._folder / f"session-{number}", self._folder / f"pacts-{number}")
            out = ["--session", str(folders[0]), "--out", str(folders[1])]
            command = [sys.executable, "-m", "treaty_cli", "record", "--edge", edge, *out, "--"]
            done = subprocess.run(
                [*command, *self._installation.flow()],
                cwd=work,
                env={**self._installation.environment(), "PYTHONPATH": os.pathsep.join(map(str, _sources()))},
                check=False,
                capture_output=True,
                text=True,
            )
        if done.returncode:
            raise RuntimeError(f"recording ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return [*done.stdout.splitlines(), *done.stderr.splitlines()]

    def verify(self, url: str, *options: str) -> Verdicts:
        """Verify the first recording against a server."""
        slots = self._installation.system.slots
        secrets = [word for name in slots for word in ("--secret", f"{name}=env:PROVEN_{name.upper()}")]
        environment = {f"PROVEN_{name.upper()}": value for name, value in slots.items()}
        return verify(self.pacts, url, *secrets, *options, environment=environment)

    def situations(self) -> Iterator[tuple[str, Verdicts]]:
        """Verify fresh, three times, among strangers, and by the official verifier."""
        with self.serving() as url:
            yield "fresh", self.verify(url)
            yield "2nd", self.verify(url)
            yield "3rd", self.verify(url)
        with self.serving() as url:
            self._installation.fill(url, self._folder / "stranger")
            yield "strangers", self.verify(url)
        if not self._installation.system.slots:
            with self.serving() as url:
                yield "official", self.verify(url, "--engine", "official")

    def prove(self) -> Proof:
        """Do all of it."""
        said = self.record(1)
        self.record(2)
        first, second = (self._folder / f"pacts-{number}" / f"client-{PROVIDER}.json" for number in (1, 2))
        difference = _difference(first, second)
        strength, survivors = _strength(self.pacts, self.session)
        return Proof(
            exchanges=sum(1 for _ in (self.session / "exchanges.jsonl").open()),
            interactions=len(json.loads(first.read_text())["interactions"]),
            same_bytes=not difference,
            difference=difference,
            left_out=tuple(said),
            situations=dict(self.situations()),
            strength=strength,
            survivors=survivors,
        )


def verify(pacts: Path, url: str, *options: str, environment: Mapping[str, str] | None = None) -> Verdicts:
    """Run `treaty verify`; gives what it said of each interaction."""
    report = pacts.parent / "outcomes.jsonl"
    report.unlink(missing_ok=True)
    arguments = ["verify", str(pacts), "--provider", PROVIDER, "--base-url", url, "--json", str(report), *options]
    with patch.dict(os.environ, environment or {}):
        status, shown = _run(arguments)
    outcomes = [each for each in _lines(report) if "verdict" in each]
    if not outcomes and status not in {0, 3, 4}:
        raise RuntimeError(shown)
    return Verdicts(
        kept=sum(each["verdict"] == "kept" for each in outcomes),
        broken=sum(each["verdict"] == "broken" for each in outcomes),
        untold=sum(each["verdict"] not in {"kept", "broken"} for each in outcomes),
        complaints=tuple(_complaint(each) for each in outcomes if each["verdict"] != "kept"),
    )


def _complaint(outcome: Mapping[str, Any]) -> str:
    """Say in one line what was found wrong with an interaction."""
    found = [f"{each['location']}: {each['message']}" for each in outcome.get("differences") or ()]
    reason = outcome.get("reason")
    if reason:
        found.append(f"{reason.get('what', '')} {reason.get('where', '')}")
    shown = "; ".join(each[:_LONGEST] for each in found[:_MOST_FINDINGS])
    return f"{outcome['description']}: {shown}".replace("\n", " ")


def _run(arguments: list[str]) -> tuple[int, str]:
    shown = io.StringIO()
    with redirect_stdout(shown), redirect_stderr(shown):
        status = main(arguments)
    return status, shown.getvalue()


def _strength(pacts: Path, session: Path) -> tuple[Mapping[str, int], tuple[str, ...]]:
    report = pacts.parent / "strength.jsonl"
    status, shown = _run(["strength", str(pacts), "--session", str(session), "--json", str(report)])
    (pacts.parent / "strength.txt").write_text(shown)
    if status:
        raise RuntimeError(shown)
    totals = {"harmful": 0, "caught": 0, "harmless": 0, "false_alarms": 0, "undecided": 0}
    survivors: list[str] = []
    for line in (each for each in _lines(report) if each["event"] == "interaction"):
        for name in totals:
            totals[name] += line[name]
        survivors += [json.dumps({"of": line["description"], **each}) for each in line["survivors"]]
    return totals, tuple(survivors)


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def _difference(first: Path, second: Path) -> str:
    if first.read_bytes() == second.read_bytes():
        return ""
    found = shutil.which("diff")
    done = subprocess.run([found or "diff", first, second], check=False, capture_output=True, text=True)
    return done.stdout


def _sources() -> list[Path]:
    return [_ROOT / name for name in ("harness", "stubs", "cli", "reference_services")]
