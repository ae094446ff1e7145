"""The past of each interaction: which items its set-up calls had made, changed and removed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from treaty_stubs.lifecycle.calls import Call, Endpoint, Story, Variable, Wait
from treaty_stubs.lifecycle.model import Presence, Source
from treaty_stubs.lifecycle.notes import Notes

RESPONSE: Final = "response."
_CHOSEN_BY_CLIENT: Final = frozenset({"PUT", "PATCH"})


@dataclass(slots=True, kw_only=True, eq=False)
class Made:
    """An item that a call of a recording had made.

    Attributes:
        resource: the endpoint that made it.
        call: the call that made it.
        touches: the calls and waits after that one that were about it, or named it.
        gone: it was deleted.

    """

    resource: Endpoint
    call: Call
    touches: list[Call | Wait] = field(default_factory=list)
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What there was when an interaction was recorded.

    Attributes:
        story: of the interaction.
        items: in the order in which they were made.
        steps: each call of the set-up with the item that it was about, and what that had gone through before.

    """

    story: Story
    items: tuple[Made, ...]
    steps: tuple[tuple[Call, Made | None, tuple[Call | Wait, ...]], ...]


class Makers:
    """The endpoints that make items, and by what these are named.

    Args:
        stories: all of one provider.
        lists: endpoints that answer lists of items.
        batches: endpoints whose requests are told as several of others, so that they make nothing themselves.

    """

    def __init__(
        self,
        stories: Sequence[Story],
        lists: AbstractSet[Endpoint],
        batches: AbstractSet[Endpoint] = frozenset(),
    ) -> None:
        self._lists = lists
        self._templates = {
            story.own.endpoint[1]
            for story in stories
            if story.own.endpoint not in lists and story.own.endpoint[0] != "POST"
        }
        self.endpoints: Final = frozenset(_find_makers(stories)) - batches

    def named_by_path(self, resource: Endpoint) -> bool:
        """Tell whether the client chooses where an item is: it is found again at the path at which it was made."""
        method, template = resource
        if None not in template:
            return False
        return method in _CHOSEN_BY_CLIENT or (template in self._templates and resource not in self._lists)

    def identifies(self, resource: Endpoint, equal: Mapping[str, Source]) -> bool:
        """Tell whether these sources name one item."""
        sources = set(equal.values())
        if any(source.startswith(RESPONSE) for source in sources):
            return True
        return self.named_by_path(resource) and all(place in sources for place in open_places(resource))

    def about(self, call: Call, items: Iterable[Made]) -> Made | None:
        """Find the item that a call is about: the one that names all open segments of its path."""
        wanted = open_places(call.endpoint)
        best: tuple[int, int, int] | None = None
        found: Made | None = None
        for number, item in enumerate(items):
            equal = self.key_of(call, item)
            if equal is None:
                continue
            score = (int(self.identifies(item.resource, equal)), len(equal), number)
            if all(place in equal for place in wanted) and (best is None or score > best):
                best, found = score, item
        return found

    def key_of(self, call: Call, item: Made) -> Mapping[str, Source] | None:
        """Give by which places of a call an item is named; None when it is not named by them."""
        equal = shared(call, item)
        if open_places(call.endpoint):
            key = {place: source for place, source in equal.items() if place.startswith("path[")}
        else:
            key = {
                place: source
                for place, source in equal.items()
                if place.startswith("query.") and source.startswith(RESPONSE)
            }
        if not key:
            return None
        if self.identifies(item.resource, key):
            return key
        by_field = call.endpoint not in self._lists and (
            call.endpoint[0] != "POST" or call.endpoint not in self.endpoints
        )
        return key if by_field else None

    def past(self, story: Story, keeps: AbstractSet[tuple[Endpoint, Endpoint]] = frozenset()) -> Past:
        """Follow the calls before an interaction.

        Args:
            story: of the interaction.
            keeps: endpoints after whose DELETE items of a resource are still there.

        """
        items: list[Made] = []
        steps: list[tuple[Call, Made | None, tuple[Call | Wait, ...]]] = []
        for step in story.before:
            if isinstance(step, Wait):
                for each in items:
                    each.touches.append(step)
                continue
            item = self.about(step, [each for each in items if not each.gone])
            steps.append((step, item, () if item is None else tuple(item.touches)))
            if not step.is_effectful:
                continue
            self._touch(step, item, items)
            if item is not None and step.endpoint[0] == "DELETE":
                item.gone = (item.resource, step.endpoint) not in keeps
            elif self.makes(step, item):
                items.append(Made(resource=step.endpoint, call=step))
        return Past(story=story, items=tuple(items), steps=tuple(steps))

    def makes(self, call: Call, about: Made | None) -> bool:
        """Tell whether a call makes an item; a second one of a client's own choice changes it."""
        if not call.is_effectful or call.endpoint not in self.endpoints:
            return False
        return about is None or about.resource != call.endpoint

    def _touch(self, call: Call, about: Made | None, items: Iterable[Made]) -> None:
        for item in items:
            equal = shared(call, item)
            if item is about or (equal and item.resource != call.endpoint and self.identifies(item.resource, equal)):
                item.touches.append(call)


def shared(call: Call, item: Made, *, headers: bool = False) -> dict[str, Source]:
    """Give the places of a call that hold what an item has, with where the item has it.

    Args:
        call: later than the making of the item.
        item: whose values are looked for.
        headers: look at headers too.

    """
    born = {name: f"{RESPONSE}{place}" for name, place in item.call.binds.items()}
    said: dict[str, str] = {}
    for place, value in item.call.values.items():
        if isinstance(value, Variable) and (headers or not place.startswith("header.")):
            said.setdefault(value.name, place)
    found: dict[str, Source] = {}
    template = call.endpoint[1]
    for place, value in call.values.items():
        if place.startswith("header.") and not headers:
            continue
        if isinstance(value, Variable):
            source = born.get(value.name) or said.get(value.name)
            if source is not None:
                found[place] = source
        elif place in open_places((call.endpoint[0], template)):
            for other in open_places(item.resource):
                if item.call.values.get(other) == value:
                    found[place] = other
    return found


def open_places(endpoint: Endpoint) -> tuple[str, ...]:
    """Give the places of the open segments of a path."""
    return tuple(f"path[{index}]" for index, segment in enumerate(endpoint[1]) if segment is None)


def presence_of(places: Iterable[str], call: Call, found: Made | None) -> Presence:
    """Tell what is there of a thing that a call names, or does not name."""
    if any(place not in call.values for place in places):
        return Presence.NONE
    if found is None:
        return Presence.ABSENT
    return Presence.GONE if found.gone else Presence.PRESENT


def _find_makers(stories: Sequence[Story]) -> Iterable[Endpoint]:
    for story in stories:
        calls = [step for step in story.before if isinstance(step, Call)]
        used = _used(story)
        known: set[str] = set()
        for call in calls:
            path = [call.values.get(place) for place in open_places(call.endpoint)]
            covered = all(isinstance(value, Variable) and value.name in known for value in path)
            if call.is_effectful and call.endpoint[0] != "DELETE":
                chosen = bool(path) and not covered
                born = any(
                    name in used for name, place in call.binds.items() if place.startswith(("body", "header.location"))
                )
                said = {
                    value.name
                    for place, value in call.values.items()
                    if place.startswith("body.") and isinstance(value, Variable) and value.name not in known
                }
                named = call.endpoint[0] == "POST" and not path and bool(said & _in_paths(story, call))
                if chosen or named or (born and not (path and call.endpoint[0] in _CHOSEN_BY_CLIENT)):
                    yield call.endpoint
            known |= {*call.binds, *(value.name for value in call.values.values() if isinstance(value, Variable))}
        own = story.own
        if own.status == 201 and own.endpoint[0] in {"POST", "PUT"} and _tells_created(story):
            yield own.endpoint


def _in_paths(story: Story, since: Call) -> set[str]:
    """Give the variables in the paths of the calls after one."""
    calls = [call for call in (*story.before, story.own) if isinstance(call, Call)]
    later = calls[next(index for index, call in enumerate(calls) if call is since) + 1 :]
    return {
        value.name
        for call in later
        for place, value in call.values.items()
        if place.startswith("path[") and isinstance(value, Variable)
    }


def _used(story: Story) -> set[str]:
    """Give the variables that calls use outside of headers, and those that answers are said to hold."""
    used: set[str] = set()
    for call in (*story.before, story.own):
        if isinstance(call, Call):
            used |= {
                value.name
                for place, value in call.values.items()
                if isinstance(value, Variable) and not place.startswith("header.")
            }
    return used | set(_words(story))


def _words(story: Story) -> Iterable[str]:
    ours = story.candidate.interaction.comments.get("treaty")
    text = repr(ours)
    for part in text.split("${")[1:]:
        yield part.partition("}")[0]


def _tells_created(story: Story) -> bool:
    notes = Notes(story.candidate.interaction)
    return story.own.endpoint[0] == "PUT" or "created" in notes.causes.values()
