"""Formats of a session and the one-step upgrades between them (DESIGN 6).

A format change adds one `Upgrade` under the number it leads away from; reading an old session applies the steps one
after the other, to ``session.json`` once and to every line of ``exchanges.jsonl``. Nothing is written back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

FORMAT: Final = 2
"""The format that this version writes."""

Record: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """One step from a format to the next.

    Attributes:
        info: turns the object of ``session.json``.
        exchange: turns the object of a line.

    """

    info: Callable[[Record], Record]
    exchange: Callable[[Record], Record]


def _info_with_runs(record: Record) -> Record:
    return {**record, "runs": [{"number": 1, "started": record["started"]}]}


def _exchange_of_first_run(record: Record) -> Record:
    return {**record, "run": 1}


UPGRADES: Final[Mapping[int, Upgrade]] = {1: Upgrade(info=_info_with_runs, exchange=_exchange_of_first_run)}
"""By the format that they lead away from. 1: sessions had one run, and did not say so."""


def upgrade_info(record: Record, upgrades: Mapping[int, Upgrade] = UPGRADES) -> Record:
    """Bring the object of ``session.json`` to the newest format."""
    step = int(record["format"])
    while step in upgrades:
        record = upgrades[step].info(record)
        step += 1
    return record


def upgrade_exchange(record: Record, found: int, upgrades: Mapping[int, Upgrade] = UPGRADES) -> Record:
    """Bring the object of a line, written in format `found`, to the newest format."""
    while found in upgrades:
        record = upgrades[found].exchange(record)
        found += 1
    return record
