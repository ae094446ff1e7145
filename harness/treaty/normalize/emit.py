"""Interactions and pacts written as the Pact specification V4 has them, with our keys beside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from treaty.contract.json_value import JsonValue, Number, dumps, is_number
from treaty.normalize.body_promises import promise_body
from treaty.normalize.calls import as_carried, as_slot, cookie_of, example_writer
from treaty.normalize.drafts import Draft
from treaty.normalize.entity_tags import asked_tag
from treaty.normalize.groups import Group
from treaty.normalize.headers import HeaderValues, promise_headers
from treaty.normalize.inner_notes import cookie_notes, inner_notes
from treaty.normalize.leaves import Leaf, key_step, wildcard
from treaty.normalize.left_out import write_left_out
from treaty.normalize.path_rules import PathRules, is_literal
from treaty.normalize.promises import Promiser, text_matcher
from treaty.normalize.shapes import TIMES, Shape, shape_of
from treaty.normalize.states import expression_of
from treaty.normalize.texts import ANY_TEXT
from treaty.normalize.token_values import Token
from treaty.normalize.tokens import Flow
from treaty.normalize.twins import in_step, twin_notes
from treaty.normalize.xml_promises import generator_path, text_matcher_of, xml_path
from treaty.session.exchange import Edge

_FORMAT: Final = 1
_MOST_LIKE: Final = 50
"""So many like exchanges are looked at for what their set-up leaves out."""
_ERRORS_OF_INPUT: Final = frozenset({400, 422})


@dataclass(slots=True, kw_only=True)
class PactWriter:
    """Writes the pact of one edge.

    Args:
        edge: consumer and provider.
        flow: the tokens.
        promiser: decides on response bodies.
        codes: code-like values that successful calls sent at a place, by method, template and place.
        headers: what the provider's answers have in their headers.
        turns: see `treaty.normalize.turns.find_turns`.

    """

    edge: Edge
    flow: Flow
    promiser: Promiser
    codes: Mapping[tuple[str, str, str], frozenset[str]]
    headers: HeaderValues
    turns: Mapping[int, int] = field(default_factory=dict)
    _states: dict[str, JsonValue] = field(default_factory=dict)

    def pact(self, groups: Sequence[Group]) -> dict[str, JsonValue]:
        """Write the whole pact; interactions come in the order of their identity."""
        interactions = [self._interaction(group) for group in groups]
        interactions.sort(key=_identity)
        treaty: dict[str, JsonValue] = {"format": _FORMAT}
        if self._states:
            treaty["states"] = dict(sorted(self._states.items()))
        return {
            "consumer": {"name": self.edge.consumer},
            "provider": {"name": self.edge.provider},
            "interactions": interactions,
            "metadata": {"pactSpecification": {"version": "4.0"}, "treaty": treaty},
        }

    def _interaction(self, group: Group) -> dict[str, JsonValue]:
        example = group.example
        interaction: dict[str, JsonValue] = {
            "type": "Synchronous/HTTP",
            "key": group.key,
            "description": group.description,
        }
        if example.state.key:
            self._states[example.state.key] = self._state(group)
            interaction["providerStates"] = [{"name": example.state.name, "params": {"treaty": example.state.key}}]
        interaction["pending"] = False
        interaction["request"] = self._request(group)
        response, causes, ours = self._response(group)
        interaction["response"] = response
        if causes:
            ours["response"] = dict(sorted(causes.items()))
        turns = [self.turns[member.item.number] for member in group.members if member.item.number in self.turns]
        if turns:
            ours["turn"] = min(turns)
        if ours:
            interaction["comments"] = {"treaty": ours}
        return interaction

    def _state(self, group: Group) -> JsonValue:
        """Write a state with what it leaves out; where like exchanges differ in that, the most."""
        example = group.example
        like = group.like_the_example()
        like.sort(key=lambda member: (member.item.started, member.item.number))
        upper = [(member, found) for member in like[:_MOST_LIKE] if (found := member.left_out())]
        most = max((len(found) for _, found in upper), default=0)
        written: list[JsonValue] = [
            write_left_out(member.state, member.steps, found, self.flow, member.examples)
            for member, found in upper
            if len(found) == most
        ]
        known = self._states.get(example.state.key)
        if isinstance(known, Mapping) and "also" in known:
            written.append(known["also"])
        if not written:
            return example.state.document
        return {**example.state.document, "also": min(written, key=_fullest)}

    def _request(self, group: Group) -> JsonValue:
        example = group.example
        request = dict(example.request)
        rules = _RequestRules(draft=example, flow=self.flow, codes=self.codes, refused=_codes_of(group))
        matching = rules.matching_rules(str(request["path"]))
        generators = rules.generators()
        if matching:
            request["matchingRules"] = matching
        if generators:
            request["generators"] = generators
        return request

    def _response(self, group: Group) -> tuple[JsonValue, dict[str, JsonValue], dict[str, JsonValue]]:
        example = group.example
        response: dict[str, JsonValue] = {"status": example.item.status}
        rules: dict[str, JsonValue] = {}
        causes: dict[str, JsonValue] = {}
        headers = promise_headers(group.members, self.flow, self.headers)
        found = promise_body(group.members, self.promiser, self.flow)
        if found.body is not None:
            response["body"] = found.body
        if found.rules:
            rules["body"] = found.rules
        causes.update(found.causes)
        twins = twin_notes(group.members, causes)
        causes.update(twins)
        if twins and isinstance(response.get("body"), Mapping):
            response["body"] = in_step(response["body"], twins)
        causes.update(inner_notes(group.members, self.flow))
        causes.update(cookie_notes(group.members))
        if headers.values:
            response["headers"] = headers.values
        if headers.rules:
            rules["header"] = headers.rules
        if rules:
            response["matchingRules"] = dict(sorted(rules.items()))
        return response, causes, found.ours


def _fullest(also: JsonValue) -> tuple[int, str]:
    calls = also.get("calls") if isinstance(also, Mapping) else None
    return -len(calls) if isinstance(calls, list) else 0, dumps(also, sort_keys=True)


def _media_matcher(value: str) -> dict[str, JsonValue]:
    """Match a media type whatever its parameters."""
    return {"match": "regex", "regex": re.escape(value.split(";", maxsplit=1)[0].strip()) + r"(\s*;.*)?"}


def _identity(interaction: Mapping[str, JsonValue]) -> tuple[str, str]:
    return (str(interaction["description"]), dumps(interaction.get("providerStates", []), sort_keys=True))


def _all(matcher: dict[str, JsonValue]) -> JsonValue:
    return {"combine": "AND", "matchers": [matcher]}


@dataclass(frozen=True, slots=True, kw_only=True)
class _RequestRules:
    """The matching rules and generators of one request: rules serve stubs, generators bring in the set-up's values."""

    draft: Draft
    flow: Flow
    codes: Mapping[tuple[str, str, str], frozenset[str]]
    refused: Mapping[str, frozenset[str]]

    @property
    def _is_xml(self) -> bool:
        return self.draft.item.request_payload.kind == "xml"

    @property
    def _is_of_input(self) -> bool:
        """Whether the very values of the request may be why it was refused."""
        return self.draft.item.status in _ERRORS_OF_INPUT or self.draft.item.refused

    def matching_rules(self, path: str) -> dict[str, JsonValue]:
        rules: dict[str, JsonValue] = {}
        path_rule = PathRules(draft=self.draft, flow=self.flow).regex(path)
        if path_rule:
            rules["path"] = _all({"match": "regex", "regex": path_rule})
        query: dict[str, JsonValue] = {}
        headers: dict[str, JsonValue] = {}
        body: dict[str, JsonValue] = {}
        for leaf in self.draft.item.request:
            matcher = self._matcher(leaf)
            if matcher is None:
                continue
            if leaf.location.startswith("query."):
                query[leaf.location[len("query.") : leaf.location.rindex("[")]] = _all(matcher)
            elif leaf.location.startswith("header."):
                headers[leaf.location.removeprefix("header.")] = _all(matcher)
            elif leaf.location.startswith("body"):
                place = wildcard(leaf.location).removeprefix("body.") if leaf.location != "body" else "$"
                if self._is_xml:
                    place, matcher = xml_path(place), text_matcher_of(matcher)
                body.setdefault(place, _all(matcher))
        if not self._is_of_input and not self._is_xml:
            self._list_rules(body)
        self._media_rules(headers)
        for name, found in (("query", query), ("header", headers), ("body", body)):
            if found:
                rules[name] = dict(sorted(found.items()))
        return dict(sorted(rules.items()))

    def generators(self) -> dict[str, JsonValue]:
        """Write ``ProviderState`` generators for what the set-up binds."""
        found: dict[str, JsonValue] = {}
        query: dict[str, JsonValue] = {}
        headers: dict[str, JsonValue] = {}
        body: dict[str, JsonValue] = {}
        for leaf in self.draft.item.request:
            expression = "" if "|" in leaf.location else self._expression(leaf)
            if not expression:
                continue
            is_number = isinstance(leaf.value, int) and leaf.location.startswith("body") and not self._is_xml
            kind = "INTEGER" if is_number else "STRING"
            generator: JsonValue = {"type": "ProviderState", "expression": expression, "dataType": kind}
            if leaf.location.startswith("query."):
                query[_parameter_key(leaf.location, query, generator)] = generator
            elif leaf.location.startswith("header."):
                headers[leaf.location.removeprefix("header.")] = generator
            elif leaf.location.startswith("body."):
                payload = self.draft.item.request_payload
                place = generator_path(leaf.location, payload) if self._is_xml else leaf.location.removeprefix("body.")
                body[place] = generator
        for name, expression in self._cookie_expressions():
            headers[name] = {"type": "ProviderState", "expression": expression, "dataType": "STRING"}
        path = PathRules(draft=self.draft, flow=self.flow).expression()
        if path:
            found["path"] = {"type": "ProviderState", "expression": path, "dataType": "STRING"}
        for name, part in (("query", query), ("header", headers), ("body", body)):
            if part:
                found[name] = dict(sorted(part.items()))
        return dict(sorted(found.items()))

    def _expression(self, leaf: Leaf) -> str:
        """Write what brings the set-up's value, or the secret of a slot, to the place of a leaf; empty for others."""
        variables = self.draft.state.variables
        token = self._token(leaf)
        if slot := self.flow.slot(self.draft.item.number, leaf.location):
            return as_slot(leaf, slot)
        if leaf.location.startswith("header.") and leaf.value in self.draft.state.credentials:
            return "Basic ${" + self.draft.state.credentials[str(leaf.value)] + "}"
        if token is not None:
            return str(as_carried(leaf, "${" + variables[token] + "}")) if token in variables else ""
        return expression_of(leaf, variables)

    def _cookie_expressions(self) -> Iterator[tuple[str, str]]:
        """Write ``Cookie`` headers as a whole where one of their cookies is another each time."""
        item = self.draft.item
        for name, _ in item.request_headers:
            cookies = [leaf for leaf in item.request if leaf.location.startswith(f"header.{name}|")]
            expressions = {leaf.location: self._expression(leaf) for leaf in cookies}
            if any(expressions.values()):
                plain = example_writer(item, self.draft.examples)
                written = {
                    leaf.location: expressions[leaf.location] or plain(leaf, self._token(leaf)) for leaf in cookies
                }
                yield name, cookie_of(item, name, written)

    def _token(self, leaf: Leaf) -> Token | None:
        return self.flow.at(self.draft.item.number, f"request.{leaf.location}")

    def _matcher(self, leaf: Leaf) -> dict[str, JsonValue] | None:
        """Give the rule of a request leaf, None when the example is asked for exactly."""
        if "|" in leaf.location:
            return None
        token = self._token(leaf)
        if token is not None and leaf.location.lower() == "header.authorization":
            return {"match": "regex", "regex": ".+"}
        if tag := asked_tag(leaf, token):
            return {"match": "regex", "regex": tag[1]}
        if token is not None:
            return None if is_literal(token, self.draft) else _value_matcher(token.value, token.shape)
        item = self.draft.item
        if item.is_secret("request", leaf.location):
            return {"match": "type"} if leaf.location.startswith("body") else {"match": "regex", "regex": ".+"}
        shape = shape_of(leaf.value, at=item.started)
        if shape in TIMES:
            return _value_matcher(leaf.value, shape)
        if leaf.location.startswith(("query.", "path[")) or self._is_of_input:
            return None
        if leaf.location.startswith("header."):
            return None
        if isinstance(leaf.value, bool) or leaf.value is None:
            return None
        if shape is Shape.CODE:
            return self._code_matcher(leaf)
        if is_number(leaf.value):
            return {"match": "number"}
        return {"match": "type"} if leaf.location != "body" else {"match": "regex", "regex": ANY_TEXT}

    def _code_matcher(self, leaf: Leaf) -> dict[str, JsonValue] | None:
        item = self.draft.item
        seen = self.codes.get((item.method, str(item.template), wildcard(leaf.location)), frozenset())
        if leaf.name.field in {"name", "username", "title", "login", "subject"} or len(seen) > 8:
            return {"match": "type"}
        if not item.succeeded:
            # Which words a refusal holds for is known of those only that it was seen with.
            seen = self.refused.get(wildcard(leaf.location), frozenset())
        if len(seen) > 1 and leaf.value in seen:
            return {"match": "regex", "regex": "|".join(re.escape(text) for text in sorted(seen))}
        return None

    def _list_rules(self, body: dict[str, JsonValue]) -> None:
        """Let lists of objects in a request have any number of members that look like the recorded ones."""
        places = {wildcard(leaf.location) for leaf in self.draft.item.request if leaf.location.startswith("body.$")}
        for place in places:
            for found in re.finditer(r"\[\*\]", place):
                body[place[: found.start()].removeprefix("body.")] = _all({"match": "type", "min": 1})

    def _media_rules(self, headers: dict[str, JsonValue]) -> None:
        for name, value in self.draft.item.request_headers:
            if name.lower() == "content-type":
                headers[name] = _all(_media_matcher(value))
            elif name.lower() == "accept":
                headers[name] = _all({"match": "regex", "regex": ".*"})


def _codes_of(group: Group) -> Mapping[str, frozenset[str]]:
    """Collect the code-like texts that the exchanges of one promise sent, by place."""
    found: dict[str, set[str]] = {}
    for member in group.members:
        for place, value in member.item.codes:
            if isinstance(value, str):
                found.setdefault(wildcard(place), set()).add(value)
    return {place: frozenset(values) for place, values in found.items()}


def _parameter_key(location: str, others: Mapping[str, JsonValue], generator: JsonValue) -> str:
    """Give the key of a parameter's generator: its name, which is all that the official engine knows.

    Of several values that differ, the first has the name, and the others a path with their position.
    """
    name, _, position = location.removeprefix("query.").removesuffix("]").rpartition("[")
    return name if others.get(name, generator) == generator else f"${key_step(name)}[{position}]"


def _value_matcher(value: JsonValue, shape: Shape) -> dict[str, JsonValue]:
    if is_number(value):
        return {"match": "number" if isinstance(value, Number) else "integer"}
    if isinstance(value, str):
        return text_matcher(shape, [value])
    return {"match": "type"}
