"""What was learned of the life of a provider's things: which requests make, show, list, change and remove them."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from treaty.contract.json_value import JsonValue
from treaty_stubs.lifecycle.calls import Endpoint, Template
from treaty_stubs.select.candidate import Candidate

Source: TypeAlias = str
"""Where an item has a value: a place of the request that made it, or of the answer (with ``response.`` before it)."""
Phase: TypeAlias = tuple[tuple[str, JsonValue], ...]
"""The values of an item by which its provider was seen to decide, by place in the item."""


class Presence(enum.StrEnum):
    """What is there of the thing that a request names."""

    PRESENT = "is there"
    GONE = "was deleted"
    ABSENT = "is not known"
    NONE = "is not named"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """How requests of an endpoint name an item: each place holds what the item has at a source.

    Attributes:
        resource: the endpoint that makes such items.
        equal: sources by places of the request.

    """

    resource: Endpoint
    equal: tuple[tuple[str, Source], ...]


class Change(enum.StrEnum):
    """What a request does to one value of an item."""

    SET = "set"
    COPY = "copy"
    ADD = "add"
    NOW = "now"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What becomes of one value of an item.

    Attributes:
        change: how.
        value: the new value, the place of the request, what is added, or a time as an example of how it is written.

    """

    change: Change
    value: JsonValue = None


Effects: TypeAlias = Mapping[str, Effect]
"""By place in the item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a list was seen to hold.

    Attributes:
        resource: whose items.
        way: of the list in the answer.
        filters: places of the request, with the source at which listed items have the same.
        given: the places of the request that say something else: pages, orders.
        newest_first: the order; None where nothing tells.
        window: of all items that fit, the first that is shown and how many are; None shows all.
        total: how many fitted in the recording.
        shown: how many elements were recorded.
        counts: places of the answer that count all items that fit.

    """

    resource: Endpoint
    way: tuple[str, ...]
    filters: tuple[tuple[str, Source], ...] = ()
    given: tuple[str, ...] = ()
    newest_first: bool | None = None
    window: tuple[int, int] | None = None
    total: int = 0
    shown: int = 0
    counts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """An interaction with what was there when it was recorded.

    Attributes:
        candidate: the interaction.
        presence: of the thing that it names.
        parents: presence of other things that it names, in the order of the endpoint's parents.
        phase: of the thing that it names, where it was there.
        collides: it asked for something unique that another item had.
        conditional: other services had to answer in a certain way.
        listing: where it is a list.
        way: to the item in its answer; None where the answer does not tell an item.

    """

    candidate: Candidate
    presence: Presence
    parents: tuple[Presence, ...] = ()
    phase: Phase | None = None
    collides: bool = False
    conditional: bool = False
    listing: Listing | None = None
    way: tuple[str, ...] | None = None

    @property
    def status(self) -> int:
        """What it answers."""
        return self.candidate.interaction.response.status


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What one endpoint was seen to do to an item in a phase.

    Attributes:
        phase: before it; None fits all phases.
        codes: what the request said at places by which the provider was seen to decide.
        status: of the answer.

    """

    phase: Phase | None
    codes: tuple[tuple[str, JsonValue], ...]
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique:
    """What no two items may have in common.

    Attributes:
        equal: places of the request that makes an item, with where others have the same.
        also: further places at which the recorded second one was equal: whether these matter is not known.

    """

    equal: tuple[tuple[str, Source], ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointModel:
    """All that was learned of one endpoint.

    Attributes:
        endpoint: method and template.
        expectations: its interactions.
        references: how its requests name the item that they are about; one for each kind of item.
        parents: how they name other items.
        makes: it makes items.
        unique: what no two items may have in common.
        deeds: seen on items that were there.
        guarded: whether it was refused for what the item was.
        codes: the places of the request that deeds tell.

    """

    endpoint: Endpoint
    expectations: tuple[Expectation, ...] = ()
    references: tuple[Reference, ...] = ()
    parents: tuple[Reference, ...] = ()
    makes: bool = False
    unique: tuple[Unique, ...] = ()
    deeds: tuple[Deed, ...] = ()
    guarded: bool = False
    codes: tuple[str, ...] = ()

    @property
    def template(self) -> Template:
        """The segments of its path."""
        return self.endpoint[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A request that makes items as if each had been asked for alone, at another address.

    Attributes:
        resource: the endpoint that makes one.
        way: to the list of items in the body; None where the body is the only one.
        status: what the making of one is answered.
        told: to the list in its answer that names the items; None where the answer names nothing.
        name: to the name inside an element of that list.
        key: where the making of one tells that name, as the place of an answer.

    """

    resource: Endpoint
    way: tuple[str, ...] | None
    status: int
    told: tuple[str, ...] | None = None
    name: tuple[str | int, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """All that was learned of one provider.

    Attributes:
        endpoints: by method and template.
        phases: the places by whose values items of a resource were told apart.
        loose: the places among them at which values vary, so that only whether there is one tells anything.
        effects: what a call of an endpoint (second) changes in an item of a resource (first), by its phase.
        waits: what becomes by itself of an item of a resource in a phase, with the values at which it was seen.
        unfaithful: places of items of a resource that do not repeat what the request said.
        keeps: resources with the endpoints after whose DELETE an item was still there.
        ways: to the item in the answers that make it, by resource.
        batches: what makes several items at once, by endpoint.

    """

    endpoints: Mapping[Endpoint, EndpointModel] = field(default_factory=dict)
    phases: Mapping[Endpoint, frozenset[str]] = field(default_factory=dict)
    loose: Mapping[Endpoint, frozenset[str]] = field(default_factory=dict)
    effects: Mapping[tuple[Endpoint, Endpoint, Phase | None], Effects] = field(default_factory=dict)
    waits: Mapping[tuple[Endpoint, Phase], tuple[Turn, ...]] = field(default_factory=dict)
    unfaithful: Mapping[Endpoint, frozenset[str]] = field(default_factory=dict)
    keeps: frozenset[tuple[Endpoint, Endpoint]] = frozenset()
    ways: Mapping[Endpoint, tuple[str, ...]] = field(default_factory=dict)
    batches: Mapping[Endpoint, Batch] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What an item became by itself, once.

    Attributes:
        effects: what changed.
        seen: what the request that made the item had said.
        conditional: other services had to answer in a certain way.

    """

    effects: Effects
    seen: Mapping[str, JsonValue]
    conditional: bool
