"""The endpoints of a recorded contract, and which of them a request was for."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from tests.third_party.wire import Asked
from treaty.strength.reply import Reply

_DESCRIPTION: Final = re.compile(r"(?P<method>\S+) (?P<template>\S+) -> (?P<status>\d+)( \((?P<more>.*)\))?", re.DOTALL)
_OPERATION: Final = "x-amz-target"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A method, a template of a path, a status; the operation where a header names it.

    Attributes:
        text: how descriptions of interactions begin that are of it.
        placeholders: how many segments vary.

    """

    method: str
    template: str
    status: int
    operation: str = ""

    @property
    def text(self) -> str:
        """Write it as descriptions do."""
        operation = f" ({self.operation})" if self.operation else ""
        return f"{self.method} {self.template} -> {self.status}{operation}"

    @property
    def placeholders(self) -> int:
        """Count the segments that vary."""
        return self.template.count("{")

    def takes(self, asked: Asked, reply: Reply) -> bool:
        """Tell whether an exchange is one of it."""
        if (asked.method, reply.status) != (self.method, self.status):
            return False
        path = asked.path.partition("?")[0]
        return asked.header(_OPERATION) == self.operation and bool(
            _form(self.template).fullmatch(path) or _form(self.template).fullmatch(unquote(path))
        )


@cache
def _form(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{[^}]*\}", template)
    return re.compile("[^/]+".join(map(re.escape, parts)))


def endpoints_of(pact: Path) -> list[Endpoint]:
    """Read the endpoints of a pact's interactions, those with fewer variable segments first."""
    found: dict[Endpoint, None] = {}
    for interaction in json.loads(pact.read_text(encoding="utf-8"))["interactions"]:
        parts = _DESCRIPTION.fullmatch(interaction["description"])
        if parts is None:
            continue
        headers = interaction["request"].get("headers") or {}
        operation = next((value for name, value in headers.items() if name.lower() == _OPERATION), "")
        endpoint = Endpoint(
            method=parts["method"],
            template=parts["template"],
            status=int(parts["status"]),
            operation=operation if isinstance(operation, str) else operation[0],
        )
        found[endpoint] = None
    return sorted(found, key=lambda each: each.placeholders)


def endpoint_of(endpoints: Sequence[Endpoint], asked: Asked, reply: Reply) -> Endpoint | None:
    """Find the endpoint of an exchange."""
    return next((each for each in endpoints if each.takes(asked, reply)), None)
