"""Imports a capture as a user does, and holds other answers against the pacts of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from treaty.contract.matching import match_response
from treaty.contract.model import ActualResponse, HttpInteraction
from treaty.pactfile import read_pact
from treaty.session.exchange import Exchange
from treaty.session.reader import open_session
from treaty_cli.app import main


@dataclass(frozen=True, slots=True)
class Imported:
    """A capture with its session and its pacts.

    Attributes:
        folder: where everything that was written lies.
        events: the JSON lines of the import.

    """

    folder: Path
    events: list[dict[str, Any]]

    @property
    def odd(self) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == "odd"]

    @property
    def edges(self) -> Mapping[str, int]:
        return {
            f"{event['consumer']} -> {event['provider']}": event["exchanges"]
            for event in self.events
            if event["event"] == "edge"
        }

    def exchanges(self) -> Iterator[Exchange]:
        return iter(open_session(self.folder / "session"))

    def interactions(self, edge: str) -> list[HttpInteraction]:
        """Give the interactions of ``consumer -> provider``."""
        path = self.folder / "pacts" / f"{edge.replace(' -> ', '-')}.json"
        pact = read_pact(path.read_bytes(), source=str(path))
        return [each for each in pact.interactions if isinstance(each, HttpInteraction)]

    def promises(self) -> dict[str, list[str]]:
        """Give the descriptions of all interactions by edge."""
        files = sorted((self.folder / "pacts").glob("*.json"))
        return {
            file.stem: [each["description"] for each in json.loads(file.read_bytes())["interactions"]] for file in files
        }

    def accepts(
        self, edge: str, description: str, answer: object, change: Callable[[Any], object] = lambda body: body
    ) -> bool:
        """Tell whether an answer, changed in some way, keeps one of the interactions with this description."""
        found = [each for each in self.interactions(edge) if each.description == description]
        assert found, f"{edge} has no {description}"
        return any(_keeps(each, change(_answering(each, answer))) for each in found)

    def everything(self) -> bytes:
        """Give every byte that was written."""
        return b"\n".join(file.read_bytes() for file in self.folder.rglob("*") if file.is_file())


def _keeps(interaction: HttpInteraction, body: object) -> bool:
    data = json.dumps(body).encode()
    lines = (("Content-Type", "application/json; charset=utf-8"), ("Content-Length", str(len(data))))
    response = interaction.response
    return not match_response(response, ActualResponse(status=response.status, headers=lines, body=data))


def _answering(interaction: HttpInteraction, answer: object) -> Any:
    """Give an answer as it would be to the interaction's own request and set-up, whose values it says again."""
    ours = interaction.comments.get("treaty")
    causes = ours.get("response") if isinstance(ours, Mapping) else None
    found: Any = deepcopy(answer)
    for place, cause in causes.items() if isinstance(causes, Mapping) else ():
        if isinstance(cause, Mapping) and cause.get("cause") in {"echo", "carried"} and place.startswith("body.$"):
            _copy(re.findall(r"[^.\[\]]+", place)[2:], json.loads(interaction.response.body.data), found)
    return found


def _copy(keys: list[str], source: Any, target: Any) -> None:
    """Copy the leaf below some keys, where both have one."""
    key, *rest = keys
    if isinstance(source, list) and isinstance(target, list):
        for element in target if source else ():
            _copy(rest, source[0], element)
    elif isinstance(source, dict) and isinstance(target, dict) and key in source and key in target:
        if rest:
            _copy(rest, source[key], target[key])
        else:
            target[key] = source[key]


def import_capture(folder: Path, kind: str, path: Path, *options: str) -> Imported:
    """Run ``treaty import`` and ``treaty normalize``."""
    session, lines = folder / "session", folder / "events"
    folder.mkdir(parents=True, exist_ok=True)
    assert main(["import", kind, str(path), "--session", str(session), "--json", str(lines), *options]) == 0
    assert main(["normalize", str(session), "--out", str(folder / "pacts")]) == 0
    events = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    return Imported(folder, events)
