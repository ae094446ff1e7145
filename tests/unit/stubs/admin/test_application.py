"""The calls that there are, and those that there are not."""

from __future__ import annotations

import asyncio

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.unit.stubs.admin.calling import HOST, Run, call, play
from treaty_stubs.admin.application import PAGE_FILES, Admin
from treaty_stubs.admin.description import METHODS, description
from treaty_stubs.admin.guard import Access
from treaty_stubs.platform import Platform


def test_the_description_names_exactly_the_calls_that_there_are() -> None:
    async def test(run: Run) -> None:
        served = {route.path: (route.methods or set()) - {"HEAD"} for route in run.admin.routes}
        described = {
            path: {method.upper() for method in METHODS if method in operations}
            for path, operations in description()["paths"].items()
        }
        assert served == described

    play(test)


def test_the_description_is_served() -> None:
    async def test(run: Run) -> None:
        assert (await run.get("/openapi.json")).json == description()

    play(test)


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/providers/", 404),
        ("GET", "/page/nothing", 404),
        ("GET", "/page/..%2fguard.py", 404),
        ("POST", "/providers", 405),
        ("OPTIONS", "/providers", 405),
        ("HEAD", "/providers", 200),
    ],
)
def test_other_calls_are_problems(method: str, target: str, status: int) -> None:
    async def test(run: Run) -> None:
        called = await run.call(method, target)
        assert called.status == status
        if status != 200:
            assert (called.headers["content-type"], called.json["status"]) == ("application/problem+json", status)
        assert ("allow" in called.headers) is (status == 405)

    play(test)


def test_the_page_is_served_with_its_files() -> None:
    async def test(run: Run) -> None:
        page = await run.get("/")
        assert page.headers["content-type"].startswith("text/html")
        for name, media_type in PAGE_FILES.items():
            file = await run.get(f"/page/{name}")
            assert (file.status, file.headers["content-type"].partition(";")[0]) == (200, media_type)
            assert f'"/page/{name}"' in page.content.decode()

    play(test)


def test_a_defect_of_ours_is_told_without_its_text() -> None:
    raised: list[Exception] = []

    async def fail(_: Request) -> Response:
        raise ZeroDivisionError("the secret of it")

    async def run() -> None:
        admin = Admin(Platform([]), access=Access(), fault=raised.append)
        guard = admin.application
        guard._application.router.routes.insert(0, Route("/providers", fail))  # type: ignore[attr-defined]  # the place of one that fails
        called = await call(guard, "GET", "/providers", b"", {"host": HOST})
        assert (called.status, called.json["detail"]) == (500, "this is a defect of Treaty")

    asyncio.run(run())
    assert [str(error) for error in raised] == ["the secret of it"]
