"""Lists in answers."""

from __future__ import annotations

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import View, views_of
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


def shelf(*asked: str) -> Session:
    """A database of documents that the provider named, the path, and a list; and looks into it."""
    session = Session()
    session.call("a>b", "PUT /library", None, 201, {"ok": True}, answer_headers=(("Location", "/library"),))
    made = [
        {"id": "0b7d6c1e-52a5-4c7a-9c55-9f6a1f0c3a11", "rev": "1-90cd2a7be1f34c55"},
        {"id": "solaris", "rev": "1-7e2b0c0f3a9d8b61"},
        {"id": "ubik", "rev": "1-8c2b5d0f3a9d8b77"},
    ]
    answers: list[dict[str, JsonValue]] = [{"ok": True, **each} for each in made]
    (given, named, listed) = answers
    session.call("a>b", "POST /library", {"title": "one"}, 201, given)
    place = (("Location", "/library/solaris"),)
    session.call("a>b", "PUT /library/solaris", {"title": "two"}, 201, named, answer_headers=place)
    session.call("a>b", "POST /library/_bulk_docs", {"docs": [{"_id": "ubik", "title": "three"}]}, 201, [listed])
    rows: list[JsonValue] = [{"id": each["id"], "value": {"rev": each["rev"]}} for each in made]
    for each in asked:
        session.call("a>b", f"GET /library/_all_docs{each}", None, 200, {"rows": rows[:1] if each else rows})
    return session


def looks(session: Session) -> list[View]:
    """Give the interactions of the looks into the database."""
    return [view for view in views_of(session, "a>b") if "_all_docs" in view.interaction["description"]]


def test_what_a_set_up_named_is_among_the_members_wherever_it_stands() -> None:
    """A provider lists by name, and names are others in each set-up, so positions say nothing."""
    (view,) = looks(shelf(""))
    ours = view.interaction["comments"]["treaty"]
    assert not [place for place in ours["response"] if "rows[0]" in place or "rows[1]" in place]
    assert {place: len(fact["contains"]) for place, fact in ours["closed"].items()} == {
        "body.$.rows[*].id": 1,
        "body.$.rows[*].value.rev": 3,
    }
    assert not any("ordered" in fact for fact in ours["closed"].values())


def test_ids_of_a_page_by_name_may_be_of_any_form_that_a_thing_there_has() -> None:
    """Who stands first may be a thing that the provider named, or one that the consumer did."""
    page = next(view for view in looks(shelf("", "?limit=1")) if "limit" in view.interaction["description"])
    assert page.rule("$.rows[*].id") == ["type"]
    assert "closed" not in page.interaction["comments"]["treaty"]
