"""A provider, and a recorder in front of it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.integration.record.recorded import Recorded
from tests.integration.record.upstream import Upstream, serving


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with serving() as server:
        yield server


@pytest.fixture
def recording(upstream: Upstream, tmp_path: Path) -> Iterator[Callable[..., Recorded]]:
    """Start recorders in front of `upstream`; they are stopped at the end."""
    with ExitStack() as stack:

        def start(url: str = "", **settings: object) -> Recorded:
            return stack.enter_context(Recorded.start(tmp_path, url or upstream.url, **settings))

        yield start


@pytest.fixture
def unused_port() -> Iterator[int]:
    """Give a port that is bound, so that nobody else gets it, and on which nobody listens."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Give an authority's certificate, and certificate and key of ``localhost`` signed by it."""
    folder = tmp_path_factory.mktemp("certificates")
    now = datetime.now(UTC)
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test Authority")])
    server_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])

    def sign(name: x509.Name, key: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType) -> bytes:
        built = (
            x509.CertificateBuilder(authority_name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(extension, critical=False)
        )
        return built.sign(authority_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    paths = folder / "authority.pem", folder / "server.pem", folder / "key.pem"
    paths[0].write_bytes(sign(authority_name, authority_key, x509.BasicConstraints(ca=True, path_length=None)))
    paths[1].write_bytes(sign(server_name, server_key, x509.SubjectAlternativeName([x509.DNSName("localhost")])))
    paths[2].write_bytes(
        server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return paths
