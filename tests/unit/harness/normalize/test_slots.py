"""Secrets from outside the session."""

from __future__ import annotations

import base64

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import view_of, views_of

MADE = ("request.body.$.data.password",)
PASSWORD = ("request.body.$.password",)
LOGGED_IN = (*PASSWORD, "response.body.$.token")


def login(session: Session, user: str, password: str, status: int = 200, token: str = "tok-1a2b3c4d5e6f7a8b") -> None:
    body = {"token": token} if status == 200 else {"error": "wrong"}
    places = LOGGED_IN if status == 200 else PASSWORD
    session.call("a>b", "POST /login", {"username": user, "password": password}, status, body, redacted=places)


def test_the_password_of_an_account_from_before_is_a_slot_in_set_up_and_request() -> None:
    session = Session()
    login(session, "admin", "stand-in-1")
    shown = (("Authorization", "Bearer tok-1a2b3c4d5e6f7a8b"),)
    session.call("a>b", "GET /jobs", None, 200, {"jobs": 3}, headers=shown, redacted=("request.header.Authorization",))
    assert view_of(session, "a>b", "POST /login -> 200").generator("body", "$.password") == "${secret.password}"
    (step,) = view_of(session, "a>b", "GET /jobs -> 200").state["steps"]
    assert step["call"]["request"]["body"]["content"]["password"] == "${secret.password}"


def test_what_was_only_refused_is_no_slot() -> None:
    session = Session()
    login(session, "admin", "stand-in-1", status=401)
    assert view_of(session, "a>b", "POST /login -> 401").generator("body", "$.password") == ""


def test_the_password_of_an_account_that_was_made_in_the_session_is_no_slot() -> None:
    session = Session()
    account = {"username": "ann", "password": "stand-in-1"}
    session.call("a>b", "POST /accounts", account, 201, {"username": "ann"}, redacted=PASSWORD)
    login(session, "ann", "stand-in-1")
    assert all(view.generator("body", "$.password") == "" for view in views_of(session, "a>b"))


def test_an_account_that_is_let_in_at_once_is_no_slot() -> None:
    session = Session()
    account = {"username": "ann", "password": "stand-in-1"}
    session.call("a>b", "POST /users", account, 201, {"token": "tok-1"}, redacted=LOGGED_IN)
    assert view_of(session, "a>b", "POST /users -> 201").generator("body", "$.password") == ""


def test_two_secrets_of_one_name_are_told_apart_by_their_accounts() -> None:
    session = Session()
    login(session, "admin", "stand-in-1")
    login(session, "root@example.com", "stand-in-2", token="tok-9a2b3c4d5e6f7a8b")
    login(session, "root@example.com", "stand-in-2", token="tok-8a2b3c4d5e6f7a8b")
    content = {str(view.request["generators"]["body"]["$.password"]["expression"]) for view in views_of(session, "a>b")}
    assert content <= {"${secret.password}", "${secret.root_password}"}


def test_keys_in_headers_and_queries_and_basic_credentials_are_slots() -> None:
    session = Session()
    session.call("a>b", "GET /a", headers=(("X-Api-Key", "k-1"),), redacted=("request.header.X-Api-Key",))
    session.call("a>b", "GET /b?api_key=k-2", redacted=("request.query.api_key[0]",))
    basic = (("Authorization", "Basic c3RhbmQ6aW4="),)
    session.call("a>b", "GET /c", headers=basic, redacted=("request.header.Authorization",))
    assert view_of(session, "a>b", "GET /a -> 200").generator("header", "X-Api-Key") == "${secret.api_key}"
    assert view_of(session, "a>b", "GET /b -> 200").generator("query", "api_key") == "${secret.b_api_key}"
    found = view_of(session, "a>b", "GET /c -> 200").generator("header", "Authorization")
    assert found == "Basic ${secret.basic_credentials}"


def test_basic_credentials_of_an_account_that_was_made_in_the_session_are_no_slot() -> None:
    session = Session()
    session.call("a>b", "PUT /accounts/ann", {"data": {"password": "in"}}, 201, {"data": {"id": "ann"}}, redacted=MADE)
    basic = (("Authorization", f"Basic {base64.b64encode(b'ann:in').decode()}"),)
    session.call("a>b", "GET /me", None, 200, headers=basic, redacted=("request.header.Authorization",))
    view = view_of(session, "a>b", "GET /me -> 200")
    assert "secret." not in view.generator("header", "Authorization")
    assert view.state["steps"]


def test_the_cookie_of_a_login_follows_through_the_set_up_and_settings_stay() -> None:
    session = Session()
    account = {"username": "ann", "password": "stand-in-1"}
    session.call("a>b", "POST /accounts", account, 201, {"username": "ann"}, redacted=PASSWORD)
    given = (("Set-Cookie", "sid=0f1e2d3c4b5a69788796a5b4; HttpOnly"), ("Set-Cookie", "theme=dark"))
    session.call("a>b", "POST /login", account, 200, {"ok": True}, answer_headers=given, redacted=PASSWORD)
    shown = (("Cookie", "theme=dark; sid=0f1e2d3c4b5a69788796a5b4"),)
    session.call("a>b", "GET /me", None, 200, {"username": "ann"}, headers=shown, redacted=("request.header.Cookie",))
    session.call("a>b", "POST /logout", None, 204, headers=shown, redacted=("request.header.Cookie",))
    session.call("a>b", "GET /me", None, 401, {"error": "who"}, headers=shown, redacted=("request.header.Cookie",))
    view = view_of(session, "a>b", "GET /me -> 200")
    (variable,) = view.state["steps"][1]["call"]["bind"]
    assert view.state["steps"][1]["call"]["bind"][variable] == "header.Set-Cookie|cookie.sid"
    assert view.generator("header", "Cookie") == "theme=dark; sid=${" + variable + "}"
    refused = view_of(session, "a>b", "GET /me -> 401")
    assert refused.steps[-1] == "call POST /logout -> 204"
    told = view_of(session, "a>b", "POST /login -> 200").causes
    assert told["header.Set-Cookie|cookie.sid"] == {"cause": "created", "present": True}


def test_a_secret_in_a_path_from_outside_is_a_slot() -> None:
    """What was only ever refused keeps its stand-in, written the same each time; ids beside it are followed as ever."""
    token, other = "nvdg-6Ah0AtU6rWeK6aDyP2bR", "qwer-1Bc0DeF6gHiJ6kLmN2oP"
    session = Session()
    secret = ("request.path",)
    session.call("a>b", f"POST /hooks/{token}/messages", {"text": "Hi"}, 201, {"id": 7}, redacted=secret)
    session.call("a>b", f"GET /hooks/{token}/messages/7", None, 200, {"id": 7}, redacted=secret)
    session.call("a>b", f"GET /hooks/{other}/info", None, 403, {"error": "forbidden"}, redacted=secret)
    read, refused, _ = views_of(session, "a>b")
    assert (read.request["path"], read.asked("path")) == ("/hooks/secretsecretsecretsecrets/messages/9007001", [
        r"/hooks/[^/]+/messages/\d+",
    ])  # fmt: skip
    assert read.generator("path").startswith("/hooks/${secret.hook_token}/messages/${message_id_")
    assert read.state["steps"][0]["call"]["request"]["path"] == "/hooks/${secret.hook_token}/messages"
    assert (refused.request["path"], refused.generator("path")) == ("/hooks/secretsecretsecretsecrets/info", "")
