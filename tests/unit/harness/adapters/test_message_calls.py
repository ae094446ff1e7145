from __future__ import annotations

import socket

import pytest

from treaty.adapters.message_calls import check_message_url, check_message_writes, split_message_url
from treaty.errors import ProviderUnreachable, UsageError, WritesRefused


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("http://127.0.0.1:8080/_pact/message", ("http://127.0.0.1:8080", "/_pact/message")),
        ("http://127.0.0.1:8080", ("http://127.0.0.1:8080", "/")),
        ("https://[::1]/m?a=1&b", ("https://[::1]", "/m?a=1&b")),
    ],
)
def test_a_url_is_a_host_and_a_target_on_it(url: str, parts: tuple[str, str]) -> None:
    assert split_message_url(url) == parts


@pytest.mark.parametrize(
    "url", ["", "/messages", "ftp://h/m", "http://", "http://u:hush@h/m", "http://h/m#x", "http://h:x/m", "http://[1"]
)
def test_what_is_no_url_of_http_is_refused(url: str) -> None:
    """By the name of its flag; a password in it is not repeated."""
    with pytest.raises(UsageError) as raised:
        split_message_url(url)
    assert raised.value.where == "--message-url"
    assert "hush" not in str(raised.value)


def test_somebody_has_to_listen_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/m"
        check_message_url(url)
    with pytest.raises(ProviderUnreachable) as raised:
        check_message_url(url)
    assert "--message-url" in raised.value.hint


def test_another_machine_has_to_be_allowed_or_ours() -> None:
    """This machine always is."""
    check_message_writes("http://localhost/m", allowed=())
    check_message_writes("http://shop.example/m", allowed=("shop.example",))
    check_message_writes("http://10.0.0.7/m", allowed=(), ours="10.0.0.7")
    with pytest.raises(WritesRefused):
        check_message_writes("http://shop.example/m", allowed=("other.example",), ours="10.0.0.7")
