"""Reads ``treaty.yaml`` into a `Config`, or says what is wrong with it and where."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from treaty.config.cross_checks import cross_problems
from treaty.config.document import Document, Place, PlainValue, read_document
from treaty.config.edges import EdgeSetting, check_url, parse_edge
from treaty.config.model import Config, RedactionSetting, Service
from treaty.config.validation import Problem, refuse_problems, schema_problems
from treaty.errors import EdgeInvalid, FileMissing

CONFIG_NAME: Final = "treaty.yaml"


def find_config(start: Path) -> Path | None:
    """Return the nearest ``treaty.yaml`` in a folder or above it; None when there is none."""
    for folder in (start, *start.absolute().parents):
        if (folder / CONFIG_NAME).is_file():
            return folder / CONFIG_NAME
    return None


def load_config(path: Path) -> Config:
    """Read and check a configuration.

    Raises:
        FileMissing: when there is no such file, or it may not be read.
        ConfigInvalid: when it is not YAML, does not satisfy the schema, or contradicts itself; all problems are named.

    """
    document = read_document(_read(path), source=str(path))
    value: PlainValue = {} if document.value is None else document.value
    _refuse(list(schema_problems(value)), document, path)
    assert isinstance(value, dict)
    problems: list[Problem] = []
    edges = tuple(_edges(value, problems))
    services = {name: _service(name, settings, problems) for name, settings in _mapping(value, "services").items()}
    _refuse(problems, document, path)
    config = _config(path, value, services, edges)
    _refuse(list(cross_problems(config)), document, path)
    return config


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileMissing(
            "the configuration cannot be read",
            where=str(path),
            why=(error.strerror or "unknown").lower(),
            hint="treaty init writes one to start from",
        ) from None


def _refuse(problems: list[Problem], document: Document, path: Path) -> None:
    what = f"{path} is not a configuration that we can use"
    refuse_problems(problems, document, source=str(path), what=what)


def _edges(value: dict[str, Any], problems: list[Problem]) -> Iterator[EdgeSetting]:
    for index, text in enumerate(value.get("edges", [])):
        try:
            yield parse_edge(text)
        except EdgeInvalid as error:
            problems.append(Problem(place=("edges", index), why=f"{error.what}: {error.why}", hint=error.hint))


def _service(name: str, settings: dict[str, Any], problems: list[Problem]) -> Service:
    place = ("services", name)
    kind = settings.get("kind", "http")
    url = settings.get("url")
    if url is not None and "${" not in url:
        url, fault = check_url(url, ("smtp",) if kind == "smtp" else ("http", "https"))
        if fault:
            problems.append(Problem(place=(*place, "url"), why=fault))
    reset = settings.get("reset")
    return Service(
        name=name,
        kind=kind,
        url=url,
        start=_command(settings.get("start"), (*place, "start"), problems),
        ready=settings.get("ready"),
        messages=settings.get("messages"),
        stop=_command(settings.get("stop"), (*place, "stop"), problems),
        reset=reset if _is_url(reset) else _command(reset, (*place, "reset"), problems),
        env=dict(settings.get("env", {})),
        vary={name: tuple(values) for name, values in settings.get("vary", {}).items()},
    )


def _is_url(reset: object) -> bool:
    return isinstance(reset, str) and reset.startswith(("http://", "https://", "${url}", "/"))


def _command(command: list[str] | str | None, place: Place, problems: list[Problem]) -> tuple[str, ...] | None:
    if command is None:
        return None
    try:
        words = shlex.split(command) if isinstance(command, str) else list(command)
    except ValueError as error:
        words = []
        problems.append(Problem(place=place, why=f"it cannot be split into words: {str(error).lower()}"))
    else:
        if not words or not words[0]:
            problems.append(Problem(place=place, why="the command is empty"))
    return tuple(words)


def _mapping(value: dict[str, Any], key: str) -> dict[str, Any]:
    mapping: dict[str, Any] = value.get(key, {})
    return mapping


def _config(path: Path, value: dict[str, Any], services: dict[str, Service], edges: tuple[EdgeSetting, ...]) -> Config:
    redaction = _mapping(value, "redaction")
    return Config(
        path=path,
        services=services,
        edges=edges,
        pacts=path.parent / value.get("pacts", "pacts"),
        sessions=path.parent / value.get("sessions", ".treaty/sessions"),
        strictness=value.get("strictness", "promise"),
        redaction=RedactionSetting(
            allow=tuple(redaction.get("allow", ())),
            names=tuple(redaction.get("names", ())),
        ),
    )
