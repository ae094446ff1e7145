"""What was wrong with the requests that stubs got, for people: no interaction took them, or several did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from treaty.errors import UsageError, counted, did_you_mean
from treaty_stubs.concealment import Concealer
from treaty_stubs.journal import Difference, Entry
from treaty_stubs.platform import Asked, Platform

LONGEST_VALUE: Final = 120
_MOST_REQUESTS: Final = 20
_FEW: Final = 5


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


def check_state(platform: Platform, state: str | None, provider: str | None = None) -> None:
    """Refuse a provider state in which the stubs of one provider, or of all, promise nothing; raises `UsageError`."""
    views = [view for view in platform.providers() if provider in {None, view.name}]
    known = {name for view in views for name in view.states}
    some = ", ".join(f"'{name}'" for name in sorted(known)[:_FEW]) or "none"
    if state is not None and views and state not in known:
        raise UsageError(
            f"no interaction is promised in the state '{state}'",
            why=f"{counted(len(known), 'state')} known" + (f": {some}, ..." if len(known) > _FEW else f": {some}"),
            hint=did_you_mean(state, known),
        )


def check_description(platform: Platform, text: str, provider: str | None = None) -> None:
    """Refuse what is neither a request nor an interaction, as that it never came is no news; raises `UsageError`."""
    stubs = [stub for name, stub in platform.stubs.items() if provider in {None, name}]
    known = {candidate.name for stub in stubs for candidate in stub.candidates}
    if text not in known:
        raise UsageError(
            f"'{text}' names no request",
            why="it is neither a method and a path, nor the description of an interaction",
            hint=did_you_mean(text, known) or "as 'GET /users/{id}'; '* /users/{id}' is any method",
        )
