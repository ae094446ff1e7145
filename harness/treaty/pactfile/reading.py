"""Reading Pact files of all versions into the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from treaty.contract.json_value import JsonInvalid, JsonValue, loads
from treaty.contract.matching_headers import split_header
from treaty.contract.model import (
    Body,
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
from treaty.contract.query import parse_query
from treaty.contract.specification import V2, V3, V4, Specification, find_specification
from treaty.errors import PactUnreadable
from treaty.pactfile.bodies_form import read_body, read_plain_body
from treaty.pactfile.generators_form import read_generators
from treaty.pactfile.node import Fault, Node, closest, line_of, pointer, shorten
from treaty.pactfile.rules_form import read_rules

LARGEST_FILE: Final = 100 * 1024 * 1024
"""Bytes of a pact file; a larger one is refused before it is parsed."""

_MOST_VALUES: Final = 1_500_000
"""Counted by the signs that separate them; verifying takes some 600 bytes of memory for each."""

_SHOWN: Final = 500
_TYPES: Final = ("Synchronous/HTTP", "Asynchronous/Messages", "Synchronous/Messages")


def read_pact(data: bytes, *, source: str) -> Pact:
    """Read a Pact file of any version.

    Args:
        data: the bytes of the file.
        source: what the user calls it: a path or an address.

    Raises:
        PactUnreadable: when it is not JSON, or not a Pact file, with line and pointer; or when it is too large.

    """
    check_size(data, source=source)
    try:
        document = loads(data)
    except JsonInvalid as fault:
        raise PactUnreadable(
            f"{source} is not a Pact file we can read",
            where=f"line {fault.line}, column {fault.column}",
            why=f"it is not JSON: {fault.reason}",
        ) from None
    try:
        return read_document(document)
    except Fault as fault:
        line = line_of(data.decode("utf-8-sig", errors="replace"), fault.tokens) if _is_utf8(data) else 0
        place = pointer(fault.tokens) or "the top of the file"
        raise PactUnreadable(
            f"{source} is not a Pact file we can read",
            where=shorten(f"line {line}, {place}" if line else place, _SHOWN),
            why=shorten(fault.why, _SHOWN),
            hint=fault.hint,
        ) from None


def _is_utf8(data: bytes) -> bool:
    return not data.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\x00" not in data[:4]


def check_size(data: bytes, *, source: str) -> None:
    """Refuse a file that would take too much memory, before it is parsed.

    Raises:
        PactUnreadable: when it is too large, or has too many values.

    """
    if len(data) > LARGEST_FILE:
        reason = f"it has more than {LARGEST_FILE // 1024**2} MB"
    elif len(data) > 2 * _MOST_VALUES and sum(data.count(sign) for sign in (b",", b"[", b"{")) > _MOST_VALUES:
        reason = f"it has more than {_MOST_VALUES:,} values"
    else:
        return
    raise PactUnreadable(
        f"{source} is too large a Pact file",
        where="the whole file",
        why=reason,
        hint="split it by consumer and provider, or leave large bodies out of it",
    )


def read_document(document: JsonValue) -> Pact:
    """Read a parsed Pact file.

    Raises:
        treaty.pactfile.node.Fault: with the place of the first thing that is wrong.

    """
    node = Node(document)
    consumer = node.need("consumer", "who calls")
    provider = node.need("provider", "who answers")
    metadata = node.get("metadata")
    listed, messages = node.get("interactions"), node.get("messages")
    if listed is None and messages is None:
        near = closest("interactions", node.object())
        raise node.fault(
            "has neither 'interactions' nor 'messages'", f"{near!r} should perhaps be 'interactions'" if near else ""
        )
    specification = _specification(metadata) or _guess(node)
    plugins = metadata is not None and bool(metadata.object().get("plugins"))
    reader = FragmentReader(specification, plugins=plugins)
    interactions: list[Interaction] = []
    if listed is not None:
        interactions += [reader.interaction(part, number) for number, part in enumerate(listed.elements())]
    if messages is not None:
        interactions += [reader.message(part, number) for number, part in enumerate(messages.elements())]
    return Pact(
        consumer=consumer.need("name", "the name of the consumer").text(),
        provider=provider.need("name", "the name of the provider").text(),
        interactions=tuple(interactions),
        specification=specification,
        metadata=metadata.others(*_VERSION_KEYS) if metadata else {},
        unknown=node.others("consumer", "provider", "interactions", "messages", "metadata"),
        consumer_unknown=consumer.others("name"),
        provider_unknown=provider.others("name"),
    )


_VERSION_KEYS: Final = ("pactSpecification", "pact-specification", "pactSpecificationVersion")


def _specification(metadata: Node | None) -> Specification | None:
    if metadata is None or metadata.value is None:
        return None
    for key in _VERSION_KEYS:
        found = metadata.get(key)
        if found is None:
            continue
        version = found.get("version") if isinstance(found.value, Mapping) else found
        if version is None:
            continue
        known = find_specification(version.text())
        if known is None:
            raise version.fault(
                f"{version.text()!r} is no version of the Pact specification that we know", "we read 1, 1.1, 2, 3, 4"
            )
        return known
    return None


def _guess(node: Node) -> Specification:
    """Tell the version of a file that does not say it."""
    listed = node.object().get("interactions")
    parts = [part for part in listed if isinstance(part, Mapping)] if isinstance(listed, list) else []
    if any(part.get("type") in _TYPES for part in parts):
        return V4
    return V3 if "messages" in node.object() or any("providerStates" in part for part in parts) else V2


class FragmentReader:
    """Reads the interactions, requests, responses and messages of a file whose version and plugins are known."""

    def __init__(self, specification: Specification, *, plugins: bool) -> None:
        self._typed = specification.typed
        self._plugins = plugins

    def interaction(self, node: Node, number: int) -> Interaction:
        """Read one element of ``interactions``."""
        kind = node.get("type")
        word = "Synchronous/HTTP" if kind is None or not self._typed else kind.text()
        if word == "Asynchronous/Messages":
            return self.message(node, number)
        if word == "Synchronous/Messages":
            return self._synchronous_message(node, number)
        if word != "Synchronous/HTTP" and kind is not None:
            near = closest(word, _TYPES)
            raise kind.fault(f"{word!r} is not a type of interaction", f"did you mean {near!r}?" if near else "")
        return HttpInteraction(
            request=self.request(node.need("request", "what the consumer sends")),
            response=self.response(node.need("response", "what the provider answers")),
            description=_description(node, number),
            states=_states(node),
            key=_text(node, "key"),
            pending=_flag(node, "pending"),
            comments=_comments(node),
            unknown=node.others(*_COMMON, "request", "response", *(("type",) if self._typed else ())),
        )

    def message(self, node: Node, number: int) -> MessageInteraction:
        """Read one element of ``messages``, or a message among the interactions of V4."""
        return MessageInteraction(
            message=self.contents(node, alone=False),
            description=_description(node, number),
            states=_states(node),
            key=_text(node, "key"),
            pending=_flag(node, "pending"),
            comments=_comments(node),
            unknown=node.others(*_COMMON, *_CONTENTS, "type"),
        )

    def _synchronous_message(self, node: Node, number: int) -> SynchronousMessageInteraction:
        answers = node.need("response", "the messages that answer")
        listed = list(answers.elements()) if isinstance(answers.value, list) else [answers]
        return SynchronousMessageInteraction(
            request=self.contents(node.need("request", "the message that asks")),
            responses=tuple(self.contents(part) for part in listed),
            description=_description(node, number),
            states=_states(node),
            key=_text(node, "key"),
            pending=_flag(node, "pending"),
            comments=_comments(node),
            unknown=node.others(*_COMMON, "type", "request", "response"),
        )

    def request(self, node: Node) -> Request:
        """Read a promised request."""
        headers = _headers(node.get("headers"))
        query = node.get("query")
        return Request(
            method=(_text(node, "method") or "GET").upper(),
            path=_text(node, "path") if "path" in node.object() else "/",
            query=None if query is None or query.value is None else _query(query),
            headers=headers,
            body=self._body(node.get("body"), header_value(headers, "content-type")),
            rules=read_rules(node.get("matchingRules") or node.get("requestMatchingRules"), plugins=self._plugins),
            generators=read_generators(node.get("generators"), plugins=self._plugins),
            unknown=node.others(
                "method", "path", "query", "headers", "body", "matchingRules", "requestMatchingRules", "generators"
            ),
        )

    def response(self, node: Node) -> Response:
        """Read a promised response."""
        headers = _headers(node.get("headers"))
        status = node.get("status")
        return Response(
            status=200 if status is None else _status(status),
            headers=headers,
            body=self._body(node.get("body"), header_value(headers, "content-type")),
            rules=read_rules(node.get("matchingRules") or node.get("responseMatchingRules"), plugins=self._plugins),
            generators=read_generators(node.get("generators"), plugins=self._plugins),
            unknown=node.others("status", "headers", "body", "matchingRules", "responseMatchingRules", "generators"),
        )

    def contents(self, node: Node, *, alone: bool = True) -> MessageContents:
        """Read the contents of a message; unless `alone`, other keys belong to the interaction."""
        metadata = node.get("metadata") or node.get("metaData")
        members = {} if metadata is None or metadata.value is None else dict(metadata.object())
        return MessageContents(
            contents=self._body(node.get("contents"), metadata_type(members)),
            metadata=members,
            rules=read_rules(node.get("matchingRules"), plugins=self._plugins),
            generators=read_generators(node.get("generators"), plugins=self._plugins),
            unknown=node.others(*_CONTENTS) if alone else {},
        )

    def _body(self, node: Node | None, header: str) -> Body:
        return read_body(node, header) if self._typed else read_plain_body(node, header)


_COMMON: Final = ("description", "providerStates", "providerState", "provider_state", "key", "pending", "comments")
_CONTENTS: Final = ("contents", "metadata", "metaData", "matchingRules", "generators")


def _description(node: Node, number: int) -> str:
    found = node.get("description")
    return f"Interaction {number}" if found is None else found.text()


def _comments(node: Node) -> Mapping[str, JsonValue]:
    found = node.get("comments")
    return {} if found is None or found.value is None else found.object()


def _text(node: Node, key: str) -> str:
    found = node.get(key)
    return "" if found is None or found.value is None else found.text()


def _flag(node: Node, key: str) -> bool:
    found = node.get(key)
    return False if found is None or found.value is None else found.flag()


def _status(node: Node) -> int:
    status = node.whole()
    if not 100 <= status <= 999:
        raise node.fault(f"{status} is not a status of HTTP")
    return status


def _states(node: Node) -> tuple[ProviderState, ...]:
    listed = node.get("providerStates")
    if listed is not None and isinstance(listed.value, list):
        return tuple(_state(part) for part in listed.elements())
    single = listed or node.get("providerState") or node.get("provider_state")
    if single is None or single.value is None or single.value == "":
        return ()
    return (ProviderState(name=single.text()),)


def _state(node: Node) -> ProviderState:
    if isinstance(node.value, str):
        return ProviderState(name=node.value)
    params = node.get("params")
    return ProviderState(
        name=node.need("name", "what must be true").text(),
        params={} if params is None or params.value is None else params.object(),
        unknown=node.others("name", "params"),
    )


def _headers(node: Node | None) -> HeaderMap:
    if node is None or node.value is None:
        return {}
    return {name: _header(name, part) for name, part in node.members()}


def _header(name: str, node: Node) -> tuple[str, ...]:
    if isinstance(node.value, list):
        return tuple(part.text() for part in node.elements())
    text = "" if node.value is None else node.text()
    return split_header(name.lower(), text)


def _query(node: Node) -> QueryMap:
    if isinstance(node.value, str):
        return parse_query(node.value)
    return {name: _parameter(part) for name, part in node.members()}


def _parameter(node: Node) -> tuple[str | None, ...]:
    if isinstance(node.value, list):
        return tuple(None if part.value is None else part.text() for part in node.elements())
    return (None if node.value is None else node.text(),)
