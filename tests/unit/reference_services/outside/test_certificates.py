"""Certificates of stand-ins: what a client that trusts the authority accepts, and what it does not."""

import socket
import ssl
import threading
from pathlib import Path

import pytest

from treaty_shop.outside.certificates import AUTHORITY, server_context


def _greet(server: ssl.SSLContext, authority: Path, name: str) -> str:
    """Return what TLS version a client that trusts the authority gets; raises what the client raises."""
    ours, theirs = socket.socketpair()

    def answer() -> None:
        try:
            server.wrap_socket(theirs, server_side=True).close()
        except OSError:
            theirs.close()

    thread = threading.Thread(target=answer)
    thread.start()
    client = ssl.create_default_context(cafile=str(authority))
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    try:
        with client.wrap_socket(ours, server_hostname=name) as connection:
            return connection.version() or ""
    finally:
        ours.close()
        thread.join(10)


def test_a_client_that_trusts_the_authority_is_content_under_each_name(tmp_path: Path) -> None:
    """Strict as Python 3.13 is by default."""
    context = server_context(tmp_path / "made", ("api.stripe.test",))
    for name in ("localhost", "127.0.0.1", "api.stripe.test"):
        assert _greet(context, tmp_path / "made" / AUTHORITY, name) == "TLSv1.3"
    with pytest.raises(ssl.SSLCertVerificationError):
        _greet(context, tmp_path / "made" / AUTHORITY, "elsewhere.test")


def test_each_start_has_an_authority_of_its_own_and_leaves_no_key(tmp_path: Path) -> None:
    """Whoever trusts an old one trusts nothing that runs now."""
    server_context(tmp_path)
    old = tmp_path / "old.pem"
    old.write_bytes((tmp_path / AUTHORITY).read_bytes())
    context = server_context(tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError):
        _greet(context, old, "localhost")
    assert {file.name for file in tmp_path.iterdir()} == {AUTHORITY, "old.pem"}
    assert b"PRIVATE" not in (tmp_path / AUTHORITY).read_bytes()
