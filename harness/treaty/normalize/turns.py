"""Which calls left alone what came after them, as the recording shows: their states can be used on after them.

A call that is no part of the set-up of what followed it on the same resources was there all the same when that was
answered. So verification may judge it on the way, and spares it a set-up of its own.
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
"""So many calls that came later and built on a call are passed over in search of one that did not."""


def find_turns(drafts: Sequence[Draft]) -> Mapping[int, int]:
    """Give numbers to the calls that were followed as if they had not been there.

    Args:
        drafts: all drafts of one edge.

    Returns:
        By number of the exchange, for calls with other methods than safe ones: the place, from 1, among those with the
        same set-up. Others are not among the keys.

    """
    steps = {each.item.number: frozenset(step.observation.number for step in each.steps) for each in drafts}
    by_step: dict[int, list[Observation]] = defaultdict(list)
    for each in sorted(drafts, key=lambda one: _begin(one.item)):
        for number in steps[each.item.number]:
            by_step[number].append(each.item)
    followed: dict[frozenset[int], list[Observation]] = defaultdict(list)
    for each in drafts:
        item, own = each.item, steps[each.item.number]
        if item.method in SAFE_METHODS or not own:
            continue
        last = max((step.observation for step in each.steps), key=_begin)
        later = by_step[last.number]
        first = bisect.bisect_left(later, item.ended, key=lambda one: one.started)
        for other in later[first : first + _MOST_LOOKS]:
            if item.number not in steps[other.number] and own <= steps[other.number]:
                followed[own].append(item)
                break
    return {
        item.number: place
        for items in followed.values()
        for place, item in enumerate(sorted(items, key=_begin), start=1)
    }


def _begin(item: Observation) -> tuple[datetime, int]:
    return item.started, item.number
