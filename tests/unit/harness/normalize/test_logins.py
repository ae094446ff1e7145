"""Where consumers log in."""

from __future__ import annotations

import pytest

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import observed, view_of
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


def test_a_url_that_an_answer_gives_out_is_followed_into_later_bodies() -> None:
    session = Session()
    place = "http://127.0.0.1:5000/123456789012/orders"
    session.call("a>b", "POST /queues", {"kind": "fifo"}, 200, {"QueueUrl": place})
    session.call("a>b", "POST /messages", {"QueueUrl": place, "text": "hi"}, 200, {"accepted": True})
    session.call("a>b", "POST /hooks", {"callback": "http://client/hook"}, 201, {"callback": "http://client/hook"})
    view = view_of(session, "a>b", "POST /messages -> 200")
    assert view.steps == ["call POST /queues -> 200"]
    (name,) = view.state["steps"][0]["call"]["bind"]
    assert view.state["steps"][0]["call"]["bind"] == {name: "body.$.QueueUrl"}
    assert view.generator("body", "$.QueueUrl") == "${" + name + "}"
    hook = view_of(session, "a>b", "POST /hooks -> 201")
    assert hook.generator("body", "$.callback") == ""
    assert hook.causes["body.$.callback"] == {"cause": "echo", "of": "body.$.callback"}
