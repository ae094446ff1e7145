"""Where consumers log in."""

from __future__ import annotations

import pytest

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import observed
from treaty.contract.json_value import JsonValue
from treaty.normalize.logins import find_logins
from treaty.normalize.names import Name

PLACES = ("request.body.$.password",)
ANN: JsonValue = {"username": "ann", "password": "xqz"}


def test_a_login_names_an_account_that_a_call_made() -> None:
    """Its answer does not matter, nor does the password."""
    session = Session()
    session.call("a>b", "POST /users", ANN, 201, redacted=PLACES)
    session.call("a>b", "POST /users", ANN, 409, redacted=PLACES)
    session.call("a>b", "POST /login", {"username": "ann", "password": "abc"}, 401, redacted=PLACES)
    session.call("a>b", "POST /login", ANN, 200, redacted=PLACES)
    assert find_logins(observed(session), frozenset()) == {(3, "body.$.username"), (4, "body.$.username")}


@pytest.mark.parametrize("unique", [True, False])
def test_an_account_that_was_answered_with_200_must_be_refused_a_second_time(unique: bool) -> None:
    session = Session()
    session.call("a>b", "POST /users", ANN, 200, redacted=PLACES)
    session.call("a>b", "POST /login", ANN, 200, redacted=PLACES)
    names = frozenset({("b", Name(entity="user", field="username"))} if unique else ())
    assert bool(find_logins(observed(session), names)) is unique


def test_names_without_a_secret_or_of_another_provider_log_nobody_in() -> None:
    session = Session()
    session.call("a>b", "POST /users", ANN, 201, redacted=PLACES)
    session.call("a>b", "POST /notes", {"username": "ann"}, 201)
    session.call("a>c", "POST /login", ANN, 200, redacted=PLACES)
    session.call("a>b", "POST /login", {"username": "bob", "password": "xqz"}, 401, redacted=PLACES)
    assert find_logins(observed(session), frozenset()) == frozenset()
