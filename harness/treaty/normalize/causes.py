"""Why each leaf of a response is what it is (DESIGN 4.2), judged within one exchange, its set-up and its neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from treaty.contract.json_value import JsonValue, Number, decimal_of, is_number
from treaty.normalize.arithmetic import Arithmetic, repeats
from treaty.normalize.contents import follows_from
from treaty.normalize.drafts import Draft
from treaty.normalize.examples import SHORTEST_INSIDE, keeps_value, within
from treaty.normalize.leaves import Leaf
from treaty.normalize.mentions import is_role, thing_named
from treaty.normalize.names import IDENTIFIER_FIELDS, KEY_FIELDS, words
from treaty.normalize.observations import LOGIN
from treaty.normalize.shapes import TIMES, Shape, shape_of
from treaty.normalize.states import expression_of
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow

CODE_FIELDS: Final = frozenset({"code", "errno", "status", "state", "type", "kind", "level", "success", "ok"})
_EXACT_TEXTS: Final = frozenset({Shape.CODE})
_STATUS_LINE: Final = re.compile(r"HTTP/\d(\.\d)? \d{3}( [ -~]*)?")
"""RFC 9112 section 4, as answers about many things have it for each of them (RFC 4918 section 13)."""
_MOST_DIGITS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A cause of DESIGN 1, and what follows from it.

    Attributes:
        kind: constant, echo, created, carried, derived (a text around tokens), clock, random or secret.
        of: of an echo, the location in the own request; of a path, how it is made of the variables of the set-up.
        exact: whether the very value is promised.
        token: the token there, if the value is one.
        inside: of a text, the way to each token in it, with the token.
        told: whether a dependency said the same while the provider answered.
        along: of a random one, what varied between runs along with it (`treaty.session.runs`).

    """

    kind: str
    of: str = ""
    exact: bool = False
    token: Token | None = None
    along: tuple[str, ...] = ()
    inside: tuple[tuple[str, Token], ...] = ()
    told: bool = False


# Most leaves have one of these, so they are made once.
_SECRET: Final = Cause(kind="secret")
_CLOCK: Final = Cause(kind="clock")
_EXACT: Final = Cause(kind="constant", exact=True)
_DATA: Final = Cause(kind="constant")
_SENT: Final = Cause(kind="carried", exact=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """What the provider learned from others while it answered: leaves of the answers to its own calls, by field."""

    values: Mapping[str, frozenset[JsonValue]]

    def told(self, leaf: Leaf) -> bool:
        """Tell whether a dependency said this value under this field."""
        return leaf.value in self.values.get(leaf.name.field, frozenset())


def causes_of(draft: Draft, flow: Flow, neighbours: Neighbours) -> dict[str, Cause]:
    """Give the cause of every leaf of the response body, by location."""
    judge = _Judge(
        draft=draft,
        flow=flow,
        neighbours=neighbours,
        derived=_derived_numbers(draft),
        varying=_varying(draft),
        contents=draft.sent_contents,
        arithmetic=Arithmetic([*(step.observation for step in draft.own), draft.item], flow),
    )
    return {leaf.location: judge.cause(leaf) for leaf in draft.item.response if leaf.location.startswith("body")}


def with_repeats(
    drafts: Sequence[Draft], causes: Mapping[int, Mapping[str, Cause]], flow: Flow
) -> Mapping[int, Mapping[str, Cause]]:
    """Give the causes of drafts, by number and location, with echoes of a number under another name.

    Args:
        drafts: all of them.
        causes: as `causes_of` gave them.
        flow: the tokens.

    """
    alike: dict[object, list[tuple[Draft, dict[str, JsonValue]]]] = {}
    for draft in drafts:
        known = causes[draft.item.number]
        numbers = {
            leaf.location: leaf.value
            for leaf in draft.item.response
            if is_number(leaf.value) and "[" not in leaf.location and known.get(leaf.location) == _DATA
        }
        if numbers and draft.item.request_payload.data:
            key = (draft.item.edge, draft.operation, draft.request_shape, draft.state_signature)
            alike.setdefault(key, []).append((draft, numbers))
    found = dict(causes)
    for members in alike.values():
        for place, of in repeats([(draft.item, numbers) for draft, numbers in members], flow).items():
            for draft, numbers in members:
                if place in numbers:
                    echo = Cause(kind="echo", of=of, exact=True)
                    found[draft.item.number] = {**found[draft.item.number], place: echo}
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judge:
    draft: Draft
    flow: Flow
    neighbours: Neighbours
    derived: frozenset[Decimal]
    varying: Sequence[str]
    contents: Sequence[bytes]
    arithmetic: Arithmetic

    def cause(self, leaf: Leaf) -> Cause:
        item = self.draft.item
        if item.is_secret("response", leaf.location):
            return _SECRET
        token = self.flow.at(item.number, f"response.{leaf.location}")
        if token is not None:
            return self._of_token(token, leaf)
        if leaf.value is None or isinstance(leaf.value, bool):
            return _EXACT
        shape = shape_of(leaf.value, at=item.started)
        if shape in TIMES:
            return _CLOCK
        return self._of_data(leaf, shape)

    def _of_token(self, token: Token, leaf: Leaf) -> Cause:
        item = self.draft.item
        own = [
            location.removeprefix("request.")
            for location, found in self.flow.tokens_of(item.number, "request.")
            if found is token and location != f"request.{LOGIN}"
        ]
        literal = not token.unique and keeps_value(token)
        exact = token.absent or literal
        if own:
            best = next((place for place in own if place == leaf.location), own[0])
            return Cause(kind="echo", of=_aligned(leaf.location, best), exact=exact, token=token)
        if token.origin == item.number:
            return Cause(kind="created", token=token)
        return Cause(kind="carried", exact=exact, token=token)

    def _of_data(self, leaf: Leaf, shape: Shape) -> Cause:
        item = self.draft.item
        chosen = self._chosen(leaf)
        if chosen is not None:
            return Cause(kind="carried", token=chosen)
        inside = self.flow.inside(item.number, f"response.{leaf.location}")
        if inside:
            return Cause(kind="derived", inside=inside)
        if isinstance(leaf.value, str) and any(re.search(form, leaf.value) for form in self.varying):
            return Cause(kind="carried", of=self._written_anew(leaf))
        if follows_from(leaf, self.contents):
            return Cause(kind="derived", exact=True)
        echoed = _same(leaf, item.request) or _same_name(leaf, item.request)
        if echoed is not None:
            return Cause(kind="echo", of=_aligned(leaf.location, echoed.location), exact=True)
        for step in reversed(self.draft.own):
            if _same(leaf, step.observation.request) is not None:
                return _SENT
        if self.arithmetic.explains(leaf):
            return Cause(kind="derived", exact=True)
        if self.neighbours.told(leaf):
            # A code may also be the same by chance: it is promised as long as no other observation says otherwise.
            return Cause(kind="carried", told=True, exact=shape in _EXACT_TEXTS)
        if is_number(leaf.value):
            assert isinstance(leaf.value, (int, Number))
            known = decimal_of(leaf.value) in self.derived or leaf.name.field.split("_")[-1] in CODE_FIELDS
            return _EXACT if known else _DATA
        exact = shape in _EXACT_TEXTS or (
            isinstance(leaf.value, str) and _STATUS_LINE.fullmatch(leaf.value) is not None
        )
        return _EXACT if exact else _DATA

    def _written_anew(self, leaf: Leaf) -> str:
        """Write a text with the variables of the set-up in it, ``/ann/${calendar_id}/``; empty where more may vary.

        A path has them as segments; what was sent has them where the request has them.
        """
        text = str(leaf.value)
        if self._was_sent(leaf) and not self._is_among_others(leaf):
            return expression_of(leaf, self.draft.state.variables)
        if not text.startswith("/") or re.search(r"\s", text) or self._is_among_others(leaf):
            return ""
        varied = {str(token.value) for token in self.draft.varied}
        parts = text.split("/")
        if any(part not in varied and re.search(r"\d|\$", part) for part in parts):
            return ""
        names = {str(token.value): name for token, name in self.draft.state.variables.items()}
        return "/".join("${" + names[part] + "}" if part in names else part for part in parts)

    def _was_sent(self, leaf: Leaf) -> bool:
        sent = (self.draft.item, *(step.observation for step in self.draft.own))
        return any(_same(leaf, item.request) is not None for item in sent)

    def _is_among_others(self, leaf: Leaf) -> bool:
        """Tell whether a leaf is of one of several members of a list: new names may bring them into another order."""
        index = re.search(r"\[\d+\]", leaf.location)
        if index is None:
            return False
        second = leaf.location[: index.start()] + "[1]"
        return not self.draft.scoped or any(each.location.startswith(second) for each in self.draft.item.response)

    def _chosen(self, leaf: Leaf) -> Token | None:
        """Give the name that the consumer chose for something in the set-up, where the answer repeats it as a whole.

        Under another name of a key, as ``BucketName`` of ``/{id}``, and under the word for the thing or for its part
        (``owner``), it does where the request itself names it.
        """
        if not any(token.unique for token in self.draft.varied):
            return None
        asked = {token for _, token in self.flow.tokens_of(self.draft.item.number, "request.path")}
        named = thing_named(leaf)
        is_key = leaf.name.field.split("_")[-1] in KEY_FIELDS or is_role(leaf)
        return next(
            (
                token
                for token in self.draft.varied
                if token.unique
                and token.value == leaf.value
                and (
                    token.name.field == leaf.name.field
                    or ((is_key or named == token.name.entity != "") and token in asked)
                )
            ),
            None,
        )


def _varying(draft: Draft) -> Sequence[str]:
    """Give regular expressions for the texts that are others in each set-up, to find them inside longer ones."""
    values = (token.value for token in draft.varied)
    return [within(value) for value in values if isinstance(value, str) and len(value) >= SHORTEST_INSIDE]


def _same(leaf: Leaf, others: Sequence[Leaf]) -> Leaf | None:
    """Find the leaf of a request that a response leaf repeats: same field, same value; the same location goes first."""
    found = [
        other
        for other in others
        if other.name.field == leaf.name.field and other.value not in {None, ""} and _equal(other.value, leaf.value)
    ]
    return next((other for other in found if other.location == leaf.location), found[0] if found else None)


def _same_name(leaf: Leaf, others: Sequence[Leaf]) -> Leaf | None:
    """Find the name of a file that was sent, which answers give under many names."""
    return next((other for other in others if other.name.field == "filename" and other.value == leaf.value), None)


def _equal(first: JsonValue, second: JsonValue) -> bool:
    if is_number(first) and is_number(second):
        assert isinstance(first, (int, Number))
        assert isinstance(second, (int, Number))
        return decimal_of(first) == decimal_of(second)
    return type(first) is type(second) and first == second


def _aligned(response: str, request: str) -> str:
    """Write the request's location with ``[*]`` where both lists run in step."""
    ours = re.findall(r"\[(\d+)\]", response)
    theirs = re.findall(r"\[(\d+)\]", request) if request.startswith("body") else []
    if ours and ours == theirs:
        return re.sub(r"\[\d+\]", "[*]", request)
    return request


def _derived_numbers(draft: Draft) -> frozenset[Decimal]:
    """Compute what follows from lists at hand: their lengths, sums of a field, sums of products of two fields."""
    found: set[Decimal] = set()
    for value in (draft.item.request_payload.value, draft.item.response_payload.value):
        for rows in _lists_of_objects(value):
            found.update(_sums(rows))
    found.add(Decimal(draft.item.status))
    return frozenset(found)


def _is_id(key: str) -> bool:
    """Tell whether a field identifies: what its values make together, they make by chance."""
    parts = words(key)
    return bool(parts) and parts[-1] in IDENTIFIER_FIELDS


def _sums(rows: Sequence[Mapping[str, JsonValue]]) -> Iterator[Decimal]:
    yield Decimal(len(rows))
    fields = sorted({key for row in rows for key, value in row.items() if is_number(value) and not _is_id(key)})
    columns = {key: [_number(row.get(key)) for row in rows] for key in fields}
    for position, first in enumerate(fields):
        yield sum(columns[first], Decimal(0))
        for second in fields[position:]:
            products = (a * b for a, b in zip(columns[first], columns[second], strict=True))
            yield sum(products, Decimal(0))


def _number(value: JsonValue) -> Decimal:
    """Give a number to compute with; what is none, or too large for a sum to mean anything (``1e400``), counts as 0."""
    if isinstance(value, bool) or not isinstance(value, (int, Number)):
        return Decimal(0)
    number = decimal_of(value)
    return number if number.is_finite() and abs(number.adjusted()) < _MOST_DIGITS else Decimal(0)


def _lists_of_objects(value: JsonValue) -> Iterator[Sequence[Mapping[str, JsonValue]]]:
    if isinstance(value, Mapping):
        for child in value.values():
            yield from _lists_of_objects(child)
    elif isinstance(value, list):
        rows = [row for row in value if isinstance(row, Mapping)]
        if rows:
            yield rows
        for child in value:
            yield from _lists_of_objects(child)
