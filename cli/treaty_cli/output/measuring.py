"""The strength of contracts, for people and as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any, Final, TextIO

from treaty.strength.change import RULES
from treaty.strength.score import FalseAlarm, InteractionStrength, Survivor, Tally, percent
from treaty_cli.bootstrap.measuring import (
    Handle,
    InteractionMeasured,
    Measured,
    MeasurementEvent,
    PactMeasured,
    PactStarted,
)
from treaty_cli.output.comparing import comparison_outputs
from treaty_cli.output.terminal import Style, Terminal, printable

_MOST_PLACES: Final = 3
_UNMEASURED: Final = "   --   "


@contextmanager
def measurement_report(json_lines: str | None) -> Iterator[Handle]:
    """Open what was asked for, and give what takes the events.

    Args:
        json_lines: a file, `-` for standard output (the text for people then goes to standard error), or None.

    Raises:
        OutputUnwritable: when the file cannot be written.

    """
    with comparison_outputs(json_lines) as (terminal, stream):

        def report(event: MeasurementEvent) -> None:
            if stream is not None:
                _write(stream, event)
            show_measurement(terminal, event)

        yield report


def show_measurement(terminal: Terminal, event: MeasurementEvent) -> None:
    """Show one event: interactions of which something survived, the score of each pact, and at last all together."""
    if isinstance(event, PactStarted):
        terminal.line(terminal.paint(printable(_one_line(f"{event.consumer} -> {event.provider}")), Style.STRONG))
    elif isinstance(event, InteractionMeasured):
        pact = event.pact
        terminal.progress(f"{pact.consumer} -> {pact.provider}: {event.strength.position + 1} of {pact.interactions}")
        _show_interaction(terminal, event.strength)
    elif isinstance(event, PactMeasured):
        shown = terminal.paint(_score(event.tally), _style(event.tally, below=event.below))
        terminal.line(f"  {shown}  {_counts(event.tally)}  {terminal.paint(printable(event.pact.source), Style.QUIET)}")
        terminal.line()
    else:
        _show_all(terminal, event)


def _show_interaction(terminal: Terminal, strength: InteractionStrength) -> None:
    if not (strength.survivors or strength.alarms or strength.unmeasured):
        return
    states = f"  given {' and '.join(strength.states)}" if strength.states else ""
    score = _UNMEASURED if strength.unmeasured else _score(strength.tally)
    terminal.line(f"  {score}  {printable(_one_line(strength.description + states))}")
    if strength.unmeasured:
        terminal.line(f"            not measured: {printable(_one_line(strength.unmeasured))}")
    for _, group in groupby(sorted(strength.survivors, key=_sorting), key=_sorting):
        _show_survivors(terminal, list(group))
    for alarm in strength.alarms:
        _show_alarm(terminal, alarm)
    if strength.sampled:
        terminal.line("            of long lists and large objects only some members were changed")


def _sorting(survivor: Survivor) -> tuple[str, str]:
    return survivor.kind.value, survivor.because


def _show_survivors(terminal: Terminal, survivors: Sequence[Survivor]) -> None:
    first = survivors[0]
    places = list(dict.fromkeys(each.location for each in survivors))
    more = f" and {len(places) - _MOST_PLACES} more" if len(places) > _MOST_PLACES else ""
    shown = ", ".join(places[:_MOST_PLACES]) + more
    word = terminal.paint("survived", Style.BAD)
    terminal.line(f"    {word}  {first.kind.value}: {printable(_one_line(shown))}")
    terminal.line(f"              {printable(_one_line(f'{first.before} -> {first.after}'))}; {first.because}")
    terminal.line(terminal.paint(f"              caught by: {first.rule}", Style.QUIET))


def _show_alarm(terminal: Terminal, alarm: FalseAlarm) -> None:
    word = terminal.paint("false alarm", Style.DOUBT)
    kind = "the healthy reply" if alarm.kind is None else alarm.kind.value
    terminal.line(f"    {word}  {kind}: {printable(_one_line(alarm.location))}")
    if alarm.after:
        change = f"{alarm.before} -> {alarm.after}" if alarm.before else alarm.after
        terminal.line(f"                 {printable(_one_line(change))}; {printable(_one_line(alarm.because))}")
    for place, message in alarm.complaints:
        terminal.line(f"                 complaint: {printable(_one_line(f'{place}: {message}'))}")


def _show_all(terminal: Terminal, measured: Measured) -> None:
    weak = {kind: counts for kind, counts in measured.kinds.items() if counts[0] < counts[1]}
    if weak:
        terminal.line(terminal.paint("survivors by kind", Style.STRONG))
        for kind, (caught, count) in sorted(weak.items(), key=lambda each: (each[1][0] - each[1][1], each[0].value)):
            terminal.line(
                f"  {kind.value:<28} {count - caught:>5} of {count:<6} {terminal.paint(RULES[kind], Style.QUIET)}"
            )
        terminal.line()
    shown = terminal.paint(_score(measured.tally).strip(), _style(measured.tally, below=bool(measured.exit_status())))
    terminal.line(f"{shown}  {_counts(measured.tally)}")
    if measured.tally.undecided:
        terminal.line(
            f"judged by their type alone, for nothing tells what they follow from: {measured.tally.undecided} values"
        )
    if measured.minimum is not None:
        below = [f"{each.pact.consumer} -> {each.pact.provider}" for each in measured.pacts if each.below]
        if below:
            names = printable(_one_line(", ".join(below)))
            terminal.line(terminal.paint(f"below {percent(measured.minimum)} %: {names}", Style.BAD))


def _score(tally: Tally) -> str:
    score = tally.score
    return _UNMEASURED if score is None else f"{percent(score):>6} %"


def _style(tally: Tally, *, below: bool) -> Style:
    if below:
        return Style.BAD
    return Style.GOOD if tally.caught == tally.harmful and not tally.alarms else Style.DOUBT


def _counts(tally: Tally) -> str:
    return (
        f"{tally.caught} of {tally.harmful} harmful changes caught,"
        f" {tally.alarms} of {tally.harmless} harmless ones raised a false alarm"
    )


def _one_line(text: str) -> str:
    return " ".join(text.split("\n"))


# --- JSON lines ---------------------------------------------------------------------------------------------------


def _write(stream: TextIO, event: MeasurementEvent) -> None:
    found = measurement_line(event)
    if found is not None:
        # Half a surrogate pair cannot be written in UTF-8; with a backslash it is an escape of JSON.
        line = json.dumps(found, ensure_ascii=False).encode(errors="backslashreplace").decode()
        stream.write(f"{line}\n")
        stream.flush()


def measurement_line(event: MeasurementEvent) -> dict[str, Any] | None:
    """Give the object of an event, whose `event` is ``interaction``, ``pact`` or ``finished``; a start has none."""
    if isinstance(event, PactStarted):
        return None
    if isinstance(event, InteractionMeasured):
        return {"event": "interaction", **_pact(event.pact), **_interaction(event.strength)}
    if isinstance(event, PactMeasured):
        return {"event": "pact", **_pact(event.pact), **_tally(event.tally), "below": event.below}
    return {
        "event": "finished",
        **_tally(event.tally),
        "kinds": {kind.value: {"caught": caught, "harmful": count} for kind, (caught, count) in event.kinds.items()},
        "pacts": len(event.pacts),
        "interactions": event.interactions,
        "exit_status": int(event.exit_status()),
    }


def _pact(pact: PactStarted) -> dict[str, Any]:
    return {"pact": pact.source, "consumer": pact.consumer, "provider": pact.provider}


def _tally(tally: Tally) -> dict[str, Any]:
    score = tally.score
    return {
        "score": None if score is None else float(percent(score)),
        "harmful": tally.harmful,
        "caught": tally.caught,
        "harmless": tally.harmless,
        "false_alarms": tally.alarms,
        "undecided": tally.undecided,
    }


def _interaction(strength: InteractionStrength) -> dict[str, Any]:
    return {
        "position": strength.position,
        "description": strength.description,
        "states": list(strength.states),
        **_tally(strength.tally),
        "unmeasured": strength.unmeasured,
        "sampled": strength.sampled,
        "survivors": [
            {
                "kind": each.kind.value,
                "location": each.location,
                "before": each.before,
                "after": each.after,
                "because": each.because,
                "caught_by": each.rule,
            }
            for each in strength.survivors
        ],
        "alarms": [
            {
                "kind": "" if each.kind is None else each.kind.value,
                "location": each.location,
                "before": each.before,
                "after": each.after,
                "because": each.because,
                "complaints": [{"location": place, "message": message} for place, message in each.complaints],
            }
            for each in strength.alarms
        ],
    }
