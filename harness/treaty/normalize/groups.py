"""Which exchanges are one interaction, and when a difference makes two (DESIGN 4.9).

Identity is edge, method, template, operation, status, media type, state and the keys of the request; never the shape of
the answer. A group splits further only when a code in the request or in the set-up explains that the answers differ.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from treaty.contract.json_value import JsonValue, dumps
from treaty.normalize.causes import Cause
from treaty.normalize.drafts import Draft, Key
from treaty.normalize.elements import is_about_ends
from treaty.normalize.leaves import header, wildcard
from treaty.normalize.observations import Observation
from treaty.normalize.shapes import Shape, shape_of
from treaty.normalize.state_names import code_leaves, describe

Causes: TypeAlias = Mapping[str, Cause]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Exchanges that keep the same promise.

    Attributes:
        members: all of them, in canonical order; the first is the example.
        description: unique together with the state.
        key: sixteen hexadecimal digits that stand for the identity; the same whatever was recorded for it.

    """

    members: Sequence[Draft]
    description: str
    key: str

    @property
    def example(self) -> Draft:
        """The member whose request and set-up stand in the pact."""
        return self.members[0]

    def like_the_example(self) -> list[Draft]:
        """Give the members with the very state and request of the example, and the example itself."""
        alike = [member for member in self.members if member.size == self.example.size]
        return alike if len(alike) == 1 else [member for member in alike if member.order == self.example.order]


@dataclass(slots=True, kw_only=True)
class _Variant:
    members: list[Draft]
    shape: Key
    marks: list[str] = field(default_factory=list)


def group(drafts: Sequence[Draft], causes: Callable[[Draft], Causes]) -> list[Group]:
    """Put the drafts of one edge into groups, in canonical order.

    Args:
        drafts: all drafts of the edge.
        causes: gives the causes of a draft's response leaves, by location.

    """
    by_operation: dict[tuple[Key, Key], dict[Key, list[Draft]]] = {}
    for item in drafts:
        shapes = by_operation.setdefault((item.operation, item.state_signature), {})
        shapes.setdefault(item.request_shape, []).append(item)
    found: list[Group] = []
    for (operation, state), shapes in sorted(by_operation.items()):
        common = set.intersection(*(set(shape) for shape in shapes))
        for shape, members in sorted(shapes.items()):
            for variant in _split(_Variant(members=members, shape=shape), causes):
                ordered = _in_order(variant.members)
                description = _description(ordered[0], operation, set(shape) - common, variant.marks)
                identity = [*operation, "", *state, "", *shape, "", *variant.marks]
                key = hashlib.sha256(dumps(identity).encode()).hexdigest()[:16]
                found.append(Group(members=ordered, description=description, key=key))
    return found


def _in_order(members: Sequence[Draft]) -> list[Draft]:
    """Put drafts into canonical order; those whose sizes differ need no closer look."""
    by_size: dict[tuple[bool, int], list[Draft]] = {}
    for member in members:
        by_size.setdefault(member.size, []).append(member)
    found: list[Draft] = []
    for _, alike in sorted(by_size.items()):
        found += alike if len(alike) == 1 else sorted(alike, key=lambda member: (member.order, member.item.number))
    return found


def _description(example: Draft, operation: Key, extra: set[str], marks: Sequence[str]) -> str:
    text = describe(example.item)
    details = [operation[2]] if operation[2] else []
    if example.item.refused:
        details.append("refused")
    if extra:
        details.append("with " + ", ".join(sorted(_label(place) for place in extra)))
    details.extend(marks)
    return f"{text} ({'; '.join(details)})" if details else text


def _label(place: str) -> str:
    if "|cookie." in place:
        return f"cookie {place.partition('|cookie.')[2]}"
    if place.startswith("query."):
        return place.removeprefix("query.").removesuffix("[0]")
    return place.removeprefix("body.$").removeprefix(".").removeprefix("header.")


def _split(variant: _Variant, causes: Callable[[Draft], Causes]) -> list[_Variant]:
    prints = {member.item.number: _fingerprint(member, causes(member)) for member in variant.members}
    if len(set(prints.values())) == 1:
        return [variant]
    codes = {member.item.number: _codes(member) for member in variant.members}
    for place in sorted({place for found in codes.values() for place in found}):
        answers: dict[str, set[str]] = {}
        for number, found in codes.items():
            answers.setdefault(found.get(place, "absent"), set()).add(prints[number])
        if len(answers) > 1 and all(len(seen) == 1 for seen in answers.values()):
            return _by_print(variant, prints, codes, place)
    return [variant]


def _by_print(
    variant: _Variant, prints: Mapping[int, str], codes: Mapping[int, Mapping[str, str]], place: str
) -> list[_Variant]:
    parts: dict[str, list[Draft]] = {}
    for member in variant.members:
        parts.setdefault(prints[member.item.number], []).append(member)
    found = []
    for members in parts.values():
        values = sorted({codes[member.item.number].get(place, "absent") for member in members})
        label = _label(place.removeprefix("step ").lstrip("0123456789").strip())
        mark = f"{label} {' or '.join(values)}"
        found.append(_Variant(members=members, shape=variant.shape, marks=[mark]))
    return sorted(found, key=lambda part: part.marks)


def _fingerprint(draft: Draft, causes: Causes) -> str:
    """Give the exact constants of an answer: two answers that differ in them say different things."""
    leaves = sorted(
        {
            (wildcard(leaf.location), dumps(leaf.value))
            for leaf in draft.item.response
            if leaf.location in causes
            and causes[leaf.location].exact
            and causes[leaf.location].kind == "constant"
            and (isinstance(leaf.value, bool) or shape_of(leaf.value) is Shape.CODE)
        }
    )
    return dumps([[place, value] for place, value in [*leaves, *_ends(draft)]])


def _ends(draft: Draft) -> list[tuple[str, str]]:
    """Say whether a page of a list tells of another one: a page that does promises something else."""
    if not draft.reads or not draft.lists:
        return []
    rels = sorted(set(re.findall(r"rel=\"?([\w-]+)", header(draft.item.answer.headers, "Link") or "")))
    found = [("header.Link", dumps(rels))]
    return found + [
        (leaf.location, "nothing" if leaf.value is None else "something")
        for leaf in draft.item.response
        if "[" not in leaf.location and not isinstance(leaf.value, bool) and is_about_ends(leaf)
    ]


def _codes(draft: Draft) -> dict[str, str]:
    """List what may explain a difference: codes of the request, of its query and of the set-up's requests.

    What a provider gave out is another one each time, and explains nothing.
    """
    found: dict[str, str] = {}
    for place, value in _own_codes(draft, draft.item):
        found[wildcard(place)] = _shown(value)
    for leaf in draft.item.request:
        if leaf.location.startswith("query."):
            found[leaf.location] = _shown(leaf.value)
    for index, step in enumerate(draft.own):
        for place, value in _own_codes(draft, step.observation):
            found[f"step {index:03d} {wildcard(place)}"] = _shown(value)
    return found


def _own_codes(draft: Draft, item: Observation) -> Iterator[tuple[str, JsonValue]]:
    for place, value in code_leaves(item):
        token = draft.world.flow.at(item.number, f"request.{place}")
        if token is None or not token.provider or token.unique:
            yield place, value


def _shown(value: JsonValue) -> str:
    return value if isinstance(value, str) else dumps(value)
