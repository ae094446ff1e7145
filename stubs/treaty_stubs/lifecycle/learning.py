"""From the interactions of a provider to the life cycle of its items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty_stubs.lifecycle.batches import find_batches, without_batches
from treaty_stubs.lifecycle.calls import SAFE_METHODS, Call, Endpoint, Story, leaves_of, open_way, read_story
from treaty_stubs.lifecycle.decisions import learn_decisions
from treaty_stubs.lifecycle.effects import Learned, Sight, body_of, loose_places, phase_places
from treaty_stubs.lifecycle.listings import Listed, find_lists, learn_listings, read_listed, with_order
from treaty_stubs.lifecycle.model import Change, EndpointModel, Expectation, Listing, Model, Presence, Reference, Unique
from treaty_stubs.lifecycle.named_batches import find_named_batches
from treaty_stubs.lifecycle.notes import Notes, leaves_open
from treaty_stubs.lifecycle.pasts import RESPONSE, Made, Makers, Past, presence_of, shared
from treaty_stubs.lifecycle.uniqueness import collides, learn_unique
from treaty_stubs.lifecycle.views import same, text_of, tokens_in, way_to_item, way_to_made
from treaty_stubs.select.candidate import Candidate

_NOTHING: Final = Model()


def learn(candidates: Sequence[Candidate]) -> Model:
    """Learn the life cycle of a provider's items from what pacts tell of the past of each interaction."""
    stories = [read_story(candidate) for candidate in candidates]
    if not any(story.before for story in stories):
        return _NOTHING
    return _Learner(stories).model()


class _Learner:
    def __init__(self, stories: Sequence[Story]) -> None:
        self._lists = find_lists(stories)
        self._batches = {**find_batches(stories, self._lists), **find_named_batches(stories)}
        stories = [without_batches(story, self._batches) for story in stories]
        self._makers = Makers(stories, self._lists.keys(), self._batches.keys())
        self._keeps = frozenset(self._find_keeps(stories))
        self._pasts = [self._makers.past(story, self._keeps) for story in stories]
        self._about = [self._find_about(past) for past in self._pasts]
        self._by_endpoint: dict[Endpoint, list[int]] = {}
        self._with_endpoint: dict[Endpoint, list[int]] = {}
        for number, past in enumerate(self._pasts):
            own = past.story.own.endpoint
            self._by_endpoint.setdefault(own, []).append(number)
            for endpoint in dict.fromkeys([own, *(call.endpoint for call, _, _ in past.steps)]):
                self._with_endpoint.setdefault(endpoint, []).append(number)
        self._ways: dict[Endpoint, tuple[str, ...]] = {}
        self._fields: dict[Endpoint, set[str]] = {}
        self._learn_ways()
        self._listed = self._read_lists()

    def model(self) -> Model:
        """Put together what was learned."""
        learned = self._learn_effects()
        endpoints: dict[Endpoint, EndpointModel] = {}
        references, parents = self._references(), self._parents()
        listings = self._listings()
        for endpoint, numbers in self._by_endpoint.items():
            concerned = [(number, self._pasts[number], self._about[number]) for number in self._with_endpoint[endpoint]]
            own = tuple(references.get(endpoint, ()))
            others = tuple(reference for reference in parents.get(endpoint, ()) if reference not in own)
            unique = learn_unique(endpoint, [past for _, past, _ in concerned])
            decisions = learn_decisions(endpoint, concerned, learned)
            endpoints[endpoint] = EndpointModel(
                endpoint=endpoint,
                expectations=tuple(
                    self._expectation(number, own, others, unique, decisions.phases.get(number), listings.get(number))
                    for number in numbers
                ),
                references=own,
                parents=others,
                makes=endpoint in self._makers.endpoints,
                unique=unique,
                deeds=decisions.deeds,
                guarded=decisions.guarded,
                codes=decisions.codes,
            )
        return Model(
            endpoints=endpoints,
            phases=learned.phases,
            loose=learned.loose,
            effects=learned.effects,
            waits={key: tuple(turns) for key, turns in learned.waits.items()},
            unfaithful={resource: frozenset(places) for resource, places in learned.unfaithful.items()},
            keeps=self._keeps,
            ways=self._ways,
            batches=self._batches,
        )

    def _find_about(self, past: Past) -> Made | None:
        return self._makers.about(past.story.own, past.items)

    def _find_keeps(self, stories: Sequence[Story]) -> Iterator[tuple[Endpoint, Endpoint]]:
        for story in stories:
            own = story.own
            if own.endpoint[0] != "GET" or not own.succeeds:
                continue
            past = self._makers.past(story)
            way = self._lists.get(own.endpoint)
            listed = None if way is None else read_listed(past, way)
            seen = [self._makers.about(own, past.items)] if listed is None else listed.elements
            for item in seen:
                for touch in () if item is None else item.touches:
                    if isinstance(touch, Call) and touch.endpoint[0] == "DELETE" and item is not None and item.gone:
                        yield item.resource, touch.endpoint

    def _learn_ways(self) -> None:
        for past in self._pasts:
            own = past.story.own
            if not self._makers.makes(own, self._present(past)):
                continue
            notes = Notes(past.story.candidate.interaction)
            way = way_to_made(notes)
            if way is not None:
                self._ways.setdefault(own.endpoint, way)
                document = open_way(notes.document, way)
                self._fields.setdefault(own.endpoint, set()).update(place for place, _ in leaves_of(document))
        for past, item in zip(self._pasts, self._about, strict=True):
            if item is None or item.resource in self._ways or past.story.own.endpoint in self._lists:
                continue
            said = {place.removeprefix("body.") for place in item.call.values if place.startswith("body.$")}
            way = way_to_item(Notes(past.story.candidate.interaction), said) if past.story.own.succeeds else None
            if way is not None:
                self._ways[item.resource] = way
                self._fields.setdefault(item.resource, set()).update(said)

    def _present(self, past: Past) -> Made | None:
        return self._makers.about(past.story.own, [item for item in past.items if not item.gone])

    def _read_lists(self) -> dict[int, Listed]:
        found: dict[int, Listed] = {}
        for number, past in enumerate(self._pasts):
            way = self._lists.get(past.story.own.endpoint)
            listed = None if way is None or not past.story.own.succeeds else read_listed(past, way)
            if listed is not None:
                found[number] = listed
        return found

    def _listings(self) -> dict[int, Listing | None]:
        found: dict[int, Listing | None] = {}
        for endpoint in self._lists:
            numbers = [number for number in self._listed if self._pasts[number].story.own.endpoint == endpoint]
            maker = next((each for each in sorted(self._makers.endpoints, key=repr) if each[1] == endpoint[1]), None)
            listings = with_order(learn_listings([self._listed[number] for number in numbers], maker))
            found.update(zip(numbers, listings, strict=True))
        return found

    def _learn_effects(self) -> Learned:
        beginnings = self._beginnings()
        sights = list(self._sights())
        tokens: dict[Endpoint, list[Mapping[str, JsonValue]]] = {}
        echoed: dict[Endpoint, set[str]] = {}
        for sight in sights:
            seen = dict(tokens_in(sight.document, sight.notes, sight.prefix, real=sight.real))
            tokens.setdefault(sight.item.resource, []).append(seen)
        for past in self._pasts:
            own = past.story.own
            if own.endpoint in self._ways and self._makers.makes(own, self._present(past)):
                notes = Notes(past.story.candidate.interaction)
                document, prefix = body_of(notes, self._ways[own.endpoint])
                tokens.setdefault(own.endpoint, []).append(dict(tokens_in(document, notes, prefix)))
                echoed.setdefault(own.endpoint, set()).update(
                    place
                    for place, _ in leaves_of(document)
                    if notes.cause(f"body.{prefix}{place[1:]}") in {"echo", "created"}
                )
        loose = loose_places(tokens)
        sights.sort(key=lambda each: len(each.touches))
        while True:
            learned = Learned(ways=self._ways, beginnings=beginnings, phases=phase_places(tokens, echoed), loose=loose)
            for sight in sights:
                learned.see(sight)
            further = self._copied_freely(learned)
            if all(places <= loose.get(resource, frozenset()) for resource, places in further.items()):
                return learned
            # What clients fill in as they like tells no phase, but that it is filled in does.
            loose = {
                resource: loose.get(resource, frozenset()) | further.get(resource, frozenset())
                for resource in {*loose, *further}
            }

    def _copied_freely(self, learned: Learned) -> dict[Endpoint, frozenset[str]]:
        """Find the places of items that a call fills with what its rules leave to the client."""
        found: dict[Endpoint, set[str]] = {}
        for (resource, endpoint, _), effects in learned.effects.items():
            for place, effect in effects.items():
                if effect.change is Change.COPY and any(
                    leaves_open(past.story.candidate.interaction.request.rules, str(effect.value))
                    for past in self._pasts
                    if past.story.own.endpoint == endpoint and past.story.own.succeeds
                ):
                    found.setdefault(resource, set()).add(place)
        return {resource: frozenset(places) for resource, places in found.items()}

    def _beginnings(self) -> dict[int, Mapping[str, JsonValue]]:
        """Tell what each item said when it was made; set-ups mostly make their items by the same few calls."""
        known: dict[tuple[object, ...], Mapping[str, JsonValue]] = {}
        found: dict[int, Mapping[str, JsonValue]] = {}
        for item in (each for past in self._pasts for each in past.items):
            call = item.call
            examples = [(place, call.example(place)) for place in call.values]
            said = frozenset((place, type(value), text_of(value)) for place, value in examples)
            key = (item.resource, call.status, said)
            if key not in known:
                known[key] = self._beginning(item)
            found[id(call)] = known[key]
        return found

    def _beginning(self, item: Made) -> Mapping[str, JsonValue]:
        """Tell what an item said when it was made: as the recorded making that is most like it answered."""
        best: tuple[int, int] | None = None
        chosen: Past | None = None
        for number in self._by_endpoint.get(item.resource, ()):
            past = self._pasts[number]
            own = past.story.own
            if own.status != item.call.status:
                continue
            alike = sum(
                1
                for place in own.values
                if place in item.call.values and same(own.example(place), item.call.example(place))
            )
            if best is None or (alike, -number) > best:
                best, chosen = (alike, -number), past
        way = self._ways.get(item.resource)
        if chosen is None or way is None:
            return {}
        notes = Notes(chosen.story.candidate.interaction)
        return dict(leaves_of(open_way(notes.document, way))) if notes.is_json else {}

    def _sights(self) -> Iterator[Sight]:
        for number, (past, about) in enumerate(zip(self._pasts, self._about, strict=True)):
            story = past.story
            notes = Notes(story.candidate.interaction)
            listed = self._listed.get(number)
            if listed is not None:
                yield from _sights_of_list(listed, story.conditional)
            elif about is not None and story.own.succeeds and story.own.endpoint[0] != "DELETE" and not about.gone:
                way = way_to_item(notes, self._fields.get(about.resource, set()))
                if way is None:
                    continue
                changes = story.own.endpoint[0] not in SAFE_METHODS
                document, prefix = body_of(notes, way)
                yield Sight(
                    item=about,
                    touches=(*about.touches, story.own) if changes else tuple(about.touches),
                    notes=notes,
                    document=document,
                    prefix=prefix,
                    conditional=story.conditional,
                )

    def _references(self) -> dict[Endpoint, list[Reference]]:
        found: dict[Endpoint, list[Reference]] = {}
        for past, about in zip(self._pasts, self._about, strict=True):
            self._refer(found, past.story.own, about)
            for call, item, _ in past.steps:
                self._refer(found, call, item)
        for endpoint in self._makers.endpoints:
            if self._makers.named_by_path(endpoint) and endpoint[0] != "POST":
                places = tuple((place, place) for place in _open(endpoint))
                _add(found, endpoint, Reference(resource=endpoint, equal=places))
        return found

    def _refer(self, found: dict[Endpoint, list[Reference]], call: Call, item: Made | None) -> None:
        key = None if item is None else self._makers.key_of(call, item)
        if item is not None and key is not None:
            _add(found, call.endpoint, Reference(resource=item.resource, equal=tuple(sorted(key.items()))))

    def _parents(self) -> dict[Endpoint, list[Reference]]:
        found: dict[Endpoint, list[Reference]] = {}
        for past, about in zip(self._pasts, self._about, strict=True):
            calls = [*(step for step, _, _ in past.steps), past.story.own]
            abouts = [*(item for _, item, _ in past.steps), about]
            for call, own in zip(calls, abouts, strict=True):
                if not call.succeeds:
                    continue
                for item in past.items:
                    if item is own or item.resource == call.endpoint or item.call is call:
                        continue
                    if own is not None and item.resource == own.resource:
                        continue
                    equal = self._naming(call, item)
                    if equal:
                        _add(found, call.endpoint, Reference(resource=item.resource, equal=equal))
        return found

    def _naming(self, call: Call, item: Made) -> tuple[tuple[str, str], ...]:
        """Give the places of a call that name an item of another resource, without what it merely has in common."""
        equal = shared(call, item)
        if not self._makers.identifies(item.resource, equal):
            return ()
        born = {place: source for place, source in equal.items() if source.startswith(RESPONSE)}
        if not born:
            wanted = set(_open(item.resource))
            born = {place: source for place, source in equal.items() if source in wanted}
        return tuple(sorted(born.items()))

    def _expectation(
        self,
        number: int,
        references: Sequence[Reference],
        parents: Sequence[Reference],
        unique: Sequence[Unique],
        phase: tuple[tuple[str, JsonValue], ...] | None,
        listing: Listing | None,
    ) -> Expectation:
        past, about = self._pasts[number], self._about[number]
        own = past.story.own
        presence = Presence.NONE
        if references:
            presence = presence_of((place for place, _ in references[0].equal), own, about)
        way = None
        notes = Notes(past.story.candidate.interaction)
        makes = self._makers.makes(own, self._present(past))
        if makes:
            way = self._ways.get(own.endpoint) if notes.is_json else None
        elif about is not None and own.succeeds and listing is None:
            way = way_to_item(notes, self._fields.get(about.resource, set()))
        return Expectation(
            candidate=past.story.candidate,
            presence=presence,
            parents=tuple(self._parent(parent, past) for parent in parents),
            phase=phase,
            collides=collides(past, unique),
            conditional=past.story.conditional,
            listing=listing,
            way=way,
        )

    def _parent(self, parent: Reference, past: Past) -> Presence:
        own = past.story.own
        for item in past.items:
            if item.resource == parent.resource:
                equal = shared(own, item)
                if all(equal.get(place) == source for place, source in parent.equal):
                    return Presence.GONE if item.gone else Presence.PRESENT
        return presence_of((place for place, _ in parent.equal), own, None)


def _sights_of_list(listed: Listed, conditional: bool) -> Iterator[Sight]:  # noqa: FBT001 - one of the list's own traits
    prefix = "$" + "".join(f".{name}" for name in listed.way)
    for index, item in enumerate(listed.elements):
        if item is not None:
            document, real = listed.seen(index)
            yield Sight(
                item=item,
                touches=tuple(item.touches),
                notes=listed.notes,
                document=document,
                prefix=f"{prefix}[{index}]",
                conditional=conditional,
                real=real,
            )


def _add(found: dict[Endpoint, list[Reference]], endpoint: Endpoint, reference: Reference) -> None:
    known = found.setdefault(endpoint, [])
    if reference not in known:
        known.append(reference)


def _open(endpoint: Endpoint) -> Iterable[str]:
    return [f"path[{index}]" for index, segment in enumerate(endpoint[1]) if segment is None]
