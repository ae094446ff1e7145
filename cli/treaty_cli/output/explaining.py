"""Explanations of pacts, for people in 80 columns and as JSON lines."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TextIO, TypeAlias

from treaty.errors import counted
from treaty.explain.explanation import ExplainedInteraction, ExplainedPlace
from treaty.normalize.doubts import DOUBTFUL, THIN
from treaty_cli.bootstrap.explaining import Explained, ExplainedPact
from treaty_cli.output.comparing import comparison_outputs
from treaty_cli.output.terminal import Style, Terminal, printable, shown_path

WIDTH: Final = 80
_LABEL: Final = 9
_DEGREES: Final = {THIN: "seen too little", DOUBTFUL: "in doubt"}
_MOST_DOUBTS: Final = 10

Numbering: TypeAlias = Sequence[tuple[str, int]]


@contextmanager
def explanation_report(json_lines: str | None) -> Iterator[Callable[[Explained], None]]:
    """Give what shows an explanation.

    Args:
        json_lines: a file, `-` for standard output (the text for people then goes to standard error), or None.

    Raises:
        OutputUnwritable: when the file cannot be written.

    """
    with comparison_outputs(json_lines) as (terminal, stream):

        def report(explained: Explained) -> None:
            show_explained(terminal, explained)
            if stream is not None:
                _write(stream, explained)

        yield report


def show_explained(terminal: Terminal, explained: Explained) -> None:
    """Show every pact with its interactions, then what the session shows beside."""
    for pact in explained.pacts:
        if not pact.interactions and len(explained.pacts) > 1:
            continue
        _show_pact(terminal, pact, explained)
    if explained.session is None:
        terminal.line(
            terminal.paint("with --session DIR: which exchanges, runs and links each rule rests on", Style.QUIET)
        )


def _show_pact(terminal: Terminal, pact: ExplainedPact, explained: Explained) -> None:
    title = f"{pact.consumer} -> {pact.provider}"
    terminal.line(f"{terminal.paint(printable(title), Style.STRONG)}  {shown_path(pact.source)}")
    if not pact.generated:
        _wrap(terminal, "", "what people changed is not known: there is no .generated folder beside it", indent=2)
    _show_doubtful(terminal, pact)
    terminal.line()
    for interaction in pact.interactions:
        _show_interaction(terminal, interaction, explained)
    for description in pact.deleted:
        _wrap(terminal, "", f"taken out by hand: {description}", indent=2)
    if pact.findings:
        terminal.line("findings")
        for finding in pact.findings:
            _wrap(terminal, "", finding_in_words(finding, explained.numbering), indent=2)
    if pact.deleted or pact.findings:
        terminal.line()


def _show_doubtful(terminal: Terminal, pact: ExplainedPact) -> None:
    """List the rules in doubt; one place of several interactions with the same description once."""
    doubtful = Counter(
        f"{place.place} of {each.description}"
        for each in pact.interactions
        for place in each.places
        if place.degree == DOUBTFUL
    )
    if not doubtful:
        return
    terminal.line(f"  {counted(doubtful.total(), 'rule')} in doubt:")
    for text, count in list(doubtful.items())[:_MOST_DOUBTS]:
        _wrap(terminal, "", text if count == 1 else f"{text} (in {count} states)")
    if len(doubtful) > _MOST_DOUBTS:
        terminal.line(f"    and {len(doubtful) - _MOST_DOUBTS} more")


def finding_in_words(finding: Mapping[str, Any], numbering: Numbering = ()) -> str:
    """Say a finding in a sentence, with how often, examples, and its kind."""
    count = f" ({finding['count']} times)" if finding["count"] > 1 else ""
    examples = [_number(number, numbering) for number in finding.get("examples", ())]
    where = f", as in {', '.join(examples)}" if examples else ""
    return f"{finding['text']}{count}{where}  [{finding['kind']}]"


def _show_interaction(terminal: Terminal, interaction: ExplainedInteraction, explained: Explained) -> None:
    terminal.line(terminal.paint(printable(interaction.description), Style.STRONG))
    if interaction.states:
        _wrap(terminal, "given", " and ".join(interaction.states), indent=2)
    if interaction.is_added:
        _wrap(terminal, "by hand", "it was not generated", indent=2)
    for edit in interaction.edited:
        _wrap(terminal, "by hand", f"{edit} differs from what was generated", indent=2)
    _show_seen(terminal, interaction, explained)
    for redaction in interaction.redactions:
        _wrap(terminal, "secret", f"{redaction.place}: {redaction.advice}", indent=2)
    for place in interaction.places:
        _show_place(terminal, place, explained.numbering)
    terminal.line()


def _show_seen(terminal: Terminal, interaction: ExplainedInteraction, explained: Explained) -> None:
    evidence = interaction.evidence
    if evidence is None:
        if explained.session is not None:
            _wrap(terminal, "seen", "not in this session", indent=2)
        return
    _wrap(terminal, "seen", _seen(evidence["exchanges"], explained.numbering), indent=2)
    if evidence["looked_at"] < evidence["exchanges"]["count"]:
        _wrap(terminal, "", f"{evidence['looked_at']} of them were looked at for what follows", indent=2)
    for step in evidence["steps"]:
        text = f"{step['call']} {_number(step['exchange'], explained.numbering)}: {step['why']}"
        _wrap(terminal, "set-up", text, indent=2)


def _show_place(terminal: Terminal, place: ExplainedPlace, numbering: Numbering) -> None:
    style = Style.DOUBT if place.degree else Style.STRONG
    mark = _DEGREES.get(place.degree, "") or ("edited by hand" if place.edited else "")
    title = textwrap.wrap(printable(place.place), width=WIDTH - 4, break_on_hyphens=False)
    if mark and len(title[-1]) + len(mark) > WIDTH - 6:
        title.append("")
    for index, line in enumerate(title):
        last = index == len(title) - 1
        indent = "  " if index == 0 else "    "
        terminal.line(f"{indent}{terminal.paint(line, style)}" + (f"  ({mark})" if mark and last else ""))
    _wrap(terminal, "rule", place.rule)
    if place.cause:
        _wrap(terminal, "cause", place.cause)
    for entry in place.evidence:
        _wrap(terminal, "seen", _entry(entry, place, numbering))
        for text in _links(entry.get("links", ()), numbering):
            _wrap(terminal, "link", text)
        for text in _links(entry.get("dropped", ()), numbering):
            _wrap(terminal, "no link", text)
    for doubt in place.doubts:
        _wrap(terminal, "doubt", doubt)
    for change in place.changes:
        _wrap(terminal, "changes", f"with {change}" if not change.startswith("nothing") else change)


def _links(links: Sequence[Mapping[str, Any]], numbering: Numbering) -> Iterator[str]:
    """Say links, or dropped ones; those that only differ in the exchange together."""
    found: dict[str, list[str]] = {}
    for link in links:
        how = link.get("why") or f"by {link['method']}, {link['confidence']}"
        text = f"{link['location']} of {link['call']}: {how}"
        found.setdefault(text, []).append(_number(link["exchange"], numbering))
    for text, numbers in found.items():
        yield f"{', '.join(sorted(numbers, key=_by_length))} {text}"


def _by_length(number: str) -> tuple[int, str]:
    return len(number), number


def _entry(entry: Mapping[str, Any], place: ExplainedPlace, numbering: Numbering) -> str:
    values, exchanges = entry["values"], entry["exchanges"]
    many = "" if exchanges["count"] == 1 else "the same value " if values == 1 else f"{counted(values, 'value')} "
    absent = f", absent in {entry['missing']}" if entry.get("missing") else ""
    where = f"{entry['place']}: " if _differs(str(entry["place"]), place.place) else ""
    return f"{where}{many}in {_seen(exchanges, numbering)}{absent}"


def _differs(one: str, other: str) -> bool:
    return one.lower() != other.lower()


def _seen(exchanges: Mapping[str, Any], numbering: Numbering) -> str:
    numbers = [_number(number, numbering) for number in exchanges["first"]]
    more = " ..." if exchanges["count"] > len(numbers) else ""
    runs = exchanges["runs"]
    of_runs = f", runs {', '.join(map(str, runs))}" if len(runs) > 1 else ""
    return f"{counted(exchanges['count'], 'exchange')} ({', '.join(numbers)}{more}{of_runs})"


def _number(number: int, numbering: Numbering) -> str:
    """Write the number of an exchange; where several sessions count as one, with its session's name."""
    if len(numbering) < 2:
        return f"#{number}"
    name, added = next((each for each in reversed(numbering) if each[1] < number), numbering[0])
    return f"{name} #{number - added}"


def _wrap(terminal: Terminal, label: str, text: str, *, indent: int = 4) -> None:
    start = " " * indent + (f"{label:<{_LABEL}}" if label else "")
    lines = textwrap.wrap(
        printable(" ".join(text.split())), width=WIDTH - len(start), break_long_words=True, break_on_hyphens=False
    )
    for index, line in enumerate(lines or [""]):
        before = start if index == 0 else " " * len(start)
        shown = terminal.paint(before, Style.QUIET) if index == 0 and label else before
        terminal.line(f"{shown}{line}")


# --- JSON lines ---------------------------------------------------------------------------------------------------


def _write(stream: TextIO, explained: Explained) -> None:
    for line in explanation_lines(explained):
        # Half a surrogate pair cannot be written in UTF-8; with a backslash it is an escape of JSON.
        text = json.dumps(line, ensure_ascii=False).encode(errors="backslashreplace").decode()
        stream.write(f"{text}\n")
    stream.flush()


def explanation_lines(explained: Explained) -> Iterator[dict[str, Any]]:
    """Give the objects: each with `event`, ``interaction``, ``finding`` or ``finished``."""
    doubtful = count = 0
    for pact in explained.pacts:
        edge = {"pact": pact.source, "consumer": pact.consumer, "provider": pact.provider}
        for interaction in pact.interactions:
            count += 1
            doubtful += sum(place.degree > 0 for place in interaction.places)
            yield {"event": "interaction", **edge, **_interaction_line(interaction)}
        for finding in pact.findings:
            yield {"event": "finding", **edge, **finding}
    yield {
        "event": "finished",
        "pacts": len(explained.pacts),
        "interactions": count,
        "doubtful": doubtful,
        "sessions": [{"name": name, "added": added} for name, added in explained.numbering],
    }


def _interaction_line(interaction: ExplainedInteraction) -> dict[str, Any]:
    evidence = interaction.evidence or {}
    return {
        "description": interaction.description,
        "key": interaction.key,
        "states": list(interaction.states),
        "exchanges": evidence.get("exchanges"),
        "steps": evidence.get("steps", []),
        "by_hand": interaction.is_added,
        "edited": list(interaction.edited),
        "redactions": [{"place": each.place, "advice": each.advice} for each in interaction.redactions],
        "places": [
            {
                "place": place.place,
                "rule": place.rule,
                "cause": place.cause,
                "degree": place.degree,
                "doubts": list(place.doubts),
                "changes": list(place.changes),
                "edited": place.edited,
                "evidence": list(place.evidence),
            }
            for place in interaction.places
        ],
    }
