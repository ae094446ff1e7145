"""The members of lists, and calls that only look."""

from __future__ import annotations

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import flow_of, observed
from treaty.normalize.elements import Members, holds_one_thing, is_about_ends, is_read, lists_in
from treaty.normalize.token_values import Token


def lists_of(session: Session, number: int) -> list[Members]:
    flow = flow_of(session)
    item = next(each for each in observed(session) if each.number == number)

    def made(token: Token) -> bool:
        return token.origin == 1

    return list(lists_in(item, flow, made))


def library() -> Session:
    session = Session()
    session.call("a>b", "POST /books", {"title": "Dune"}, 201, {"id": 7, "title": "Dune"})
    return session


def test_members_are_told_by_what_the_call_that_made_them_gave_out() -> None:
    session = library()
    session.call("a>b", "GET /books", None, 200, {"items": [{"id": 7, "shelf_id": 3}], "tags": []})
    found = {each.place: each for each in lists_of(session, 2)}
    assert found["body.$.items"].identity == ".id"
    assert [token.value for token in found["body.$.items"].tokens] == [7]
    assert found["body.$.items"].is_explained
    assert found["body.$.tags"] == Members(place="body.$.tags", size=0)


def test_a_list_with_a_member_that_nobody_made_is_not_explained() -> None:
    session = library()
    session.call("a>b", "GET /books", None, 200, [{"id": 7}, {"id": 1}])
    (found,) = lists_of(session, 2)
    assert (found.size, len(found.tokens), found.is_explained) == (2, 1, False)


def test_a_member_may_be_the_id_itself() -> None:
    session = library()
    session.call("a>b", "GET /books", None, 200, {"book_ids": [7]})
    (found,) = lists_of(session, 2)
    assert (found.identity, found.is_explained) == ("", True)


def test_a_search_by_post_only_looks_and_a_creation_does_not() -> None:
    session = library()
    session.call("a>b", "POST /books/search", {"text": "Du"}, 200, {"items": [{"id": 7, "title": "Dune"}]})
    session.call("a>b", "POST /books/search", {"text": "x"}, 200, {"items": []})
    session.call("a>b", "POST /books/sort", {"by": "title"}, 200, {"items": [{"id": 7, "title": "Dune"}]})
    session.call("a>b", "POST /loans", {"book_id": 7}, 200, {"id": 2, "books": [{"id": 7}]})
    flow = flow_of(session)
    assert [is_read(item, flow) for item in observed(session)] == [False, True, True, False, False]


def test_an_answer_with_an_id_of_its_own_holds_one_thing() -> None:
    session = library()
    session.call("a>b", "GET /books", None, 200, {"items": [{"id": 7}]})
    assert [holds_one_thing(item) for item in observed(session)] == [True, False]


def test_fields_about_the_end_of_a_page_are_told_by_their_words() -> None:
    session = Session()
    session.call("a>b", "GET /x", None, 200, {"nextPage": None, "has_more": True, "error": None, "name": "x"})
    (item,) = observed(session)
    assert [is_about_ends(leaf) for leaf in item.response] == [True, True, False, False]
