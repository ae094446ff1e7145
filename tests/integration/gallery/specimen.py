"""A specimen of the gallery: a small service with one hard trait, its client, and ways to change the service.

A change either breaks what the client was promised, or is harmless. The first must turn verification red, the second
must not. Nothing of a specimen knows of Treaty.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import requests
from flask import Flask


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """How a service behaves: its change, and where its ids begin."""

    change: str = ""
    first_id: int = 1

    def __eq__(self, other: object) -> bool:
        """Compare with the name of a change, so that services read well: ``if conduct == "drop name"``."""
        return self.change == other if isinstance(other, str) else NotImplemented

    def __hash__(self) -> int:
        """Agree with the comparison."""
        return hash(self.change)

    def ids(self, offset: int = 0) -> Iterator[int]:
        """Count ids up, from where they begin."""
        return itertools.count(self.first_id + offset)


class Client:
    """A client of one base URL, as a test of the service would use it; insists on the status it expects."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._session = requests.Session()

    def another(self) -> Client:
        """Give a client of the same service with cookies and connections of its own."""
        return Client(self._base_url)

    def call(self, method: str, path: str, status: int, **more: Any) -> requests.Response:
        """Send a request; the answer must have the status."""
        answer = self._session.request(method, self._base_url + path, timeout=10, allow_redirects=False, **more)
        if answer.status_code != status:
            raise AssertionError(f"{method} {path}: {answer.status_code} in place of {status}: {answer.text[:300]}")
        return answer

    def get(self, path: str, status: int = 200, **more: Any) -> Any:
        """Read JSON."""
        return self.call("GET", path, status, **more).json()

    def post(self, path: str, status: int = 201, **more: Any) -> Any:
        """Send JSON and read JSON."""
        return self.call("POST", path, status, **more).json()


class MakesApp(Protocol):
    """Builds a service with fresh storage."""

    def __call__(self, conduct: Conduct, /) -> Flask:
        """Build it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """One exhibit.

    Attributes:
        name: of the trait.
        app: builds the service with empty storage.
        drive: plays the client.
        breaks: changes that break a promise.
        fresh_breaks: changes that only show on a service that holds nothing else.
        harmless: changes that do not.
        outside: values that the service knew before the recording, by the name of their slot.

    """

    name: str
    app: MakesApp
    drive: Callable[[Client], None]
    breaks: tuple[str, ...]
    harmless: tuple[str, ...] = ()
    fresh_breaks: tuple[str, ...] = ()
    outside: dict[str, str] = field(default_factory=dict)
