"""Batches whose answers name each item: as what is made alone, by where these names are used later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonValue
from treaty_stubs.lifecycle.calls import Call, Endpoint, Story, Template, Variable, leaves_of, open_way
from treaty_stubs.lifecycle.model import Batch
from treaty_stubs.lifecycle.notes import Notes
from treaty_stubs.lifecycle.overlay import lay_over, put_in
from treaty_stubs.lifecycle.requests import steps
from treaty_stubs.lifecycle.spaces import Item
from treaty_stubs.lifecycle.views import same

_Use: TypeAlias = tuple[Template, str]
"""Where a name is used: a template, and the place of its segment."""
_BODY: Final = "body.$"


@dataclass(slots=True, kw_only=True)
class _Naming:
    """How the answers of one endpoint name what it made.

    Attributes:
        place: of the name in the answer; of the first element where the answer has a list of them.
        status: of the answer.
        uses: where names are used.

    """

    place: str
    status: int
    uses: set[_Use] = field(default_factory=set)


def find_named_batches(stories: Sequence[Story]) -> dict[Endpoint, Batch]:
    """Find the endpoints whose answers name each item that a list in the request asked for.

    Each names things that are used where those that another endpoint makes alone are used, too; and a recorded answer
    repeats its request, element by element.

    Args:
        stories: all of one provider.

    """
    alone: dict[Endpoint, _Naming] = {}
    several: dict[Endpoint, _Naming] = {}
    for story in stories:
        for call in story.before:
            if isinstance(call, Call) and call.is_effectful and call.endpoint[0] == "POST":
                _read(call, story, alone, several)
    found: dict[Endpoint, Batch] = {}
    for endpoint, naming in several.items():
        makers = [maker for maker, other in alone.items() if maker != endpoint and other.uses & naming.uses]
        if len(makers) != 1 or endpoint in alone or not _is_opened(makers[0], endpoint):
            continue
        walked = steps(naming.place.removeprefix("body."))
        at = next(index for index, step in enumerate(walked) if isinstance(step, int))
        told = tuple(str(step) for step in walked[:at])
        ways = {way for story in stories if (way := _repeated(story, endpoint, told)) is not None}
        if len(ways) == 1:
            maker = alone[makers[0]]
            found[endpoint] = Batch(
                resource=makers[0],
                way=ways.pop(),
                status=maker.status,
                told=told,
                name=tuple(walked[at + 1 :]),
                key=maker.place,
            )
    return found


def told_of_all(document: JsonValue, batch: Batch, items: Sequence[Item]) -> JsonValue:
    """Put what a batch made into its answer, where that names it."""
    if batch.told is None:
        return document
    told: list[JsonValue] = [item.document if batch.name else item.made.get(batch.key) for item in items]
    return put_in(document, batch.told, lay_over(open_way(document, batch.told), told))


def _read(call: Call, story: Story, alone: dict[Endpoint, _Naming], several: dict[Endpoint, _Naming]) -> None:
    for name, place in call.binds.items():
        if place.startswith(_BODY):
            into = several if "[" in place else alone
            naming = into.setdefault(call.endpoint, _Naming(place=place, status=call.status))
            naming.uses |= set(_uses(story, name))


def _uses(story: Story, name: str) -> Iterator[_Use]:
    for call in (*story.before, story.own):
        if isinstance(call, Call):
            for place, value in call.values.items():
                if place.startswith("path[") and isinstance(value, Variable) and value.name == name:
                    yield call.endpoint[1], place


def _is_opened(maker: Endpoint, batch: Endpoint) -> bool:
    """Tell whether the path of a batch says all that the path of the making of one says."""
    return all(batch[1][index : index + 1] == (None,) for index, each in enumerate(maker[1]) if each is None)


def _repeated(story: Story, endpoint: Endpoint, told: tuple[str, ...]) -> tuple[str, ...] | None:
    """Give the way to the list in a recorded request that its answer repeats, element by element."""
    if story.own.endpoint != endpoint or not story.own.succeeds:
        return None
    request = story.candidate.interaction.request
    asked: JsonValue = request.body.json() if request.body.data and request.media_type().is_json else None
    answered = open_way(Notes(story.candidate.interaction).document, told)
    members = asked.items() if isinstance(asked, Mapping) else ()
    ways = ((),) if isinstance(asked, list) else tuple((name,) for name, value in members if isinstance(value, list))
    found = [way for way in ways if _repeats(open_way(asked, way), answered)]
    return found[0] if len(found) == 1 else None


def _repeats(asked: JsonValue, answered: JsonValue) -> bool:
    if not isinstance(asked, list) or not isinstance(answered, list) or len(asked) != len(answered) or not asked:
        return False
    return all(_repeats_one(dict(leaves_of(one)), other) for one, other in zip(asked, answered, strict=True))


def _repeats_one(asked: Mapping[str, JsonValue], answered: JsonValue) -> bool:
    if not isinstance(answered, Mapping):
        return not isinstance(answered, list)
    said = dict(leaves_of(answered))
    return all(same(asked[place], said[place]) for place in asked if place in said)
