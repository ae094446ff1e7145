"""Learning lists: whose items they hold, which of them, in what order, and what counts them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty_stubs.lifecycle.calls import Call, Endpoint, Story, leaves_of, open_way, place_of
from treaty_stubs.lifecycle.model import Listing, Source
from treaty_stubs.lifecycle.notes import Notes, split_at_list, tokens_of, variable_of
from treaty_stubs.lifecycle.pasts import RESPONSE, Made, Past, shared
from treaty_stubs.lifecycle.requests import replaced, steps

_COUNTING: Final = ("contains", "elements")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A recorded list, with the items that it held.

    Attributes:
        past: before it.
        notes: of its answer.
        way: of the list in the answer.
        elements: the items, in their order there; None for an element that no known item explains.

    """

    past: Past
    notes: Notes
    way: tuple[str, ...]
    elements: tuple[Made | None, ...]

    def seen(self, index: int) -> tuple[JsonValue, bool]:
        """Give what the element at a position said, as far as it is told; and whether that is all of it."""
        elements = open_way(self.notes.document, self.way)
        element = elements[index] if isinstance(elements, list) else None
        item = self.elements[index]
        real = None if item is None else self._like(item)
        if real is not None:
            for place, value in real.items():
                if variable_of(value) is None:
                    element = replaced(element, tuple(steps(place)), value)
            return element, True
        prefix = f"{place_of(self.way)}[{index}]"
        known: JsonValue = {}
        for place, value in leaves_of(element):
            if "[" not in place and not self.notes.varies(f"body.{prefix}{place[1:]}"):
                known = replaced(known, tuple(steps(place)), value)
        return known, False

    def _like(self, item: Made) -> Mapping[str, JsonValue] | None:
        for entry in self.notes.closed.values():
            like = entry.get("like")
            for name, told in like.items() if isinstance(like, Mapping) else ():
                if isinstance(told, Mapping) and _owner(self.past, variable_of(name) or "") is item:
                    return told
        return None


def find_lists(stories: Iterable[Story]) -> dict[Endpoint, tuple[str, ...]]:
    """Find the endpoints that answer lists of items, with the way to the list in their answers."""
    found: dict[Endpoint, tuple[str, ...]] = {}
    for story in stories:
        if story.own.endpoint[0] == "GET" and story.own.succeeds:
            notes = Notes(story.candidate.interaction)
            for way, names in named_elements(notes).items():
                if len(makers_of(story, names.values())) == len(set(names.values())) > 0:
                    found.setdefault(story.own.endpoint, way)
    makers = {
        call.endpoint[1]
        for story in stories
        for call in (*story.before, story.own)
        if isinstance(call, Call) and call.is_effectful and call.endpoint[0] == "POST"
    }
    for story in stories:
        endpoint = story.own.endpoint
        if endpoint not in found and endpoint[0] == "GET" and endpoint[1] in makers and story.own.succeeds:
            lone = _only_list(Notes(story.candidate.interaction))
            if lone is not None:
                found[endpoint] = lone
    return found


def read_listed(past: Past, way: tuple[str, ...]) -> Listed | None:
    """Find the items in a recorded list; None where there is no list at all."""
    notes = Notes(past.story.candidate.interaction)
    elements = open_way(notes.document, way)
    if not notes.is_json or not isinstance(elements, list):
        return None
    names = named_elements(notes).get(way, {})
    listed = [_owner(past, names[index]) if index in names else None for index in range(len(elements))]
    known = {id(item) for item in listed if item is not None}
    for index, element in enumerate(elements):
        if listed[index] is None:
            rest = [item for item in past.items if id(item) not in known]
            item = _explained(element, rest)
            if item is not None:
                listed[index] = item
                known.add(id(item))
    return Listed(past=past, notes=notes, way=way, elements=tuple(listed))


def learn_listings(listed: Sequence[Listed], maker: Endpoint | None) -> tuple[Listing | None, ...]:
    """Learn what the lists of one endpoint hold.

    Args:
        listed: the recorded ones, all of one endpoint.
        maker: whose items these are where no recorded list has any.

    Returns:
        One for each; None where nothing is known of it.

    """
    resources = [item.resource for one in listed for item in one.elements if item is not None]
    resource = max(sorted(set(resources), key=repr), key=resources.count) if resources else maker
    if resource is None:
        return tuple(None for _ in listed)
    filters: dict[str, Source] = {}
    for one in listed:
        filters |= _filters(one, resource)
    counts = _counts(listed, resource, filters)
    return tuple(_learn(one, resource, filters, counts) for one in listed)


def _learn(one: Listed, resource: Endpoint, filters: Mapping[str, Source], counts: tuple[str, ...]) -> Listing:
    call = one.past.story.own
    fitting = _fitting(one, resource, filters)
    known = [item for item in one.elements if item is not None and item in fitting]
    order = [fitting.index(item) for item in known]
    newest_first: bool | None = None
    if len(order) > 1:
        newest_first = False if order == sorted(order) else True if order == sorted(order, reverse=True) else None
    window = None
    if len(known) == len(one.elements) and 0 < len(known) < len(fitting):
        places = sorted(len(fitting) - 1 - index for index in order) if newest_first else sorted(order)
        window = (places[0], len(places)) if places == list(range(places[0], places[0] + len(places))) else (0, 0)
    return Listing(
        resource=resource,
        way=one.way,
        filters=tuple(sorted((place, source) for place, source in filters.items() if place in call.values)),
        given=tuple(sorted(place for place in call.values if place.startswith("query.") and place not in filters)),
        newest_first=newest_first,
        window=window,
        total=len(fitting),
        shown=len(one.elements),
        counts=counts,
    )


def _fitting(one: Listed, resource: Endpoint, filters: Mapping[str, Source]) -> list[Made]:
    call = one.past.story.own
    found = []
    for item in one.past.items:
        if item.resource != resource or item.gone:
            continue
        equal = shared(call, item)
        if all(
            place not in call.values or equal.get(place) == source or _says_so(item, source, call.example(place))
            for place, source in filters.items()
        ):
            found.append(item)
    return found


def _says_so(item: Made, source: Source, value: JsonValue) -> bool:
    return value is not None and not source.startswith(RESPONSE) and item.call.example(source) == value


def _filters(one: Listed, resource: Endpoint) -> dict[str, Source]:
    """Find the places of a request at which all listed items have what it says, and others have not."""
    listed = [item for item in one.elements if item is not None and item.resource == resource]
    if not listed:
        return {}
    call = one.past.story.own
    others = [item for item in one.past.items if item.resource == resource and item not in listed and not item.gone]
    found: dict[str, Source] = {}
    for place in call.values:
        if not place.startswith(("path[", "query.")):
            continue
        sources = [shared(call, item).get(place) for item in listed]
        if sources[0] is not None and len(set(sources)) == 1:
            found[place] = sources[0]
        elif place.startswith("query."):
            source = _said_alike(call.example(place), listed, others)
            if source is not None:
                found[place] = source
    return found


def _said_alike(value: JsonValue, listed: Sequence[Made], others: Sequence[Made]) -> Source | None:
    """Find where all listed items said this value when they were made, and none of the others did."""
    for place in listed[0].call.values:
        alike = isinstance(value, str) and all(item.call.example(place) == value for item in listed)
        if place.startswith("body.") and alike and all(item.call.example(place) != value for item in others):
            return place
    return None


def _counts(listed: Sequence[Listed], resource: Endpoint, filters: Mapping[str, Source]) -> tuple[str, ...]:
    """Find the places of answers that counted all that fitted, each time."""
    agreeing: set[str] = set()
    refuted: set[str] = set()
    for one in listed:
        total = len(_fitting(one, resource, filters))
        for place, entry in one.notes.closed.items():
            if isinstance(value := entry.get("value"), int) and not isinstance(value, bool):
                (agreeing if value == total else refuted).add(place)
        for place, value in leaves_of(one.notes.document):
            if isinstance(value, int) and not isinstance(value, bool) and "[" not in place:
                full = f"body.{place}"
                if full not in one.notes.closed and full not in one.notes.causes and value == total > 1:
                    agreeing.add(full)
    return tuple(sorted(agreeing - refuted))


def named_elements(notes: Notes) -> dict[tuple[str, ...], dict[int, str]]:
    """Give the variables of elements by their position, for each list of an answer."""
    found: dict[tuple[str, ...], dict[int, str]] = {}
    for place, entry in notes.closed.items():
        tokens = tokens_of(place)
        split = None if tokens is None else split_at_list(tokens)
        if split is None or len(split[2]) > 1:
            continue
        for key in _COUNTING:
            names = entry.get(key)
            if isinstance(names, list):
                numbered = {index: name for index, each in enumerate(names) if (name := variable_of(each))}
                found.setdefault(split[0], {}).update(numbered)
    for place, of in notes.origins.items():
        tokens = tokens_of(place)
        split = None if tokens is None else split_at_list(tokens)
        name = variable_of(of)
        if split is not None and split[1] is not None and name is not None and split[2][-1:] in {("id",), ("key",)}:
            found.setdefault(split[0], {}).setdefault(split[1], name)
    return found


def makers_of(story: Story, names: Iterable[str]) -> set[int]:
    """Give the calls at which variables were born, one for each; nested ones are of no item of their own."""
    found: set[int] = set()
    for name in names:
        for number, call in enumerate(story.before):
            if isinstance(call, Call) and call.is_effectful and "[" not in call.binds.get(name, "["):
                found.add(number)
                break
            if isinstance(call, Call) and call.is_effectful and _says_in_path(call, name):
                found.add(number)
                break
    return found


def _says_in_path(call: Call, name: str) -> bool:
    template = call.endpoint[1]
    last = len(template) - 1
    value = call.values.get(f"path[{last}]")
    return template[-1:] == (None,) and getattr(value, "name", None) == name


def _owner(past: Past, name: str) -> Made | None:
    for item in past.items:
        if "[" not in item.call.binds.get(name, "["):
            return item
    for item in past.items:
        if _says_in_path(item.call, name):
            return item
    return None


def _explained(element: JsonValue, items: Sequence[Made]) -> Made | None:
    """Find the one item whose making said most of what an element holds, two values at least, or all it said."""
    if not isinstance(element, Mapping):
        return None
    leaves = dict(leaves_of(element))
    scores: list[tuple[int, Made]] = []
    for item in items:
        said = {
            place.removeprefix("body."): item.call.example(place) for place in item.call.values if place[:5] == "body."
        }
        same = sum(1 for place, value in said.items() if place in leaves and leaves[place] == value)
        if same and same == sum(1 for place in said if place in leaves):
            scores.append((same, item))
    if not scores:
        return None
    most = max(score for score, _ in scores)
    best = [item for score, item in scores if score == most]
    return best[0] if len(best) == 1 else None


def _only_list(notes: Notes) -> tuple[str, ...] | None:
    document = notes.document
    if isinstance(document, list):
        return ()
    if isinstance(document, Mapping):
        lists = list(_lists_in(document))
        return lists[0] if len(lists) == 1 else None
    return None


def _lists_in(document: Mapping[str, JsonValue]) -> Iterator[tuple[str, ...]]:
    for name, value in document.items():
        if isinstance(value, list):
            yield (name,)


def with_order(listings: Sequence[Listing | None]) -> tuple[Listing | None, ...]:
    """Give lists whose order was not seen the order that others of the same endpoint have, with as many parameters."""
    orders = {
        one.newest_first for one in listings if one is not None and not one.given and one.newest_first is not None
    }
    if len(orders) != 1:
        return tuple(listings)
    (order,) = orders
    return tuple(
        replace(one, newest_first=order) if one is not None and one.newest_first is None and not one.given else one
        for one in listings
    )
