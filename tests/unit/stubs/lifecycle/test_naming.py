"""Whose space a request is about."""

from __future__ import annotations

import pytest

from treaty_stubs.lifecycle.naming import name_space
from treaty_stubs.message import Received


@pytest.mark.parametrize(
    ("target", "headers", "name", "rest"),
    [
        ("/users/1", (), "default", "/users/1"),
        ("/users/1", ((b"X-Treaty-Space", b" one "),), "one", "/users/1"),
        ("/users/1", ((b"Cookie", b"a=b; treaty-space=two"),), "two", "/users/1"),
        ("/users/1", ((b"Cookie", b"a=b"),), "default", "/users/1"),
        ("/treaty-space/th%20ree/users/1?a=b", ((b"X-Treaty-Space", b"one"),), "th ree", "/users/1?a=b"),
        ("/treaty-space/four", (), "four", "/"),
        ("/treaty-space/four?a=b", (), "four", "/?a=b"),
        ("/treaty-space//users", (), "default", "/users"),
    ],
)
def test_path_header_and_cookie_name_a_space(
    target: str, headers: tuple[tuple[bytes, bytes], ...], name: str, rest: str
) -> None:
    found, received = name_space(Received(method="GET", target=target, raw_headers=headers))
    assert (found, received.target) == (name, rest)


def test_long_names_are_cut() -> None:
    found, _ = name_space(Received(method="GET", target="/", raw_headers=[(b"X-Treaty-Space", b"x" * 999)]))
    assert found == "x" * 200
