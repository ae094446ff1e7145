"""Requests and documents with other values at some places."""

from __future__ import annotations

from treaty_stubs.lifecycle.requests import replaced, steps, with_target, with_values
from treaty_stubs.message import Received


def test_a_request_says_something_else_at_some_places() -> None:
    received = Received(method="PUT", target="/a/1/b?x=1&y=2", body=b'{"k": {"n": 1}, "l": [1, 2]}')
    changed = with_values(
        received, {"path[1]": 7, "query.y[0]": "é", "body.$.k.n": "z", "body.$.l[1]": 5, "path[9]": 1}
    )
    assert changed.target == "/a/7/b?x=1&y=%C3%A9"
    assert changed.json == {"k": {"n": "z"}, "l": [1, 5]}
    assert received.json == {"k": {"n": 1}, "l": [1, 2]}


def test_a_body_that_is_left_alone_keeps_its_bytes() -> None:
    received = Received(method="PUT", target="/a/1", body=b'{ "k" : 1.50 }')
    assert with_values(received, {"path[1]": "2"}).body == b'{ "k" : 1.50 }'


def test_another_target_changes_nothing_else() -> None:
    received = Received(method="PUT", target="/a", raw_headers=[(b"A", b"b")], body=b"x")
    other = with_target(received, "/b")
    assert (other.target, other.body, other.raw_headers) == ("/b", b"x", received.raw_headers)


def test_missing_objects_are_made_and_lists_keep_their_length() -> None:
    assert replaced({"a": 1}, ("b", "c"), 2) == {"a": 1, "b": {"c": 2}}
    assert replaced([1], (3,), 2) == [1]
    assert steps("$.a[0].b") == ["a", 0, "b"]
