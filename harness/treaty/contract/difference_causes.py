"""Changes of what lies beside the standard part of an interaction: our causes, its states, name and pending mark.

Of the causes those are compared that verification checks: an echo repeats a value of its request, a carried value one
of the set-up, a number has its exact value, a time is near the call. The others only explain why a value is what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from treaty.contract.difference_changes import Change
from treaty.contract.difference_gaps import ABSENT_TEXT
from treaty.contract.json_value import JsonValue, dumps
from treaty.contract.model import Interaction, ProviderState

_INDEX: Final = re.compile(r"\[\d+\]")
_VARIABLE: Final = re.compile(r"\$\{(\w+?)(?:_[0-9a-f]{6})?\}")
"""A variable of the set-up; its name ends with the beginning of the hash of the steps, which says nothing here."""

_STEPS_PARAMETER: Final = "treaty"
_NOTHING: Final = "only what the rules say"


def cause_changes(old: Interaction, new: Interaction, absent: frozenset[str]) -> Iterator[Change]:
    """Find what the causes of response leaves promised and promise now.

    Args:
        old: the interaction as it was.
        new: the interaction as it is.
        absent: locations of leaves that only one of them has; nothing more is said of these.

    """
    before, after = _causes(old), _causes(new)
    for location in dict.fromkeys((*before, *after)):
        if any(location == gone or location.startswith((f"{gone}.", f"{gone}[")) for gone in absent):
            continue
        was, now = _promise(before, location), _promise(after, location)
        if was == now:
            continue
        yield Change(
            part="response",
            location=location,
            old=was or _NOTHING,
            new=now or _NOTHING,
            breaking=bool(was),
            demand=bool(now),
            reason="the consumer may rely on what was promised beyond the rules"
            if was
            else "the provider has to keep it",
        )


def _causes(interaction: Interaction) -> Mapping[str, Mapping[str, JsonValue]]:
    ours = interaction.comments.get("treaty")
    found = ours.get("response") if isinstance(ours, Mapping) else None
    if not isinstance(found, Mapping):
        return {}
    return {location: cause for location, cause in found.items() if isinstance(cause, Mapping)}


def _promise(causes: Mapping[str, Mapping[str, JsonValue]], location: str) -> str:
    """Say what a cause promises; what is said of any element counts for each."""
    cause = causes.get(location) or causes.get(_INDEX.sub("[*]", location)) or {}
    name, source, number = cause.get("cause"), cause.get("of"), cause.get("number")
    if isinstance(number, str):
        return f"the number {_plain(number)}"
    if name == "echo":
        return f"repeats {source} of the request" if isinstance(source, str) else "repeats a value of the request"
    if name == "carried" and isinstance(source, str):
        variable = _VARIABLE.sub(r"\1", source)
        return f"repeats {variable} of the set-up"
    return "a time near the call" if name == "clock" else ""


def _plain(number: str) -> str:
    """Write a number so that equal ones look the same."""
    try:
        value = Decimal(number)
    except InvalidOperation:
        return number
    if not value.is_finite():
        return number
    text = f"{value:f}" if abs(value.adjusted()) < len(number) + 30 else str(value)
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


# --- states, name, pending ----------------------------------------------------------------------------------------


def frame_changes(old: Interaction, new: Interaction) -> Iterator[Change]:
    """Find changes of the description, the provider states and the pending mark."""
    if old.description != new.description:
        yield _frame("description", old.description, new.description, "the name is for people")
    if _states(old.states) != _states(new.states):
        yield _state_change(old.states, new.states)
    if old.pending != new.pending:
        yield Change(
            part="interaction",
            location="pending",
            old=dumps(old.pending),
            new=dumps(new.pending),
            breaking=new.pending,
            demand=old.pending,
            reason="a failure of it fails no verification any more" if new.pending else "a failure of it counts now",
        )


def _frame(location: str, old: str, new: str, reason: str) -> Change:
    return Change(part="interaction", location=location, old=old, new=new, breaking=False, demand=False, reason=reason)


def _states(states: tuple[ProviderState, ...]) -> list[tuple[str, str]]:
    return sorted((state.name, dumps(state.params, sort_keys=True)) for state in states)


def _state_change(old: tuple[ProviderState, ...], new: tuple[ProviderState, ...]) -> Change:
    before, after = show_states(old), show_states(new)
    if before == after:
        steps = any(_STEPS_PARAMETER in state.params for state in (*old, *new))
        after += " (other set-up steps)" if steps else " (other parameters)"
    known = _states(old)
    by_hand = [s.name for s in new if _STEPS_PARAMETER not in s.params and _states((s,))[0] not in known]
    return Change(
        part="interaction",
        location="provider state",
        old=before,
        new=after,
        breaking=False,
        demand=bool(by_hand),
        reason=f"the provider needs a handler for {', '.join(by_hand)}" if by_hand else "it is set up in another way",
    )


def show_states(states: tuple[ProviderState, ...]) -> str:
    """Name provider states for people."""
    return ", ".join(state.name for state in states) or ABSENT_TEXT
