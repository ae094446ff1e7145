"""The calls of the admin API and its page, as one application (ASGI)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from importlib import resources
from typing import Final, TypeAlias

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from treaty.errors import TreatyError
from treaty_stubs.admin.documents import RequestDocuments
from treaty_stubs.admin.following import Following
from treaty_stubs.admin.guard import Access, Guard, too_large
from treaty_stubs.admin.looking import Looking
from treaty_stubs.admin.problems import problem, problem_of
from treaty_stubs.admin.steering import Reload, Steering
from treaty_stubs.admin.verifying import Verifying
from treaty_stubs.platform import Platform

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]

PAGE_FILES: Final = {"page.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}


class Admin:
    """The admin API of a platform. Make it in the event loop in which the stubs answer.

    Args:
        platform: the stubs.
        access: who may call.
        reload: reads the pacts again; None when they did not come from files.
        fault: told of our own exceptions; callers see status 500.

    Attributes:
        application: to be served (ASGI).

    """

    def __init__(
        self,
        platform: Platform,
        *,
        access: Access,
        fault: Callable[[Exception], None],
        reload: Reload | None = None,
    ) -> None:
        requests = RequestDocuments(platform)
        self._ending = asyncio.Event()
        self._following = Following(platform, requests, self._ending)
        looking = Looking(platform, requests)
        steering = Steering(platform, reload=reload, changed=self._following.changed)
        verifying = Verifying(platform, requests, self._ending)
        self.routes: Final = _routes(looking, steering, verifying, self._following)
        starlette = Starlette(
            routes=[*self.routes, Route("/", _page), Route("/page/{name}", _page)],
            exception_handlers={TreatyError: _tell, HTTPException: _tell_status, Exception: _tell_defect},
        )
        starlette.router.redirect_slashes = False
        self.application: Final[ASGIApp] = Guard(starlette, access=access, fault=fault)

    def changed(self) -> None:
        """Tell those who follow that the pacts were read again."""
        self._following.changed()

    def end(self) -> None:
        """Let nobody wait any longer: streams end, and verdicts are given."""
        self._ending.set()
        self._following.wake()


def _routes(looking: Looking, steering: Steering, verifying: Verifying, following: Following) -> tuple[Route, ...]:
    listed: tuple[tuple[str, str, Endpoint], ...] = (
        ("GET", "/providers", looking.providers),
        ("GET", "/interactions", looking.interactions),
        ("GET", "/interactions/{id}", looking.interaction),
        ("GET", "/journal", looking.journal),
        ("DELETE", "/journal", steering.clear_journal),
        ("GET", "/journal/{number}", looking.request),
        ("GET", "/events", following.events),
        ("POST", "/verify", verifying.verify),
        ("PUT", "/state", steering.choose_state),
        ("POST", "/reset", steering.reset),
        ("GET", "/faults", steering.faults),
        ("PUT", "/faults", steering.play_faults),
        ("DELETE", "/faults", steering.reset_faults),
        ("PUT", "/faults/{name}", steering.switch_fault),
        ("GET", "/spaces", steering.spaces),
        ("DELETE", "/spaces", steering.reset_spaces),
        ("DELETE", "/spaces/{name}", steering.reset_space),
        ("POST", "/spaces/{name}/snapshots", steering.take_snapshot),
        ("POST", "/spaces/{name}/restore", steering.restore),
        ("POST", "/reload", steering.reload),
        ("GET", "/openapi.json", looking.description),
    )
    by_path: dict[str, dict[str, Endpoint]] = {}
    for method, path, endpoint in listed:
        by_path.setdefault(path, {})[method] = endpoint
    return tuple(Route(path, _by_method(endpoints), methods=list(endpoints)) for path, endpoints in by_path.items())


def _by_method(endpoints: dict[str, Endpoint]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        # A route for GET takes HEAD, too.
        return await endpoints["GET" if request.method == "HEAD" else request.method](request)

    return endpoint


async def _page(request: Request) -> Response:
    name = request.path_params.get("name", "page.html")
    media_type = PAGE_FILES.get(name) if "name" in request.path_params else "text/html"
    if media_type is None:
        raise HTTPException(404)
    data = resources.files("treaty_stubs.admin").joinpath("page", name).read_bytes()
    return Response(data, media_type=media_type)


async def _tell(_: Request, error: Exception) -> Response:
    assert isinstance(error, TreatyError)
    return problem_of(error)


async def _tell_status(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 413:
        return too_large()
    if error.status_code == 408:
        return problem(408, "the body did not arrive in time")
    if error.status_code == 405:
        answer = problem(405, f"{request.url.path} takes no {request.method}")
        answer.headers.update(error.headers or {})
        return answer
    return problem(
        error.status_code, f"the admin API has no {request.url.path}", hint="GET /openapi.json lists its calls"
    )


async def _tell_defect(_: Request, __: Exception) -> Response:
    return problem(500, "the admin API failed on this call", detail="this is a defect of Treaty")
