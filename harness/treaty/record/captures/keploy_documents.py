"""A document of keploy (``api.keploy.io/v1beta1``, kind ``Http``): a test or a mock as a call, and what is odd in it.

All scalars come as text, or as bytes where YAML says ``!!binary``. A test was recorded where it came in, a mock where
it went out, and then the provider's host is lost. The ``curl`` line of a test repeats its request and is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from treaty.record.captures.finds import Oddity
from treaty.record.captures.messages import (
    address_of,
    authority_of,
    contradiction,
    data_content,
    header_value,
    lines_of,
    missing_content,
    moment_of,
    query_of,
    text_content,
    whole,
    with_length,
)
from treaty.session.exchange import NO_CONTENT, CapturedRequest, CapturedResponse, Content, Headers

KIND: Final = "api.keploy.io/"
_VOLATILE_NOISE: Final = ("header.",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A call that keploy kept, before it is known who called whom.

    Attributes:
        place: the file, and the number of the document in it.
        service: the service that keploy watched: the provider of a test, the consumer of a mock.
        is_mock: whether the service called, rather than was called.
        authority: host and port that the call was sent to; empty when they are lost.
        scheme: of the URL, ``http`` when it is lost.
        started, ended: None when keploy wrote a zero time.
        request, response: as on the wire, with the length that the body has.
        noise: fields that keploy was told, or guessed, not to compare: ``body.created_at``.

    """

    place: str
    service: str
    is_mock: bool
    authority: str
    scheme: str
    started: datetime | None
    ended: datetime | None
    request: CapturedRequest
    response: CapturedResponse
    noise: tuple[str, ...] = ()


def read_document(document: object, place: str, service: str, *, is_mock: bool) -> Iterator[Recorded | Oddity]:
    """Read a test or a mock: the call, and what is odd about it."""
    if not isinstance(document, dict) or not str(document.get("version", "")).startswith(KIND):
        yield Oddity(place=place, reason="is no document of keploy")
        return
    name = str(document.get("name") or "")
    where = f"{place} ({name})" if is_mock and name else place
    kind = str(document.get("kind") or "")
    if kind != "Http":
        yield Oddity(place=where, reason=f"is {kind or 'nothing'}: only HTTP is imported")
        return
    spec = document.get("spec")
    request = spec.get("req") if isinstance(spec, dict) else None
    response = spec.get("resp") if isinstance(spec, dict) else None
    if not isinstance(spec, dict) or not isinstance(request, dict) or not isinstance(response, dict):
        yield Oddity(place=where, reason="has no request with an answer")
        return
    yield from _http(document, spec, request, response, where, service, is_mock=is_mock)


def _http(
    document: Mapping[str, Any],
    spec: Mapping[str, Any],
    request: Mapping[str, Any],
    response: Mapping[str, Any],
    place: str,
    service: str,
    *,
    is_mock: bool,
) -> Iterator[Recorded | Oddity]:
    address = address_of(request.get("url"))
    method = str(request.get("method") or "").upper()
    status = whole(response.get("status_code"))
    if address is None or not method or status is None or not 100 <= status <= 999:
        yield Oddity(place=place, reason="has no method, URL or status that can be read", method=method)
        return
    asked = _headers(request)
    answered = _headers(response)
    sent = _content(request, asked)
    got = _content(response, answered)
    subject = Oddity(place=place, reason="", kept=True, method=method, path=address.path or "/")
    odd_request = contradiction(method, 0, asked, sent)
    odd_response = contradiction(method, status, answered, got)
    yield Recorded(
        place=place,
        service=service,
        is_mock=is_mock,
        authority=authority_of(address) or header_value(asked, "host"),
        scheme=address.scheme or "http",
        started=_time(document, spec, request, "reqTimestampMock"),
        ended=_time(document, spec, response, "resTimestampMock"),
        request=CapturedRequest(
            method=method,
            path=address.path or "/",
            query=query_of(address, request.get("url")),
            headers=with_length(asked, sent.size) if odd_request else asked,
            content=sent,
            authority=header_value(asked, "host") or authority_of(address),
            http_version="2" if request.get("proto_major") == "2" else "1.1",
        ),
        response=CapturedResponse(
            status=status, headers=with_length(answered, got.size) if odd_response else answered, content=got
        ),
        noise=_noise(spec),
    )
    if odd_request:
        yield replace(subject, reason="its request's body contradicts its Content-Length", detail=odd_request)
    if odd_response:
        yield replace(subject, reason="its answer's body contradicts its Content-Length", detail=odd_response)
    if sent.missing:
        yield replace(subject, reason="its request's body was not kept")


def _headers(message: Mapping[str, Any]) -> Headers:
    found = message.get("header")
    lines: list[tuple[str, str]] = []
    for name, value in found.items() if isinstance(found, dict) else ():
        for each in value if isinstance(value, list) else [value]:
            lines.extend(lines_of(str(name), each))
    return tuple(lines)


def _content(message: Mapping[str, Any], headers: Headers) -> Content:
    body = message.get("body")
    if isinstance(body, bytes):
        return data_content(body, headers)
    if isinstance(body, str) and body:
        return text_content(body, headers)
    if message.get("form"):
        # Parts of a multipart body, some of them as paths of files: their bytes and boundary are gone.
        return missing_content(whole(header_value(headers, "content-length")) or 1, headers)
    return NO_CONTENT


def _time(
    document: Mapping[str, Any], spec: Mapping[str, Any], message: Mapping[str, Any], mock_key: str
) -> datetime | None:
    lower = mock_key.lower()
    for text in (message.get("timestamp"), spec.get(mock_key), spec.get(lower)):
        if (moment := moment_of(text)) is not None:
            return moment
    for seconds in (spec.get("created"), document.get("created")):
        if (number := whole(seconds)) is not None and 0 < number < 1e11:
            return datetime.fromtimestamp(number, UTC)
    return None


def _noise(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the fields of bodies that keploy does not compare; headers are never promised by time and length anyway."""
    assertions = spec.get("assertions")
    noise = assertions.get("noise") if isinstance(assertions, dict) else None
    names = noise if isinstance(noise, dict | list) else ()
    return tuple(sorted(str(name) for name in names if not str(name).startswith(_VOLATILE_NOISE)))
