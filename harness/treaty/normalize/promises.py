"""What is promised: the example, the matching rules and the causes of one response, from all its observations.

Two questions are kept apart (DESIGN 4.2): whether a value follows from the recorded inputs (evidence), and whether it
is promised (the rule). Exact are echoes, links, booleans, nulls, codes and computed numbers; the rest gets the tightest
type that the evidence supports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonValue, Number, is_number
from treaty.normalize.around import around
from treaty.normalize.causes import Cause
from treaty.normalize.changes import FILLED, Changes, code_of
from treaty.normalize.closed_world import closed_facts, is_member_key, is_of_everything, is_told
from treaty.normalize.drafts import Draft
from treaty.normalize.examples import FIRST_ID, is_formed, secret_example, time_example
from treaty.normalize.inside import put_inside, with_authority
from treaty.normalize.key_forms import is_free
from treaty.normalize.key_promises import key_shape, no_keys
from treaty.normalize.leaves import Leaf, rewritten, wildcard
from treaty.normalize.lists import disordered, open_lists_of, sort_texts, told_by_name
from treaty.normalize.member_facts import tell_members
from treaty.normalize.names import Name
from treaty.normalize.optional import NO_KEYS, VaryingKeys, is_below, optional_places, without
from treaty.normalize.shapes import (
    DATE_REGEX,
    EMAIL_REGEX,
    HTTP_DATE_REGEX,
    UUID_REGEX,
    Shape,
    is_numbered,
    shape_of,
    timestamp_regex,
)
from treaty.normalize.text_examples import text_example

Matcher: TypeAlias = dict[str, JsonValue]

_MOST_CODES: Final = 8
_TEXTS: Final = frozenset({Shape.NUMBERED, Shape.PROSE, Shape.VERSION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """All that the session shows of one leaf: (member, leaf, cause) of every observation of the interaction."""

    place: str
    seen: Sequence[tuple[Draft, Leaf, Cause]]
    elsewhere: frozenset[JsonValue]

    @property
    def exact(self) -> bool:
        """Whether every observation promises its own value, and none contradicts another."""
        if not all(cause.exact for _, _, cause in self.seen):
            return False
        constants = {_comparable(leaf.value) for _, leaf, cause in self.seen if cause.kind == "constant" or cause.told}
        numeric = all(is_number(leaf.value) for _, leaf, _ in self.seen)
        return len(constants) <= 1 or numeric

    @property
    def values(self) -> Sequence[JsonValue]:
        """What was seen, of every observation."""
        return [leaf.value for _, leaf, _ in self.seen]

    @property
    def is_null(self) -> bool:
        """Whether nothing but null was seen."""
        return all(value is None for value in self.values)

    @property
    def is_loose(self) -> bool:
        """Whether it is data of the provider alone, of which no value is promised."""
        return not self.exact and all(cause.kind in {"constant", "carried"} for _, _, cause in self.seen)


@dataclass(slots=True, kw_only=True)
class Body:
    """A response body as a pact says it.

    Attributes:
        example: the JSON value.
        rules: matchers by rule path.
        causes: our causes, by location.
        closed: facts about everything that the provider holds, by location.

    """

    example: JsonValue
    rules: dict[str, JsonValue] = field(default_factory=dict)
    causes: dict[str, JsonValue] = field(default_factory=dict)
    closed: dict[str, JsonValue] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Promiser:
    """Decides on the response bodies of one edge.

    Args:
        causes: gives the causes of a draft's response leaves, by location.
        changes: what changes by itself.
        values: every value seen at a place of an endpoint, by provider, template and place.
        given: the fields that consumers send to a provider.
        samples: a value of each shape that a field had in any answer of a provider.
        varying: keys that some things of a kind lack.

    """

    causes: Callable[[Draft], Mapping[str, Cause]]
    changes: Changes
    values: Mapping[tuple[str, str, str], frozenset[JsonValue]]
    given: frozenset[tuple[str, Name]] = frozenset()
    samples: Mapping[tuple[str, Name], Sequence[JsonValue]] = field(default_factory=dict)
    varying: VaryingKeys = NO_KEYS

    def json_body(self, members: Sequence[Draft]) -> Body:
        """Decide on a JSON body.

        Args:
            members: the observations of one interaction; the first is the example.

        """
        example = members[0]
        payload = example.item.response_payload.value
        fields = self._fields(members)
        open_lists = open_lists_of(members)
        loose = self._loose(example, fields, open_lists)
        unsure = {wildcard(leaf.location) for leaf, _ in loose}
        nulls = {place for place in unsure if fields[place].is_null}
        moving = disordered(example, {place: each.values for place, each in fields.items()})
        unsure |= moving
        optional = optional_places(members) | self.varying.below(example.item, open_lists) | nulls
        written: dict[str, JsonValue] = {}
        unpinned: set[str] = set()
        named = told_by_name(example, self.causes(example), moving)
        body = Body(example=None, closed=named | closed_facts(example, loose, open_lists))
        for leaf in example.item.response:
            if not leaf.location.startswith("body"):
                continue
            place = wildcard(leaf.location)
            known = fields[place]
            typed = bool(open_lists) and place.startswith(tuple(open_lists))
            asked = known.exact and all(cause.of.startswith("query.") for _, _, cause in known.seen)
            exact = (
                known.exact and place not in unsure and not (typed and not isinstance(leaf.value, (bool, type(None))))
            )
            later = self._later(example, leaf)
            cause = self.causes(example)[leaf.location]
            if typed and asked and not later:
                # What was asked for holds for every member, of whatever set-up.
                written[leaf.location] = leaf.value
                body.rules[_rule_path(place)] = _combined([{"match": "equality"}])
            elif exact and not later:
                written[leaf.location] = self._literal(example, leaf, cause)
                self._pin_number(body, leaf, cause)
            else:
                written[leaf.location] = self._example(*_shown(known, example, leaf, cause))
                foreign = typed or place in moving
                body.rules[_rule_path(place)] = _combined(self._matchers(known, later, foreign=foreign))
            if (place in unsure or typed or not known.exact) and not later:
                unpinned.add(leaf.location)
            told = (typed and not example.scoped) or place in moving or is_told(body.closed, place)
            self._note(body, leaf, cause, example, is_told=told)
        for place, rule in open_lists.items():
            body.rules[_rule_path(place)] = _combined([rule])
        tell_members(body.closed, example, self.causes(example), unpinned)
        sort_texts(written, {place for place, known in fields.items() if known.is_loose})
        body.example = without(rewritten(payload, "body.$", written), "body.$", optional)
        body.rules = {path: rule for path, rule in sorted(body.rules.items()) if not is_below(path, optional)}
        return body

    def _loose(
        self, example: Draft, fields: Mapping[str, Field], open_lists: Collection[str]
    ) -> list[tuple[Leaf, Cause]]:
        """Give what follows from everything that the provider holds, and what is null in each member of a list."""
        causes = self.causes(example)
        found: dict[str, tuple[Leaf, Cause]] = {}
        for leaf in example.item.response:
            cause, place = causes.get(leaf.location), wildcard(leaf.location)
            if cause is None:
                continue
            if is_of_everything(example, leaf, cause, open_lists):
                found[leaf.location] = leaf, cause
            elif leaf.value is None and fields[place].is_null and is_member_key(place, open_lists):
                found[place] = replace(leaf, location=place), cause
        return list(found.values())

    def _fields(self, members: Sequence[Draft]) -> dict[str, Field]:
        seen: dict[str, list[tuple[Draft, Leaf, Cause]]] = {}
        for member in members:
            causes = self.causes(member)
            for leaf in member.item.response:
                if leaf.location in causes:
                    seen.setdefault(wildcard(leaf.location), []).append((member, leaf, causes[leaf.location]))
        key = (members[0].item.edge.provider, str(members[0].item.template))
        return {
            place: Field(place=place, seen=found, elsewhere=self.values.get((*key, place), frozenset()))
            for place, found in seen.items()
        }

    def _later(self, example: Draft, leaf: Leaf) -> list[JsonValue]:
        if example.item.method != "GET":
            return []
        return self.changes.still_to_come((example.item.edge.provider, leaf.name), code_of(leaf.value))

    def _literal(self, example: Draft, leaf: Leaf, cause: Cause) -> JsonValue:
        if cause.token is not None:
            return example.examples.of_token(cause.token)
        if isinstance(leaf.value, str) and shape_of(leaf.value) is Shape.PROSE:
            return example.examples.of_text(leaf.value)
        return leaf.value

    def _example(self, example: Draft, leaf: Leaf, cause: Cause) -> JsonValue:
        if cause.token is not None:
            return example.examples.of_token(cause.token)
        value = leaf.value
        if cause.inside and isinstance(value, str):
            written = put_inside(value, {way: example.examples.of_token(token) for way, token in cause.inside})
            return with_authority(written, example.item.foreign_authority(value) or example.item.edge.provider)
        if cause.kind == "secret" and isinstance(value, str):
            return secret_example(value)
        if cause.kind == "carried" and isinstance(value, str) and shape_of(value) is Shape.URL:
            return text_example(example, value)
        if cause.kind == "carried" and isinstance(value, str):
            return example.examples.of_compound(value)
        if cause.kind in {"secret", "echo", "carried"} or value is None or isinstance(value, bool):
            return value
        if cause.kind == "clock":
            return time_example(value, example.item.started)
        if isinstance(value, int):
            return FIRST_ID
        if isinstance(value, Number):
            return Number(f"{FIRST_ID}.5")
        return text_example(example, str(value))

    def _matchers(self, known: Field, later: Sequence[JsonValue], *, foreign: bool = False) -> list[Matcher]:
        values = [*known.values]
        clock = any(cause.kind == "clock" for _, _, cause in known.seen)
        at = known.seen[0][0].item.started
        if later:
            values.extend(known.elsewhere - {None} if FILLED in later else later)
        keyed = key_shape((leaf, cause) for _, leaf, cause in known.seen)
        if foreign:
            values.extend(self._samples(known) if keyed is None else no_keys(self._samples(known)))
        shapes = {shape_of(value, at=at if clock else None) for value in values}
        if keyed is not None:
            shapes = {keyed if is_free(value) else shape_of(value) for value in values}
        elif any(cause.token is not None and cause.token.shape is Shape.OPAQUE for _, _, cause in known.seen):
            # What was handed out has no form to rely on, whatever that of one value looks like.
            shapes = {Shape.OPAQUE if isinstance(value, str) else shape_of(value) for value in values}
        nullable = Shape.NULL in shapes
        shapes -= {Shape.NULL}
        if any(_is_varied(cause) for _, _, cause in known.seen):
            # Another value of its kind comes with each set-up, and its form is only that of a text.
            shapes = {Shape.CODE if shape in _TEXTS else shape for shape in shapes}
        # Members that others made hold what others said, and are what others made.
        is_member = known.place.endswith("[*]") and known.place.count("[*]") == 1
        free = foreign and any(
            is_member or self._is_given(draft, leaf) or is_numbered(leaf.value) for draft, leaf, _ in known.seen
        )
        if any(cause.kind == "secret" and not is_formed(leaf.value) for _, leaf, cause in known.seen):
            shapes = {
                Shape.CODE if isinstance(value, str) else shape_of(value) for value in values if value is not None
            }
        texts = [cause for _, leaf, cause in known.seen if leaf.value is not None]
        if texts and all(cause.inside for cause in texts):
            matchers = [around([(draft, leaf, cause.inside) for draft, leaf, cause in known.seen])]
            return [*matchers, {"match": "null"}] if nullable else matchers
        matchers = _typed(shapes, values, closed=bool(later) or (_same_constants(known) and not free))
        if nullable:
            return [*matchers, {"match": "null"}]
        # Rules see numbers as they are written: digits alone do not tell a text from a number.
        is_digits = shapes == {Shape.NUMBERED} and all(isinstance(value, str) and value.isdigit() for value in values)
        open_form = is_digits or shapes == {Shape.KEY}
        return [{"match": "type"}, *matchers] if open_form and matchers[0]["match"] == "regex" else matchers

    def _samples(self, known: Field) -> list[JsonValue]:
        """Give what a field held elsewhere, in shapes that were not seen here: members that others made may, too."""
        draft, leaf, _ = known.seen[0]
        here = {shape_of(leaf.value) for _, leaf, _ in known.seen}
        found = self.samples.get((draft.item.edge.provider, leaf.name), ())
        return [value for value in found if shape_of(value) not in here]

    def _is_given(self, draft: Draft, leaf: Leaf) -> bool:
        return (draft.item.edge.provider, leaf.name) in self.given

    def _pin_number(self, body: Body, leaf: Leaf, cause: Cause) -> None:
        if is_number(leaf.value) and cause.token is None:
            text = leaf.value.text if isinstance(leaf.value, Number) else str(leaf.value)
            body.rules[_rule_path(leaf.location)] = {"combine": "AND", "matchers": list(number_matchers(text))}

    def _note(self, body: Body, leaf: Leaf, cause: Cause, example: Draft, *, is_told: bool) -> None:
        place = wildcard(leaf.location) if "[*]" in cause.of else leaf.location
        note: dict[str, JsonValue] = {"cause": cause.kind}
        source = cause.of
        variable = example.state.variables.get(cause.token) if cause.token is not None else None
        if not source and variable and not is_told:
            # Not standard Pact: what the set-up made or bound comes back here; only our own engine can check that.
            source = "${" + variable + "}"
        if source:
            note["of"] = source
        if cause.along:
            note["along"] = list(cause.along)
        if cause.kind not in {"constant", "derived"}:
            generic = wildcard(leaf.location)
            if not source and body.causes.get(generic, note) == note:
                place = generic
            body.causes[place] = note


def _shown(known: Field, example: Draft, leaf: Leaf, cause: Cause) -> tuple[Draft, Leaf, Cause]:
    """Choose what the example shows: a null only where nothing else was seen, since Pact's types follow the example."""
    others = [entry for entry in known.seen if entry[1].value is not None] if leaf.value is None else []
    return others[0] if others else (example, leaf, cause)


def _comparable(value: JsonValue) -> str:
    return f"{type(value).__name__} {value}"


def _is_varied(cause: Cause) -> bool:
    """Tell whether a value is a name that the consumer chose, or a text around such names."""
    if cause.token is not None:
        return cause.token.unique
    return cause.kind == "carried" and not cause.exact and not cause.told


def _same_constants(known: Field) -> bool:
    return all(cause.kind == "constant" and cause.exact for _, _, cause in known.seen)


def number_matchers(text: str) -> list[Matcher]:
    """Match a number by value, in both of its usual spellings: ``66``, ``66.0`` and ``66.00`` are one (DESIGN 6).

    A regular expression alone would accept the string ``"66.00"`` too, so the type is demanded beside it.
    """
    whole, _, fraction = text.partition(".")
    if "e" in text.lower():
        return [{"match": "number"}]
    fraction = fraction.rstrip("0")
    tail = rf"\.{fraction}0*" if fraction else r"(\.0+)?"
    return [{"match": "number"}, {"match": "regex", "regex": f"{re.escape(whole)}{tail}"}]


def _typed(shapes: set[Shape], values: Sequence[JsonValue], *, closed: bool) -> list[Matcher]:
    if not shapes:
        return [{"match": "type"}]
    texts = sorted({value for value in values if isinstance(value, str)})
    if shapes == {Shape.CODE} and closed and 1 < len(texts) <= _MOST_CODES:
        return [{"match": "regex", "regex": "|".join(re.escape(text) for text in texts)}]
    if shapes <= {Shape.INTEGER, Shape.EPOCH, Shape.DECIMAL}:
        decimal = Shape.DECIMAL in shapes or any(isinstance(value, Number) for value in values)
        return [{"match": "number" if decimal else "integer"}]
    if len(shapes) == 1:
        return [text_matcher(next(iter(shapes)), texts)]
    return [{"match": "type"}]


def text_matcher(shape: Shape, texts: Sequence[str]) -> Matcher:
    """Give the tightest matcher for texts of one shape."""
    forms = {
        Shape.UUID: UUID_REGEX,
        Shape.DATE: DATE_REGEX,
        Shape.HTTP_DATE: HTTP_DATE_REGEX,
        Shape.EMAIL: EMAIL_REGEX,
        Shape.URL: r"[a-z][a-z0-9+.-]*://\S+",
        Shape.ULID: r"[0-7][0-9A-HJKMNP-TV-Z]{25}",
        Shape.KEY: r"\S+",
        # Rules see values of other types written as JSON: null, true, a list are no opaque texts.
        Shape.OPAQUE: r"(?=.*[A-Za-z])[^\s\[\]{}]{6,}",
    }
    if shape is Shape.TIMESTAMP:
        return {"match": "regex", "regex": timestamp_regex(texts)}
    if shape in forms:
        return {"match": "regex", "regex": forms[shape]}
    if shape is Shape.HEX:
        lengths = {len(text) for text in texts}
        size = f"{{{lengths.pop()}}}" if len(lengths) == 1 else "+"
        digits = "[0-9A-F]" if any(re.search("[A-F]", text) for text in texts) else "[0-9a-f]"
        return {"match": "regex", "regex": digits + size}
    if shape is Shape.NUMBERED and texts:
        forms_seen = {re.sub(r"\d+", r"0", text) for text in texts}
        if len(forms_seen) == 1:
            parts = re.split(r"\d+", texts[0])
            return {"match": "regex", "regex": r"\d+".join(re.escape(part) for part in parts)}
    return {"match": "type"}


def _combined(matchers: Sequence[Matcher]) -> JsonValue:
    nullable = len(matchers) > 1 and {"match": "null"} in matchers
    return {"combine": "OR" if nullable else "AND", "matchers": list(matchers)}


def _rule_path(place: str) -> str:
    return place.removeprefix("body.") if place.startswith("body.$") else "$"
