"""The runs of a session: the same traffic again, with something else around it each time (DESIGN 4.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

CLOCK: Final = "clock"
ZONE: Final = "zone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of what was recorded.

    Attributes:
        number: from 1.
        started: when it began, by the clock of the recording machine.
        fresh: the services that were started anew for it.
        clock: how far the services' time lay ahead of the recording machine's.
        zone: the time zone that the services were started in; empty when it was left alone.
        environment: by service and variable, which of its other values (``vary`` in treaty.yaml) it was started with,
            from 1. The values themselves may be secret.
        kept: why something that should have varied did not, one sentence each.

    """

    number: int
    started: datetime
    fresh: tuple[str, ...] = ()
    clock: timedelta = timedelta()
    zone: str = ""
    environment: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    kept: tuple[str, ...] = ()

    def levels(self) -> dict[str, str]:
        """Give what may differ from other runs, by name: `CLOCK`, `ZONE`, and the variables."""
        found = {CLOCK: str(self.clock), ZONE: self.zone}
        for service, variables in sorted(self.environment.items()):
            for name, choice in variables.items():
                found[name] = found.get(name, "") + f"{service} {choice} "
        return found


def varied(runs: Sequence[Run]) -> dict[str, tuple[str, ...]]:
    """Give what differed between runs: by name its level in each run, in order."""
    levels = [run.levels() for run in runs]
    names = sorted({name for found in levels for name in found})
    columns = {name: tuple(found.get(name, "") for found in levels) for name in names}
    return {name: column for name, column in columns.items() if len(set(column)) > 1}


def run_record(run: Run) -> dict[str, Any]:
    """Write a run as an object of JSON; what says nothing is left out."""
    record: dict[str, Any] = {"number": run.number, "started": run.started.isoformat()}
    if run.fresh:
        record["fresh"] = list(run.fresh)
    if run.clock:
        record["clock_seconds"] = round(run.clock.total_seconds())
    if run.zone:
        record["zone"] = run.zone
    if run.environment:
        record["environment"] = {service: dict(variables) for service, variables in run.environment.items()}
    if run.kept:
        record["kept"] = list(run.kept)
    return record


def run_from(record: Mapping[str, Any]) -> Run:
    """Read what `run_record` wrote.

    Raises:
        KeyError, TypeError, ValueError: when it is no run.

    """
    return Run(
        number=int(record["number"]),
        started=datetime.fromisoformat(record["started"]),
        fresh=tuple(str(name) for name in record.get("fresh", ())),
        clock=timedelta(seconds=int(record.get("clock_seconds", 0))),
        zone=str(record.get("zone", "")),
        environment={
            str(service): {str(name): int(choice) for name, choice in variables.items()}
            for service, variables in dict(record.get("environment", {})).items()
        },
        kept=tuple(str(text) for text in record.get("kept", ())),
    )
