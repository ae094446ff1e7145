"""What was wrong with the requests that stubs got, for people: no interaction took them, or several did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from treaty.errors import counted
from treaty_stubs.concealment import Concealer
from treaty_stubs.journal import Difference, Entry
from treaty_stubs.platform import Asked

LONGEST_VALUE: Final = 120
_MOST_REQUESTS: Final = 20


def near_lines(entry: Entry) -> Iterator[str]:
    """Say of a missed request which interactions came nearest, and every difference; without secrets."""
    for near in entry.nearest:
        state = f' given "{near.state}"' if near.state else ""
        yield f"near  {near.interaction}{state}, promised to {near.consumer}"
        for difference in near.differences:
            yield f"      {_difference(difference)}"
        if near.more:
            yield f"      and {counted(near.more, 'more difference')}"


def tie_lines(entry: Entry) -> Iterator[str]:
    """Say of an answered request which interactions would have answered otherwise."""
    for rival in entry.tie:
        yield f"tie with {rival}: its answer differs"


def unmatched_text(asked: Iterable[Asked]) -> str:
    """Say which requests no interaction took; empty when there is none."""
    return _text("no interaction accepts", [each for each in asked if each.entry.missed], near_lines)


def ties_text(asked: Iterable[Asked]) -> str:
    """Say which answers were chosen by the order of names only; empty when there is none."""
    return _text(
        "several interactions accept, with other answers,", [each for each in asked if each.entry.tie], tie_lines
    )


def _text(problem: str, asked: list[Asked], lines_of: Callable[[Entry], Iterator[str]]) -> str:
    if not asked:
        return ""
    lines = [f"{problem} {counted(len(asked), 'request')}"]
    for each in asked[:_MOST_REQUESTS]:
        entry = each.entry
        lines.append(f"  {each.provider}: {entry.received.method} {Concealer(entry.received).target} -> {entry.status}")
        lines += [f"    {line}" for line in lines_of(entry)]
    if len(asked) > _MOST_REQUESTS:
        lines.append(f"  and {len(asked) - _MOST_REQUESTS} more")
    return "\n".join(lines)


def _difference(difference: Difference) -> str:
    rule = "" if difference.rule == "equality" else f" (by {shortened(difference.rule)})"
    return f"{difference.location}: wanted {shortened(difference.wanted)}{rule}, got {shortened(difference.got)}"


def shortened(text: str) -> str:
    """Put a value on one line that is not too long."""
    text = " ".join(text.split())
    if not text:
        return "nothing"
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "..."
