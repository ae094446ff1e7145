"""Heads without the offer of another protocol."""

from __future__ import annotations

from treaty_stubs.http.upgrades import head_without_upgrade


def test_the_offer_is_left_out_and_all_else_stays() -> None:
    """Connection keeps its other tokens, and goes when none are left."""
    lines = [(b"Host", b"a"), (b"Upgrade", b"h2c"), (b"HTTP2-Settings", b"x"), (b"Connection", b"Upgrade, close")]
    assert head_without_upgrade(b"GET / HTTP/1.1", lines) == (b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert head_without_upgrade(b"GET / HTTP/1.1", [(b"connection", b"upgrade")]) == b"GET / HTTP/1.1\r\n\r\n"
