"""Certificates that we make: trusted by the authority's file alone, private where they have to be."""

from __future__ import annotations

import ssl
import stat
import sys
from pathlib import Path

import pytest

from treaty.adapters.certificates import AUTHORITY, server_context
from treaty.errors import ConfigInvalid, ExtraMissing, OutputUnwritable


def _handshake(server: ssl.SSLContext, authority: Path, name: str) -> str | None:
    """Let a client and a server shake hands in memory, and give the version that they agreed on."""
    client = ssl.create_default_context(cafile=str(authority))
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = server.wrap_bio(to_server, to_client, server_side=True)
    theirs = client.wrap_bio(to_client, to_server, server_hostname=name)
    waiting = {"client": theirs.do_handshake, "server": ours.do_handshake}
    for _ in range(10):
        for side in list(waiting):
            try:
                waiting[side]()
            except ssl.SSLWantReadError:
                continue
            del waiting[side]
    assert not waiting
    return theirs.version()


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1", "stub.test", "10.1.2.3"])
def test_a_client_that_trusts_the_authority_trusts_the_server(tmp_path: Path, name: str) -> None:
    context = server_context(tmp_path / "tls", ["stub.test", "10.1.2.3", "127.0.0.1"])
    assert _handshake(context, tmp_path / "tls" / AUTHORITY, name) == "TLSv1.3"


def test_another_name_is_not_trusted(tmp_path: Path) -> None:
    context = server_context(tmp_path, [])
    with pytest.raises(ssl.SSLCertVerificationError):
        _handshake(context, tmp_path / AUTHORITY, "bank.test")


def test_an_authority_is_made_once_and_its_key_is_private(tmp_path: Path) -> None:
    """So that people need to trust it once only; no key of a server stays behind."""
    folder = tmp_path / "a" / "tls"
    server_context(folder, [])
    before = (folder / AUTHORITY).read_bytes()
    context = server_context(folder, [])
    assert (folder / AUTHORITY).read_bytes() == before
    assert _handshake(context, folder / AUTHORITY, "localhost") == "TLSv1.3"
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert modes == {"ca.pem": 0o644, "ca-key.pem": 0o600}


def test_what_is_no_authority_of_ours_is_left_alone(tmp_path: Path) -> None:
    server_context(tmp_path / "one", [])
    server_context(tmp_path / "two", [])
    (tmp_path / "one" / AUTHORITY).write_bytes((tmp_path / "two" / AUTHORITY).read_bytes())
    with pytest.raises(ConfigInvalid, match="no certificate authority of ours") as caught:
        server_context(tmp_path / "one", [])
    assert caught.value.why == "ca-key.pem is not the key of ca.pem"
    (tmp_path / "two" / AUTHORITY).write_text("nonsense", encoding="utf-8")
    with pytest.raises(ConfigInvalid):
        server_context(tmp_path / "two", [])


def test_without_its_extra_the_way_to_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(ExtraMissing) as caught:
        server_context(tmp_path, [])
    assert caught.value.hint == "pip install 'treaty[tls]'"


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputUnwritable):
        server_context(tmp_path / "file" / "tls", [])
