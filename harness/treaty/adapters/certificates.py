"""Certificates that we make ourselves: an authority that people trust once, and a server's, by ``cryptography``."""

from __future__ import annotations

import fcntl
import ipaddress
import os
import socket
import ssl
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from treaty.errors import ConfigInvalid, ExtraMissing, OutputUnwritable

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

AUTHORITY: Final = "ca.pem"
_KEY: Final = "ca-key.pem"
_OWNER_FILE: Final = 0o600
_OWNER_FOLDER: Final = 0o700
_AUTHORITY_DAYS: Final = 3650
_SERVER_DAYS: Final = 30
_RENEWED_DAYS: Final = 60
"""An authority with fewer days left is made anew."""
_ALWAYS: Final = ("localhost", "127.0.0.1", "::1")


def server_context(folder: Path, names: Sequence[str]) -> ssl.SSLContext:
    """Make what a server speaks TLS with: a fresh certificate, signed by the authority of a folder.

    The authority is made when there is none: `AUTHORITY` is for clients to trust, its key beside it is for the owner's
    eyes only. The server's key is in no file afterwards.

    Args:
        folder: of the authority; made if need be.
        names: host names and addresses that the certificate is for, beside those of the loopback.

    Raises:
        ExtraMissing: when ``cryptography`` is not installed.
        OutputUnwritable: when the folder cannot be written.
        ConfigInvalid: when what lies in the folder is no authority.

    """
    try:
        import cryptography as _  # noqa: F401, PLC0415 - an extra
    except ImportError:
        raise ExtraMissing(
            "TLS needs an optional part of Treaty",
            why="cryptography is not installed",
            hint="pip install 'treaty[tls]'",
        ) from None
    try:
        folder.mkdir(mode=_OWNER_FOLDER, parents=True, exist_ok=True)
        with _alone(folder):
            certificate, key = _authority(folder)
        chain = _server_chain(certificate, key, [*_ALWAYS, *names])
        return _context(chain)
    except OSError as fault:
        raise OutputUnwritable(
            "the certificates cannot be written", where=str(folder), why=fault.strerror or str(fault)
        ) from None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes waiting: of two that make an authority, the second one takes what the first one made."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _context(chain: bytes) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    # The standard library reads certificates from files only; this one is gone at once, and its owner's only before.
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(chain)
        file.flush()
        context.load_cert_chain(file.name)
    return context


def _authority(folder: Path) -> tuple[x509.Certificate, EllipticCurvePrivateKey]:
    """Read the authority, or make it."""
    from cryptography import x509  # noqa: PLC0415 - an extra
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - an extra
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey  # noqa: PLC0415 - an extra

    certificate_file, key_file = folder / AUTHORITY, folder / _KEY
    if certificate_file.exists() and key_file.exists():
        try:
            certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
            key = serialization.load_pem_private_key(key_file.read_bytes(), None)
        except ValueError as fault:
            raise _no_authority(folder, str(fault)) from None
        if not isinstance(key, EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
            raise _no_authority(folder, f"{_KEY} is not the key of {AUTHORITY}")
        if certificate.not_valid_after_utc - datetime.now(UTC) > timedelta(days=_RENEWED_DAYS):
            return certificate, key
    certificate, key = _make_authority()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(key_file, private, mode=_OWNER_FILE)
    _write(certificate_file, certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)
    return certificate, key


def _no_authority(folder: Path, why: str) -> ConfigInvalid:
    return ConfigInvalid(
        "what lies there is no certificate authority of ours",
        where=str(folder),
        why=why,
        hint=f"remove {AUTHORITY} and {_KEY}; new ones are made",
    )


def _make_authority() -> tuple[x509.Certificate, EllipticCurvePrivateKey]:
    from cryptography import x509  # noqa: PLC0415 - an extra
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - an extra
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - an extra
    from cryptography.x509.oid import NameOID  # noqa: PLC0415 - an extra

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Treaty stubs on {socket.gethostname()}"[:64])])
    builder = (
        _builder(name, key, days=_AUTHORITY_DAYS)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return builder.sign(key, hashes.SHA256()), key


def _server_chain(authority: x509.Certificate, authority_key: EllipticCurvePrivateKey, names: Sequence[str]) -> bytes:
    """Give key and certificate of a server as PEM."""
    from cryptography import x509  # noqa: PLC0415 - an extra
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - an extra
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - an extra
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID  # noqa: PLC0415 - an extra

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    builder = (
        _builder(subject, key, days=_SERVER_DAYS)
        .issuer_name(authority.subject)
        .add_extension(x509.SubjectAlternativeName([_general_name(each) for each in dict.fromkeys(names)]), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
    )
    certificate = builder.sign(authority_key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def _builder(subject: x509.Name, key: EllipticCurvePrivateKey, *, days: int) -> x509.CertificateBuilder:
    from cryptography import x509  # noqa: PLC0415 - an extra

    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    from cryptography import x509  # noqa: PLC0415 - an extra

    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    from cryptography import x509  # noqa: PLC0415 - an extra

    with suppress(ValueError):
        return x509.IPAddress(ipaddress.ip_address(name))
    return x509.DNSName(name)


def _write(file: Path, data: bytes, *, mode: int) -> None:
    """Write a file that has its mode from the first moment on."""
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as target:
        target.write(data)
