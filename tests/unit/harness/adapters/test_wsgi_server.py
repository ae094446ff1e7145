from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from treaty.adapters.http_calls import HttpCalls
from treaty.adapters.wsgi_server import ServedApplication, is_asynchronous
from treaty.verify.calls import Call, CallFailed


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    size = int(environ.get("CONTENT_LENGTH") or 0)
    text = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']} "
    start_response("201 Created", [("Content-Type", "text/plain"), ("X-Host", environ["HTTP_HOST"])])
    return [text.encode(), environ["wsgi.input"].read(size)]


def test_an_application_answers_until_it_is_closed(capfd: pytest.CaptureFixture[str]) -> None:
    """On an address of its own, with bodies and without noise."""
    before = threading.active_count()
    served = ServedApplication(application)
    with HttpCalls(served.url) as calls:
        for _ in range(2):
            answer = calls.send(Call(method="POST", target="/a%20b?c=d", body=b"hello"), seconds=5)
            assert (answer.status, answer.body) == (201, b"POST /a b?c=d hello")
            assert ("X-Host", served.url.removeprefix("http://")) in answer.headers
    served.close()
    assert threading.active_count() == before
    assert capfd.readouterr() == ("", "")
    with HttpCalls(served.url) as calls, pytest.raises(CallFailed):
        calls.send(Call(method="GET", target="/"), seconds=5)


def test_an_application_of_asgi_is_told_apart() -> None:
    """As a function, or as an object that is called."""

    async def function(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError(scope, receive, send)

    class Framework:
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            raise AssertionError(scope, receive, send)

    assert is_asynchronous(function)
    assert is_asynchronous(Framework())
    assert not is_asynchronous(application)
