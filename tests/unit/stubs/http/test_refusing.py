"""What is said of requests that cannot be read."""

from __future__ import annotations

import httptools
import pytest

from treaty_stubs.http.refusing import malformed


@pytest.mark.parametrize(
    ("data", "status", "reason"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00", 400, "the client speaks TLS, and this port does not"),
        (
            b"FOO /a HTTP/1.1\r\nHost: x\r\n\r\n",
            400,
            "the request is not well-formed HTTP/1.1, or of a method that is not known",
        ),
        (b"GET nonsense\r\n\r\n", 400, "the request is not well-formed HTTP/1.1"),
        (b"GET /a HTTP/1.1\r\nHost : x\r\n\r\n", 400, "the request is not well-formed HTTP/1.1"),
    ],
)
def test_what_is_no_request_is_told_apart(data: bytes, status: int, reason: str) -> None:
    """A client that speaks TLS cannot read the answer; so whoever looks at the stub has to be told."""
    with pytest.raises(httptools.HttpParserError) as raised:
        httptools.HttpRequestParser(object()).feed_data(data)
    refused = malformed(raised.value, data)
    assert (refused.status, refused.reason) == (status, reason)
