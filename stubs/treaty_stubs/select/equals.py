"""Interactions that say the same: what one consumer was promised is often promised to another one as well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from treaty.contract.json_value import dumps
from treaty.pactfile.writing import write_interaction
from treaty_stubs.select.candidate import Candidate

_Key: TypeAlias = tuple[object, ...]


def find_equals(candidates: Iterable[Candidate]) -> Mapping[int, tuple[Candidate, ...]]:
    """Give for each interaction, by its number, those of other consumers with equal request, response and states.

    One of them answers, and it is as true of the others. Descriptions may differ; those without equals are left out.
    """
    alike: defaultdict[_Key, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        request = candidate.interaction.request
        alike[request.method, request.path, candidate.place, candidate.state].append(candidate)
    found: dict[int, tuple[Candidate, ...]] = {}
    for several in alike.values():
        if len({candidate.consumer for candidate in several}) > 1:
            for equals in _equal(several):
                for one in equals:
                    others = tuple(each for each in equals if each.consumer != one.consumer)
                    found.update({one.number: others} if others else {})
    return found


def _equal(candidates: Sequence[Candidate]) -> Iterable[Sequence[Candidate]]:
    by_text: defaultdict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        bare = replace(candidate.interaction, description="", key="", comments={}, unknown={})
        by_text[dumps(write_interaction(bare))].append(candidate)
    return (each for each in by_text.values() if len(each) > 1)
