"""Exchanges made ready for reasoning: decoded once, with template, leaves and the media type that counts."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final, TypeAlias

from treaty.contract.embedded import split_place
from treaty.contract.json_value import JsonValue
from treaty.normalize.bodies import Payload, decode, in_lists, repeated_elements
from treaty.normalize.chosen_names import chosen_names, given_names, is_own_place, makes_at_its_path, never_found
from treaty.normalize.cookie_leaves import cookie_leaf
from treaty.normalize.keyed_bodies import with_entries
from treaty.normalize.languages import asked, in_several_languages
from treaty.normalize.leaves import (
    Leaf,
    header,
    key_step,
    path_segments,
    query_leaves,
    split_url,
)
from treaty.normalize.names import Name, leaf_name
from treaty.normalize.operations import Operation, leaves_of, operation_of
from treaty.normalize.placeless import is_of_address, placeless
from treaty.normalize.refusals import says_no
from treaty.normalize.returned_headers import returned_headers, returned_leaves
from treaty.normalize.shapes import Shape, shape_of
from treaty.normalize.templates import Template, keys_in, templates_of, typed_segment
from treaty.normalize.wordless_paths import wordless_keys
from treaty.normalize.xml_bodies import Way
from treaty.session.exchange import CapturedResponse, Edge, Exchange

_Bodies: TypeAlias = tuple[Exchange, Payload, Payload]
"""An exchange with its decoded bodies."""

_CREATED: Final = 201
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - compared with, not bound

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "QUERY", "SEARCH", "PROPFIND", "REPORT"})
"""Methods that change nothing (RFC 9110 section 9.2.1, and those of WebDAV); unknown ones may change anything."""

REQUEST_HEADERS_LEFT_OUT: Final = frozenset(
    {
        "host", "connection", "keep-alive", "proxy-connection", "proxy-authorization", "te", "trailer", "upgrade",
        "transfer-encoding", "content-length", "content-encoding", "accept-encoding", "accept-language", "user-agent",
        "date", "via", "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip",
        "traceparent", "tracestate", "baggage", "x-request-id", "x-correlation-id", "x-b3-traceid", "x-b3-spanid",
        "x-b3-parentspanid", "x-b3-sampled", "b3", "cache-control", "pragma", "origin", "referer", "expect", "dnt",
        "upgrade-insecure-requests", "save-data", "amz-sdk-invocation-id", "amz-sdk-request", "x-amz-date", "priority",
    }
)  # fmt: skip
"""Hop-by-hop (RFC 9110 section 7.6.1) and volatile request headers: observed, never part of an interaction."""

_OF_THE_BROWSER: Final = (":", "sec-")
"""How names begin that no program can set: pseudo headers (RFC 9113 section 8.3), and what a browser says of itself
(Fetch standard, forbidden request-headers), which changes with each of its versions."""

_RESPONSE_HEADERS_OBSERVED: Final = ("Location", "ETag", "Content-Location", "Last-Modified", "Retry-After", "Link")

_NAMING_FIELDS: Final = frozenset({"name", "username", "login", "title", "slug", "handle", "nickname", "id", "key"})
"""Fields whose texts name a thing, and tell nothing of what is done to it."""

SHORTEST_COOKIE: Final = 8
"""Characters from which on the value of a cookie may stand for who asks; shorter ones are settings."""

LOGIN: Final = "login"
"""Location of the user name inside Basic credentials (RFC 7617): a leaf that is never written by itself."""

_OPAQUE_SCHEMES: Final = frozenset({"", "bearer", "token", "jwt", "apikey", "key"})


def basic_login(value: str) -> tuple[str, str]:
    """Give user name and password of an Authorization header with Basic credentials; empty texts for others."""
    scheme, _, encoded = value.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        login, _, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return login, password


def split_credentials(value: str) -> tuple[str, str]:
    """Take an Authorization header apart: what comes before its credentials, and the credentials.

    Both are empty for those that are not one opaque text (RFC 6750): Basic, and schemes with parameters.
    """
    scheme, blank, secret = value.rpartition(" ")
    return (scheme + blank, secret) if scheme.lower() in _OPAQUE_SCHEMES else ("", "")


def cookies_of(header_value: str) -> list[tuple[str, str]]:
    """Take a ``Cookie`` header apart (RFC 6265 section 4.2.1); cookies without a value are left out."""
    pairs = [pair.strip().partition("=") for pair in header_value.split(";")]
    return [(name.strip(), value.strip().strip('"')) for name, mark, value in pairs if mark and name.strip() and value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One usable exchange, taken apart.

    Attributes:
        number: the exchange's number in the session.
        run: the run that it belongs to.
        authority: what the consumer called the provider.
        request: the request's leaves: path, query, headers, body, in this order.
        response: the response's leaves: headers, body.
        request_headers: the headers that belong to the interaction, in the order of the wire.
        redacted: places that hold stand-ins, with their side: ``request.header.Authorization``.
        codes: the code-like leaves of the request's body, by location: they tell one update from another.
        refused: whether the answer has the status of a success and says in its body that the call was refused.

    """

    number: int
    run: int
    edge: Edge
    started: datetime
    ended: datetime
    method: str
    authority: str
    path: str
    template: Template
    request: tuple[Leaf, ...]
    response: tuple[Leaf, ...]
    request_headers: tuple[tuple[str, str], ...]
    request_payload: Payload
    response_payload: Payload
    answer: CapturedResponse
    operation: Operation
    redacted: frozenset[str]
    codes: tuple[tuple[str, JsonValue], ...]
    refused: bool = False

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.answer.status

    @property
    def succeeded(self) -> bool:
        """Whether the answer is a success, by its status and by what it says."""
        return self.status < 300 and not self.refused

    @property
    def effectful(self) -> bool:
        """Whether the call changed its provider, as far as its method and status tell (303: RFC 9110, 15.4.4)."""
        done = self.succeeded or (self.status == HTTPStatus.SEE_OTHER and not self.refused)
        return self.method not in SAFE_METHODS and done and not self.operation.reads

    @property
    def made_key(self) -> str:
        """The location of the key that the consumer chose for what this call created at its own path, or nothing."""
        if not makes_at_its_path(self.method) or not (self.status == _CREATED or is_own_place(self.answer, self.path)):
            return ""
        return f"path[{len(path_segments(self.path.rstrip('/'))) - 1}]"

    def foreign_authority(self, url: str) -> str:
        """Give the authority of a URL that leads to another host than the provider's; empty for the provider's own.

        The provider is called by the address of the recorder, and may call itself by its own, on this machine.
        """
        parts = split_url(url)
        if not parts.netloc or parts.netloc == self.authority or (parts.hostname or "") in _LOOPBACK:
            return ""
        return parts.netloc.rpartition("@")[2]

    def is_secret(self, side: str, location: str) -> bool:
        """Tell whether a leaf of the ``request`` or the ``response`` is the stand-in of a secret."""
        if not self.redacted:
            return False
        place, inside = split_place(location)
        whole = f"{side}.{place}"
        if whole not in self.redacted or not inside.startswith("cookie."):
            return whole in self.redacted
        # Of several cookies some are settings; older sessions do not say which.
        named = any(each.startswith(f"{whole}|") for each in self.redacted)
        return not named or f"{side}.{location}" in self.redacted

    def locations(self) -> list[str]:
        """List where its leaves are, with their side: ``request.path[1]``."""
        return [f"request.{leaf.location}" for leaf in self.request] + [
            f"response.{leaf.location}" for leaf in self.response
        ]

    def request_leaf(self, location: str) -> Leaf | None:
        """Find a leaf of the request by its location."""
        return next((leaf for leaf in self.request if leaf.location == location), None)


def usable(exchange: Exchange) -> bool:
    """Tell whether an exchange can become a promise.

    It was answered by the provider, not with a server error, and its request can be sent again: the whole body is here.
    """
    return (
        exchange.response is not None
        and not exchange.error
        and exchange.request.content.is_at_hand
        and 200 <= exchange.response.status < 500
        and not _is_preflight(exchange)
    )


def _is_preflight(exchange: Exchange) -> bool:
    return exchange.request.method == "OPTIONS" and bool(
        header(exchange.request.headers, "Access-Control-Request-Method")
    )


def observe(exchanges: Iterable[Exchange]) -> list[Observation]:
    """Take apart every usable exchange, in order of their start; numbers decide between equal times."""
    kept = sorted((item for item in exchanges if usable(item)), key=lambda item: (item.started, item.number))
    bodies = _with_lists([(item, *_payloads(item)) for item in kept])
    templates = templates_of(
        ((item.edge.provider, item.request.path) for item in kept),
        (
            (item.edge.provider, payload)
            for item, request, response in bodies
            if item.response is not None and item.response.status < 300
            for payload in (request, response)
        ),
        (*chosen_names(kept), *given_names(kept), *wordless_keys(bodies)),
        never_found(kept),
        (
            (item.edge.provider, response)
            for item, _, response in bodies
            if item.response is not None and item.response.status < 300 and item.request.method not in SAFE_METHODS
        ),
    )
    spoken = in_several_languages(kept)
    returned = returned_headers(kept)
    return [
        _observation(
            item,
            request,
            response,
            templates[item.edge.provider, item.request.path],
            left_out=REQUEST_HEADERS_LEFT_OUT - ({"accept-language"} if asked(item) in spoken else set()),
            returned=returned,
        )
        for item, request, response in with_entries(bodies, templates)
    ]


def _payloads(exchange: Exchange) -> tuple[Payload, Payload]:
    assert exchange.response is not None
    return (
        decode(exchange.request.content, exchange.request.headers),
        decode(exchange.response.content, exchange.response.headers),
    )


def _with_lists(bodies: Sequence[_Bodies]) -> list[_Bodies]:
    """Let all XML of a provider agree on what is a list."""
    ways: dict[str, frozenset[Way]] = {}
    for item, request, response in bodies:
        if "xml" in {request.kind, response.kind}:
            provider = item.edge.provider
            ways[provider] = ways.get(provider, frozenset()) | repeated_elements((request, response))
    return [
        (item, in_lists(request, found), in_lists(response, found)) if found else (item, request, response)
        for item, request, response in bodies
        for found in (ways.get(item.edge.provider),)
    ]


def _observation(
    exchange: Exchange,
    request: Payload,
    response: Payload,
    template: Template,
    *,
    left_out: frozenset[str],
    returned: frozenset[tuple[str, str]],
) -> Observation:
    assert exchange.response is not None
    headers = tuple(
        (name, value)
        for name, value in placeless(exchange)
        if name.lower() not in left_out
        and not name.lower().startswith(_OF_THE_BROWSER)
        and not _says_nothing(name, value)
    )
    operation = operation_of(headers, request)
    leaves = tuple(_request_leaves(exchange, request, template, headers, operation))
    redacted = _redacted_places(exchange, request, response) | _secret_segments(exchange, leaves)
    return Observation(
        number=exchange.number,
        run=exchange.run,
        edge=exchange.edge,
        started=exchange.started,
        ended=exchange.ended,
        method=exchange.request.method,
        authority=exchange.request.authority,
        path=exchange.request.path,
        template=template,
        request=leaves,
        response=(
            *returned_leaves(exchange, returned),
            *_response_leaves(exchange, exchange.response, response, template, operation),
        ),
        request_headers=headers,
        request_payload=request,
        response_payload=response,
        answer=exchange.response,
        operation=operation,
        redacted=redacted,
        codes=tuple((leaf.location, leaf.value) for leaf in leaves if _is_code(leaf, redacted)),
        refused=exchange.response.status < 300 and says_no(response.value, request.value),
    )


def _is_code(leaf: Leaf, redacted: Collection[str]) -> bool:
    if not leaf.location.startswith("body.$"):
        return False
    if redacted and f"request.{split_place(leaf.location)[0]}" in redacted:
        return False
    return isinstance(leaf.value, bool) or (
        shape_of(leaf.value) is Shape.CODE and leaf.name.field not in _NAMING_FIELDS
    )


def _redacted_places(exchange: Exchange, request: Payload, response: Payload) -> frozenset[str]:
    """Write places as locations of leaves; those of forms come as ``request.body.NAME[0]``."""
    places = set(exchange.redacted)
    for side, payload in (("request", request), ("response", response)):
        if payload.kind == "form":
            prefix = f"{side}.body."
            for place in exchange.redacted:
                name, bracket, index = place.removeprefix(prefix).rpartition("[")
                if place.startswith(prefix) and bracket:
                    places.add(f"{prefix}${key_step(name)}[{index}")
    return frozenset(places)


def _secret_segments(exchange: Exchange, leaves: Collection[Leaf]) -> frozenset[str]:
    """Give the segments of a redacted path that may be the stand-ins of secrets: the session says of paths no more."""
    if "request.path" not in exchange.redacted:
        return frozenset()
    return frozenset(
        f"request.{leaf.location}"
        for leaf in leaves
        if leaf.location.startswith("path[") and shape_of(leaf.value) is Shape.OPAQUE
    )


def _says_nothing(name: str, value: str) -> bool:
    return name.lower() == "accept" and value.strip() == "*/*"


def _request_leaves(
    exchange: Exchange,
    payload: Payload,
    template: Template,
    headers: tuple[tuple[str, str], ...],
    operation: Operation,
) -> Iterable[Leaf]:
    names = template.names()
    for index, segment in enumerate(path_segments(exchange.request.path)):
        if index in template.several:
            for number, value in enumerate(keys_in(segment)):
                yield Leaf(location=f"path[{index}]|part[{number}]", value=value, name=names[index])
        elif index in names:
            yield Leaf(location=f"path[{index}]", value=typed_segment(segment), name=names[index])
    yield from query_leaves(exchange.request.query, template.entity)
    for name, value in headers:
        if name.lower() not in {"content-type", "accept"}:
            yield Leaf(location=f"header.{name}", value=value, name=leaf_name(name, ""))
        if name.lower() == "cookie":
            for cookie, text in cookies_of(value):
                yield cookie_leaf(name, cookie, text)
        if name.lower() == "authorization":
            login, _ = basic_login(value)
            if login:
                yield Leaf(location=LOGIN, value=login, name=Name(entity="", field="basic login"))
    yield from leaves_of(payload, operation, template.entity)


def _response_leaves(
    exchange: Exchange, answer: CapturedResponse, payload: Payload, template: Template, operation: Operation
) -> Iterable[Leaf]:
    for name, line in answer.headers:
        if name.lower() == "set-cookie":
            for cookie, text in cookies_of(line.partition(";")[0]):
                if is_of_address(cookie, exchange.request.authority):
                    continue
                yield cookie_leaf("Set-Cookie", cookie, text)
    for name in _RESPONSE_HEADERS_OBSERVED:
        value = header(answer.headers, name)
        if value is not None:
            yield Leaf(location=f"header.{name}", value=value, name=Name(entity=template.entity, field=name.lower()))
    yield from leaves_of(payload, operation, template.entity)
