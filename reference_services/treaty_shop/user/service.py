"""What can be done with users."""

from typing import Final

from treaty_shop.platform.errors import Conflict, NotFound, Unauthorised
from treaty_shop.user.domain import User, UserDetails, is_password
from treaty_shop.user.storage import EmailTaken, UserRepository

_NOBODY: Final = f"{bytes(16).hex()}${bytes(32).hex()}"
"""The hash of no password, compared with where there is no user: that takes as long as for one."""


class UserService:
    """The use cases of the user service."""

    def __init__(self, users: UserRepository) -> None:
        self._users = users

    def sign_up(self, details: UserDetails) -> User:
        """Keep a new user; raises `Conflict` when the email is taken."""
        try:
            return self._users.add(details)
        except EmailTaken:
            raise _email_taken() from None

    def read(self, id_: int) -> User:
        """Return a user; raises `NotFound`."""
        return _known(self._users.get(id_))

    def log_in(self, email: str, password: str) -> User:
        """Return the user whose email and password these are; raises `Unauthorised` without saying what is wrong."""
        known = self._users.credentials(email)
        if not is_password(password, _NOBODY if known is None else known.password_hash) or known is None:
            raise Unauthorised("invalid_credentials", "email and password do not belong together")
        return known.user

    def change(self, id_: int, details: UserDetails) -> User:
        """Change name and email, and the password if one is given; raises `NotFound`, `Conflict`."""
        try:
            return _known(self._users.change(id_, details))
        except EmailTaken:
            raise _email_taken() from None

    def delete(self, id_: int) -> None:
        """Forget a user; raises `NotFound`."""
        if not self._users.remove(id_):
            raise NotFound("user_not_found", "user not found")


def _known(user: User | None) -> User:
    if user is None:
        raise NotFound("user_not_found", "user not found")
    return user


def _email_taken() -> Conflict:
    return Conflict("email_taken", "email already exists")
