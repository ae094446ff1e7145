"""What a real browser and a real proxy captured of one page that talks to a server of somebody else (json-server)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.imports.imported import Imported, import_capture
from treaty.session.exchange import Exchange

SAMPLES = Path(__file__).with_name("samples")
TOKEN = b"SECRETTOKENabc123XYZ987654"
"""What the page sent as a bearer token; a made-up one."""


@pytest.fixture(name="browser", scope="module")
def _browser(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """Chromium 156, by its DevTools protocol; the proxy was what it called."""
    named = ("--service", "blog=http://127.0.0.1:18732", "--consumer", "page")
    return import_capture(tmp_path_factory.mktemp("browser"), "har", SAMPLES / "chrome.har", *named)


@pytest.fixture(name="proxy", scope="module")
def _proxy(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """mitmproxy 11.0.2 in reverse mode, in front of the server."""
    named = ("--service", "blog=http://127.0.0.1:18731", "--consumer", "page")
    return import_capture(tmp_path_factory.mktemp("proxy"), "flow", SAMPLES / "mitmproxy-11.flow", *named)


def shown(exchange: Exchange) -> tuple[object, ...]:
    request, response = exchange.request, exchange.response
    assert response is not None
    return (request.method, request.path, request.query, request.content.data, response.status, response.content.data)


def test_both_saw_the_same_calls_and_nothing_odd(browser: Imported, proxy: Imported) -> None:
    """Bodies byte for byte, though one keeps texts and the other what went over the wire."""
    for each in (browser, proxy):
        assert each.edges == {"page -> blog": 14}
        assert each.odd == []
    by_start = [sorted(each.exchanges(), key=lambda item: item.started) for each in (browser, proxy)]
    assert sorted(map(repr, map(shown, by_start[0]))) == sorted(map(repr, map(shown, by_start[1])))


def test_both_promise_the_same(browser: Imported, proxy: Imported) -> None:
    assert browser.promises() == proxy.promises()
    assert len(browser.promises()["page-blog"]) == 14


def test_what_was_made_is_linked_to_what_was_asked_for(browser: Imported, proxy: Imported) -> None:
    """The id of a post goes into the next path: a state stands for the call that made it."""
    for each in (browser, proxy):
        (deletion,) = [item for item in each.interactions("page -> blog") if item.description.startswith("DELETE")]
        assert deletion.description == "DELETE /comments/{id} -> 200"
        assert "a comment exists" in deletion.states[0].name


def test_the_token_is_nowhere(browser: Imported, proxy: Imported) -> None:
    for name in ("chrome.har", "mitmproxy-11.flow"):
        assert TOKEN in (SAMPLES / name).read_bytes()
    for each in (browser, proxy):
        assert TOKEN not in each.everything()
