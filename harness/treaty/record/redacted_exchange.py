"""Replace the secrets of a whole exchange before it is stored, and those that were found too late (DESIGN 4.8)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from treaty.redaction.bodies import redact_body
from treaty.redaction.redactor import Redactor
from treaty.session.exchange import CapturedRequest, CapturedResponse, Content, Exchange, Headers


def redacted(redactor: Redactor, exchange: Exchange) -> Exchange:
    """Give the exchange with stand-ins for its secrets, their places listed.

    A body that lies in a file already went through a window; its places come with the exchange.
    """
    if not redactor.policy.enabled:
        return exchange
    places = list(exchange.redacted)
    request = _request(redactor, exchange.request, places)
    response = exchange.response
    if response is not None:
        response = _response(redactor, response, places)
    clean = replace(
        exchange,
        request=request,
        response=response,
        error=redactor.text(exchange.error),
        redacted=tuple(dict.fromkeys(places)),
    )
    # What the answer gave away as secret may stand in a part that was looked at before.
    return known_redacted(redactor, clean) if redactor.fresh else clean


def known_redacted(redactor: Redactor, exchange: Exchange, written: Collection[str] = ()) -> Exchange:
    """Give a stored exchange without the values that are known to be secret by now.

    Bodies that are not loaded stay as they are; the caller looks after their files.

    Args:
        redactor: what is known of the session's secrets.
        exchange: as it was stored.
        written: stand-ins that were put into it later, so that their places are not listed yet.

    """
    places = _Places(exchange.redacted, written)
    request = exchange.request
    request = replace(
        request,
        path=_known(redactor, request.path, "request.path", places),
        query=None if request.query is None else _known(redactor, request.query, "request.query", places),
        authority=redactor.known_in(request.authority),
        headers=_known_headers(redactor, request.headers, "request", places),
        content=_known_content(redactor, request.content, "request.body", places),
    )
    response = exchange.response
    if response is not None:
        response = replace(
            response,
            headers=_known_headers(redactor, response.headers, "response", places),
            trailers=_known_headers(redactor, response.trailers, "response", places),
            content=_known_content(redactor, response.content, "response.body", places),
        )
    return replace(
        exchange,
        request=request,
        response=response,
        error=redactor.known_in(exchange.error),
        redacted=tuple(dict.fromkeys(places)),
    )


def _request(redactor: Redactor, request: CapturedRequest, places: list[str]) -> CapturedRequest:
    headers = _headers(redactor, request.headers, "request", places)
    path = redactor.path(request.path)
    if path != request.path:
        places.append("request.path")
    query = request.query
    if query is not None:
        query, names = redactor.pairs(query)
        places += (f"request.query.{name}" for name in names)
    return replace(
        request,
        path=path,
        query=query,
        headers=headers,
        authority=redactor.text(request.authority),
        content=_content(redactor, request.content, request.headers, "request", places),
    )


def _response(redactor: Redactor, response: CapturedResponse, places: list[str]) -> CapturedResponse:
    content = _content(redactor, response.content, response.headers, "response", places)
    headers = _headers(redactor, response.headers, "response", places)
    trailers = _headers(redactor, response.trailers, "response", places)
    return replace(response, headers=headers, content=content, trailers=trailers)


def _headers(redactor: Redactor, headers: Headers, side: str, places: list[str]) -> Headers:
    lines: list[tuple[str, str]] = []
    for name, value in headers:
        new = redactor.header(name, value)
        if new != value:
            place = f"{side}.header.{name}"
            places += (place, *(f"{place}|cookie.{cookie}" for cookie in _changed_cookies(name, value, new)))
        lines.append((name, new))
    return tuple(lines)


def _changed_cookies(name: str, value: str, new: str) -> list[str]:
    """Name the cookies of a header that were replaced; others of the same header are settings, and stay."""
    if name.lower() not in {"cookie", "set-cookie"}:
        return []
    pairs = zip(value.split(";"), new.split(";"), strict=False)
    return [old.partition("=")[0].strip() for old, changed in pairs if old != changed]


def _content(redactor: Redactor, content: Content, headers: Headers, side: str, places: list[str]) -> Content:
    if not content.data:
        return content
    media_type = next((value for name, value in headers if name.lower() == "content-type"), "")
    data, found = redact_body(redactor, content.data, media_type)
    if not found:
        return content
    places += (f"{side}.{place}" for place in found)
    return replace(content, data=data, size=len(data))


class _Places(list[str]):
    """Places whose values are stand-ins.

    Attributes:
        written: stand-ins that tell further places.

    """

    def __init__(self, places: Iterable[str], written: Collection[str]) -> None:
        super().__init__(places)
        self.written = written


def _known(redactor: Redactor, text: str, place: str, places: _Places) -> str:
    new = redactor.known_in(text)
    if new != text or any(made in text for made in places.written):
        places.append(place)
    return new


def _known_headers(redactor: Redactor, headers: Headers, side: str, places: _Places) -> Headers:
    return tuple((name, _known(redactor, value, f"{side}.header.{name}", places)) for name, value in headers)


def _known_content(redactor: Redactor, content: Content, place: str, places: _Places) -> Content:
    if not content.data:
        return content
    try:
        text, coding = content.data.decode(), "utf-8"
    except UnicodeDecodeError:
        text, coding = content.data.decode("latin-1"), "latin-1"
    new = _known(redactor, text, place, places)
    if new == text:
        return content
    data = new.encode(coding, "replace")
    return replace(content, data=data, size=len(data), sha256="")
