"""Faults as documents: read from what a file or a program says, and written again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import resources
from typing import Any, Final

from treaty.config.document import PlainValue, place_text
from treaty.config.validation import Problem, schema_problems
from treaty.contract.json_value import JsonInvalid, JsonValue, dumps, loads
from treaty.errors import ConfigInvalid
from treaty_stubs.faults.durations import WANTED, parse_duration, write_duration
from treaty_stubs.faults.model import Fault, Latency, RecordedTimes
from treaty_stubs.message import Ending

RECORDED: Final = "recorded"
_EFFECTS: Final = ("latency", "status", "content_type", "malformed", "connection", "drip")
_PERCENT: Final = 100.0


def load_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a file of faults."""
    text = resources.files("treaty_stubs.faults").joinpath("schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def parse_faults(
    value: PlainValue, *, times: RecordedTimes | None = None
) -> tuple[tuple[Fault, ...], tuple[Problem, ...]]:
    """Read a document of faults.

    Args:
        value: as YAML or JSON gives it.
        times: what ``latency: recorded`` takes its times from; None when there is no recording.

    Returns:
        The faults, and what is wrong with the document; nobody should play the faults of one that has problems.

    """
    problems = list(schema_problems(value, load_schema()))
    if problems:
        return (), tuple(problems)
    assert isinstance(value, Mapping)
    entries: Any = value["faults"]
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for position, entry in enumerate(entries):
        place = ("faults", position)
        try:
            fault = _parse_fault(entry, position)
        except JsonInvalid as error:
            problems.append(Problem(place=(*place, "body"), why=f"the body is not JSON: {error.reason}"))
            continue
        problems += [
            Problem(place=(*place, *problem.place), why=problem.why, hint=problem.hint)
            for problem in _problems(entry, fault)
        ]
        if fault.name in seen:
            problems.append(
                Problem(place=place, why=f"'{fault.name}' is the name of fault {seen[fault.name] + 1} of the list too")
            )
        seen.setdefault(fault.name, position)
        if fault.latency is not None and fault.latency.recorded:
            fault = _with_times(fault, times)
            if fault.latency is None:
                problems.append(_no_times((*place, "latency"), times))
        faults.append(fault)
    return tuple(faults), tuple(problems)


def accept_faults(document: JsonValue, *, times: RecordedTimes | None = None) -> tuple[Fault, ...]:
    """Read a document of faults that came from a program.

    Args:
        document: JSON; as `treaty.contract.json_value` has it.
        times: as for `parse_faults`.

    Raises:
        ConfigInvalid: when it is not one.

    """
    value: PlainValue = json.loads(dumps(document))
    faults, problems = parse_faults(value, times=times)
    if isinstance(value, dict) and "session" in value:
        problems = (*problems, Problem(place=("session",), why="only a file of faults can name a recording"))
    if problems:
        raise ConfigInvalid(
            "these are not faults that we can play",
            where="\n".join(place_text(problem.place) or "the document" for problem in problems),
            why="\n".join(problem.why for problem in problems),
            hint="\n".join(problem.hint for problem in problems if problem.hint),
        )
    return faults


def write_faults(faults: Iterable[Fault]) -> JsonValue:
    """Write faults as a document that `parse_faults` reads."""
    return {"faults": [dict(_members(fault)) for fault in faults]}


def _parse_fault(entry: Mapping[str, Any], position: int) -> Fault:
    latency = entry.get("latency")
    method = entry.get("method")
    drip = entry.get("drip")
    return Fault(
        name=entry.get("name", f"fault-{position + 1}"),
        provider=entry.get("provider"),
        method=method.upper() if method else None,
        path=entry.get("path"),
        share=_parse_share(entry.get("share", 1.0)),
        times=entry.get("times"),
        on=entry.get("on", True),
        latency=None if latency is None else _parse_latency(latency),
        status=entry.get("status"),
        headers=dict(entry.get("headers", {})),
        body=loads(json.dumps(entry.get("body"))),
        content_type=entry.get("content_type"),
        malformed=entry.get("malformed", False),
        connection=Ending(entry.get("connection", "whole")),
        drip=None if drip is None else parse_duration(drip),
    )


def _parse_share(share: float | str) -> float:
    return float(share.removesuffix("%").strip()) / _PERCENT if isinstance(share, str) else float(share)


def _parse_latency(latency: str | Mapping[str, str]) -> Latency:
    if latency == RECORDED:
        return Latency(curve=(), recorded=True)
    if isinstance(latency, str):
        return Latency(curve=((_PERCENT, parse_duration(latency) or 0.0),))
    points = [(float(name[1:]), parse_duration(text) or 0.0) for name, text in latency.items()]
    # One percentile alone says what the slowest of that share take: the curve rises to it from 0.
    return Latency(curve=((0.0, 0.0), *sorted(points)))


def _problems(entry: Mapping[str, Any], fault: Fault) -> Iterator[Problem]:
    if not any(effect in entry for effect in _EFFECTS):
        yield Problem(place=(), why="the fault does nothing", hint=f"say one of {', '.join(_EFFECTS)}")
    for key in ("headers", "body"):
        if key in entry and fault.status is None:
            yield Problem(place=(key,), why=f"'{key}' belongs to an answer with a status of its own", hint="add status")
    latency = entry.get("latency")
    texts: Sequence[tuple[tuple[str, ...], Any]] = [(("drip",), entry.get("drip"))]
    if isinstance(latency, Mapping):
        texts = [*texts, *((("latency", name), text) for name, text in latency.items())]
        seconds = [second for _, second in (fault.latency.curve if fault.latency else ())]
        if seconds != sorted(seconds):
            yield Problem(place=("latency",), why="a higher percentile has a shorter time than a lower one")
    elif latency != RECORDED:
        texts = [*texts, (("latency",), latency)]
    for place, text in texts:
        if isinstance(text, str) and parse_duration(text) is None:
            yield Problem(place=place, why=f"'{text}' is not {WANTED}")


def _with_times(fault: Fault, times: RecordedTimes | None) -> Fault:
    curve = () if times is None else times.curve(fault)
    return replace(fault, latency=Latency(curve=curve, recorded=True) if curve else None)


def _no_times(place: tuple[str | int, ...], times: RecordedTimes | None) -> Problem:
    if times is None:
        return Problem(
            place=place, why="there is no recording to take times from", hint="name one at the top: session: PATH"
        )
    return Problem(place=place, why="the session holds no call that the fault is about")


def _members(fault: Fault) -> Iterator[tuple[str, JsonValue]]:
    yield "name", fault.name
    for key in ("provider", "method", "path"):
        if (text := getattr(fault, key)) is not None:
            yield key, text
    yield from _how_often(fault)
    if fault.latency is not None:
        yield "latency", _latency_member(fault.latency)
    if fault.status is not None:
        yield "status", fault.status
    if fault.headers:
        yield "headers", dict(fault.headers)
    if fault.body is not None:
        yield "body", fault.body
    if fault.content_type is not None:
        yield "content_type", fault.content_type
    if fault.malformed:
        yield "malformed", True
    if fault.connection is not Ending.WHOLE:
        yield "connection", fault.connection.value
    if fault.drip is not None:
        yield "drip", write_duration(fault.drip)


def _how_often(fault: Fault) -> Iterator[tuple[str, JsonValue]]:
    if fault.share < 1.0:
        yield "share", f"{fault.share * _PERCENT:.6g}%"
    if fault.times is not None:
        yield "times", fault.times
    if not fault.on:
        yield "on", False


def _latency_member(latency: Latency) -> JsonValue:
    if latency.recorded:
        return RECORDED
    if len(latency.curve) == 1:
        return write_duration(latency.curve[0][1])
    return {f"p{percent:.6g}": write_duration(seconds) for percent, seconds in latency.curve if percent}
