"""What one interaction of a pact says of each place: its rule, its example, and the cause that is noted for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from treaty.contract.generators import Generator
from treaty.contract.json_value import JsonInvalid, JsonValue
from treaty.contract.model import (
    Body,
    BodyState,
    HttpInteraction,
    Interaction,
    MessageContents,
    MessageInteraction,
    Request,
    Response,
)
from treaty.contract.path import PathInvalid, RulePath, best, parse_path
from treaty.contract.rules import RuleList, Type
from treaty.explain.wording import closed_in_words, generator_in_words, rule_in_words

Note: TypeAlias = Mapping[str, Any]

_INDEX: Final = re.compile(r"\[\d+\]")
_NO_EXAMPLE: Final = "no example"
_MOST_LEAVES: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a pact says of one place.

    Attributes:
        place: ``response.body.$.items[*].id``, ``request.path``.
        rule: what is accepted, or sent, in words.
        note: what our keys say: ``cause``, ``of``; empty when they say nothing.

    """

    place: str
    rule: str
    note: Note


def promises_of(interaction: Interaction) -> list[Promise]:
    """List what an interaction says, the request first; each list member's places once."""
    if isinstance(interaction, HttpInteraction):
        notes, closed = _notes(interaction, "response"), _notes(interaction, "closed")
        said = [*_asked(interaction.request), *_answered(interaction.response, notes), *_noted(notes)]
        return [_with_closed(promise, closed) for promise in said]
    if isinstance(interaction, MessageInteraction):
        return list(_message("message", interaction.message))
    return [
        *_message("request", interaction.request),
        *(promise for each in interaction.responses for promise in _message("response", each)),
    ]


def generic(place: str) -> str:
    """Write ``[*]`` for every index outside of a text."""
    outside, mark, inside = place.partition("|")
    return _INDEX.sub("[*]", outside) + mark + inside


def _with_closed(promise: Promise, closed: Mapping[str, Note]) -> Promise:
    """Add what is promised of everything that a provider holds."""
    fact = closed.get(promise.place.removeprefix("response."))
    words = closed_in_words(fact) if fact is not None else ""
    return replace(promise, rule=f"{promise.rule}; {words}") if words else promise


def _notes(interaction: HttpInteraction, key: str) -> dict[str, Note]:
    ours = interaction.comments.get("treaty")
    said = ours.get(key) if isinstance(ours, Mapping) else None
    if not isinstance(said, Mapping):
        return {}
    return {place: note if isinstance(note, Mapping) else {"cause": str(note)} for place, note in said.items()}


def _asked(request: Request) -> Iterator[Promise]:
    rules, generators = request.rules, request.generators
    if rules.path or generators.path:
        yield _sent("request.path", rules.path, generators.path, request.path)
    for name in dict.fromkeys([*rules.query, *generators.query]):
        values = (request.query or {}).get(name, ())
        example = values[0] if values else None
        yield _sent(f"request.query.{name}", rules.query.get(name), generators.query.get(name), example)
    for name in dict.fromkeys([*rules.header, *generators.header]):
        example = next(
            (", ".join(lines) for key, lines in request.headers.items() if key.lower() == name.lower()), None
        )
        yield _sent(f"request.header.{name}", rules.header.get(name), generators.header.get(name), example)
    sources = {generic(path): generator for path, generator in generators.body.items()}
    for path in dict.fromkeys([*rules.body, *sources]):
        yield _sent(f"request.body.{path}", rules.body.get(path), sources.get(path), None)


def _sent(place: str, rule: RuleList | None, generator: Generator | None, example: JsonValue) -> Promise:
    """Say what is sent, and what a stub accepts."""
    parts = [generator_in_words(generator)] if generator else []
    if rule is not None:
        parts.append(f"stubs accept {rule_in_words(rule, example)}")
    return Promise(place=place, rule="; ".join(parts), note={})


def _answered(response: Response, notes: Mapping[str, Note]) -> Iterator[Promise]:
    status = rule_in_words(response.rules.status, response.status)
    yield Promise(place="response.status", rule=status, note={})
    by_name = {name.lower(): rule for name, rule in response.rules.header.items()}
    for name, lines in response.headers.items():
        rule = rule_in_words(by_name.get(name.lower()), ", ".join(lines))
        yield Promise(place=f"response.header.{name}", rule=rule, note=notes.get(f"header.{name}", {}))
    yield from _content("response", response.body, response.rules.body, notes)


def _message(side: str, contents: MessageContents) -> Iterator[Promise]:
    for name, value in contents.metadata.items():
        rule = rule_in_words(contents.rules.metadata.get(name), value)
        yield Promise(place=f"{side}.metadata.{name}", rule=rule, note={})
    yield from _content(side, contents.contents, contents.rules.body, {})


def _content(side: str, body: Body, rules: Mapping[str, RuleList], notes: Mapping[str, Note]) -> Iterator[Promise]:
    if body.state is not BodyState.PRESENT:
        return
    try:
        value = body.json() if body.is_json() else _NO_EXAMPLE
    except JsonInvalid:
        value = _NO_EXAMPLE
    if value is _NO_EXAMPLE:
        whole = {f"{side}.body.{path}": rule_in_words(rule, None) for path, rule in rules.items()}
        said = whole or {f"{side}.body": "exactly the bytes of the example"}
        yield from (Promise(place=place, rule=words, note=_note_at(place, notes)) for place, words in said.items())
        return
    paths = {parsed: rule for text, rule in rules.items() if (parsed := _parsed(text)) is not None}
    told: dict[str, None] = {}
    for place, leaf in _nodes(value, ()):
        name = f"{side}.body.{_printed(place)}"
        covering = best(list(paths), place)
        is_own = covering is not None and covering.covers(place)
        if name in told or (_is_inner(leaf) and not is_own):
            continue
        told[name] = None
        yield Promise(place=name, rule=_rule_at(place, leaf, covering, paths), note=_note_at(name, notes))
        if len(told) == _MOST_LEAVES:
            return


def _rule_at(
    place: tuple[str | int, ...], leaf: JsonValue, covering: RulePath | None, paths: Mapping[RulePath, RuleList]
) -> str:
    rule = paths[covering] if covering is not None else None
    if covering is None or rule is None or covering.covers(place):
        return rule_in_words(rule, leaf)
    # Only a type says something of what lies below its place (Pact specification V2, "Matching rules cascade").
    if any(isinstance(matcher, Type) for matcher in rule.matchers):
        return f"of the same type as the example, as all below {covering}"
    return rule_in_words(None, leaf)


def _parsed(text: str) -> RulePath | None:
    try:
        return parse_path(text)
    except PathInvalid:
        return None


def _nodes(value: JsonValue, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], JsonValue]]:
    yield place, value
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from _nodes(child, (*place, key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, child in enumerate(value):
            yield from _nodes(child, (*place, index))


def _is_inner(value: JsonValue) -> bool:
    return isinstance(value, (Mapping, list, tuple)) and bool(value)


def _printed(place: tuple[str | int, ...]) -> str:
    parts = ["$"]
    for step in place:
        if isinstance(step, int):
            parts.append("[*]")
        elif re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", step):
            parts.append(f".{step}")
        else:
            escaped = step.replace("\\", "\\\\").replace("'", "\\'")
            parts.append(f"['{escaped}']")
    return "".join(parts)


def _note_at(place: str, notes: Mapping[str, Note]) -> Note:
    location = place.partition(".")[2]
    return next((note for name, note in notes.items() if name == location or generic(name) == location), {})


def _noted(notes: Mapping[str, Note]) -> Iterator[Promise]:
    """Give what only our keys say: of values inside texts, and of cookies."""
    for place, note in notes.items():
        if "|" in place:
            of = str(note.get("of", ""))
            rule = f"the same as {of}" if of else "it is set"
            yield Promise(place=f"response.{generic(place)}", rule=rule, note=note)
