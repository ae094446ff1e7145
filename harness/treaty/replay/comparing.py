"""Whether an answer says what the recorded one said: judged by why each value is what it is, not by its bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from treaty.contract.embedded import number_spans
from treaty.contract.json_value import JsonValue, Number, decimal_of, dumps, is_number
from treaty.normalize.bodies import Payload, body_leaves, decode, in_lists, repeated_elements
from treaty.normalize.changes import code_of
from treaty.normalize.leaves import Leaf, header, json_leaves, key_step, wildcard
from treaty.normalize.multipart_bodies import contents_of
from treaty.normalize.names import Name
from treaty.normalize.observations import Observation
from treaty.normalize.shapes import RARE, TIMES, Shape, shape_of
from treaty.replay.binding import Bindings, instant_in
from treaty.replay.script import Script
from treaty.session.exchange import Content
from treaty.verify.calls import Answer

_TOLERANCE: Final = timedelta(seconds=120)
_DAY: Final = timedelta(days=1)
_DIGITS: Final = re.compile(r"\d+")
_WORD_AND_NUMBER: Final = re.compile(r"([A-Za-z]+)(\s*[#:]?\s*)(\d{1,18})")
_TREES: Final = frozenset({"json", "lines", "xml", "multipart"})
"""Kinds of bodies that are compared value by value; of files in parts the contents must be the same."""
_CONCEALED: Final = "(a secret)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that an answer says otherwise.

    Attributes:
        place: ``status``, ``header.NAME`` or ``body...``.
        recorded: what it should be, as text: with the ids of this replay.
        got: what it is.
        early: whether it is what comes before the recorded value by itself, so that it may still come.

    """

    place: str
    recorded: str
    got: str
    early: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What came back, and what it belongs to.

    Attributes:
        item: the recorded call.
        answer: what came back.
        at: when.
        written: the values that were sent, by location in the request.

    """

    item: Observation
    answer: Answer
    at: datetime
    written: Mapping[str, JsonValue]


def payload_of(answer: Answer, like: Payload) -> Payload:
    """Decode the body of an answer; what is a list in XML is told by another body, which was recorded."""
    payload = decode(Content(data=answer.body, size=len(answer.body)), answer.headers)
    return in_lists(payload, repeated_elements((like,)))


def leaves_of(answer: Answer, like: Payload) -> dict[str, JsonValue]:
    """Give the scalars of an answer by location, with the headers that carry values.

    Args:
        answer: what came back.
        like: the body that was recorded.

    """
    payload = payload_of(answer, like)
    found = {
        f"header.{name}": value
        for name in ("Location", "ETag", "Content-Location", "Last-Modified", "Retry-After")
        if (value := header(answer.headers, name)) is not None
    }
    nothing = Name(entity="", field="")
    leaves: dict[str, JsonValue] = dict(found)
    if payload.kind == "json":
        leaves |= {leaf.location: leaf.value for leaf in json_leaves(payload.value, "body.$", nothing, "")}
    else:
        leaves |= {leaf.location: leaf.value for leaf in body_leaves(payload, "")}
    return leaves


@dataclass(slots=True, kw_only=True)
class Comparer:
    """Compares answers with those of a script.

    Args:
        script: what was recorded.
        bindings: the values of this replay.
        random: number of the exchange and place of what differs between recorded runs.

    """

    script: Script
    bindings: Bindings
    random: frozenset[tuple[int, str]] = frozenset()

    def differences(self, given: Given) -> list[Difference]:
        """Say what an answer says otherwise; nothing when it says the same."""
        item, answer = given.item, given.answer
        if answer.status != item.status:
            return [Difference(place="status", recorded=str(item.status), got=str(answer.status))]
        return [*self._headers(given), *self._body(given, payload_of(answer, item.response_payload))]

    def _headers(self, given: Given) -> Iterator[Difference]:
        recorded = header(given.item.answer.headers, "Location")
        if recorded is not None:
            got = header(given.answer.headers, "Location")
            wanted = self._location(recorded, given)
            if got is None or _place_of(got) != wanted:
                yield Difference(place="header.Location", recorded=wanted, got=got or "(absent)")

    def _location(self, recorded: str, given: Given) -> str:
        """Write a place with the ids of this replay, without its authority, which is another one here."""
        tokens = [token for _, token in self.script.flow.tokens_of(given.item.number, "")]
        ids = {str(token.value): str(self.bindings.expected(token)) for token in tokens}
        return "/".join(ids.get(segment, segment) for segment in self.bindings.text(_place_of(recorded)).split("/"))

    def _body(self, given: Given, got: Payload) -> Iterator[Difference]:
        wanted = given.item.response_payload
        if not given.item.answer.content.is_at_hand:
            return
        if wanted.media_type != got.media_type:
            yield Difference(
                place="header.Content-Type", recorded=wanted.media_type or "(absent)", got=got.media_type or "(absent)"
            )
        elif wanted.kind != got.kind:
            yield Difference(place="body", recorded=f"({wanted.kind})", got=f"({got.kind})")
        elif wanted.kind in _TREES and contents_of(wanted) == contents_of(got):
            leaves = {leaf.location: leaf for leaf in given.item.response}
            yield from self._value(wanted.value, got.value, "body.$", given, leaves)
        elif wanted.kind == "text":
            text = str(wanted.value)
            leaf = Leaf(location="body", value=text, name=Name(entity="", field=""))
            yield from self._scalar(leaf, got.value, given)
        elif wanted.data != got.data:
            yield Difference(place="body", recorded=f"({len(wanted.data)} bytes)", got=f"({len(got.data)} other bytes)")

    def _value(
        self, wanted: JsonValue, got: JsonValue, place: str, given: Given, leaves: Mapping[str, Leaf]
    ) -> Iterator[Difference]:
        if isinstance(wanted, Mapping) and isinstance(got, Mapping):
            yield from self._object(wanted, got, place, given, leaves)
        elif _is_list(wanted) and _is_list(got):
            assert isinstance(wanted, Sequence)
            assert isinstance(got, Sequence)
            if len(wanted) != len(got):
                yield Difference(place=place, recorded=_elements(wanted), got=_elements(got), early=self._moves(given))
                return
            for index, (left, right) in enumerate(zip(wanted, got, strict=True)):
                yield from self._value(left, right, f"{place}[{index}]", given, leaves)
        elif place in leaves:
            yield from self._scalar(leaves[place], got, given)
        else:
            yield Difference(place=place, recorded=_kind(wanted), got=_kind(got))

    def _object(
        self,
        wanted: Mapping[str, JsonValue],
        got: Mapping[str, JsonValue],
        place: str,
        given: Given,
        leaves: Mapping[str, Leaf],
    ) -> Iterator[Difference]:
        for key in wanted:
            if key in got:
                yield from self._value(wanted[key], got[key], place + key_step(key), given, leaves)
            else:
                yield Difference(place=place + key_step(key), recorded=_kind(wanted[key]), got="(absent)")
        for key in got:
            if key not in wanted:
                yield Difference(place=place + key_step(key), recorded="(absent)", got=_kind(got[key]))

    def _scalar(self, leaf: Leaf, got: JsonValue, given: Given) -> Iterator[Difference]:
        item = given.item
        if _is_container(got):
            yield Difference(place=leaf.location, recorded=self._shown(leaf, given), got=_kind(got))
            return
        if item.is_secret("response", leaf.location):
            if type(got) is not type(leaf.value) or got == "":
                yield Difference(place=leaf.location, recorded=_CONCEALED, got=_kind(got))
            return
        if (item.number, wildcard(leaf.location)) in self.random and _alike(leaf.value, got):
            return
        if self._is_same(leaf, got, given) or self._is_further(leaf, got, given):
            return
        yield Difference(
            place=leaf.location,
            recorded=self._shown(leaf, given),
            got=dumps(got),
            early=self._is_early(leaf, got, given),
        )

    def _is_same(self, leaf: Leaf, got: JsonValue, given: Given) -> bool:
        token = self.script.flow.at(given.item.number, f"response.{leaf.location}")
        if token is not None and not token.is_of_the_clock:
            expected = self.bindings.expected(token)
            # A number that stayed although those of its kind moved was never one of them: it is a constant.
            return _equal(expected, got) or (isinstance(leaf.value, int) and _equal(leaf.value, got))
        if _equal(leaf.value, got):
            return True
        sent = [
            given.written[each.location]
            for each in given.item.request
            if each.name.field == leaf.name.field and _equal(each.value, leaf.value) and each.location in given.written
        ]
        if any(_equal(value, got) for value in sent):
            return True
        if shape_of(leaf.value, at=given.item.started) in TIMES:
            return _is_as_near(leaf.value, got, given)
        return isinstance(leaf.value, str) and (
            self._text(leaf, leaf.value, given) == got or _is_made_alike(leaf.value, got)
        )

    def _text(self, leaf: Leaf, text: str, given: Given) -> str:
        """Write a recorded text with the values of this replay, also where it names a small id (``order 12``)."""
        inside = self.script.flow.inside(given.item.number, f"response.{leaf.location}")
        numbers = {int(way[7:-1]): token for way, token in inside if re.fullmatch(r"number\[\d+\]", way)}
        spans = number_spans(text)
        # From the end on, so that those before keep their places.
        for index in sorted(numbers, reverse=True):
            start, end = spans[index]
            text = f"{text[:start]}{self.bindings.expected(numbers[index])}{text[end:]}"
        named = self.bindings.text(text)

        def swap(found: re.Match[str]) -> str:
            token = self.script.flow.named(given.item.run, found[1].lower(), int(found[3]))
            return found[0] if token is None else f"{found[1]}{found[2]}{self.bindings.expected(token)}"

        # Numbers that are ids of this exchange have been replaced where they stood: their words must not name others.
        return named if numbers else _WORD_AND_NUMBER.sub(swap, named)

    def _is_further(self, leaf: Leaf, got: JsonValue, given: Given) -> bool:
        key = (given.item.edge.provider, leaf.name)
        if shape_of(got, at=given.at) in TIMES:
            # A time that came by itself is one of now; the year 1 stands for never.
            instant = instant_in(got, given.at)
            if instant is None or abs(instant - given.at) > _DAY:
                return False
        return code_of(got) in self.script.changes.still_to_come(key, code_of(leaf.value))

    def _is_early(self, leaf: Leaf, got: JsonValue, given: Given) -> bool:
        key = (given.item.edge.provider, leaf.name)
        return code_of(leaf.value) in self.script.changes.still_to_come(key, code_of(got))

    def _moves(self, given: Given) -> bool:
        return any(provider == given.item.edge.provider for provider, _ in self.script.changes.steps)

    def _shown(self, leaf: Leaf, given: Given) -> str:
        token = self.script.flow.at(given.item.number, f"response.{leaf.location}")
        if token is not None:
            return dumps(self.bindings.expected(token))
        return dumps(self._text(leaf, leaf.value, given) if isinstance(leaf.value, str) else leaf.value)


def _is_as_near(recorded: JsonValue, got: JsonValue, given: Given) -> bool:
    """Tell whether a time is as far from its now as the recorded one was."""
    if shape_of(got, at=given.at) is not shape_of(recorded, at=given.item.started):
        return False
    before, after = instant_in(recorded, given.item.started), instant_in(got, given.at)
    if before is None or after is None:
        return False
    slack = _DAY if shape_of(recorded) is Shape.DATE else _TOLERANCE
    return abs((after - given.at) - (before - given.item.ended)) <= slack


def _is_made_alike(recorded: str, got: JsonValue) -> bool:
    """Tell whether both are values that a provider makes anew, of one form: uuids, tokens, ``T21795184911``."""
    shape = shape_of(recorded)
    if not isinstance(got, str) or shape_of(got) is not shape:
        return False
    return shape in RARE or (shape is Shape.NUMBERED and _DIGITS.sub("0", recorded) == _DIGITS.sub("0", got))


def _place_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _equal(first: JsonValue, second: JsonValue) -> bool:
    if is_number(first) and is_number(second):
        assert isinstance(first, (int, Number))
        assert isinstance(second, (int, Number))
        return decimal_of(first) == decimal_of(second)
    return type(first) is type(second) and first == second


def _alike(first: JsonValue, second: JsonValue) -> bool:
    return type(first) is type(second) or (is_number(first) and is_number(second))


def _is_list(value: JsonValue) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_container(value: JsonValue) -> bool:
    return isinstance(value, Mapping) or _is_list(value)


def _elements(value: Sequence[JsonValue]) -> str:
    return "1 element" if len(value) == 1 else f"{len(value)} elements"


def _kind(value: JsonValue) -> str:
    """Name a value without showing what may be secret."""
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return "an object"
    if _is_list(value):
        return "a list"
    if isinstance(value, bool):
        return "a boolean"
    return "a text" if isinstance(value, str) else "a number"
