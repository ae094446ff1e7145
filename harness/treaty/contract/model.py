"""The contract of one consumer and one provider, as values; one model for all versions of the Pact specification.

`treaty.pactfile` reads and writes it. Keys of a file that we do not know are kept beside the ones we do, in `unknown`.
Bodies are bytes: what would be sent. Names of headers keep their case.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from treaty.contract.actual_body import ActualBody
from treaty.contract.generators import NO_GENERATORS, Generators
from treaty.contract.json_value import JsonInvalid, JsonValue, loads
from treaty.contract.media_type import NO_MEDIA_TYPE, MediaType, detect_media_type, parse_media_type
from treaty.contract.rules import NO_RULES, MatchingRules
from treaty.contract.specification import V4, Specification

HeaderMap: TypeAlias = Mapping[str, tuple[str, ...]]
"""The values of each header, names in the case of the file."""

QueryMap: TypeAlias = Mapping[str, tuple[str | None, ...]]
"""The decoded values of each parameter in order; None stands for a name without ``=``."""

HeaderLines: TypeAlias = tuple[tuple[str, str], ...]
"""Header lines in the order of the wire."""


class BodyState(enum.Enum):
    """What a contract says about a body; the four differ (Pact specification V3, "Body")."""

    ABSENT = "absent"
    """Nothing is said: any body is accepted."""
    NULL = "null"
    """There is to be no body, or JSON null."""
    EMPTY = "empty"
    """There is to be no byte."""
    PRESENT = "present"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The body of a request, response or message.

    Attributes:
        state: what is said about it.
        data: the bytes to send; empty unless `state` is PRESENT.
        content_type: as written at the body (V4), or empty: then the header says it.
        encoded: how a V4 file writes it: empty (a JSON value, or text), ``base64``, or ``json`` (JSON as text).
        hint: ``contentTypeHint`` of V4 (``BINARY``, ``TEXT``), or empty.
        unknown: other keys of a V4 body.

    """

    state: BodyState = BodyState.ABSENT
    data: bytes = b""
    content_type: str = ""
    encoded: str = ""
    hint: str = ""
    unknown: Mapping[str, JsonValue] = field(default_factory=dict)

    def json(self) -> JsonValue:
        """Parse `data`.

        Raises:
            treaty.contract.json_value.JsonInvalid: when it is not JSON.

        """
        return loads(self.data)

    def is_json(self, header: str = "") -> bool:
        """Tell whether `data` is to be read as JSON: by its type, else by `header`, else by its beginning."""
        if self.state is not BodyState.PRESENT or not self.media_type(header).is_json:
            return False
        try:
            loads(self.data)
        except JsonInvalid:
            return False
        return True

    def media_type(self, header: str = "") -> MediaType:
        """Give the type of the content: as written at the body, else by the `header`, else by its beginning."""
        declared = parse_media_type(self.content_type or header)
        if declared is NO_MEDIA_TYPE and self.state is BodyState.PRESENT:
            return detect_media_type(self.data)
        return declared


ABSENT: Final = Body()
NULL: Final = Body(state=BodyState.NULL)
EMPTY: Final = Body(state=BodyState.EMPTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderState:
    """What must be true of the provider: a name for people, and parameters."""

    name: str
    params: Mapping[str, JsonValue] = field(default_factory=dict)
    unknown: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as promised.

    Attributes:
        method: upper case.
        path: as written: percent-encoded as sent, without the query.
        query: None when nothing is said; an empty map allows no parameter either.
        headers: those that are promised; others are allowed.
        body: see `Body`.
        rules: where the request need not equal the example.
        generators: what is replaced before the example is sent or answered.
        unknown: other keys.

    """

    method: str = "GET"
    path: str = "/"
    query: QueryMap | None = None
    headers: HeaderMap = field(default_factory=dict)
    body: Body = ABSENT
    rules: MatchingRules = NO_RULES
    generators: Generators = NO_GENERATORS
    unknown: Mapping[str, JsonValue] = field(default_factory=dict)

    def media_type(self) -> MediaType:
        """Give the media type of the body."""
        return self.body.media_type(header_value(self.headers, "content-type"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response as promised; the fields are those of `Request`, with a status."""

    status: int = 200
    headers: HeaderMap = field(default_factory=dict)
    body: Body = ABSENT
    rules: MatchingRules = NO_RULES
    generators: Generators = NO_GENERATORS
    unknown: Mapping[str, JsonValue] = field(default_factory=dict)

    def media_type(self) -> MediaType:
        """Give the media type of the body."""
        return self.body.media_type(header_value(self.headers, "content-type"))


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageContents:
    """One message: its contents and its metadata (keys as of a broker's headers, values JSON)."""

    contents: Body = ABSENT
    metadata: Mapping[str, JsonValue] = field(default_factory=dict)
    rules: MatchingRules = NO_RULES
    generators: Generators = NO_GENERATORS
    unknown: Mapping[str, JsonValue] = field(default_factory=dict)

    def media_type(self) -> MediaType:
        """Give the media type of the contents: as written there, else by the metadata."""
        return self.contents.media_type(metadata_type(self.metadata))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Interaction:
    """What all interactions have.

    Attributes:
        description: for people; with the states it names the interaction within the pact.
        states: provider states that must hold.
        key: the V4 key, or empty.
        pending: a failure of it does not fail the verification.
        comments: free JSON of V4; ours lies under ``treaty``.
        unknown: other keys, among them ``transport`` and ``pluginConfiguration``.

    """

    description: str
    states: tuple[ProviderState, ...] = ()
    key: str = ""
    pending: bool = False
    comments: Mapping[str, JsonValue] = field(default_factory=dict)
    unknown: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpInteraction(_Interaction):
    """A request with its response."""

    request: Request
    response: Response


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageInteraction(_Interaction):
    """A message that the provider sends without being asked; in V3 files a message."""

    message: MessageContents


@dataclass(frozen=True, slots=True, kw_only=True)
class SynchronousMessageInteraction(_Interaction):
    """A message with the messages that answer it."""

    request: MessageContents
    responses: tuple[MessageContents, ...]


Interaction: TypeAlias = HttpInteraction | MessageInteraction | SynchronousMessageInteraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Pact:
    """All that one consumer and one provider promised each other.

    Attributes:
        consumer, provider: their names.
        interactions: in the order of the file.
        specification: the version of the file it came from, or V4.
        metadata: without ``pactSpecification``; ours lies under ``treaty``.
        unknown: other keys at the top.
        consumer_unknown, provider_unknown: other keys beside the names.

    """

    consumer: str
    provider: str
    interactions: tuple[Interaction, ...] = ()
    specification: Specification = V4
    metadata: Mapping[str, JsonValue] = field(default_factory=dict)
    unknown: Mapping[str, JsonValue] = field(default_factory=dict)
    consumer_unknown: Mapping[str, JsonValue] = field(default_factory=dict)
    provider_unknown: Mapping[str, JsonValue] = field(default_factory=dict)

    def http_interactions(self) -> tuple[HttpInteraction, ...]:
        """Give the interactions over HTTP, in order."""
        return tuple(interaction for interaction in self.interactions if isinstance(interaction, HttpInteraction))


class Parsed:
    """What matching has read out of a request, response or message that came, so that it is read only once."""

    __slots__ = ("body", "headers", "query")

    def __init__(self) -> None:
        self.body: ActualBody | None = None
        self.headers: Mapping[str, tuple[str, ...]] | None = None
        self.query: Mapping[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActualRequest:
    """A request as it came in.

    Attributes:
        method: as sent.
        path: raw, percent-encoded as sent, without the query.
        query: decoded, see `QueryMap`.
        headers: all lines.
        body: the bytes after content codings were undone; None when there is no body, which matches as no bytes do.
        parsed: see `Parsed`.

    """

    method: str
    path: str
    query: QueryMap = field(default_factory=dict)
    headers: HeaderLines = ()
    body: bytes | None = None
    parsed: Parsed = field(default_factory=Parsed, init=False, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActualResponse:
    """A response as it came back; fields as in `ActualRequest`."""

    status: int
    headers: HeaderLines = ()
    body: bytes | None = None
    parsed: Parsed = field(default_factory=Parsed, init=False, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActualMessage:
    """A message as it came: its bytes and its metadata."""

    body: bytes | None = None
    metadata: Mapping[str, JsonValue] = field(default_factory=dict)
    content_type: str = ""
    parsed: Parsed = field(default_factory=Parsed, init=False, compare=False, repr=False)


def header_value(headers: HeaderMap, name: str) -> str:
    """Give the first value of a header, whatever the case of its name; empty when there is none."""
    wanted = name.lower()
    for known, values in headers.items():
        if known.lower() == wanted and values:
            return values[0]
    return ""


def metadata_type(metadata: Mapping[str, JsonValue]) -> str:
    """Give the content type that the metadata of a message names, or an empty text."""
    for key, value in metadata.items():
        if key.lower() in {"contenttype", "content-type"} and isinstance(value, str):
            return value
    return ""
