"""The gateway over HTTP."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Flask, Response, g, jsonify, request

from treaty_shop.gateway.breaker import Breaker
from treaty_shop.gateway.cors import preflight_fields, reply_fields
from treaty_shop.gateway.discovery import ConsulDiscovery, Discovery, StaticDiscovery
from treaty_shop.gateway.forwarding import Forwarding
from treaty_shop.gateway.headers import reply_headers, request_headers
from treaty_shop.gateway.rate import RateLimit
from treaty_shop.gateway.routing import LOGIN, is_open, route
from treaty_shop.gateway.settings import GatewaySettings, RateKey, read_gateway_settings
from treaty_shop.gateway.tokens import Caller, Tokens, missing_token
from treaty_shop.gateway.upstream import HttpUpstream, UpstreamReply, UpstreamRequest
from treaty_shop.platform.clock import now
from treaty_shop.platform.errors import NotFound, Unauthorised
from treaty_shop.platform.fields import Fields
from treaty_shop.platform.json_text import read_json
from treaty_shop.platform.names import ServiceName
from treaty_shop.platform.registry import ConsulAgent
from treaty_shop.platform.settings import Settings
from treaty_shop.platform.structured_log import StructuredLog
from treaty_shop.platform.web import REQUEST_ID, new_app, new_runtime

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_OLDER: Final = ("/orders", "/orders/<path:_rest>", "/payments/<path:_rest>", "/api/customer/<path:_rest>")
_ROLE: Final = "customer"
_UNESCAPED: Final = "/:@!$&'()*+,;=-._~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """What the routes need."""

    settings: GatewaySettings
    tokens: Tokens
    rate: RateLimit
    forwarding: Forwarding


def create_app(settings: Settings) -> Flask:
    """Return the gateway as a Flask app, which keeps nothing; raises `InvalidSetting`."""
    own = read_gateway_settings(settings)
    runtime = new_runtime(settings)
    gateway = Gateway(
        settings=own,
        tokens=Tokens(own.secret, own.token_seconds),
        rate=RateLimit(own.rates),
        forwarding=Forwarding(
            _discovery(settings, own, runtime.log), HttpUpstream(own.timeout), _breakers(own), runtime.log
        ),
    )
    app = new_app(runtime, _routes(gateway, "gateway", "/<path:_rest>"))
    app.register_blueprint(_routes(gateway, "older", *_OLDER))
    _add_login(app, gateway)
    _add_hooks(app, own.origins)
    return app


def _discovery(settings: Settings, own: GatewaySettings, log: StructuredLog) -> Discovery:
    if settings.consul_url is None:
        return StaticDiscovery(own.instances)
    return ConsulDiscovery(ConsulAgent(settings.consul_url), log, now)


def _breakers(own: GatewaySettings) -> Callable[[], Breaker]:
    def new_breaker() -> Breaker:
        return Breaker(failures=own.breaker_failures, successes=own.breaker_successes, seconds=own.breaker_seconds)

    return new_breaker


def _routes(gateway: Gateway, name: str, *rules: str) -> Blueprint:
    routes = Blueprint(name, __name__)

    def forward(_rest: str = "") -> Response:
        caller = _admitted(gateway)
        leads = route(request.path)
        if leads is None:
            raise NotFound("not_found", "no service serves this path")
        query = request.query_string.decode("latin-1")
        passed_on = UpstreamRequest(
            method=request.method,
            target=quote(leads.path, safe=_UNESCAPED) + (f"?{query}" if query else ""),
            headers=request_headers(request.headers, g.request_id, caller),
            body=request.get_data(),
        )
        return _answer(gateway.forwarding.forward(leads.service, passed_on))

    for rule in rules:
        routes.add_url_rule(rule, "forward", forward, methods=_METHODS)
    return routes


def _add_login(app: Flask, gateway: Gateway) -> None:
    @app.post("/auth/login")
    def log_in() -> Response:
        gateway.rate.count(f"address:{request.remote_addr}")
        asked = UpstreamRequest(
            method="POST",
            target=LOGIN,
            headers={**request_headers(request.headers, g.request_id, None), "Content-Type": "application/json"},
            body=request.get_data(),
        )
        reply = gateway.forwarding.forward(ServiceName.USER, asked)
        if reply.status != 200:
            return _answer(reply)
        user = Fields.of(read_json(reply.body))
        token = gateway.tokens.issue(Caller(user_id=str(user.identifier("id")), role=_ROLE))
        return jsonify({"token": token, "token_type": "Bearer", "expires_in": gateway.tokens.seconds})


def _answer(reply: UpstreamReply) -> Response:
    response = Response(reply.body, reply.status)
    del response.headers["Content-Type"]
    response.headers.update(reply_headers(reply.headers))
    return response


def _admitted(gateway: Gateway) -> Caller | None:
    """Return who calls, None for anybody; raises `TooManyRequests` and then `Unauthorised`."""
    address = f"address:{request.remote_addr}"
    try:
        caller = gateway.tokens.caller(request.headers.get("Authorization"))
    except Unauthorised:
        gateway.rate.count(address)
        raise
    by_user = caller is not None and gateway.settings.rate_key is RateKey.USER
    gateway.rate.count(f"user:{caller.user_id}" if caller is not None and by_user else address)
    if caller is None and not is_open(request.method, request.path):
        raise missing_token()
    return caller


def _add_hooks(app: Flask, origins: frozenset[str]) -> None:
    @app.before_request
    def begin() -> Response | None:
        if g.request_id is None:
            g.request_id = uuid.uuid4().hex
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response = Response(status=204)
            del response.headers["Content-Type"]
            response.headers.update(preflight_fields(request.headers.get("Origin"), origins))
            return response
        return None

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[REQUEST_ID] = g.request_id
        if "Access-Control-Allow-Methods" not in response.headers:
            response.headers.update(reply_fields(request.headers.get("Origin"), origins))
        return response
