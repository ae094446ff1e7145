"""Writing V3 and V2: what these versions cannot say is left out, and listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from treaty.contract import rules as kinds
from treaty.contract.json_value import JsonValue
from treaty.contract.model import (
    Body,
    BodyState,
    HttpInteraction,
    Interaction,
    MessageInteraction,
    Pact,
    Request,
    Response,
    header_value,
    metadata_type,
)
from treaty.contract.path import parse_path
from treaty.contract.query import write_query
from treaty.contract.rules import Matcher, MatchingRules, RuleList
from treaty.contract.specification import Specification
from treaty.pactfile.bodies_form import write_plain_body
from treaty.pactfile.generators_form import write_generators
from treaty.pactfile.rules_form import write_matcher, write_rules

_SINCE_V4 = (
    kinds.ArrayContains,
    kinds.Boolean,
    kinds.EachKey,
    kinds.EachValue,
    kinds.NotEmpty,
    kinds.Semver,
    kinds.StatusCode,
)
_IN_V2 = (kinds.Regex, kinds.Type)


def write_older(pact: Pact, specification: Specification) -> tuple[dict[str, JsonValue], list[str]]:
    """Write a pact in the form of V2 or V3; gives the document and a sentence for each thing left out."""
    writer = _Writer(specification)
    http = [interaction for interaction in pact.interactions if isinstance(interaction, HttpInteraction)]
    messages = [interaction for interaction in pact.interactions if isinstance(interaction, MessageInteraction)]
    mixed = bool(http and messages) and not specification.mixed
    for interaction in pact.interactions:
        is_written = isinstance(interaction, MessageInteraction) and specification.messages and not mixed
        if not is_written and not isinstance(interaction, HttpInteraction):
            writer.drop(interaction, "messages cannot be written beside HTTP, or not at all")
    document: dict[str, JsonValue] = {
        "consumer": {"name": pact.consumer, **pact.consumer_unknown},
        "provider": {"name": pact.provider, **pact.provider_unknown},
    }
    if messages and not http and specification.messages:
        document["messages"] = [writer.message(interaction) for interaction in messages]
    else:
        document["interactions"] = [writer.http(interaction) for interaction in http]
    document.update(sorted(pact.unknown.items()))
    metadata = _sorted(pact.metadata)
    document["metadata"] = {"pactSpecification": {"version": specification.number}, **metadata}
    return document, writer.dropped


class _Writer:
    def __init__(self, specification: Specification) -> None:
        self._specification = specification
        self.dropped: list[str] = []

    def drop(self, interaction: Interaction, what: str) -> None:
        self.dropped.append(f"{interaction.description!r}: {what}")

    def http(self, interaction: HttpInteraction) -> dict[str, JsonValue]:
        return {
            **self._head(interaction),
            "request": self._request(interaction),
            "response": self._response(interaction),
            **_sorted(interaction.unknown),
        }

    def message(self, interaction: MessageInteraction) -> dict[str, JsonValue]:
        message, written = interaction.message, self._head(interaction)
        if message.contents.state is not BodyState.ABSENT:
            written["contents"] = self._body(interaction, message.contents, metadata_type(message.metadata))
        if message.metadata:
            written["metadata"] = _sorted(message.metadata)
        rules = self._rules(interaction, message.rules)
        if rules:
            written["matchingRules"] = rules
        if message.generators:
            written["generators"] = write_generators(message.generators)
        return {**written, **_sorted(message.unknown), **_sorted(interaction.unknown)}

    def _body(self, interaction: Interaction, body: Body, header: str) -> JsonValue:
        """Write a body; what it says of itself is lost, unless the header says the same."""
        if body.media_type(header) != Body(state=body.state, data=body.data).media_type(header):
            self.drop(interaction, f"that its body is {body.content_type}")
        if body.hint or body.unknown:
            self.drop(interaction, "what is written beside the content of its body")
        return write_plain_body(body, header)

    def _head(self, interaction: Interaction) -> dict[str, JsonValue]:
        head: dict[str, JsonValue] = {"description": interaction.description}
        states = interaction.states
        if interaction.key:
            self.drop(interaction, "its key")
        if interaction.comments:
            self.drop(interaction, "comments")
        if interaction.pending:
            self.drop(interaction, "that it is pending")
        if not self._specification.many_states:
            if states:
                head["providerState"] = states[0].name
            if len(states) > 1 or any(state.params or state.unknown for state in states):
                self.drop(interaction, "provider states beyond the first, and their parameters")
        elif states:
            head["providerStates"] = [
                {
                    "name": state.name,
                    **({"params": _sorted(state.params)} if state.params else {}),
                    **_sorted(state.unknown),
                }
                for state in states
            ]
        return head

    def _request(self, interaction: HttpInteraction) -> dict[str, JsonValue]:
        request = interaction.request
        written: dict[str, JsonValue] = {"method": request.method, "path": request.path}
        if request.query is not None:
            query = {name: request.query[name] for name in sorted(request.query)}
            by_name: dict[str, JsonValue] = {name: list(values) for name, values in query.items()}
            written["query"] = by_name if self._specification.query_map else write_query(query)
        return {**written, **self._parts(interaction, request)}

    def _response(self, interaction: HttpInteraction) -> dict[str, JsonValue]:
        return {"status": interaction.response.status, **self._parts(interaction, interaction.response)}

    def _parts(self, interaction: HttpInteraction, part: Request | Response) -> dict[str, JsonValue]:
        written: dict[str, JsonValue] = {}
        if part.headers:
            names = sorted(part.headers, key=lambda name: (name.lower(), name))
            written["headers"] = {name: ", ".join(part.headers[name]) for name in names}
        if part.body.state is not BodyState.ABSENT:
            written["body"] = self._body(interaction, part.body, header_value(part.headers, "content-type"))
        rules = self._rules(interaction, part.rules)
        if rules:
            written["matchingRules"] = rules
        if part.generators and self._specification.generators:
            written["generators"] = write_generators(part.generators)
        elif part.generators:
            self.drop(interaction, "generators")
        return {**written, **_sorted(part.unknown)}

    def _rules(self, interaction: Interaction, rules: MatchingRules) -> dict[str, JsonValue]:
        if not self._specification.flat_rules:
            return write_rules(self._known(interaction, rules))
        flat: dict[str, JsonValue] = {}
        for path, found in _flat(rules):
            if not found.matchers:
                continue
            usable = [matcher for matcher in found.matchers if isinstance(matcher, _IN_V2)]
            if len(usable) == 1 and len(found.matchers) == 1:
                flat[path] = write_matcher(usable[0])
            else:
                self.drop(interaction, f"the rule at {path}")
        for category in rules.unknown:
            self.drop(interaction, f"the rules of {category}")
        return _sorted(flat)

    def _known(self, interaction: Interaction, rules: MatchingRules) -> MatchingRules:
        """Leave out what came with V4."""
        if rules.status is not None:
            self.drop(interaction, "the rule of the status")
        return MatchingRules(
            method=rules.method,
            path=rules.path,
            query=self._known_map(interaction, "query", rules.query),
            header=self._known_map(interaction, "header", rules.header),
            body=self._known_map(interaction, "body", rules.body),
            metadata=self._known_map(interaction, "metadata", rules.metadata),
            unknown=rules.unknown,
        )

    def _known_map(
        self, interaction: Interaction, category: str, members: Mapping[str, RuleList]
    ) -> dict[str, RuleList]:
        known: dict[str, RuleList] = {}
        for path, found in members.items():
            late = _late(found.matchers)
            if late:
                self.drop(interaction, f"the rule {late} at {category} {path}")
            else:
                known[path] = found
        return known


def _late(matchers: Iterable[Matcher]) -> str:
    return ", ".join(matcher.name for matcher in matchers if isinstance(matcher, _SINCE_V4))


def _flat(rules: MatchingRules) -> Iterable[tuple[str, RuleList]]:
    if rules.method is not None:
        yield "$.method", rules.method
    if rules.path is not None:
        yield "$.path", rules.path
    for name, found in rules.query.items():
        yield "$.query" + str(_named(name)), found
    for name, found in rules.header.items():
        yield "$.headers" + str(_named(name)), found
    for path, found in rules.body.items():
        yield "$.body" + path.removeprefix("$"), found
    if rules.status is not None:
        yield "$.status", rules.status


def _named(name: str) -> str:
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")
    return str(parse_path(f"$['{quoted}']")).removeprefix("$")


def _sorted(members: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {key: members[key] for key in sorted(members)}
