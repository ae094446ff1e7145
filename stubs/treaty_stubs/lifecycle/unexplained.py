"""Values of answers that no recording explains, such as sums: they stay as recorded, and the answer says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from treaty.contract.json_value import JsonValue, Number
from treaty_stubs.lifecycle.calls import Endpoint, endpoint_of, leaves_of, place_of
from treaty_stubs.lifecycle.choosing import Chooser, Chosen
from treaty_stubs.lifecycle.model import EndpointModel, Model
from treaty_stubs.lifecycle.notes import Notes
from treaty_stubs.lifecycle.spaces import Item
from treaty_stubs.lifecycle.views import said_of_item, same, text_of
from treaty_stubs.render.times import read_moment
from treaty_stubs.select.candidate import Candidate

_INDEX: Final = re.compile(r"\[\d+\]")
_WORD: Final = re.compile(r"[^\W_]{3,}")
_REPEATS: Final = frozenset({"echo", "carried"})
"""Causes of values that clients said."""
_MOST_NAMED: Final = 5


class Unexplained:
    """Tells which values of an answer stand there only because they were recorded so.

    Args:
        candidates: the interactions of the provider.
        model: what was learned of them.
        chooser: knows the examples of their requests.

    """

    def __init__(self, candidates: Sequence[Candidate], model: Model, chooser: Chooser) -> None:
        self._candidates = candidates
        self._model = model
        self._chooser = chooser
        self._groups: dict[tuple[Endpoint, int], list[Candidate]] | None = None
        self._known: dict[int, frozenset[str]] = {}
        self._worded: set[str] = set()

    def differs(self, endpoint: EndpointModel, chosen: Chosen, values: Mapping[str, JsonValue]) -> bool:
        """Tell whether a request says other things than the recorded one, beside what it names."""
        candidate = chosen.selection.candidate
        names = {place for reference in (*endpoint.references, *endpoint.parents) for place, _ in reference.equal}
        names |= {f"body.{place}" for place in candidate.interaction.request.generators.body}
        example = self._chooser.example(candidate)
        return any(
            place not in names and not (place in values and place in example and same(values[place], example[place]))
            for place in {*values, *example}
            if place.startswith(("body.", "query."))
        )

    def places(
        self, endpoint: EndpointModel, chosen: Chosen, document: JsonValue, item: Item | None
    ) -> tuple[str, ...]:
        """Give the places of an answer whose values nothing explains, with ``[*]`` for any element of a list.

        Args:
            endpoint: where the request went.
            chosen: the interaction that answers.
            document: of its answer.
            item: the one that is shown, where it is one.

        """
        listing, way = chosen.expectation.listing, chosen.expectation.way
        resource = item.resource if item is not None else listing.resource if listing is not None else None
        prefix = place_of(way) if way is not None else None if listing is None else f"{place_of(listing.way)}[*]"
        learned = set() if resource is None or prefix is None else set(self._learned(resource, prefix))
        told: dict[str, JsonValue] = {}
        if item is not None and prefix is not None:
            sources = said_of_item(item.given, self._model.ways.get(item.resource, ()))
            told = {f"{prefix}{place[1:]}": item.given[source] for place, source in sources.items()}
        counts = () if listing is None else listing.counts
        found: dict[str, None] = {}
        unexplained = self._of(chosen.selection.candidate)
        if listing is not None:
            # Elements of one recorded list may look as those of another one.
            unexplained = unexplained.union(
                *(self._of(each.candidate) for each in endpoint.expectations if each.listing)
            )
        for place, value in leaves_of(document):
            general = _INDEX.sub("[*]", place)
            known = general in learned and not (isinstance(value, str) and general in self._worded)
            known = known or f"body.{place}" in counts or (place in told and same(told[place], value))
            if general in unexplained and not known:
                found[f"body.{general}"] = None
        return tuple(found)

    def _learned(self, resource: Endpoint, prefix: str) -> Iterator[str]:
        """Yield the places of items that tell phases, or that calls and time are known to change."""
        places = set(self._model.phases.get(resource, frozenset()))
        for key, effects in self._model.effects.items():
            if key[0] == resource:
                places |= set(effects)
        return (f"{prefix}{place[1:]}" for place in places)

    def _of(self, candidate: Candidate) -> frozenset[str]:
        known = self._known.get(candidate.number)
        if known is None:
            known = self._known[candidate.number] = frozenset(self._find(candidate))
        return known

    def _find(self, candidate: Candidate) -> Iterator[str]:
        notes = Notes(candidate.interaction)
        said = self._said(candidate)
        repeated = [value for place, value in leaves_of(notes.document) if notes.cause(f"body.{place}") in _REPEATS]
        words = {word for value in (*said.values(), *repeated) for word in _words(value)}
        alike = [
            (self._said(other), dict(leaves_of(Notes(other.interaction).document))) for other in self._alike(candidate)
        ]
        for place, value in leaves_of(notes.document):
            if notes.cause(f"body.{place}") or (isinstance(value, str) and read_moment(value) is not None):
                continue
            general = _INDEX.sub("[*]", place)
            seen = [(request, answer[place]) for request, answer in alike if place in answer]
            steady = any(request != said and same(other, value) for request, other in seen)
            if isinstance(value, str) and not steady and words.intersection(_words(value)):
                self._worded.add(general)
                yield general
                continue
            several = place == general and any(not same(other, value) for _, other in seen)
            if several or (_is_number(value) and notes.varies(f"body.{place}")):
                yield general

    def _said(self, candidate: Candidate) -> Mapping[str, str]:
        example = self._chooser.example(candidate)
        return {place: text_of(value) for place, value in example.items() if place.startswith(("body.", "query."))}

    def _alike(self, candidate: Candidate) -> Sequence[Candidate]:
        """Give the interactions of the same endpoint that answer with the same status."""
        if self._groups is None:
            self._groups = {}
            for each in self._candidates:
                key = (endpoint_of(each), each.interaction.response.status)
                self._groups.setdefault(key, []).append(each)
        return self._groups[endpoint_of(candidate), candidate.interaction.response.status]


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, (int, Number)) and not isinstance(value, bool)


def _words(value: JsonValue) -> set[str]:
    return {word.lower() for word in _WORD.findall(value)} if isinstance(value, str) else set()


def remark(places: Sequence[str]) -> str:
    """Say which values stay as recorded, for the header and the journal; of many the first ones."""
    named = ", ".join(places[:_MOST_NAMED])
    return named + (f" and {len(places) - _MOST_NAMED} more" if len(places) > _MOST_NAMED else "")
