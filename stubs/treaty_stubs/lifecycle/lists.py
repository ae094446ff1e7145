"""Answers that list the items of a space."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from treaty.contract.json_value import JsonValue
from treaty_stubs.lifecycle.calls import leaves_of, open_way, place_of
from treaty_stubs.lifecycle.model import EndpointModel, Expectation, Listing, Model
from treaty_stubs.lifecycle.notes import Notes, split_at_list, tokens_of
from treaty_stubs.lifecycle.overlay import lay_over, put_in
from treaty_stubs.lifecycle.requests import replaced, steps
from treaty_stubs.lifecycle.situations import Judge, at_place
from treaty_stubs.lifecycle.spaces import Item, Space

_ORDERING = ("sort", "order")


class Unlisted(Exception):
    """A list that was not learned; the text is a clause for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAnswer:
    """A list as it is now.

    Attributes:
        document: of the answer.
        items: those that it shows.

    """

    document: JsonValue
    items: Sequence[Item]


class Lister:
    """Lists items as was learned.

    Args:
        model: what was learned.
        judge: tells which items fit.

    """

    def __init__(self, model: Model, judge: Judge) -> None:
        self._model = model
        self._judge = judge

    def answer(
        self,
        endpoint: EndpointModel,
        expectation: Expectation,
        document: JsonValue,
        values: Mapping[str, JsonValue],
        space: Space,
    ) -> ListAnswer:
        """Give a recorded list with the items that are there now.

        Raises:
            Unlisted: when nothing tells what it would hold.

        """
        listing = expectation.listing
        assert listing is not None
        fitting = self._judge.fitting(listing.resource, listing.filters, values, space)
        shown = _part(listing, fitting, values)
        elements = [self._element(endpoint, item) for item in shown]
        answer = put_in(document, listing.way, list[JsonValue](elements))
        for place in listing.counts:
            answer = replaced(answer, tuple(steps(place.removeprefix("body."))), len(fitting))
        return ListAnswer(document=answer, items=shown)

    def _element(self, endpoint: EndpointModel, item: Item) -> JsonValue:
        best: tuple[int, int] | None = None
        found: JsonValue = None
        for example in _examples(endpoint):
            score = fitness(example, item)
            if best is None or score > best:
                best, found = score, example
        if best is None:
            raise Unlisted("this list was only ever recorded empty, and now there is something to show")
        for place, _ in leaves_of(found):
            if place in item.unsure:
                raise Unlisted(f"nobody recorded what {item.unsure[place]} makes of {place}")
        return lay_over(found, item.document)


def fitness(example: JsonValue, item: Item) -> tuple[int, int]:
    """Tell how well a recorded item stands for another one: few members that it lacks, many values in common."""
    has = dict(leaves_of(item.document))
    missing = alike = 0
    for place, value in leaves_of(example):
        if place not in has:
            missing += "[" not in place
        else:
            alike += 2 if has[place] == value else 1
    return -missing, alike


def _examples(endpoint: EndpointModel) -> Iterator[JsonValue]:
    for expectation in endpoint.expectations:
        if expectation.listing is not None:
            notes = Notes(expectation.candidate.interaction)
            elements = open_way(notes.document, expectation.listing.way)
            members = dict(_left_out(notes, expectation.listing.way))
            for element in elements if isinstance(elements, list) else ():
                for place, value in members.items():
                    if at_place(element, place) is None:
                        element = replaced(element, tuple(steps(place)), value)  # noqa: PLW2901 - the whole of it
                yield element


def _left_out(notes: Notes, way: tuple[str, ...]) -> Iterator[tuple[str, JsonValue]]:
    """Yield what every element of a list has although its example lacks it, as rules could not say what it is."""
    for place, entry in notes.closed.items():
        tokens = tokens_of(place)
        split = None if tokens is None else split_at_list(tokens)
        if split is None or split[0] != way or split[1] is not None:
            continue
        if "value" in entry:
            yield place_of(split[2]), entry["value"]
        like = entry.get("like")
        told = [each for each in like.values() if isinstance(each, Mapping)] if isinstance(like, Mapping) else []
        for name in told[0] if told else ():
            if all(name in each for each in told):
                yield name, told[0][name]


def _part(listing: Listing, fitting: Sequence[Item], values: Mapping[str, JsonValue]) -> Sequence[Item]:
    """Choose the items that a request asks for, in order."""
    if listing.given and fitting:
        told = {place: values.get(place) for place in listing.given}
        pages = {place: value for place, value in told.items() if _is_whole(value)}
        if any(place not in pages and not any(word in place for word in _ORDERING) for place in told):
            names = ", ".join(place.removeprefix("query.").partition("[")[0] for place in told if place not in pages)
            raise Unlisted(f"nobody recorded by what '{names}' chooses")
        if pages and len(fitting) != listing.total and any(_size(value) < len(fitting) for value in pages.values()):
            raise Unlisted(f"pages were recorded of {listing.total} items, and now there are {len(fitting)}")
        if len(pages) < len(told) and listing.newest_first is None and len(fitting) > 1:
            raise Unlisted("nobody recorded in which order this list is")
    ordered = list(reversed(fitting)) if listing.newest_first else list(fitting)
    if listing.window is None:
        return ordered
    start, size = listing.window
    if not size or len(fitting) != listing.total:
        raise Unlisted(f"a part of {listing.total} items was recorded, and now there are {len(fitting)}")
    return ordered[start : start + size]


def _is_whole(value: JsonValue) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit()


def _size(value: JsonValue) -> int:
    return int(value) if isinstance(value, str) else 0
