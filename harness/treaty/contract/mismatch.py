"""What does not match, as a value: where, by which rule, what was wanted and what came."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from treaty.contract.json_value import JsonValue, dumps
from treaty.contract.path import Place, print_place

ALL: Final = sys.maxsize
"""How many faults are listed where nothing bounds them."""

_LONGEST: Final = 2000
_MOST_MEMBERS: Final = 2 * _LONGEST
_Member = TypeVar("_Member")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """One difference between what was promised and what came.

    Attributes:
        location: ``method``, ``path``, ``status``, ``query.NAME[0]``, ``header.NAME``, ``metadata.NAME``, ``body`` (the
            whole body) or ``body.$.items[0].id``.
        rule: the matcher that decided, as ``type`` or ``regex``; ``equality`` where there was none.
        wanted: what would have satisfied it, as text: the example for most rules.
        got: what came, as text; empty when nothing did.
        message: one sentence without a full stop.
        left: 0 for a difference; else this stands for so many further members, elements or names below its location,
            which are not listed because there were enough differences before them.

    """

    location: str
    rule: str
    wanted: str
    got: str
    message: str
    left: int = 0


class Fault:
    """A mismatch on its way up: the steps to its place are collected from the inside out."""

    __slots__ = ("got", "left", "message", "rule", "steps", "wanted")

    def __init__(self, rule: str, wanted: str, got: str, message: str, *, left: int = 0) -> None:
        self.left = left
        self.rule = rule
        self.wanted = wanted
        self.got = got
        self.message = message
        self.steps: list[str | int] = []

    def at(self, step: str | int) -> Fault:
        """Add the step that leads to the place so far."""
        self.steps.append(step)
        return self

    def place(self) -> Place:
        """Give the whole way, from the outside in."""
        return tuple(reversed(self.steps))


def bounded(faults: list[Fault], most: int, *, left: int = 0) -> list[Fault]:
    """Keep the first faults of a place, so that what is hostile is not listed to its end.

    Args:
        faults: of the place and all below it.
        most: how many are enough.
        left: how many members or elements of the place were not looked at, because there were enough before them.

    Returns:
        the faults themselves when they are not too many; else the first of them, and a last one for all others.

    """
    if not left and len(faults) <= most:
        return faults
    kept = [fault for fault in faults if not fault.left][:most]
    left += sum(fault.left or 1 for fault in faults) - len(kept)
    return [*kept, _left_out(left)] if left else kept


def _left_out(count: int) -> Fault:
    text = f"{count:,} more, not listed"
    return Fault("left out", "", text, text, left=count)


def body_mismatches(faults: Iterable[Fault]) -> tuple[Mismatch, ...]:
    """Turn faults of a structured body into mismatches."""
    return tuple(_mismatch(f"body.{print_place(fault.place())}", fault) for fault in faults)


def named_mismatches(location: str, faults: Iterable[Fault]) -> tuple[Mismatch, ...]:
    """Turn faults of one value, or of a list of values, into mismatches at `location`."""
    return tuple(_mismatch(location + "".join(f"[{step}]" for step in fault.place()), fault) for fault in faults)


def _mismatch(location: str, fault: Fault) -> Mismatch:
    return Mismatch(
        location=location, rule=fault.rule, wanted=fault.wanted, got=fault.got, message=fault.message, left=fault.left
    )


def show(value: JsonValue) -> str:
    """Write a value for a mismatch; what is very long is cut, and not written to its end before."""
    if isinstance(value, str) and len(value) > _MOST_MEMBERS:
        return f"{dumps(value[:_LONGEST])[:_LONGEST]}… ({len(value)} characters)"
    members = _Members(_MOST_MEMBERS)
    start = members.start_of(value)
    written = dumps(start)
    return f"{written[:_LONGEST]}… (more than {len(written)} characters)" if members.spent else cut(written)


class _Members:
    """Copies the start of a value, as far as a number of members goes; each of them is written as a character or more.

    Args:
        most: how many.

    Attributes:
        spent: there were more.

    """

    def __init__(self, most: int) -> None:
        self._left = most
        self.spent = False

    def start_of(self, value: JsonValue) -> JsonValue:
        if isinstance(value, Mapping):
            return {key[:_MOST_MEMBERS]: self.start_of(member) for key, member in self._some(value.items())}
        if isinstance(value, (list, tuple)):
            return [self.start_of(member) for member in self._some(value)]
        if isinstance(value, str) and len(value) > _MOST_MEMBERS:
            self.spent = True
            return value[:_MOST_MEMBERS]
        return value

    def _some(self, members: Iterable[_Member]) -> Iterator[_Member]:
        for member in members:
            if self._left == 0:
                self.spent = True
                return
            self._left -= 1
            yield member


def cut(text: str) -> str:
    """Cut a very long text for a mismatch."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"


def show_bytes(data: bytes) -> str:
    """Write bytes for a mismatch: text where it is text, else their number and beginning."""
    try:
        return cut(data.decode())
    except UnicodeDecodeError:
        return f"{len(data)} bytes, beginning with {data[:32].hex(' ')}"
