"""The addon that stores what mitmproxy passes on: each exchange before its answer leaves (DESIGN 6)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from mitmproxy import connection, http, tls
from mitmproxy.proxy.mode_specs import ReverseMode

from treaty.adapters.mitmproxy_flows import coding_of, exchange_of, length_of
from treaty.adapters.mitmproxy_tee import IN_MEMORY, BodyCopy, Tee
from treaty.adapters.ports import is_loopback
from treaty.errors import DiskFull, RecorderFailed, TreatyError
from treaty.record.settings import RecordedEdge
from treaty.record.store import ExchangeStore
from treaty.record.targets import UNKNOWN_CONSUMER, Targets, consumer_of
from treaty.session.exchange import Edge

_PROXY_AUTHORIZATION: Final = "proxy-authorization"


@dataclass(slots=True, kw_only=True)
class _Call:
    """A request that is on its way."""

    edge: Edge
    authority: str
    request: Tee | None = None
    response: Tee | None = None


class RecorderAddon:
    """Stores every exchange that passes.

    Attributes:
        fatal: the first error that makes further recording pointless.
        live: flows whose answers may not have left yet.
        ending: whether new requests are turned away; those under way still get their answers.

    """

    def __init__(
        self,
        store: ExchangeStore,
        *,
        edges: Mapping[str, RecordedEdge],
        targets: Targets,
        on_fatal: Callable[[], None],
    ) -> None:
        self.fatal: TreatyError | None = None
        self.live: dict[str, http.HTTPFlow] = {}
        self.ending = False
        self._store = store
        self._edges = edges
        self._targets = targets
        self._on_fatal = on_fatal
        self._calls: dict[str, _Call] = {}
        self._consumers: dict[str, str] = {}

    @property
    def unanswered(self) -> int:
        """How many requests have no stored answer yet."""
        return len(self._calls)

    def http_connect(self, flow: http.HTTPFlow) -> None:
        """Remember who opened a tunnel; the requests inside it do not say."""
        if header := flow.request.headers.pop(_PROXY_AUTHORIZATION, ""):
            self._consumers[flow.client_conn.id] = consumer_of(header)

    def client_disconnected(self, client: connection.Client) -> None:
        """Forget who opened a tunnel."""
        self._consumers.pop(client.id, None)

    def tls_start_server(self, start: tls.TlsData) -> None:
        """Offer HTTP/2 to providers that speak nothing else; where the client speaks TLS itself, it decides."""
        if isinstance(start.conn, connection.Server) and not start.context.client.alpn_offers:
            start.conn.alpn_offers = [b"http/1.1", b"h2"]

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Find the edge, and decide whether the body is copied as it streams."""
        if self.ending or self.fatal is not None:
            flow.kill()
            return
        try:
            call = self._begin(flow)
        except Exception as fault:  # noqa: BLE001 - mitmproxy would pass the request on unrecorded
            self._give_up(fault)
            flow.kill()
            return
        self._calls[flow.id] = call
        self.live[flow.id] = flow
        length = length_of(flow.request)
        streams = length is None and ("transfer-encoding" in flow.request.headers or flow.request.is_http2)
        if streams or (length is not None and length > IN_MEMORY):
            call.request = Tee(BodyCopy(self._store, coding_of(flow.request)), on_fault=self._give_up)
            flow.request.stream = call.request

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Let bodies stream that are large, or whose end is not announced: event streams must stay live."""
        call = self._calls.get(flow.id)
        if call is None or flow.response is None:
            return
        length = length_of(flow.response)
        if length is None or length > IN_MEMORY:
            call.response = Tee(
                BodyCopy(self._store, coding_of(flow.response)),
                length=length,
                at_end=lambda: self._store_streamed(flow),
                on_fault=self._give_up,
            )
            flow.response.stream = call.response

    def response(self, flow: http.HTTPFlow) -> None:
        """Store an exchange whose answer was held back; when that fails, the consumer gets a 502 in its place."""
        call = self._calls.get(flow.id)
        if call is None:
            if self.fatal is not None and flow.response is not None and not flow.response.stream:
                flow.response = _not_recorded(self.fatal)
            return
        streamed = call.response is not None and call.response.begun
        if not self._store_call(flow):
            if streamed:
                flow.kill()
            else:
                flow.response = _not_recorded(self.fatal)

    def error(self, flow: http.HTTPFlow) -> None:
        """Store an exchange without an answer of the provider, or with a part of one."""
        if flow.id in self._calls:
            self._store_call(flow)

    def forget_answered(self) -> None:
        """Drop the flows whose answers have left."""
        for key in [key for key, flow in self.live.items() if not flow.live and key not in self._calls]:
            del self.live[key]

    def _begin(self, flow: http.HTTPFlow) -> _Call:
        request = flow.request
        authority = request.authority or request.headers.get("host", "")
        mode = flow.client_conn.proxy_mode
        header = request.headers.pop(_PROXY_AUTHORIZATION, "")
        if isinstance(mode, ReverseMode):
            recorded = self._edges[mode.full_spec]
            _address_upstream(request, recorded.upstream)
            return _Call(edge=recorded.edge, authority=authority)
        consumer = consumer_of(header) if header else self._consumers.get(flow.client_conn.id, UNKNOWN_CONSUMER)
        provider = self._targets.provider(request.host, request.port)
        return _Call(edge=Edge(consumer=consumer, provider=provider), authority=authority)

    def _store_streamed(self, flow: http.HTTPFlow) -> bool:
        return flow.id not in self._calls or self._store_call(flow)

    def _store_call(self, flow: http.HTTPFlow) -> bool:
        call = self._calls.pop(flow.id)
        try:
            if self.fatal is not None:
                return False
            request = call.request
            response = call.response
            exchange = exchange_of(
                flow,
                edge=call.edge,
                authority=call.authority,
                request_content=request.copy.finish(complete=request.ended) if request and request.begun else None,
                response_content=response.copy.finish(complete=response.ended) if response and response.begun else None,
            )
            self._store.store(exchange)
        except Exception as fault:  # noqa: BLE001 - mitmproxy would pass the answer on unrecorded
            self._give_up(fault)
            return False
        finally:
            for tee in (call.request, call.response):
                if tee is not None:
                    tee.copy.give_up()
            if len(self.live) > 2 * len(self._calls) + 64:
                self.forget_answered()
        return True

    def _give_up(self, fault: Exception) -> None:
        if self.fatal is None:
            self.fatal = _as_error(fault)
            self._on_fatal()


def _address_upstream(request: http.Request, upstream: str) -> None:
    """Keep the client's Host, which keeps absolute links on the recorder; public servers know only their own."""
    parts = urlsplit(upstream)
    if parts.scheme == "https" and not is_loopback(parts.hostname or ""):
        if request.authority:
            request.authority = parts.netloc
        if "host" in request.headers or not request.is_http2:
            request.headers["host"] = parts.netloc


def _as_error(fault: Exception) -> TreatyError:
    if isinstance(fault, TreatyError):
        return fault
    if isinstance(fault, OSError):
        return DiskFull("an exchange could not be stored", why=fault.strerror or type(fault).__name__)
    # The text of an unexpected error may quote what went over the wire.
    return RecorderFailed("an exchange could not be stored", why=type(fault).__name__)


def _not_recorded(fault: TreatyError | None) -> http.Response:
    problem = {
        "type": "about:blank",
        "title": "The answer was not passed on because it could not be recorded",
        "status": 502,
        "detail": fault.why if fault else "",
    }
    return http.Response.make(502, json.dumps(problem), {"Content-Type": "application/problem+json"})
