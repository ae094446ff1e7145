"""What Treaty needs, as its own metadata says, and what of it is installed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import Final

_REQUIREMENT: Final = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(?:\[(?P<extras>[^\]]*)\])?(?P<wanted>[^;]*)(?:;(?P<marker>.*))?"
)
_EXTRA: Final = re.compile(r"extra\s*==\s*['\"](?P<extra>[^'\"]+)['\"]")
_BOUND: Final = re.compile(r"(>=|<)\s*([0-9]+(?:\.[0-9]+)*)")
_NUMBERS: Final = re.compile(r"[0-9]+(?:\.[0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A package that is needed.

    Attributes:
        name: of the distribution.
        wanted: the bounds of its version, as ``>=11.0.2``; empty for any.
        installed: its version here, or empty when it is absent.

    """

    name: str
    wanted: str
    installed: str

    @property
    def is_met(self) -> bool:
        """Whether it is installed in a version within the bounds."""
        return bool(self.installed) and is_within(self.installed, self.wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Treaty itself (no name), or one of its extras."""

    name: str
    requirements: tuple[Requirement, ...]


def installed_parts(lines: Iterable[str] | None = None) -> tuple[Part, ...]:
    """Return Treaty's needs and those of its extras; extras that only bundle others are left out.

    Args:
        lines: requirements as in a package's metadata (PEP 508); by default Treaty's own.

    """
    if lines is None:
        lines = metadata.requires("treaty") or ()
    parts: dict[str, list[Requirement]] = {"": []}
    for extra, requirement in _requirements(lines):
        parts.setdefault(extra, []).append(requirement)
    return tuple(Part(name=name, requirements=tuple(found)) for name, found in parts.items())


def is_within(version: str, wanted: str) -> bool:
    """Tell whether a version satisfies bounds of the forms ``>=`` and ``<``; what follows its numbers is ignored."""
    numbers = _numbers(version)
    return all(
        numbers >= _numbers(bound) if operator == ">=" else numbers < _numbers(bound)
        for operator, bound in _BOUND.findall(wanted)
    )


def _requirements(lines: Iterable[str]) -> Iterator[tuple[str, Requirement]]:
    for line in lines:
        match = _REQUIREMENT.match(line)
        if match is None or match["name"] == "treaty":
            continue
        extra = _EXTRA.search(match["marker"] or "")
        wanted = match["wanted"].strip()
        requirement = Requirement(name=match["name"], wanted=wanted, installed=_installed(match["name"]))
        yield extra["extra"] if extra else "", requirement


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _numbers(version: str) -> tuple[int, ...]:
    match = _NUMBERS.match(version)
    return tuple(int(part) for part in match[0].split(".")) if match else ()
