"""Turn a flow of mitmproxy into an exchange of ours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from mitmproxy import http

from treaty.adapters.recorder_codings import decoded
from treaty.record.captures.messages import with_one_cookie_line
from treaty.session.exchange import NO_CONTENT, CapturedRequest, CapturedResponse, Content, Edge, Exchange, Headers

_VERSIONS: Final = {"HTTP/1.0": "1.0", "HTTP/1.1": "1.1", "HTTP/2.0": "2", "HTTP/3": "3"}
_WITHHELD: Final = "proxy-authorization"


def exchange_of(
    flow: http.HTTPFlow,
    *,
    edge: Edge,
    authority: str,
    request_content: Content | None = None,
    response_content: Content | None = None,
) -> Exchange:
    """Give the exchange that a flow amounts to so far; its number is 0.

    Args:
        flow: with its request; without an answer of the provider it should have an error.
        edge: consumer and provider.
        authority: as the consumer sent it.
        request_content: the body when it was streamed, else the flow has it.
        response_content: likewise.

    """
    error = flow.error.msg if flow.error else ""
    response = None
    if flow.response is not None and (not error or response_content is not None):
        response = captured_response(flow.response, response_content)
    started = flow.request.timestamp_start
    return Exchange(
        number=0,
        edge=edge,
        started=datetime.fromtimestamp(started, UTC),
        ended=datetime.now(UTC),
        request=captured_request(flow.request, authority, request_content),
        response=response,
        error=error or ("" if response is not None else "the provider did not answer"),
    )


def captured_request(request: http.Request, authority: str, content: Content | None = None) -> CapturedRequest:
    """Give a request as the consumer sent it."""
    path, mark, query = request.data.path.decode("latin-1").partition("?")
    return CapturedRequest(
        method=request.data.method.decode("latin-1").upper(),
        path=path or "/",
        query=query if mark else None,
        headers=with_one_cookie_line(
            tuple(line for line in header_lines(request.headers) if line[0].lower() != _WITHHELD)
        ),
        content=_content(request) if content is None else content,
        authority=authority,
        http_version=version_of(request),
    )


def captured_response(response: http.Response, content: Content | None = None) -> CapturedResponse:
    """Give a response as the provider sent it."""
    return CapturedResponse(
        status=response.status_code,
        headers=header_lines(response.headers),
        content=_content(response) if content is None else content,
        trailers=header_lines(response.trailers) if response.trailers else (),
    )


def header_lines(headers: http.Headers) -> Headers:
    """Give header lines as text, byte by byte (latin-1)."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.fields)


def version_of(message: http.Message) -> str:
    """Give the version of HTTP, as ``1.1`` or ``2``."""
    return _VERSIONS.get(message.http_version, message.http_version)


def coding_of(message: http.Message) -> str:
    """Give the Content-Encoding, empty when there is none."""
    return ", ".join(message.headers.get_all("content-encoding"))


def length_of(message: http.Message) -> int | None:
    """Give the declared length of the body, None when there is none or it is no number."""
    text = message.headers.get("content-length", "").strip()
    return int(text) if text.isascii() and text.isdigit() else None


def _content(message: http.Message) -> Content:
    data = message.raw_content
    if not data:
        return NO_CONTENT
    plain, coding = decoded(data, coding_of(message))
    return Content(data=plain, coding=coding, size=len(plain))
