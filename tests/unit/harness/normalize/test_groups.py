"""Which exchanges are one interaction."""

from __future__ import annotations

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import view_of, views_of


def described(session: Session) -> list[str]:
    return [view.interaction["description"] for view in views_of(session, "a>b")]


def test_calls_that_differ_in_values_are_one_interaction() -> None:
    session = Session()
    for name in ("ann", "bob", "cid"):
        session.call("a>b", "POST /users", {"name": name}, 201, {"id": len(session.exchanges) + 1, "name": name})
    assert described(session) == ["POST /users -> 201"]


def test_the_shape_of_the_answer_splits_nothing() -> None:
    session = Session()
    session.call("a>b", "GET /users/1", None, 200, {"name": "two words"})
    session.call("a>b", "GET /users/1", None, 200, {"name": "two words", "extra": "more words"})
    assert described(session) == ["GET /users/{id} -> 200"]


def test_the_keys_of_the_request_and_the_status_do() -> None:
    session = Session()
    session.call("a>b", "GET /users", None, 200, [])
    session.call("a>b", "GET /users?sort=name", None, 200, [])
    session.call("a>b", "GET /users?sort=name", None, 404, {"error": "none"})
    assert described(session) == ["GET /users -> 200", "GET /users -> 200 (with sort)", "GET /users -> 404"]


def test_a_code_of_the_request_that_explains_the_answer_makes_variants() -> None:
    session = Session()
    session.call("a>b", "POST /jobs", {"kind": "fast"}, 202, {"lane": "left"})
    session.call("a>b", "POST /jobs", {"kind": "slow"}, 202, {"lane": "right"})
    session.call("a>b", "POST /jobs", {"kind": "lazy"}, 202, {"lane": "right"})
    assert described(session) == ["POST /jobs -> 202 (kind fast)", "POST /jobs -> 202 (kind lazy or slow)"]
    assert view_of(session, "a>b", "POST /jobs -> 202 (kind fast)").rule("$.lane") == []


def test_a_query_that_explains_the_answer_makes_variants() -> None:
    session = Session()
    session.call("a>b", "GET /jobs?kind=fast", None, 200, {"lane": "left"})
    session.call("a>b", "GET /jobs?kind=slow", None, 200, {"lane": "right"})
    assert described(session) == ["GET /jobs -> 200 (kind fast)", "GET /jobs -> 200 (kind slow)"]


def test_a_difference_that_nothing_explains_makes_a_typed_leaf() -> None:
    session = Session()
    for lane in ("left", "right"):
        session.call("a>b", "POST /jobs", {"kind": "fast"}, 202, {"lane": lane})
    view = view_of(session, "a>b", "POST /jobs -> 202")
    assert view.rule("$.lane") == ["left|right"]


def test_operations_of_one_path_are_named() -> None:
    session = Session()
    for name in ("Users", "Orders"):
        session.call("a>b", "POST /graphql", {"query": "{x}", "operationName": name}, 200, {"data": {"x": "two words"}})
    assert described(session) == ["POST /graphql -> 200 (Orders)", "POST /graphql -> 200 (Users)"]


def test_the_same_call_in_another_state_is_another_interaction_of_the_same_name() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "x"}, 201, {"id": 1})
    session.call("a>b", "GET /users/1", None, 200, {"id": 1, "active": True})
    session.call("a>b", "DELETE /users/1", None, 204)
    session.call("a>b", "GET /users/1", None, 200, {"id": 1, "active": False})
    views = [view for view in views_of(session, "a>b") if view.interaction["description"] == "GET /users/{id} -> 200"]
    assert sorted(view.answer["active"] for view in views) == [False, True]
    assert len({view.interaction["key"] for view in views}) == 2


def test_the_key_of_an_interaction_stays_when_more_is_recorded_for_it() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "x"}, 201, {"id": 1})
    before = views_of(session, "a>b")[0].interaction["key"]
    session.call("a>b", "POST /users", {"name": "y"}, 201, {"id": 2, "extra": "more words"})
    assert views_of(session, "a>b")[0].interaction["key"] == before


def test_what_a_provider_gave_out_names_no_variant() -> None:
    """Whatever it looks like: it is another one each time."""
    session = Session()
    for handle, lane in (("YWNjdDo3", "left"), ("YWNjdDo4", "right")):
        session.call("a>b", "POST /accounts", {"name": "two words"}, 201, {"handle": handle})
        session.call("a>b", "POST /jobs", {"of": handle}, 202, {"lane": lane})
    assert described(session) == ["POST /accounts -> 201", "POST /jobs -> 202"]
