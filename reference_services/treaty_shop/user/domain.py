"""Users: who they are and how a password is kept."""

import hashlib
import hmac
import os
from dataclasses import dataclass, field
from typing import Final

_SALT_BYTES: Final = 16
_COST: Final = 2**11


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDetails:
    """What a client says about a user; the password hash is None when it stays as it is."""

    username: str
    email: str
    password_hash: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user; the email is unique. The password hash never leaves the service."""

    id: int
    username: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A user, and what their password is kept as."""

    user: User
    password_hash: str = field(repr=False)


def hash_password(password: str, salt: bytes | None = None) -> str:
    """``salt$digest`` in hex (scrypt, RFC 7914); the salt is random unless given."""
    salt = os.urandom(_SALT_BYTES) if salt is None else salt
    digest = hashlib.scrypt(password.encode(), salt=salt, n=_COST, r=8, p=1, dklen=32)
    return f"{salt.hex()}${digest.hex()}"


def is_password(password: str, password_hash: str) -> bool:
    """Whether a password is the one of which `hash_password` made the hash; takes as long for any other."""
    salt, _, _ = password_hash.partition("$")
    return hmac.compare_digest(hash_password(password, bytes.fromhex(salt)), password_hash)
