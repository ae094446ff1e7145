"""An entry of a HAR file (version 1.2, as browsers and proxies write it) as a call, or as something odd.

Tools leave out, rename and null fields, so nothing is taken for granted: what cannot be used is reported.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import SplitResult, urlencode

from treaty.record.captures.finds import CapturedCall, Find, Oddity
from treaty.record.captures.messages import (
    address_of,
    authority_of,
    contradiction,
    data_content,
    header_text,
    header_value,
    lines_of,
    missing_content,
    moment_of,
    query_of,
    text_content,
    whole,
    with_one_cookie_line,
)
from treaty.record.captures.parties import Parties
from treaty.session.exchange import (
    NO_CONTENT,
    CapturedRequest,
    CapturedResponse,
    Content,
    Edge,
    Exchange,
    Headers,
)

_VERSIONS: Final = {"http/1.0": "1.0", "h2": "2", "http/2": "2", "http/2.0": "2", "h3": "3", "http/3": "3"}
_CALLS: Final = frozenset({"http", "https"})
_CACHES: Final = frozenset({"disk", "memory", "prefetch", "disk cache", "memory cache"})
_SERVICE_WORKER: Final = "answered by a service worker of the browser, not by the provider"
_FORM: Final = "application/x-www-form-urlencoded"


class _Unusable(Exception):
    """An entry is no call; the text is the reason, `detail` what is particular."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.detail = detail


def has_credentials(call: CapturedCall) -> bool:
    """Tell whether a call shows who made it: by a cookie, or by an Authorization header."""
    response = call.exchange.response
    answered = response.headers if response else ()
    return any(
        header_value(headers, name)
        for headers, name in (
            (call.exchange.request.headers, "cookie"),
            (call.exchange.request.headers, "authorization"),
            (answered, "set-cookie"),
        )
    )


def read_entry(text: bytes, place: str, parties: Parties) -> Iterator[Find]:
    """Read one entry from its JSON text: a call, and what is odd about it."""
    try:
        entry = json.loads(text)
    except (ValueError, RecursionError):
        yield Oddity(place=place, reason="is not JSON")
        return
    request = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(request, dict):
        yield Oddity(place=place, reason="has no request")
        return
    address = address_of(request.get("url"))
    method = str(request.get("method") or "").upper()
    subject = Oddity(place=place, reason="", method=method, path=address.path if address else "")
    try:
        call = _call(entry, request, address, method, parties)
    except _Unusable as fault:
        yield replace(subject, reason=str(fault), detail=fault.detail)
        return
    if call is None:
        return
    yield call
    yield from _odd_about(call, entry, request, subject)


def _call(
    entry: Mapping[str, Any], request: Mapping[str, Any], address: SplitResult | None, method: str, parties: Parties
) -> CapturedCall | None:
    """Give the call of an entry; None when it goes to a provider that was not asked for."""
    if address is None or not method:
        raise _Unusable("has no URL and method that can be read")
    response = _response_record(entry)
    _refuse_other_traffic(entry, address, method, response)
    provider = parties.provider(address)
    if provider is None:
        return None
    headers = with_one_cookie_line(_headers(request, "Cookie"))
    started, ended = _times(entry)
    authority = header_value(headers, "host") or authority_of(address)
    exchange = Exchange(
        number=0,
        edge=Edge(consumer=parties.consumer_of(headers), provider=provider),
        started=started,
        ended=ended,
        request=CapturedRequest(
            method=method,
            path=address.path or "/",
            query=query_of(address, request.get("url")),
            headers=headers,
            content=_request_content(request, headers),
            authority=header_text(authority),
            http_version=_version(request.get("httpVersion")),
        ),
        response=_response(response, method),
    )
    return CapturedCall(exchange=exchange, origin=f"{address.scheme}://{authority_of(address)}")


def _response_record(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    response = entry.get("response")
    if not isinstance(response, dict):
        raise _Unusable("has no response")
    return response


def _refuse_other_traffic(
    entry: Mapping[str, Any], address: SplitResult, method: str, response: Mapping[str, Any]
) -> None:
    """Refuse what never went from a consumer to a provider as HTTP."""
    status = whole(response.get("status"))
    if entry.get("_resourceType") == "websocket" or address.scheme in {"ws", "wss"} or status == 101:
        raise _Unusable("is a WebSocket, no request with an answer")
    if address.scheme not in _CALLS or not address.hostname:
        raise _Unusable("is no HTTP", detail=f"{address.scheme}:")
    if method == "CONNECT":
        raise _Unusable("opens a tunnel; the calls inside it count")
    cached = str(entry.get("_fromCache") or entry.get("_fetchType") or "").lower() in _CACHES
    if cached or entry.get("_fromDiskCache") is True or entry.get("_fromMemoryCache") is True:
        raise _Unusable("came from the browser's cache, not from the provider")
    if entry.get("_fetchedViaServiceWorker") is True or entry.get("_fetchType") == "Service Worker":
        raise _Unusable(_SERVICE_WORKER)
    if status is None or not 100 <= status <= 999:
        fault = response.get("_error") or entry.get("_error") or response.get("statusText") or ""
        raise _Unusable("was not answered: blocked, cancelled or failed", detail=str(fault)[:200])


def _times(entry: Mapping[str, Any]) -> tuple[datetime, datetime]:
    started = moment_of(entry.get("startedDateTime"))
    if started is None:
        raise _Unusable("has no time that can be read")
    lasting = _milliseconds(entry.get("time"))
    timings = entry.get("timings")
    if not lasting and isinstance(timings, dict):
        # "ssl" is part of "connect" (HAR 1.2, section timings).
        lasting = sum(_milliseconds(value) for name, value in timings.items() if name != "ssl" and name[:1] != "_")
    return started, started + timedelta(milliseconds=lasting)


def _milliseconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        return 0
    return float(value)


def _version(text: object) -> str:
    return _VERSIONS.get(text.strip().lower(), "1.1") if isinstance(text, str) else "1.1"


def _headers(message: Mapping[str, Any], cookie_header: str) -> Headers:
    """Give the header lines; cookies that stand only in a list of their own come as headers."""
    lines: list[tuple[str, str]] = []
    for item in _records(message.get("headers")):
        lines.extend(lines_of(str(item.get("name") or ""), item.get("value")))
    if not any(name.lower() == cookie_header.lower() for name, _ in lines):
        cookies = [f"{item.get('name')}={item.get('value') or ''}" for item in _records(message.get("cookies"))]
        if cookie_header == "Cookie" and cookies:
            cookies = ["; ".join(cookies)]
        lines.extend((cookie_header, header_text(cookie)) for cookie in cookies)
    return tuple(lines)


def _records(value: object) -> Iterator[Mapping[str, Any]]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item


def _request_content(request: Mapping[str, Any], headers: Headers) -> Content:
    post = request.get("postData")
    size = whole(request.get("bodySize")) or 0
    if not isinstance(post, dict):
        return missing_content(size, headers) if size > 0 else NO_CONTENT
    text = post.get("text")
    if isinstance(text, str) and text:
        if "base64" in {post.get("encoding"), post.get("_encoding")}:
            return _from_base64(text, headers)
        return text_content(text, headers)
    pairs = [(str(item.get("name") or ""), str(item.get("value") or "")) for item in _records(post.get("params"))]
    media_type = header_value(headers, "content-type") or str(post.get("mimeType") or "")
    if pairs and media_type.partition(";")[0].strip().lower() in {_FORM, ""}:
        return text_content(urlencode(pairs), headers)
    return missing_content(max(size, 1), headers) if pairs or size > 0 else NO_CONTENT


def _response(record: Mapping[str, Any], method: str) -> CapturedResponse:
    headers = _headers(record, "Set-Cookie")
    status = whole(record.get("status")) or 0
    return CapturedResponse(status=status, headers=headers, content=_response_content(record, headers, method, status))


def _response_content(record: Mapping[str, Any], headers: Headers, method: str, status: int) -> Content:
    content = record.get("content")
    content = content if isinstance(content, dict) else {}
    text = content.get("text")
    if isinstance(text, str) and text:
        return _from_base64(text, headers) if content.get("encoding") == "base64" else text_content(text, headers)
    if method == "HEAD" or status in {204, 205, 304}:
        return NO_CONTENT
    sizes = (whole(content.get("size")), whole(record.get("bodySize")), whole(header_value(headers, "content-length")))
    size = next((each for each in sizes if each is not None and each > 0), 0)
    return missing_content(size, headers) if size else NO_CONTENT


def _from_base64(text: str, headers: Headers) -> Content:
    try:
        return data_content(base64.b64decode("".join(text.split()), validate=True), headers)
    except (binascii.Error, ValueError):
        raise _Unusable("has a body that should be base64 and is not") from None


def _odd_about(
    call: CapturedCall, entry: Mapping[str, Any], request: Mapping[str, Any], subject: Oddity
) -> Iterator[Oddity]:
    """Report what is missing or contradicts itself in a call that was taken."""
    exchange = call.exchange
    response = exchange.response
    post = request.get("postData")
    if exchange.request.content.missing:
        is_parts = isinstance(post, dict) and isinstance(post.get("params"), Sequence)
        reason = "its request body was kept as single fields only" if is_parts else "its request body was not kept"
        yield replace(subject, reason=reason, kept=True)
    if response is None:
        return
    if response.content.missing:
        yield replace(
            subject, reason="its answer's body was not kept", kept=True, detail=f"{response.content.size} bytes"
        )
    # Of an answer, browsers keep the text without a byte order mark, so only a difference that it cannot make counts.
    odd = contradiction(exchange.request.method, response.status, response.headers, response.content)
    if odd and not _is_text_of_other_size(entry):
        yield replace(subject, reason="its answer's body contradicts its Content-Length", kept=True, detail=odd)


def _is_text_of_other_size(entry: Mapping[str, Any]) -> bool:
    """Tell whether the tool says itself that the text it kept has another size than what it received."""
    response = entry.get("response")
    content = response.get("content") if isinstance(response, dict) else None
    if not isinstance(content, dict) or not isinstance(content.get("text"), str):
        return False
    size = whole(content.get("size"))
    return (
        content.get("encoding") != "base64"
        and size is not None
        and size != len(content["text"].encode("utf-8", "replace"))
    )
