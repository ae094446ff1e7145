"""What `treaty stub` says: to people, line by line, and as JSON lines to programs."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, TextIO, TypeAlias

from treaty.errors import OutputUnwritable, counted
from treaty_cli.bootstrap.stub_events import (
    AdminStarted,
    AllStarted,
    Asked,
    Failed,
    Handle,
    HandshakeFailed,
    NotReloaded,
    Reloaded,
    RequestRefused,
    Several,
    SpaceGone,
    Starved,
    Stopped,
    StubEvent,
    StubStarted,
    StubSummary,
    Unplaced,
    Untold,
)
from treaty_cli.output.lasting import Lasting
from treaty_cli.output.patient_terminal import PatientTerminal
from treaty_cli.output.terminal import Style, Terminal, printable, standard_error, standard_output
from treaty_stubs.complaints import near_lines
from treaty_stubs.journal import FORWARDED

_LONGEST_TARGET: Final = 1000
_MOST_UNUSED: Final = 10
_COLOURS: Final = re.compile(r"(\x1b\[\d+m)")
"""What `Terminal.paint` writes."""

_Notice: TypeAlias = (
    AdminStarted | Untold | Unplaced | NotReloaded | RequestRefused | HandshakeFailed | SpaceGone | Starved | Failed
)


class StubLines:
    """Writes the events of a stub for people.

    Args:
        terminal: where to.

    """

    def __init__(self, terminal: Terminal | PatientTerminal) -> None:
        self._terminal = terminal
        self._providers = 0
        self._told: set[str] = set()
        self._lines: list[str] = []

    def __call__(self, event: StubEvent) -> None:
        """Write one event, all of its lines together."""
        if isinstance(event, Several):
            for asked in event.asked:
                self._asked(asked)
        else:
            self._tell(event)
        self._terminal.lines(self._lines)
        self._lines.clear()

    def _tell(self, event: StubEvent) -> None:
        if isinstance(event, StubStarted):
            self._providers += 1
            self._started(event)
        elif isinstance(event, AdminStarted):
            self._line(f"admin  {event.url}  for you and your tests, not for the consumer")
        elif isinstance(event, AllStarted):
            self._ready(event)
        elif isinstance(event, Asked):
            self._asked(event)
        elif isinstance(event, Untold):
            self._line(f"and {counted(event.count, 'more request')} served, faster than they can be told")
        elif isinstance(event, Unplaced):
            status = self._terminal.paint(str(event.status), Style.BAD)
            self._line(f"{event.method} {event.target} -> {status}  no provider has this path")
        elif isinstance(event, Reloaded):
            self._line(f"{event.provider}  read again: {_size(event)}")
        elif isinstance(event, NotReloaded):
            self._line(
                f"{self._terminal.paint('not read again', Style.DOUBT)}, answers stay as they were: {event.fault}"
            )
        elif isinstance(event, HandshakeFailed | SpaceGone | Starved):
            self._once(event)
        elif isinstance(event, RequestRefused):
            prefix = f"{event.provider}: " if self._providers > 1 else ""
            request = f"{event.method} {_short(event.target)}".strip() or "what came"
            self._line(f"{prefix}{request} -> {self._terminal.paint(str(event.status), Style.BAD)}  {event.why}")
        elif isinstance(event, Failed):
            who = f"the stub of {event.provider}" if event.provider else "the admin API"
            self._line(
                f"{self._terminal.paint('500', Style.BAD)} {who} failed on a request ({type(event.fault).__name__});"
                " this is a defect of Treaty, please report it"
            )
        elif isinstance(event, Stopped):
            self._stopped(event)

    def _once(self, event: HandshakeFailed | SpaceGone | Starved) -> None:
        """Tell a cause once: whoever meets it mostly does so with every request."""
        if event.why in self._told:
            return
        self._told.add(event.why)
        if isinstance(event, HandshakeFailed):
            doubt = self._terminal.paint("no connection", Style.DOUBT)
            self._line(f"{doubt} by TLS: {event.why}; further ones are not told")
        elif isinstance(event, Starved):
            doubt = self._terminal.paint("no more connections", Style.DOUBT)
            self._line(f"{doubt}: {event.why}; clients wait until others are gone; this is told once")
        else:
            doubt = self._terminal.paint("forgotten", Style.DOUBT)
            self._line(f"space '{event.name}' is {doubt}: {event.why}; further ones are counted, not told")

    def _ready(self, event: AllStarted) -> None:
        if event.authority is not None:
            self._line(f"clients have to trust {event.authority}")
        for provider, url in event.fallbacks.items():
            self._line(f"{provider}  what no interaction accepts goes to {url}")
        if event.faults:
            self._line(f"{counted(event.faults, 'fault')} declared; --seed {event.seed} repeats this run's")
        self._line("ready; stop with Ctrl-C")

    def _stopped(self, event: Stopped) -> None:
        for summary in event.summaries:
            self._summary(summary)
        if event.spaces_gone:
            self._line(f"{counted(event.spaces_gone, 'space')} forgotten in favour of others")
        if event.session is not None:
            self._line(_recorded(event))

    def _started(self, event: StubStarted) -> None:
        self._line(_started(event))
        if event.keeps:
            self._line(f"  keeps what these make: {', '.join(event.keeps)}")
        elif event.keeps is not None:
            self._line("  keeps nothing: its pacts do not tell how something is made and found again")

    def _asked(self, event: Asked) -> None:
        entry = event.entry
        prefix = f"{event.provider}: " if self._providers > 1 else ""
        request = f"{prefix}{entry.received.method} {_short(event.target)}"
        if entry.interaction == FORWARDED:
            style = Style.DOUBT if entry.why == "forwarded" else Style.BAD
            self._line(f"{request} -> {self._terminal.paint(str(entry.status), style)}  {entry.why}")
            return
        if not entry.missed:
            status = self._terminal.paint(str(entry.status), Style.GOOD if entry.status < 400 else Style.DOUBT)
            fault = f"  {self._terminal.paint('fault', Style.DOUBT)} {entry.fault}" if entry.fault else ""
            varied = "" if entry.variation is None else f"  vary {entry.variation}"
            self._line(f"{request} -> {status}  {event.interaction} ({entry.why}){varied}{fault}")
            for rival in entry.tie:
                self._line(f"  {self._terminal.paint('tie', Style.DOUBT)} with {rival}: its answer differs")
            return
        status = self._terminal.paint(str(entry.status), Style.BAD)
        self._line(f"{request} -> {status}  {entry.why or 'no interaction matches'}")
        for line in near_lines(entry):
            self._line(f"  {line}")

    def _summary(self, summary: StubSummary) -> None:
        forwarded = f", {summary.forwarded} forwarded" if summary.forwarded else ""
        ties = f", {counted(summary.ties, 'tie')}" if summary.ties else ""
        self._line(
            f"{summary.provider}: {summary.served} served{forwarded}, {summary.missed} missed{ties}, "
            f"{counted(len(summary.unused), 'interaction')} never used"
        )
        for name in summary.unused[:_MOST_UNUSED]:
            self._line(f"  unused  {name}")
        if len(summary.unused) > _MOST_UNUSED:
            self._line(f"  unused  and {len(summary.unused) - _MOST_UNUSED} more")

    def _line(self, text: str) -> None:
        if "\x1b" in text and self._terminal.colour:
            text = "".join(map(_printable_apart_from_colours, _COLOURS.split(text)))
        else:
            text = printable(text)
        self._lines.append(text)


def _printable_apart_from_colours(part: str) -> str:
    return part if _COLOURS.fullmatch(part) else printable(part)


class StubJsonLines:
    """Writes one JSON object an event; its key `event` tells which one."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __call__(self, event: StubEvent) -> None:
        """Write one event."""
        for entry in _as_json(event):
            self._stream.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self._stream.flush()


@contextmanager
def stub_outputs(json_lines: str | None) -> Iterator[Handle]:
    """Give what takes the events: lines for people, and JSON lines when they are asked for.

    Args:
        json_lines: a path, or `-` for standard output; lines for people then go to standard error.

    Raises:
        OutputUnwritable: when the file cannot be opened.
        OSError: at the end, when something could not be written to its end.

    """
    with ExitStack() as stack:
        terminal = standard_error() if json_lines == "-" else standard_output()
        people = StubLines(stack.enter_context(PatientTerminal(terminal)))
        programs = None
        if json_lines is not None:
            name = "standard output" if json_lines == "-" else json_lines
            programs = Lasting(StubJsonLines(_open(json_lines, stack)), name)

        def handle(event: StubEvent) -> None:
            people(event)
            if programs is not None:
                programs(event)

        yield handle
        if programs is not None and programs.lost is not None:
            raise programs.lost


def _open(path: str, stack: ExitStack) -> TextIO:
    if path == "-":
        return sys.stdout
    try:
        return stack.enter_context(Path(path).open("w", encoding="utf-8", errors="backslashreplace"))
    except OSError as fault:
        raise OutputUnwritable(
            f"{path} cannot be written", where="--json", why=fault.strerror or type(fault).__name__
        ) from None


def _short(target: str) -> str:
    return target if len(target) <= _LONGEST_TARGET else f"{target[:_LONGEST_TARGET]}... ({len(target)} characters)"


def _started(event: StubStarted) -> str:
    return f"{event.provider}  {event.url}  {_size(event)}"


def _size(event: StubStarted | Reloaded) -> str:
    consumers = ", ".join(f"{count} of {consumer}" for consumer, count in event.consumers.items())
    return counted(event.interactions, "interaction") + (f" ({consumers})" if consumers else "")


def _as_json(event: StubEvent) -> Iterator[dict[str, Any]]:
    if isinstance(event, StubStarted):
        yield {
            "event": "stub-started",
            "provider": event.provider,
            "url": event.url,
            "interactions": event.interactions,
            "consumers": event.consumers,
            **({} if event.keeps is None else {"keeps": list(event.keeps)}),
        }
    elif isinstance(event, AllStarted):
        yield {
            "event": "ready",
            **({"faults": event.faults, "seed": event.seed} if event.faults else {}),
            **({"fallbacks": dict(event.fallbacks)} if event.fallbacks else {}),
            **({"authority": str(event.authority)} if event.authority else {}),
        }
    elif isinstance(event, Asked):
        yield _request(event)
    elif isinstance(event, Several):
        yield from map(_request, event.asked)
    elif isinstance(event, Reloaded):
        yield {
            "event": "reloaded",
            "provider": event.provider,
            "interactions": event.interactions,
            "consumers": event.consumers,
        }
    elif isinstance(event, Stopped):
        yield from _stopped(event)
    else:
        yield _notice(event)


def _notice(event: _Notice) -> dict[str, Any]:
    match event:
        case AdminStarted():
            return {"event": "admin-started", "url": event.url}
        case Untold():
            return {"event": "untold", "count": event.count}
        case Unplaced():
            return {"event": "unplaced", "method": event.method, "target": event.target, "status": event.status}
        case NotReloaded():
            fault = event.fault
            return {
                "event": "not-reloaded",
                "code": fault.code,
                "what": fault.what,
                "where": fault.where,
                "why": fault.why,
            }
        case RequestRefused():
            asked = {"method": event.method, "target": event.target} if event.target else {}
            told = {"event": "refused", "provider": event.provider, "status": event.status, "why": event.why}
            return {**told, **asked}
        case HandshakeFailed():
            return {"event": "handshake-failed", "why": event.why}
        case Starved():
            return {"event": "starved", "why": event.why}
        case SpaceGone():
            return {"event": "space-gone", "space": event.name, "why": event.why}
        case Failed():
            return {"event": "failed", "provider": event.provider, "fault": type(event.fault).__name__}


def _stopped(event: Stopped) -> Iterator[dict[str, Any]]:
    for summary in event.summaries:
        yield {
            "event": "stub-stopped",
            "provider": summary.provider,
            "served": summary.served,
            "missed": summary.missed,
            "ties": summary.ties,
            "unused": list(summary.unused),
            **({"forwarded": summary.forwarded} if summary.forwarded else {}),
        }
    if event.spaces_gone:
        yield {"event": "spaces-gone", "spaces": event.spaces_gone}
    if event.session is not None:
        unanswered = {"unanswered": event.unanswered} if event.unanswered else {}
        yield {"event": "session", "path": str(event.session), "calls": event.calls, **unanswered}


def _recorded(event: Stopped) -> str:
    calls = counted(event.calls, "forwarded call")
    if event.calls and event.unanswered == event.calls:
        return f"{calls} recorded in {event.session}; none was answered, so there is nothing to promise"
    without = f", {event.unanswered} without an answer" if event.unanswered else ""
    others = "the others" if event.unanswered else "them"
    return f"{calls} recorded{without}; treaty normalize {event.session} makes promises of {others}"


def _request(event: Asked) -> dict[str, Any]:
    entry = event.entry
    found: dict[str, Any] = {
        "event": "miss" if entry.missed else "served",
        "provider": event.provider,
        "number": entry.number,
        "method": entry.received.method,
        "target": event.target,
        "status": entry.status,
    }
    if entry.interaction == FORWARDED:
        return {**found, "event": "forwarded", "why": entry.why}
    if not entry.missed:
        found |= {"interaction": event.interaction, "why": entry.why, "tie": list(entry.tie)}
        if entry.fault:
            found["fault"] = entry.fault
        if entry.variation is not None:
            found["vary"] = entry.variation
        return found
    if entry.why:
        found["why"] = entry.why
    found["nearest"] = [
        {
            "interaction": near.interaction,
            "consumer": near.consumer,
            "state": near.state,
            "differences": [
                {
                    "location": difference.location,
                    "rule": difference.rule,
                    "wanted": difference.wanted,
                    "got": difference.got,
                }
                for difference in near.differences
            ],
        }
        for near in entry.nearest
    ]
    return found
