"""What every service's Flask app has: JSON, errors, health, logs, background work, control."""

import re
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from flask import Blueprint, Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.wsgi import ClosingIterator

from treaty_shop.platform.altered_replies import Reply, alter
from treaty_shop.platform.background import BackgroundWork
from treaty_shop.platform.errors import BadRequest, NotFound, ShopError
from treaty_shop.platform.faults import Faults
from treaty_shop.platform.fields import Fields, parse_id
from treaty_shop.platform.idempotency import FIELD, RequestKey, request_key
from treaty_shop.platform.json_text import NotJson, ShopJsonProvider, read_json, write_json
from treaty_shop.platform.pace import PaceKind, make_pace
from treaty_shop.platform.settings import Settings
from treaty_shop.platform.structured_log import StructuredLog

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_EXTENSION: Final = "treaty_shop"
_LARGEST_BODY: Final = 1024 * 1024
REQUEST_ID: Final = "X-Request-Id"
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_CONTROL: Final = frozenset({"work", "advance"})


class Closable(Protocol):
    """What has to be closed."""

    def close(self) -> None:
        """Give everything back."""


Resource = TypeVar("Resource", bound=Closable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """What lives as long as a service."""

    settings: Settings
    work: BackgroundWork
    log: StructuredLog
    resources: ExitStack = field(default_factory=ExitStack)

    @property
    def faults(self) -> Faults:
        """The faults of this service that are switched on."""
        return self.settings.faults.of(self.settings.service)

    def keep(self, resource: Resource) -> Resource:
        """Return what the service has opened, and close it when the service ends."""
        self.resources.callback(resource.close)
        return resource

    def close(self, within: float) -> tuple[str, ...]:
        """End the background work within so many seconds: the names of the steps left undone."""
        undone = self.work.close(within)
        self.resources.close()
        return undone


def new_runtime(settings: Settings) -> Runtime:
    """Open a service's log and start its background worker."""
    log = StructuredLog(settings.service)
    pace = make_pace(settings.pace, settings.time_scale)
    return Runtime(settings=settings, work=BackgroundWork(pace, log), log=log)


def runtime_of(app: Flask) -> Runtime:
    """Return the runtime an app was created with."""
    runtime: Runtime = app.extensions[_EXTENSION]
    return runtime


def new_app(runtime: Runtime, routes: Blueprint) -> Flask:
    """Return a Flask app with the routes of a service and everything that all services have."""
    app = Flask(f"treaty_shop.{runtime.settings.service}", static_folder=None)
    app.json = ShopJsonProvider(app)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY
    app.extensions[_EXTENSION] = runtime
    _add_errors(app, runtime)
    _add_hooks(app, runtime)
    _add_health(app, runtime)
    if runtime.settings.pace is PaceKind.GATE:
        _add_control(app, runtime.work)
    app.register_blueprint(routes, url_prefix="/api" if "S3-1" in runtime.faults else "/api/v1")
    app.wsgi_app = _ReplyFirst(app.wsgi_app, runtime.work)  # type: ignore[method-assign]  # Flask's documented way to wrap
    return app


def body_fields() -> Fields:
    """Return the fields of the request's JSON object; raises `BadRequest`."""
    try:
        return Fields.of(read_json(request.get_data()))
    except NotJson:
        raise BadRequest("malformed_json", "the request body is not JSON") from None


def idempotency_key() -> RequestKey | None:
    """Return the key that the request may be sent again with, None without one; raises `BadRequest`."""
    text = request.headers.get(FIELD)
    return None if text is None else request_key(text, read_json(request.get_data()))


def path_id(segment: str, noun: str) -> int:
    """Return the integer id in a path; raises `NotFound` for what cannot be one."""
    id_ = parse_id(segment)
    if id_ is None:
        raise not_found(noun)
    return id_


def request_id(text: str) -> str | None:
    """Return the id that a caller gave a request, or None when it gave none that can be logged and passed on."""
    return text if _REQUEST_ID.fullmatch(text) else None


def not_found(noun: str) -> NotFound:
    """There is no such thing, such as a user or an order."""
    return NotFound(f"{noun}_not_found", f"{noun} not found")


def _error(status: int, code: str, message: str) -> Response:
    response = jsonify({"error": code, "message": message})
    response.status_code = status
    return response


def _add_errors(app: Flask, runtime: Runtime) -> None:
    @app.errorhandler(ShopError)
    def shop_error(error: ShopError) -> Response:
        response = _error(error.status, error.code, error.message)
        response.headers.update(error.headers)
        return response

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        code = error.name.lower().replace(" ", "_")
        response = _error(error.code or 500, code, error.description or error.name)
        for name, value in error.get_headers():
            if name == "Allow":
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        runtime.log.error("request_failed", path=request.path, why=repr(error))
        return _error(500, "internal_error", "the service failed")


def _add_hooks(app: Flask, runtime: Runtime) -> None:
    own_faults = runtime.faults

    @app.before_request
    def start() -> None:
        g.started = time.monotonic()
        g.request_id = request_id(request.headers.get(REQUEST_ID, ""))

    @app.after_request
    def finish(response: Response) -> Response:
        if request.endpoint in _CONTROL:
            return response
        if own_faults and response.is_json and request.endpoint != "health":
            _alter(response, own_faults)
        milliseconds = round((time.monotonic() - g.started) * 1000)
        runtime.log.info(
            "answered",
            method=request.method,
            path=request.path,
            status=response.status_code,
            milliseconds=milliseconds,
            **({"request": g.request_id} if g.request_id else {}),
        )
        return response


def _alter(response: Response, faults: Faults) -> None:
    endpoint = (request.endpoint or "").rpartition(".")[2]
    before = Reply(endpoint=endpoint, status=response.status_code, body=read_json(response.get_data()))
    after = alter(faults, before)
    if after != before:
        response.status_code = after.status
        response.set_data(write_json(after.body))
        response.headers["Content-Type"] = after.media_type


def _add_health(app: Flask, runtime: Runtime) -> None:
    path = "/api/v1/health" if "S3-14" in runtime.faults else "/health"

    @app.get(path)
    def health() -> Response:
        return jsonify({"status": "ok"})


def _add_control(app: Flask, work: BackgroundWork) -> None:
    @app.get("/control/work", endpoint="work")
    def look() -> Response:
        state = work.state()
        return jsonify({"running": state.running, "held": list(state.held), "accepted": state.accepted})

    @app.post("/control/advance", endpoint="advance")
    def advance() -> Response:
        released = work.advance()
        if released is None:
            raise NotFound("nothing_held", "no step is held")
        return jsonify({"released": released})


class _ReplyFirst:
    """Starts what a request put into the background once its reply has been written."""

    def __init__(self, app: "WSGIApplication", work: BackgroundWork) -> None:
        self._app = app
        self._work = work

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        with self._work.until_reply() as batch:
            try:
                body = self._app(environ, start_response)
            except BaseException:
                batch.start()
                raise
        start: Callable[[], None] = batch.start
        return ClosingIterator(body, [start])
