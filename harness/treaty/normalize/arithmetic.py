"""Numbers of an answer that follow from those that were sent: a balance, nights between two days, stars given.

Any number is the sum of some others by chance. So a sum, a difference or a product counts only where it has so many
digits that chance is unlikely; days only where they are called days; and a number that repeats one of the request under
another name only where all like calls do so, with values that differ.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from treaty.contract.json_value import JsonValue, Number, decimal_of, is_number
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import IDENTIFIER_FIELDS, words
from treaty.normalize.observations import Observation
from treaty.normalize.tokens import Flow

_TEXT: Final = re.compile(r"-?\d{1,12}\.\d{1,4}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")
_DAY_WORDS: Final = frozenset({"night", "nights", "day", "days"})
_MINOR_UNITS: Final = frozenset(
    {"cents", "cent", "minor", "pence", "pennies", "centimes", "subunits", "kopecks", "ore"}
)
"""Words for the hundredth part of a currency's unit."""
_MINOR: Final = 100
_LEAST_DIGITS: Final = 4
_MOST_CALLS: Final = 12
_MOST_NUMBERS: Final = 24


def amount_of(value: JsonValue) -> Decimal | None:
    """Give a number, also one that is written as a text with a fraction, as amounts of money are; None for others."""
    if is_number(value):
        assert isinstance(value, (int, Number))
        number = decimal_of(value)
        return number if number.is_finite() and abs(number.adjusted()) <= 15 else None
    return Decimal(value) if isinstance(value, str) and _TEXT.fullmatch(value) else None


class Arithmetic:
    """What can be computed from the requests of an exchange and its set-up; computed when it is asked for first.

    Args:
        items: the exchange, and its set-up.
        flow: the tokens; ids are no amounts.

    """

    def __init__(self, items: Sequence[Observation], flow: Flow) -> None:
        self._items: Final = items
        self._flow: Final = flow
        self._results: frozenset[Decimal] | None = None

    def explains(self, leaf: Leaf) -> bool:
        """Tell whether a leaf of the answer follows from what was sent."""
        value = amount_of(leaf.value)
        if value is None or leaf.name.field.split("_")[-1] in IDENTIFIER_FIELDS:
            return False
        if _DAY_WORDS & set(words(leaf.location.rpartition(".")[2])):
            return any(value == days for item in self._items for days in _days(item))
        if _digits(value) >= _LEAST_DIGITS and value in self._computed():
            return True
        return any(_is_in_other_units(leaf, value, sent, number) for sent, number in self._sent())

    def _computed(self) -> frozenset[Decimal]:
        if self._results is None:
            numbers = list(itertools.islice(self._numbers(), _MOST_NUMBERS))
            pairs = itertools.combinations(numbers, 2)
            self._results = frozenset(
                result for a, b in pairs for result in (a + b, a - b, b - a, a * b) if result not in (a, b)
            )
        return self._results

    def _numbers(self) -> Iterator[Decimal]:
        return (number for _, number in self._sent())

    def _sent(self) -> Iterator[tuple[Leaf, Decimal]]:
        for item in self._items[-_MOST_CALLS:]:
            for leaf in item.request:
                if (
                    leaf.location.startswith("body.$")
                    and self._flow.at(item.number, f"request.{leaf.location}") is None
                ):
                    number = amount_of(leaf.value)
                    if number:
                        yield leaf, number


def _is_in_other_units(leaf: Leaf, value: Decimal, sent: Leaf, number: Decimal) -> bool:
    """Tell whether an amount is one that was sent, in cents where that was not, or the other way round.

    Only a name says so, ``amount_cents``; where the two names have nothing else in common, the amount has some digits.
    """
    own, other = _amount_words(leaf), _amount_words(sent)
    if bool(own & _MINOR_UNITS) == bool(other & _MINOR_UNITS):
        return False
    expected = number * _MINOR if own & _MINOR_UNITS else number / _MINOR
    is_same = bool((own & other) - _MINOR_UNITS)
    return value == expected and (is_same or _digits(value) >= _LEAST_DIGITS - 1)


def _amount_words(leaf: Leaf) -> set[str]:
    return set(words(leaf.location.rpartition(".")[2]))


def repeats(observed: Sequence[tuple[Observation, Mapping[str, JsonValue]]], flow: Flow) -> Mapping[str, str]:
    """Find numbers that repeat one of the own request under another name, in all of several like calls.

    Args:
        observed: like calls, each with the numbers of its answer that nothing explains, by location.
        flow: the tokens.

    Returns:
        By location of the answer, the location in the request.

    """
    candidates: dict[str, set[str]] = {}
    seen: dict[str, list[Decimal]] = defaultdict(list)
    for item, numbers in observed:
        sent: dict[Decimal, set[str]] = defaultdict(set)
        for leaf in item.request:
            if leaf.location.startswith("body.$") and is_number(leaf.value) and "[" not in leaf.location:
                assert isinstance(leaf.value, (int, Number))
                if flow.at(item.number, f"request.{leaf.location}") is None:
                    sent[decimal_of(leaf.value)].add(leaf.location)
        for place, value in numbers.items():
            assert isinstance(value, (int, Number))
            number = decimal_of(value)
            seen[place].append(number)
            places = sent.get(number, set())
            candidates[place] = candidates[place] & places if place in candidates else set(places)
    return {place: min(places) for place, places in candidates.items() if places and not _may_count(seen[place])}


def _may_count(values: Sequence[Decimal]) -> bool:
    """Tell whether numbers are one, or may be a count of the calls, which agrees with another count by chance."""
    different = list(dict.fromkeys(values))
    return len(different) < 2 or all(after - before == 1 for before, after in itertools.pairwise(different))


def _digits(value: Decimal) -> int:
    return len(str(abs(value)).replace(".", "").strip("0"))


def _days(item: Observation) -> Iterator[int]:
    """Give how many days lie between any two days of a request."""
    found = {leaf.location: day for leaf in item.request for day in (_day(leaf.value),) if day is not None}
    for first, second in itertools.combinations(list(found.values())[:4], 2):
        yield abs((first - second).days)


def _day(value: JsonValue) -> date | None:
    if not isinstance(value, str) or not _DAY.match(value):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
