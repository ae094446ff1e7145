"""The ways a request to an instance can fail, told apart."""

import pytest
import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError, ReadTimeoutError

from tests.unit.reference_services.platform.answers import PreparedNetwork
from treaty_shop.gateway.upstream import Broken, HttpUpstream, NotConnected, TimedOut, UpstreamError, UpstreamRequest

_REQUEST = UpstreamRequest(method="PUT", target="/api/v1/orders/1?x=%20", headers={"Accept": "a/b"}, body=b"{}")


def test_a_request_is_sent_as_it_is_and_its_answer_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redirects are the client's business; a connection is not waited for longer than an answer."""
    network = PreparedNetwork(answers=[(302, b"elsewhere")])
    monkeypatch.setattr(requests, "request", network)
    reply = HttpUpstream(3.0).send("http://order.test/base", _REQUEST)
    assert (reply.status, reply.body, reply.is_failure) == (302, b"elsewhere", False)
    assert network.calls == [
        (
            "PUT",
            "http://order.test/base/api/v1/orders/1?x=%20",
            {
                "data": b"{}",
                "headers": {"Accept": "a/b", "Accept-Encoding": "identity"},
                "timeout": (3.0, 3.0),
                "allow_redirects": False,
            },
        )
    ]


def _unreachable() -> requests.ConnectionError:
    reason = NewConnectionError(None, "refused")  # type: ignore[arg-type] # no connection was ever made
    return requests.ConnectionError(MaxRetryError(None, "/", reason))  # type: ignore[arg-type] # as above


@pytest.mark.parametrize(
    ("error", "becomes"),
    [
        (_unreachable(), NotConnected),
        (requests.ConnectTimeout(), NotConnected),
        (requests.ReadTimeout(), TimedOut),
        (requests.ConnectionError(ReadTimeoutError(None, "/", "late")), TimedOut),  # type: ignore[arg-type] # as above
        (requests.ConnectionError(ProtocolError("reset")), Broken),
        (requests.exceptions.ChunkedEncodingError("cut"), Broken),
    ],
)
def test_failures_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, error: requests.RequestException, becomes: type[UpstreamError]
) -> None:
    """By whether the request was sent, and whether time ran out."""
    monkeypatch.setattr(requests, "request", PreparedNetwork(error=error))
    with pytest.raises(UpstreamError) as failed:
        HttpUpstream(3.0).send("http://order.test", _REQUEST)
    assert type(failed.value) is becomes
