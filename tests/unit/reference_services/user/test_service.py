"""The use cases of the user service, on its real storage."""

from collections.abc import Iterator

import pytest

from treaty_shop.platform.database import Database
from treaty_shop.platform.database_url import open_database
from treaty_shop.platform.errors import Conflict, NotFound, Unauthorised
from treaty_shop.user.domain import UserDetails, hash_password
from treaty_shop.user.schema import SCHEMA
from treaty_shop.user.service import UserService
from treaty_shop.user.storage import SqlUsers

_ADA = UserDetails(username="ada", email="ada@example.com", password_hash="h1")
_BEN = UserDetails(username="ben", email="ben@example.com", password_hash="h2")


@pytest.fixture(name="database")
def _database() -> Iterator[Database]:
    database = open_database("sqlite://", SCHEMA, start_id=5)
    yield database
    database.close()


@pytest.fixture(name="service")
def _service(database: Database) -> UserService:
    return UserService(SqlUsers(database))


def test_a_user_can_be_read_after_signing_up(service: UserService) -> None:
    """Under an id that begins where the settings say."""
    user = service.sign_up(_ADA)
    assert (user.id, user.username, user.email) == (5, "ada", "ada@example.com")
    assert service.read(5) == user


def test_an_email_can_be_taken_only_once(service: UserService) -> None:
    """At sign-up and by a change."""
    service.sign_up(_ADA)
    ben = service.sign_up(_BEN)
    with pytest.raises(Conflict) as at_sign_up:
        service.sign_up(_ADA)
    with pytest.raises(Conflict) as by_change:
        service.change(ben.id, _ADA)
    assert at_sign_up.value.code == by_change.value.code == "email_taken"
    assert service.read(ben.id) == ben


def test_a_change_without_a_password_keeps_the_old_one(service: UserService, database: Database) -> None:
    """And one with a password replaces it."""

    def kept() -> str:
        with database.transaction() as transaction:
            (row,) = transaction.rows("SELECT password_hash FROM users")
        return row.text("password_hash")

    user = service.sign_up(_ADA)
    changed = service.change(user.id, UserDetails(username="countess", email=_ADA.email))
    assert (changed.username, kept()) == ("countess", "h1")
    service.change(user.id, UserDetails(username="countess", email=_ADA.email, password_hash="h3"))
    assert kept() == "h3"


def test_a_deleted_user_is_gone_and_its_id_is_never_used_again(service: UserService) -> None:
    """Reading, changing and deleting it are errors."""
    user = service.sign_up(_ADA)
    service.delete(user.id)
    for attempt in (
        lambda: service.read(user.id),
        lambda: service.change(user.id, _ADA),
        lambda: service.delete(user.id),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert service.sign_up(_ADA).id == user.id + 1


def test_a_password_is_kept_as_a_salted_hash() -> None:
    """Equal passwords look different; the same salt gives the same hash."""
    assert "correct horse" not in hash_password("correct horse")
    assert hash_password("correct horse") != hash_password("correct horse")
    assert hash_password("correct horse", b"salt") == hash_password("correct horse", b"salt")
    assert hash_password("correct horse", b"salt") != hash_password("wrong horse", b"salt")


def test_a_user_logs_in_by_email_and_password(service: UserService) -> None:
    """What is wrong about others is not said."""
    user = service.sign_up(UserDetails(username="ada", email="ada@example.com", password_hash=hash_password("right")))
    assert service.log_in("ada@example.com", "right") == user
    for email, password in (("ada@example.com", "wrong"), ("ben@example.com", "right"), ("ben@example.com", "")):
        with pytest.raises(Unauthorised) as refused:
            service.log_in(email, password)
        assert refused.value.code == "invalid_credentials"
