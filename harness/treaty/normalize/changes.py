"""What changes by itself: fields of a resource that differ between two reads with no call in between (DESIGN 4.4).

Such a change is *time-driven*. It is learned as a fact about a field (``payment.status`` goes from ``pending`` to
``success``), because any single reading may come before or after it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.normalize.elements import is_read
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import Name
from treaty.normalize.observations import Observation
from treaty.normalize.shapes import Shape, shape_of
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow

FieldKey: TypeAlias = tuple[str, Name]
"""A provider and the name of a field there."""

FILLED: Final = "(some value)"
"""Stands for any value of a field that is neither a code nor a boolean nor null."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One look at one resource: the code-like fields of the object that holds its id.

    Attributes:
        number: the exchange it was seen in.
        seen: when the answer was complete.
        fields: by name: the value of codes and booleans, None, or a mark for any other value.
        locations: where each field stood in the response.
        in_list: whether it was seen as a member of a list.

    """

    number: int
    seen: datetime
    fields: Mapping[Name, JsonValue]
    locations: Mapping[Name, str]
    in_list: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Time-driven changes, and the views they were learned from.

    Attributes:
        views: by token, in order of time.
        touches: by token: (start, end, exchange) of every call that may have changed the resource.
        steps: by field: every (before, after) that happened by itself.

    """

    views: Mapping[Token, Sequence[View]]
    touches: Mapping[Token, Sequence[tuple[datetime, datetime, int]]]
    steps: Mapping[FieldKey, frozenset[tuple[JsonValue, JsonValue]]]

    def is_later(self, key: FieldKey, value: JsonValue) -> bool:
        """Tell whether a field reaches this value by itself."""
        return any(after == value for _, after in self.steps.get(key, frozenset()))

    def still_to_come(self, key: FieldKey, value: JsonValue) -> list[JsonValue]:
        """List the values that a field may go on to by itself from a value, in a stable order."""
        found: list[JsonValue] = []
        open_values = [value]
        while open_values:
            current = open_values.pop()
            for before, after in sorted(self.steps.get(key, frozenset()), key=repr):
                if before == current and after not in found and after != value:
                    found.append(after)
                    open_values.append(after)
        return found

    def view_in(self, token: Token, number: int) -> View | None:
        """Give the view of a resource in one exchange."""
        return next((view for view in self.views.get(token, ()) if view.number == number), None)


def learn(observations: Sequence[Observation], flow: Flow) -> Changes:
    """Find every time-driven change of the session.

    Args:
        observations: in order of their start.
        flow: the tokens.

    """
    views: dict[Token, list[View]] = {}
    touches: dict[Token, list[tuple[datetime, datetime, int]]] = {}
    made_at: dict[Token, tuple[int, str]] = {}
    calls: dict[tuple[int, str], list[tuple[datetime, datetime, int]]] = {}
    for item in observations:
        for token, view in _views(item, flow):
            made_at[token] = item.run, item.edge.provider
            views.setdefault(token, []).append(view)
        if _is_about_all(item, flow):
            calls.setdefault((item.run, item.edge.provider), []).append((item.started, item.ended, item.number))
        if item.effectful:
            for token in {token for _, token in flow.tokens_of(item.number, "request.")} | _made(item, flow):
                touches.setdefault(token, []).append((item.started, item.ended, item.number))
    steps: dict[FieldKey, set[tuple[JsonValue, JsonValue]]] = {}
    for token, seen in views.items():
        seen.sort(key=lambda view: (view.seen, view.number))
        for before, after in itertools.pairwise(seen):
            of_all = calls.get(made_at[token], ()) if before.in_list or after.in_list else ()
            around = (*touches.get(token, ()), *of_all)
            if _untouched(around, before, after):
                for name in before.fields.keys() & after.fields.keys():
                    if before.fields[name] != after.fields[name]:
                        change = (before.fields[name], after.fields[name])
                        steps.setdefault((token.provider, name), set()).add(change)
    return Changes(views=views, touches=touches, steps={key: frozenset(found) for key, found in steps.items()})


def _made(item: Observation, flow: Flow) -> set[Token]:
    return {token for _, token in flow.tokens_of(item.number, "response.") if token.origin == item.number}


def _is_about_all(item: Observation, flow: Flow) -> bool:
    """Tell whether a change names no thing and makes none: it may change any member of a list."""
    if not item.effectful or is_read(item, flow) or _made(item, flow):
        return False
    return not any(token.provider == item.edge.provider for _, token in flow.tokens_of(item.number, "request."))


def _untouched(touches: Sequence[tuple[datetime, datetime, int]], before: View, after: View) -> bool:
    return not any(
        start < after.seen and end > before.seen and number != before.number for start, end, number in touches
    )


def _views(item: Observation, flow: Flow) -> Iterator[tuple[Token, View]]:
    if not item.succeeded:
        return
    objects: dict[str, list[Leaf]] = {}
    for leaf in item.response:
        if leaf.location.startswith("body.$"):
            parent = leaf.location[: max(leaf.location.rfind("."), leaf.location.rfind("['"))]
            objects.setdefault(parent, []).append(leaf)
    for parent, leaves in objects.items():
        identity = next((leaf for leaf in leaves if leaf.location == f"{parent}.id"), None)
        token = flow.at(item.number, f"response.{identity.location}") if identity else None
        if token is None or token.provider != item.edge.provider:
            continue
        fields = {leaf.name: code_of(leaf.value) for leaf in leaves if leaf is not identity}
        locations = {leaf.name: leaf.location for leaf in leaves if leaf is not identity}
        yield (
            token,
            View(number=item.number, seen=item.ended, fields=fields, locations=locations, in_list="[" in parent),
        )


def code_of(value: JsonValue) -> JsonValue:
    """Give what a view keeps of a value: codes, booleans and null as they are, a mark for the rest."""
    if value is None or isinstance(value, bool):
        return value
    return value if shape_of(value) is Shape.CODE else FILLED


def is_code(value: JsonValue) -> bool:
    """Tell whether a field of a view holds something that can be waited for: a code or a boolean."""
    return value is not None and value != FILLED
