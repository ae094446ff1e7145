"""Three sides of one interaction joined part by part: what only one changed is taken, whoever that is (DESIGN 4.9).

A matcher or a generator is one part: half of one and half of another would say what nobody meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from treaty.contract.json_value import dumps

_LONGEST: Final = 60
_WHOLE: Final = frozenset({"match", "type", "matchers"})
"""Keys that show an object to be a matcher, a generator or a list of rules."""


@dataclass(frozen=True, slots=True)
class _Absent:
    """What stands where a side has nothing."""


_ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The outcome.

    Attributes:
        value: both sides' changes; of places that both changed, ours.
        disputes: one line for each place that both changed, with what each side has there.

    """

    value: Any
    disputes: tuple[str, ...]


def join(base: Any, ours: Any, theirs: Any) -> Joined:
    """Join two JSON values that came from one.

    Args:
        base: what both came from.
        ours: as people made it.
        theirs: as it was generated now.

    """
    disputes: list[str] = []
    return Joined(value=_join(base, ours, theirs, "", disputes), disputes=tuple(disputes))


def _join(base: Any, ours: Any, theirs: Any, place: str, disputes: list[str]) -> Any:
    if _same(ours, theirs) or _same(theirs, base):
        return ours
    if _same(ours, base):
        return theirs
    sides = (base, ours, theirs)
    if place and any(isinstance(side, Mapping) and not _WHOLE.isdisjoint(side) for side in sides):
        return _dispute(ours, theirs, place, disputes)
    if all(isinstance(side, Mapping) for side in sides):
        found = {}
        for key in dict.fromkeys([*ours, *theirs]):
            was, mine, now = (side.get(key, _ABSENT) for side in sides)
            found[key] = _join(was, mine, now, f"{place}.{key}".removeprefix("."), disputes)
        return {key: value for key, value in found.items() if value is not _ABSENT}
    if all(isinstance(side, list) for side in sides) and len(base) == len(ours) == len(theirs):
        return [
            _join(was, mine, now, f"{place}[{index}]", disputes)
            for index, (was, mine, now) in enumerate(zip(base, ours, theirs, strict=True))
        ]
    return _dispute(ours, theirs, place, disputes)


def _dispute(ours: Any, theirs: Any, place: str, disputes: list[str]) -> Any:
    disputes.append(f"{place}: yours {_shown(ours)}, recorded {_shown(theirs)}")
    return ours


def _shown(value: Any) -> str:
    if value is _ABSENT:
        return "nothing"
    text = dumps(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _same(first: Any, second: Any) -> bool:
    if first is _ABSENT or second is _ABSENT:
        return first is second
    return dumps(first, sort_keys=True) == dumps(second, sort_keys=True)
