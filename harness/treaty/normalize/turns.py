"""Which calls stand beside others with the same set-up and more, as the recording shows: neither builds on the other.

A call that is no part of the set-up of what followed it on the same resources was there all the same when that was
answered; and a change that came before it, and is no part of its set-up, left it alone. So verification may judge it on
the way, and spares it a set-up of its own.
"""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from treaty.normalize.drafts import Draft
from treaty.normalize.observations import SAFE_METHODS, Observation

_MOST_LOOKS: Final = 200
"""So many calls on each side that built on a call are passed over in search of one that did not."""


def find_turns(drafts: Sequence[Draft]) -> Mapping[int, int]:
    """Give numbers to the calls that were followed as if they had not been there, or that did without a change before.

    Args:
        drafts: all drafts of one edge.

    Returns:
        By number of the exchange, for calls with other methods than safe ones: the place, from 1, among those with the
        same set-up. Others are not among the keys.

    """
    steps = {each.item.number: frozenset(step.observation.number for step in each.own) for each in drafts}
    by_step: dict[int, list[Observation]] = defaultdict(list)
    for each in sorted(drafts, key=lambda one: _begin(one.item)):
        for number in steps[each.item.number]:
            by_step[number].append(each.item)
    beside: dict[frozenset[int], list[Observation]] = defaultdict(list)
    for each in drafts:
        item, own = each.item, steps[each.item.number]
        if item.method in SAFE_METHODS or not own:
            continue
        last = max((step.observation for step in each.own), key=_begin)
        around = by_step[last.number]
        first = bisect.bisect_left(around, item.ended, key=lambda one: one.started)
        own_place = bisect.bisect_left(around, item.started, key=lambda one: one.started)
        after = around[first : first + _MOST_LOOKS]
        before = [
            other
            for other in around[max(0, own_place - _MOST_LOOKS) : own_place]
            if other.ended <= item.started and other.effectful
        ]
        if any(item.number not in steps[each.number] and own <= steps[each.number] for each in (*after, *before)):
            beside[own].append(item)
    return {
        item.number: place for items in beside.values() for place, item in enumerate(sorted(items, key=_begin), start=1)
    }


def _begin(item: Observation) -> tuple[datetime, int]:
    return item.started, item.number
