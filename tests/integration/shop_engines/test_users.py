"""The port of users, on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.integration.shop_engines.together import at_once
from treaty_shop.platform.database_url import open_database
from treaty_shop.user.domain import User, UserDetails
from treaty_shop.user.schema import SCHEMA
from treaty_shop.user.storage import EmailTaken, SqlUsers, UserRepository

ADA = UserDetails(username="ada", email="ada@example.com", password_hash="h1")
BEN = UserDetails(username="ben", email="ben@example.com", password_hash="h2")


@pytest.fixture(name="users")
def _users(sql_url: str) -> Iterator[UserRepository]:
    database = open_database(sql_url, SCHEMA, start_id=5)
    yield SqlUsers(database)
    database.close()


def test_a_user_is_kept_under_the_next_id(users: UserRepository) -> None:
    assert users.add(ADA) == users.get(5) == User(id=5, username="ada", email="ada@example.com")
    assert users.add(BEN).id == 6
    assert users.get(7) is None


def test_a_user_can_be_changed_and_the_result_is_kept(users: UserRepository) -> None:
    """Also into what it is already; who is not there cannot."""
    id_ = users.add(ADA).id
    renamed = replace(ADA, username="countess", password_hash=None)
    for _ in range(2):
        assert users.change(id_, renamed) == users.get(id_) == User(id=id_, username="countess", email=ADA.email)
    assert users.change(id_ + 1, BEN) is None


def test_an_email_belongs_to_one_user(users: UserRepository) -> None:
    """Whoever comes second is refused, by a sign-up and by a change, and nothing changes."""
    users.add(ADA)
    ben = users.add(BEN)
    with pytest.raises(EmailTaken):
        users.add(ADA)
    with pytest.raises(EmailTaken):
        users.change(ben.id, ADA)
    assert users.get(ben.id) == ben


def test_an_id_is_never_used_twice(users: UserRepository) -> None:
    """Also when the last user is gone; the email is free again."""
    last = users.add(ADA).id
    assert (users.remove(last), users.remove(last), users.get(last)) == (True, False, None)
    assert users.add(ADA).id > last


def test_of_several_who_want_an_email_at_once_one_gets_it(users: UserRepository) -> None:
    results = at_once(6, lambda number: users.add(replace(ADA, username=f"ada {number}")))
    (winner,) = [each for each in results if isinstance(each, User)]
    assert [type(each) for each in results if each is not winner] == [EmailTaken] * 5
    assert users.get(winner.id) == winner
