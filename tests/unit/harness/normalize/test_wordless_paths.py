"""Keys in paths that no word goes before."""

from __future__ import annotations

import pytest

from tests.unit.harness.normalize.sessions import Session
from treaty.normalize.bodies import decode
from treaty.normalize.wordless_paths import wordless_keys


def keys(session: Session) -> list[str]:
    bodies = []
    for item in session.exchanges:
        assert item.response is not None
        request = decode(item.request.content, item.request.headers)
        bodies.append((item, request, decode(item.response.content, item.response.headers)))
    return [path for _, path in wordless_keys(bodies)]


def made(*names: str) -> Session:
    session = Session()
    for name in names:
        session.call("a>b", "POST /tenants", {"name": name}, 201, {"id": 1, "name": name})
    return session


def test_two_names_of_one_place_are_keys_and_what_lies_below_them_is_looked_at_by_itself() -> None:
    session = made("acme", "globex")
    session.call("a>b", "GET /acme", None, 200, [])
    session.call("a>b", "GET /globex/members", None, 200, [])
    session.call("a>b", "POST /acme", {"name": "widgets"}, 201, {"name": "widgets"})
    session.call("a>b", "GET /acme/widgets", None, 200, {"text": "round"})
    assert keys(session) == ["/acme", "/acme/widgets", "/globex"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [({"owner": "acme", "things": 3}, ["/acme"]), ({"owner": "ann", "things": 3}, [])],
    ids=["shown below", "not shown"],
)
def test_a_single_name_is_a_key_where_an_answer_shows_it(answer: dict[str, object], expected: list[str]) -> None:
    session = made("acme")
    session.call("a>b", "GET /acme/summary", None, 200, answer)  # type: ignore[arg-type]
    assert keys(session) == expected


def test_what_paths_said_before_it_was_made_is_no_key() -> None:
    session = Session()
    session.call("a>b", "GET /users", None, 200, {"name": "users"})
    session.call("a>b", "POST /tables", {"name": "users"}, 201, {"name": "users"})
    session.call("a>b", "GET /users", None, 200, {"name": "users"})
    assert keys(session) == []


def test_behind_a_word_a_name_is_a_key_where_the_answer_calls_it_so() -> None:
    session = Session()
    session.call("a>b", "POST /user/repos", {"name": "demo"}, 201, {"name": "demo"})
    session.call("a>b", "GET /repos/ann/demo", None, 200, {"name": "demo"})
    session.call("a>b", "GET /repos/ann/demo/issues", None, 200, [])
    assert keys(session) == ["/repos/ann/demo"]


def test_what_was_never_found_beside_keys_is_one_but_no_file() -> None:
    session = made("acme", "globex")
    for path, status in (("/acme", 200), ("/globex", 200), ("/nobody", 404), ("/favicon.ico", 404), ("/a/b", 404)):
        session.call("a>b", f"GET {path}", None, status, {"x": "y"})
    assert keys(session) == ["/a", "/acme", "/globex", "/nobody"]


def test_refused_calls_make_no_keys() -> None:
    session = Session()
    session.call("a>b", "POST /tenants", {"name": "acme"}, 200, {"ok": False, "error": "quota"})
    session.call("a>b", "GET /acme", None, 200, {"name": "acme"})
    assert keys(session) == []


def test_one_that_stands_at_two_places_is_a_key_at_both() -> None:
    session = made("demo")
    session.call("a>b", "GET /simple/demo/", None, 200, {"x": "y"})
    session.call("a>b", "GET /demo/json", None, 200, {"x": "y"})
    session.call("a>b", "GET /demo/json/more", None, 200, {"x": "y"})
    assert keys(session) == ["/demo", "/simple/demo"]
