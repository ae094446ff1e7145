"""Tokens that say who calls: JWT (RFC 7519) signed with HS256 (RFC 7518 section 3.2)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import jwt

from treaty_shop.platform.clock import now
from treaty_shop.platform.errors import Unauthorised

_ALGORITHM: Final = "HS256"
_SCHEME: Final = "bearer"
_CHALLENGE: Final = "WWW-Authenticate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls: the id of a user, and what they are to the shop."""

    user_id: str
    role: str


class Tokens:
    """Issues tokens and reads them back."""

    def __init__(self, secret: str, seconds: int) -> None:
        """Sign with the secret; a token is valid for so many seconds."""
        self._secret = secret
        self.seconds = seconds

    def issue(self, caller: Caller) -> str:
        """Return a token for a caller, valid from now on."""
        instant = now()
        claims = {
            "sub": caller.user_id,
            "role": caller.role,
            "iat": int(instant.timestamp()),
            "exp": int((instant + timedelta(seconds=self.seconds)).timestamp()),
        }
        return jwt.encode(claims, self._secret, algorithm=_ALGORITHM)

    def caller(self, authorization: str | None) -> Caller | None:
        """Return who the ``Authorization`` header names, or None when there is none.

        Raises `Unauthorised`, with a challenge (RFC 6750 section 3), for anything but a valid bearer token.
        """
        if authorization is None:
            return None
        scheme, _, token = authorization.strip().partition(" ")
        if scheme.lower() != _SCHEME or not token.strip():
            raise missing_token()
        try:
            claims = jwt.decode(
                token.strip(), self._secret, algorithms=[_ALGORITHM], options={"require": ["sub", "exp"]}
            )
        except jwt.ExpiredSignatureError:
            raise _refused("expired_token", "the token has expired") from None
        except jwt.InvalidTokenError:
            raise _refused("invalid_token", "the token is not valid") from None
        return Caller(user_id=str(claims["sub"]), role=str(claims.get("role", "")))


def missing_token() -> Unauthorised:
    """Return the error for a request that needs a token and has none."""
    return Unauthorised("missing_token", "a bearer token is required", {_CHALLENGE: "Bearer"})


def _refused(code: str, message: str) -> Unauthorised:
    challenge = f'Bearer error="invalid_token", error_description="{message}"'
    return Unauthorised(code, message, {_CHALLENGE: challenge})
