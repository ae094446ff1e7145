"""Why an interaction is not kept, in lines of text: each difference at its place, and how to send the request again."""

from __future__ import annotations

import difflib
import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from treaty.contract.json_value import JsonInvalid, JsonValue, dumps, loads
from treaty.errors import counted
from treaty.report.curl import curl_command
from treaty.verify.outcome import Difference, Outcome, Verdict

SCREEN: Final = 24
"""Lines that one failure takes at most."""

_SHORT: Final = 44
_WIDTH: Final = 96
_CONTEXT: Final = 2
_LONGEST_DIFF: Final = 12
_LONGEST_BODY: Final = 600
_SHOWN_BEHIND_A_STATUS: Final = 3
_MOST_DIFFERENCES: Final = 100


class Mark(enum.Enum):
    """What a line is."""

    PLACE = "place"
    WANTED = "wanted"
    GOT = "got"
    SAME = "same"
    NOTE = "note"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Line:
    """One line; its text is already indented."""

    mark: Mark
    text: str


def failure_lines(outcome: Outcome, *, screen: int = SCREEN) -> tuple[Line, ...]:
    """Say why an interaction is broken or could not be told, in at most `screen` lines.

    The reason of what could not be told is left out: it is a text of its own.
    """
    command = [*_note(outcome), *_command(outcome)]
    room = max(screen - len(command), 1)
    shown: list[Line] = []
    differences = outcome.differences
    is_other = any(difference.location == "status" for difference in differences)
    if is_other:
        # Behind another status stands another body; its details rarely say more.
        differences = differences[: 1 if outcome.answer is not None else _SHOWN_BEHIND_A_STATUS]
    count = 0
    for difference in differences:
        lines = list(difference_lines(difference))
        # One line is kept for the count of what is left out.
        if count and len(shown) + len(lines) > room - 1:
            break
        shown += lines
        count += 1
    if is_other:
        shown += _answer(outcome)
    rest = len(outcome.differences) - count
    if rest:
        shown.append(Line(Mark.NOTE, f"and {counted(rest, 'more difference')}"))
    return (*shown, *command)


def difference_lines(difference: Difference) -> Iterator[Line]:
    """Show what was wanted and what came at one place, then the sentence about it with rule and cause."""
    wanted, got = _one_line(difference.wanted), _one_line(difference.got)
    if len(wanted) <= _SHORT and len(got) <= _SHORT:
        values = [f"wanted {wanted}"] * bool(wanted) + [f"got {got}"] * bool(got)
        yield Line(Mark.PLACE, f"{difference.location}  {', '.join(values)}".rstrip())
    else:
        yield Line(Mark.PLACE, difference.location)
        yield from _values(difference)
    detail = "" if difference.location == "status" else difference.message
    note = " ".join(part for part in (_cut(_one_line(detail)), _evidence(difference)) if part)
    if note:
        yield Line(Mark.NOTE, f"  {note}")


def failure_text(outcome: Outcome) -> str:
    """Give everything as one text: the reason, up to a hundred differences, and how to send the request again."""
    lines = [] if outcome.reason is None else [str(outcome.reason)]
    shown = outcome.differences[:_MOST_DIFFERENCES]
    lines += [line.text for difference in shown for line in difference_lines(difference)]
    if len(outcome.differences) > len(shown):
        lines.append(f"and {counted(len(outcome.differences) - len(shown), 'more difference')}; --json writes them all")
    lines += [line.text for line in _answer(outcome)]
    lines += [line.text for line in (*_note(outcome), *_command(outcome, longest_body=1_000_000))]
    return "\n".join(lines)


def _note(outcome: Outcome) -> Iterator[Line]:
    if outcome.note:
        yield Line(Mark.NOTE, outcome.note)


def _command(outcome: Outcome, *, longest_body: int = _LONGEST_BODY) -> Iterator[Line]:
    if outcome.request is None or outcome.verdict is Verdict.KEPT:
        return
    yield Line(Mark.NOTE, "to send it again:")
    for line in curl_command(outcome.request, longest_body=longest_body).splitlines():
        yield Line(Mark.COMMAND, f"  {line}")


def _answer(outcome: Outcome) -> Iterator[Line]:
    """Show the beginning of the answer, which mostly says why it has its status."""
    if outcome.answer is not None and outcome.answer.body:
        text = _one_line(outcome.answer.body[: 4 * _WIDTH].decode("utf-8", "replace"))
        yield Line(Mark.NOTE, f"  the answer was {_cut(text)}")


def _evidence(difference: Difference) -> str:
    """Name rule and cause; equality goes without saying."""
    is_known = difference.rule in ("", "equality") or difference.cause.startswith(difference.rule)
    rule = "" if is_known else f"rule {difference.rule}"
    cause = f"recorded as {difference.cause}" if difference.cause else ""
    both = "; ".join(part for part in (rule, cause) if part)
    return f"[{both}]" if both else ""


def _values(difference: Difference) -> Iterator[Line]:
    documents = _container(difference.wanted), _container(difference.got)
    if documents[0] is not None and documents[1] is not None:
        yield from _document_lines(_pretty(documents[0]), _pretty(documents[1]))
        return
    wanted, got = _window(_one_line(difference.wanted), _one_line(difference.got))
    if wanted:
        yield Line(Mark.WANTED, f"  wanted  {wanted}")
    if got:
        yield Line(Mark.GOT, f"  got     {got}")


def _document_lines(wanted: Sequence[str], got: Sequence[str]) -> Iterator[Line]:
    """Compare line by line; lines that are the same are shown only near others."""
    yield Line(Mark.NOTE, "  - wanted, + got")
    found = list(difflib.unified_diff(wanted, got, lineterm="", n=_CONTEXT))[2:]
    marks = {"-": Mark.WANTED, "+": Mark.GOT, " ": Mark.SAME}
    lines = [
        Line(marks[line[0]], f"  {line[0]} {_cut(line[1:])}") if line[0] in marks else Line(Mark.NOTE, "  ...")
        for line in found
    ]
    if lines and lines[0].mark is Mark.NOTE:
        lines = lines[1:]
    yield from lines[:_LONGEST_DIFF]
    if len(lines) > _LONGEST_DIFF:
        yield Line(Mark.NOTE, f"  ... {counted(len(lines) - _LONGEST_DIFF, 'more line')}")


def _container(text: str) -> JsonValue:
    """Parse an object or list; None for everything else."""
    if text[:1] not in ("{", "["):
        return None
    try:
        return loads(text)
    except JsonInvalid:
        return None


def _pretty(value: JsonValue) -> list[str]:
    return dumps(value, indent=2, sort_keys=True).splitlines()


def _window(wanted: str, got: str) -> tuple[str, str]:
    """Cut two long texts to the part around their first difference."""
    common = next((i for i, (a, b) in enumerate(zip(wanted, got, strict=False)) if a != b), min(len(wanted), len(got)))
    start = max(common - _WIDTH // 3, 0) if max(len(wanted), len(got)) > _WIDTH else 0
    lead = "..." if start else ""
    return _cut(lead + wanted[start:] if wanted else ""), _cut(lead + got[start:] if got else "")


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."


def _one_line(text: str) -> str:
    return " ".join(text.split()) if "\n" in text or "\t" in text else text
