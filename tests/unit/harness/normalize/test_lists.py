"""Lists in answers."""

from __future__ import annotations

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import views_of
from treaty.contract.json_value import JsonValue
from treaty.normalize.lists import sort_texts


def sizes(session: Session) -> list[list[str]]:
    """Give the matchers of the whole answer of each interaction."""
    return [view.rule("$") for view in views_of(session, "a>b")]


def test_a_list_is_closed_when_the_path_says_whose_it_is() -> None:
    session = Session()
    session.call("a>b", "GET /users/7/notes", None, 200, [{"id": 1}])
    assert sizes(session) == [[]]


def test_a_list_is_closed_when_the_query_names_what_the_set_up_made() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"x": 1}, 201, {"id": 7})
    session.call("a>b", "GET /notes?user_id=7", None, 200, [{"id": 1, "user_id": 7}])
    assert [] in sizes(session)
    assert ["type"] not in sizes(session)


def test_a_list_that_nothing_scopes_is_open_even_if_it_was_empty() -> None:
    session = Session()
    session.call("a>b", "GET /notes?colour=red", None, 200, [{"id": 1}])
    session.call("a>b", "GET /tags?colour=red", None, 200, [])
    assert sizes(session) == [["type"], ["type"]]
    (notes, tags) = views_of(session, "a>b")
    assert notes.interaction["response"]["matchingRules"]["body"]["$"]["matchers"] == [{"match": "type", "min": 1}]
    assert tags.interaction["response"]["matchingRules"]["body"]["$"]["matchers"] == [{"match": "type", "min": 0}]


def test_errors_are_no_collection() -> None:
    session = Session()
    session.call("a>b", "GET /notes?colour=red", None, 200, {"errors": [{"code": "ODD"}]})
    (view,) = views_of(session, "a>b")
    assert (view.rule("$.errors"), view.rule("$.errors[*].code")) == ([], [])


def test_lists_of_different_lengths_are_open_down_to_the_shortest() -> None:
    session = Session()
    session.call("a>b", "GET /users/7/notes", None, 200, [{"id": 1}, {"id": 2}])
    session.call("a>b", "GET /users/7/notes", None, 200, [])
    (view,) = views_of(session, "a>b")
    rules = view.interaction["response"]["matchingRules"]["body"]
    assert rules["$"]["matchers"] == [{"match": "type", "min": 0}]


def test_only_texts_of_loose_lists_are_put_in_order() -> None:
    written: dict[str, JsonValue] = {
        "body.$.roles[0]": "b",
        "body.$.roles[1]": "a",
        "body.$.kept[0]": "b",
        "body.$.kept[1]": "a",
        "body.$.mixed[0]": "b",
        "body.$.mixed[1]": 1,
    }
    sort_texts(written, {"body.$.roles[*]", "body.$.mixed[*]"})
    assert list(written.values()) == ["a", "b", "b", "a", "b", 1]


def test_things_of_new_names_come_in_another_order_and_what_differs_among_them_is_only_typed() -> None:
    session = Session()
    session.call("a>b", "PUT /teams/ann", {}, 201, {"name": "ann"}, answer_headers=(("Location", "/teams/ann"),))
    made: list[dict[str, JsonValue]] = [
        {"name": "red", "kind": "file", "open": True},
        {"name": "blue", "kind": "page", "open": True},
    ]
    for each in made:
        path = f"/teams/ann/books/{each['name']}"
        session.call("a>b", f"PUT {path}", each, 201, each, answer_headers=(("Location", path),))
    session.call("a>b", "GET /teams/ann/books", None, 200, {"books": made})
    view = next(each for each in views_of(session, "a>b") if each.request["method"] == "GET")
    assert (view.rule("$.books[*].kind"), view.rule("$.books[*].open")) == (["type"], [])


def test_names_that_a_provider_lists_are_of_any_text_once_one_of_them_was_made_in_the_session() -> None:
    """Also in the look before it was made; a list of codes stays one of those codes."""
    session = Session()
    session.call("a>b", "GET /_all", None, 200, ["_users"])
    session.call("a>b", "GET /_kinds", None, 200, ["red", "blue"])
    session.call("a>b", "PUT /shop", None, 201, {"ok": True}, answer_headers=(("Location", "/shop"),))
    session.call("a>b", "GET /_all", None, 200, ["_users", "shop"])
    views = views_of(session, "a>b")
    names = [view for view in views if view.interaction["description"] == "GET /_all -> 200"]
    assert [(view.rule("$"), view.rule("$[*]")) for view in names] == [(["type"], ["type"])] * 2
    (kinds,) = (view for view in views if view.interaction["description"] == "GET /_kinds -> 200")
    assert (kinds.rule("$"), kinds.rule("$[*]")) == ([], ["blue|red"])


def test_of_a_page_of_things_by_name_only_the_form_is_promised() -> None:
    """Their names are others in each set-up, so another one comes first."""
    session = Session()
    for name in ("zebra", "ant"):
        place = (("Location", f"/zoo/{name}"),)
        session.call("a>b", f"PUT /zoo/{name}", {"kind": name}, 201, {"id": name}, answer_headers=place)
    session.call("a>b", "GET /zoo?limit=1", None, 200, [{"id": "ant", "kind": "ant", "tame": True}])
    (view,) = (each for each in views_of(session, "a>b") if each.interaction["description"].startswith("GET /zoo"))
    assert (view.rule("$[*].kind"), view.rule("$[*].tame")) == (["type"], ["type"])
