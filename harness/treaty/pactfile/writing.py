"""Writing the model as a Pact file: always the same bytes for the same contract.

Interactions keep their order; the keys of the format have a fixed order that reads well; headers, parameters and rules
are sorted by name; JSON content keeps the order of its keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from treaty.contract.json_value import JsonValue, dumps
from treaty.contract.model import (
    BodyState,
    HeaderMap,
    HttpInteraction,
    Interaction,
    MessageContents,
    MessageInteraction,
    Pact,
    ProviderState,
    QueryMap,
    Request,
    Response,
    SynchronousMessageInteraction,
    header_value,
    metadata_type,
)
from treaty.contract.specification import V4, Specification
from treaty.pactfile.bodies_form import write_body
from treaty.pactfile.generators_form import write_generators
from treaty.pactfile.older import write_older
from treaty.pactfile.rules_form import write_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A written file, and what its version of the format cannot say.

    Attributes:
        data: the bytes.
        dropped: one sentence for each thing that was left out, with its interaction.

    """

    data: bytes
    dropped: tuple[str, ...] = ()


def write_pact(pact: Pact) -> bytes:
    """Write a pact in the form of V4; equal pacts give equal bytes, and reading gives the same pact back."""
    return dumps(document(pact), indent=2).encode() + b"\n"


def write_pact_as(pact: Pact, specification: Specification) -> Written:
    """Write a pact in the form of V2, V3 or V4, and list what could not be said there."""
    if specification.typed:
        return Written(data=write_pact(pact))
    older, dropped = write_older(pact, specification)
    return Written(data=dumps(older, indent=2).encode() + b"\n", dropped=tuple(dropped))


def document(pact: Pact) -> dict[str, JsonValue]:
    """Write a pact as a JSON value in the form of V4."""
    return {
        "consumer": {"name": pact.consumer, **_sorted(pact.consumer_unknown)},
        "provider": {"name": pact.provider, **_sorted(pact.provider_unknown)},
        "interactions": [write_interaction(interaction) for interaction in pact.interactions],
        **_sorted(pact.unknown),
        "metadata": {"pactSpecification": {"version": V4.number}, **_sorted(pact.metadata)},
    }


def write_interaction(interaction: Interaction) -> dict[str, JsonValue]:
    """Write one interaction as a JSON value in the form of V4."""
    kind, content = _content(interaction)
    written: dict[str, JsonValue] = {"type": kind}
    if interaction.key:
        written["key"] = interaction.key
    written["description"] = interaction.description
    if interaction.pending:
        written["pending"] = True
    if interaction.states:
        written["providerStates"] = [write_state(state) for state in interaction.states]
    written.update(content)
    if interaction.comments:
        written["comments"] = _sorted(interaction.comments)
    return {**written, **_sorted(interaction.unknown)}


def _content(interaction: Interaction) -> tuple[str, dict[str, JsonValue]]:
    match interaction:
        case HttpInteraction():
            content: dict[str, JsonValue] = {
                "request": _request(interaction.request),
                "response": _response(interaction.response),
            }
            return "Synchronous/HTTP", content
        case MessageInteraction():
            return "Asynchronous/Messages", write_message(interaction.message)
        case SynchronousMessageInteraction():
            return "Synchronous/Messages", {
                "request": write_message(interaction.request),
                "response": [write_message(response) for response in interaction.responses],
            }


def write_state(state: ProviderState) -> dict[str, JsonValue]:
    """Write a provider state in the form of V4."""
    params = {"params": _sorted(state.params)} if state.params else {}
    return {"name": state.name, **params, **_sorted(state.unknown)}


def _request(request: Request) -> dict[str, JsonValue]:
    written: dict[str, JsonValue] = {"method": request.method, "path": request.path}
    if request.query is not None:
        written["query"] = _query(request.query)
    return {**written, **_parts(request)}


def _response(response: Response) -> dict[str, JsonValue]:
    return {"status": response.status, **_parts(response)}


def _parts(part: Request | Response) -> dict[str, JsonValue]:
    written: dict[str, JsonValue] = {}
    if part.headers:
        written["headers"] = _headers(part.headers)
    if part.body.state is not BodyState.ABSENT:
        written["body"] = write_body(part.body, header_value(part.headers, "content-type"))
    if part.rules:
        written["matchingRules"] = write_rules(part.rules)
    if part.generators:
        written["generators"] = write_generators(part.generators)
    return {**written, **_sorted(part.unknown)}


def write_message(message: MessageContents) -> dict[str, JsonValue]:
    """Write one message in the form of V4."""
    written: dict[str, JsonValue] = {}
    if message.contents.state is not BodyState.ABSENT:
        written["contents"] = write_body(message.contents, metadata_type(message.metadata))
    if message.metadata:
        written["metadata"] = _sorted(message.metadata)
    if message.rules:
        written["matchingRules"] = write_rules(message.rules)
    if message.generators:
        written["generators"] = write_generators(message.generators)
    return {**written, **_sorted(message.unknown)}


def _headers(headers: HeaderMap) -> dict[str, JsonValue]:
    return {name: list(headers[name]) for name in sorted(headers, key=lambda name: (name.lower(), name))}


def _query(query: QueryMap) -> dict[str, JsonValue]:
    return {name: list(query[name]) for name in sorted(query)}


def _sorted(members: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {key: members[key] for key in sorted(members)}
