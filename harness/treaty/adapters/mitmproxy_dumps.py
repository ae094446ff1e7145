"""Read the flow files that mitmproxy writes (``mitmdump -w``), of any version that its own reader understands."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import urlsplit

from mitmproxy import exceptions, flow, http
from mitmproxy.proxy.mode_specs import ReverseMode

from treaty.adapters.mitmproxy_flows import captured_request, captured_response, header_lines
from treaty.errors import CaptureUnreadable
from treaty.record.captures.finds import CapturedCall, Find, Oddity
from treaty.record.captures.messages import header_value, missing_content
from treaty.record.captures.parties import Parties
from treaty.record.targets import UNKNOWN_CONSUMER, consumer_of
from treaty.session.exchange import CapturedResponse, Edge, Exchange, Headers

with warnings.catch_warnings():
    # mitmproxy's filters, which come along, use names that pyparsing has renamed.
    warnings.simplefilter("ignore", DeprecationWarning)
    from mitmproxy.io import FlowReader

_PROXY_USER: Final = "proxyauth"
_NAMES: Final = {"tcp": "TCP", "udp": "UDP", "dns": "DNS"}


def read_flows(path: Path, parties: Parties) -> Iterator[Find]:
    """Read a flow file: its calls in the order of the file, and what is odd. Memory is that of its largest flow.

    Raises:
        CaptureUnreadable: when not even its first flow can be read.

    """
    number = 0
    try:
        with path.open("rb") as source:
            for each in _flows(source):
                number += 1
                place = f"flow {number}"
                if each is None:
                    yield Oddity(place=place, reason="is damaged")
                else:
                    yield from _read_flow(each, place, parties)
    except exceptions.FlowReadException as fault:
        if number == 0:
            raise CaptureUnreadable(
                "the flow file cannot be read",
                where=str(path),
                why=str(fault)[:300],
                hint="another version of mitmproxy may be able to: mitmdump -n -r OLD -w NEW",
            ) from None
        yield Oddity(
            place=f"flow {number + 1}", reason="cannot be read, nor can what follows it; the file may be cut off"
        )
    except OSError as fault:
        raise CaptureUnreadable("the file cannot be read", where=str(path), why=fault.strerror or "") from None


def _flows(source: BinaryIO) -> Iterator[flow.Flow | None]:
    """Give the flows of a file, None for one that is whole as a record and makes no sense to mitmproxy.

    Raises:
        mitmproxy.exceptions.FlowReadException: when the end of a record cannot be found.

    """
    while True:
        begun = source.tell()
        try:
            yield from FlowReader(source).stream()
        except exceptions.FlowReadException:
            raise
        except Exception:  # noqa: BLE001 - its reader trusts what it reads, so damage shows as any error
            if source.tell() == begun:
                raise exceptions.FlowReadException("Invalid data format.") from None
            # The record was taken from the file before it was looked at.
            yield None
        else:
            return


def _read_flow(each: flow.Flow, place: str, parties: Parties) -> Iterator[Find]:
    if not isinstance(each, http.HTTPFlow):
        yield Oddity(place=place, reason=f"is {_NAMES.get(each.type, each.type)}, no HTTP")
        return
    request = each.request
    target = request.data.path.decode("latin-1").partition("?")[0]
    subject = Oddity(place=place, reason="", method=request.method.upper(), path=target or "/")
    refusal = _refusal(each)
    if refusal:
        yield replace(subject, reason=refusal)
        return
    call = _call(each, parties)
    if call is None:
        return
    yield call
    if each.modified():
        yield replace(subject, reason="was edited in mitmproxy", kept=True)
    for side, content in (
        ("its request's", call.exchange.request.content),
        ("its answer's", call.exchange.response.content if call.exchange.response else None),
    ):
        if content is not None and content.missing:
            yield replace(subject, reason=f"{side} body was streamed past and not kept", kept=True)
    answer = call.exchange.response
    if answer is not None and answer.content.data and not answer.content.coding:
        coding = header_value(answer.headers, "content-encoding").strip().lower()
        if coding not in {"", "identity"}:
            yield replace(subject, reason="its answer's content coding could not be undone", kept=True, detail=coding)


def _refusal(each: http.HTTPFlow) -> str:
    """Say why a flow is no call between a consumer and a provider."""
    if each.websocket is not None or (each.response is not None and each.response.status_code == 101):
        return "is a WebSocket, no request with an answer"
    if each.request.method.upper() == "CONNECT":
        return "opens a tunnel; the calls inside it count"
    if each.is_replay == "response":
        return "was answered by mitmproxy from a recording, not by the provider"
    return ""


def _call(each: http.HTTPFlow, parties: Parties) -> CapturedCall | None:
    """Give the call of a flow; None when it goes to a provider that was not asked for."""
    request = each.request
    host = request.host if isinstance(each.client_conn.proxy_mode, ReverseMode) else request.pretty_host
    shown = f"[{host}]" if ":" in host else host
    origin = f"{request.scheme or 'http'}://{shown}:{request.port}"
    address = urlsplit(origin + request.data.path.decode("latin-1", "replace"))
    provider = parties.provider(address)
    if provider is None:
        return None
    headers = header_lines(request.headers)
    started = datetime.fromtimestamp(request.timestamp_start, UTC)
    error = each.error.msg if each.error else ""
    answer = each.response
    response = None if answer is None or error else _response(answer)
    ended = (answer.timestamp_end if answer else None) or (each.error.timestamp if each.error else None)
    content = missing_content(_length(headers), headers) if request.raw_content is None else None
    exchange = Exchange(
        number=0,
        edge=Edge(consumer=_proxy_user(each) or parties.consumer_of(headers), provider=provider),
        started=started,
        ended=max(started, datetime.fromtimestamp(ended, UTC)) if ended else started,
        request=captured_request(request, request.authority or request.headers.get("host", ""), content),
        response=response,
        error=error or ("" if response is not None else "the provider did not answer"),
    )
    return CapturedCall(exchange=exchange, origin=origin)


def _response(answer: http.Response) -> CapturedResponse:
    if answer.raw_content is not None:
        return captured_response(answer)
    headers = header_lines(answer.headers)
    return captured_response(answer, missing_content(_length(headers), headers))


def _length(headers: Headers) -> int:
    text = next((value for name, value in headers if name.lower() == "content-length"), "").strip()
    return int(text) if text.isascii() and text.isdigit() else 1


def _proxy_user(each: http.HTTPFlow) -> str:
    """Give the user of the proxy, who is the consumer where each has one of its own."""
    known = each.metadata.get(_PROXY_USER)
    if isinstance(known, list | tuple) and known:
        return str(known[0])
    named = consumer_of(each.request.headers.get("proxy-authorization", ""))
    return "" if named == UNKNOWN_CONSUMER else named
