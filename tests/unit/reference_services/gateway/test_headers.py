"""Which header fields pass the gateway."""

import pytest
from werkzeug.datastructures import Headers

from treaty_shop.gateway.headers import reply_headers, request_headers
from treaty_shop.gateway.tokens import Caller

_PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_what_a_service_gets_is_what_is_on_the_list() -> None:
    """A client cannot say who it is, and its token and cookies stay here."""
    received = Headers(
        {
            "authorization": "Bearer x",
            "cookie": "a=b",
            "x-user-id": "1",
            "host": "gateway",
            "content-type": "application/json",
            "idempotency-key": "k",
            "x-b3-traceid": "1",
        }
    )
    assert request_headers(received, "r1", Caller(user_id="7", role="customer")) == {
        "Content-Type": "application/json",
        "Idempotency-Key": "k",
        "X-B3-TraceId": "1",
        "X-Request-Id": "r1",
        "User-Agent": "shop-gateway",
        "X-User-Id": "7",
        "X-User-Role": "customer",
    }
    assert "X-User-Id" not in request_headers(received, "r1", None)


def test_what_a_client_gets_is_what_is_on_the_list() -> None:
    """Where to go and when to come back are on it."""
    answered = Headers({"location": "/x", "retry-after": "3", "server": "shop", "set-cookie": "a", "connection": "x"})
    assert reply_headers(answered) == {"Location": "/x", "Retry-After": "3"}


def test_a_trace_is_passed_on_as_it_came() -> None:
    """None is begun."""
    trace = {"traceparent": _PARENT, "tracestate": "a=1", "baggage": "b=2"}
    passed = request_headers(Headers(trace), "r1", None)
    assert {name: passed[name] for name in trace} == trace
    assert "traceparent" not in request_headers(Headers(), "r1", None)


@pytest.mark.parametrize(
    "parent",
    ["", "x", _PARENT.upper(), f"ff{_PARENT[2:]}", f"{_PARENT}-1", _PARENT.replace("b7ad6b7169203331", "0" * 16)],
)
def test_a_broken_trace_ends_here(parent: str) -> None:
    """With its state."""
    passed = request_headers(Headers({"traceparent": parent, "tracestate": "a=1"}), "r1", None)
    assert not passed.keys() & {"traceparent", "tracestate"}


def test_a_later_version_of_the_trace_context_may_say_more() -> None:
    """It is passed on whole."""
    parent = f"01{_PARENT[2:]}-more"
    assert request_headers(Headers({"traceparent": parent}), "r1", None)["traceparent"] == parent
