"""Who may call the admin API."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Receive, Scope, Send

from tests.unit.stubs.admin.calling import HOST, Run, call, play
from treaty_stubs.admin import guard
from treaty_stubs.admin.guard import LARGEST_BODY, Access, Guard, is_loopback_address

TOKEN = "0123456789abcdef"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "localhost:9999"}, 200),
        ({"host": "LOCALHOST"}, 200),
        ({"host": "[::1]:9999"}, 200),
        ({"host": "127.0.0.2:1"}, 200),
        ({"host": "evil.test"}, 403),
        ({"host": "evil.test:9999"}, 403),
        ({"host": "127.0.0.1.evil.test"}, 403),
        ({"host": "192.168.0.1:9999"}, 403),
        ({"host": ""}, 403),
        ({"origin": f"http://{HOST}"}, 200),
        ({"origin": "http://evil.test"}, 403),
        ({"origin": "https://127.0.0.1:9999"}, 403),
        ({"origin": "http://127.0.0.1:1"}, 403),
        ({"origin": "null"}, 403),
        ({"sec_fetch_site": "same-origin"}, 200),
        ({"sec_fetch_site": "none"}, 200),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
    ],
)
def test_pages_of_other_sites_are_refused(headers: dict[str, str], status: int) -> None:
    """By their name, or by one that leads to the loopback by another name (DNS rebinding)."""

    async def test(run: Run) -> None:
        assert (await run.get("/providers", **headers)).status == status

    play(test)


def test_a_link_on_another_page_leads_to_the_page() -> None:
    async def test(run: Run) -> None:
        assert (await run.get("/", sec_fetch_site="cross-site")).status == 200
        assert (await run.call("POST", "/", headers={"sec_fetch_site": "cross-site"})).status == 403

    play(test)


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer  {TOKEN}", 200),
        (None, 401),
        ("", 401),
        (TOKEN, 401),
        (f"Basic {TOKEN}", 401),
        ("Bearer", 401),
        (f"Bearer {TOKEN}x", 401),
        (f"Bearer {TOKEN[:-1]}", 401),
        ("Bearer ümläut", 401),
    ],
)
def test_a_token_is_wanted_where_there_is_one(authorization: str | None, status: int) -> None:
    async def test(run: Run) -> None:
        headers = {} if authorization is None else {"authorization": authorization}
        called = await run.get("/providers", **headers)
        assert called.status == status
        assert (called.headers.get("www-authenticate") == "Bearer") is (status == 401)
        assert TOKEN not in called.content.decode()

    play(test, token=TOKEN)


def test_the_page_itself_needs_no_token() -> None:
    """It asks for it."""

    async def test(run: Run) -> None:
        assert (await run.get("/")).status == 200
        assert (await run.get("/page/page.js")).status == 200
        assert (await run.get("/openapi.json")).status == 401

    play(test, token=TOKEN)


def test_off_the_loopback_any_name_will_do() -> None:
    async def test(run: Run) -> None:
        allowed = {"authorization": f"Bearer {TOKEN}"}
        assert (await run.get("/providers", host="stubs.test:80", **allowed)).status == 200
        assert (await run.get("/providers", host="stubs.test:80", origin="http://evil.test", **allowed)).status == 403

    play(test, token=TOKEN, any_name=True)


def test_a_body_that_does_not_arrive_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends a byte an hour keeps no call of others waiting."""
    monkeypatch.setattr(guard, "LONGEST_WAIT", 0.0)

    async def test(run: Run) -> None:
        assert (await run.call("PUT", "/state", {"state": None}, arrives=False)).status == 408

    play(test)


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": ""},
        {"content-type": "text/plain", "content-length": "0", "transfer-encoding": "chunked"},
    ],
)
def test_a_body_must_be_said_to_be_json(headers: dict[str, str]) -> None:
    """Forms of other sites cannot say so."""

    async def test(run: Run) -> None:
        refused = await run.call("PUT", "/state", {"state": None}, headers=headers)
        assert refused.status == 415

    play(test)


@pytest.mark.parametrize("headers", [{}, {"content-length": "", "transfer-encoding": "chunked"}])
def test_bodies_are_bounded(headers: dict[str, str]) -> None:
    """Whether they say their length or not."""

    async def test(run: Run) -> None:
        body = b'{"state":"' + b"x" * LARGEST_BODY + b'"}'
        refused = await run.call("PUT", "/state", body, headers=headers)
        assert refused.status == 413

    play(test)


def test_answers_tell_browsers_to_be_careful() -> None:
    async def test(run: Run) -> None:
        for called in (await run.get("/"), await run.get("/providers"), await run.get("/providers", host="evil")):
            assert called.headers["x-content-type-options"] == "nosniff"
            assert called.headers["cache-control"] == "no-store"
            assert "default-src 'none'" in called.headers["content-security-policy"]
            assert not any(name.startswith("access-control-") for name in called.headers)

    play(test)


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False), ("a.test", False)],
)
def test_loopback_addresses_are_known(host: str, is_loopback: bool) -> None:
    assert is_loopback_address(host) is is_loopback


def test_an_exception_is_reported_and_ends_nothing() -> None:
    raised: list[Exception] = []

    async def application(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ZeroDivisionError

    async def send_nothing() -> None:
        guard = Guard(application, access=Access(), fault=raised.append)
        with pytest.raises(IndexError):  # nothing was answered
            await call(guard, "GET", "/", b"", {"host": HOST})

    asyncio.run(send_nothing())
    assert [type(error) for error in raised] == [ZeroDivisionError]
