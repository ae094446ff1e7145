"""Numbers under the bare name of a thing."""

from __future__ import annotations

import pytest

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import observed, view_of
from treaty.normalize.names import Name
from treaty.normalize.references import with_references


def library(*, first: int = 2) -> Session:
    """Two books, each lent once, and a third loan of the first that is refused."""
    session = Session()
    for number, book in enumerate((first, first + 1)):
        session.call("a>b", "POST /books", {"title": f"Book of {number}"}, 201, {"id": book})
    for loan, book in enumerate((first, first + 1), 7):
        place = (("Location", f"/loans/{loan}"),)
        session.call("a>b", "POST /loans", {"book": book}, 201, {"loan": loan, "of": book}, answer_headers=place)
    session.call("a>b", "GET /loans/7", None, 200, {"loan": 7, "of": first})
    session.call("a>b", "POST /loans", {"book": first}, 409, {"error": "none_left"})
    return session


def names(session: Session, location: str) -> set[Name]:
    return {
        leaf.name
        for item in with_references(observed(session))
        for leaf in (*item.request, *item.response)
        if leaf.location == location
    }


def test_a_number_under_the_name_of_a_thing_is_its_id() -> None:
    """So the set-up makes that thing, and the number is what it made."""
    view = view_of(library(), "a>b", "POST /loans -> 201")
    assert "call POST /books -> 201" in view.steps
    assert view.generator("body", "$.book").startswith("${book_id_")


def test_a_thing_may_call_its_id_by_its_own_name() -> None:
    """Of two loans one was asked for by that number; the other was not, and is no less one."""
    assert names(library(), "body.$.loan") == {Name(entity="loan", field="id")}
    view = view_of(library(), "a>b", "GET /loans/{id} -> 200")
    assert view.causes["body.$.loan"]["of"] == "path[1]"


def test_a_conflict_needs_the_call_that_took_what_both_named() -> None:
    view = view_of(library(), "a>b", "POST /loans -> 409")
    assert view.steps == ["call POST /books -> 201", "call POST /loans -> 201"]


@pytest.mark.parametrize("word", ["parent", "root"])
def test_what_is_above_is_of_the_same_kind(word: str) -> None:
    session = Session()
    session.call("a>b", "POST /comments", {"text": "a b"}, 201, {"id": 5, word: None})
    session.call("a>b", "POST /comments", {"text": "c d", word: 5}, 201, {"id": 6, word: 5})
    assert Name(entity="comment", field="id") in names(session, f"body.$.{word}")


def test_a_number_that_no_such_thing_has_tells_that_the_field_counts() -> None:
    """``copies`` of a book are no ids of copies."""
    session = Session()
    session.call("a>b", "POST /copies", {"of": "x"}, 201, {"id": 2})
    session.call("a>b", "POST /books", {"copies": 2}, 201, {"id": 1, "copies": 2})
    session.call("a>b", "POST /books", {"copies": 40}, 201, {"id": 2, "copies": 40})
    assert names(session, "body.$.copies") == {Name(entity="book", field="copies")}


def test_a_plural_counts_things_and_a_list_under_it_names_them() -> None:
    session = Session()
    session.call("a>b", "POST /books", {"title": "A b"}, 201, {"id": 1})
    session.call("a>b", "GET /desk", None, 200, {"books": 1, "shown": {"books": [1]}})
    assert names(session, "body.$.books") == {Name(entity="desk", field="books")}
    assert names(session, "body.$.shown.books[0]") == {Name(entity="book", field="id")}


def test_a_page_of_a_list_is_no_page_of_a_book() -> None:
    session = Session()
    session.call("a>b", "POST /pages", {"text": "x"}, 201, {"id": 1})
    session.call("a>b", "GET /pages?page=1", None, 200, [{"id": 1}])
    assert names(session, "query.page[0]") == {Name(entity="", field="page")}


def test_nothing_is_renamed_where_nothing_has_an_id() -> None:
    session = Session()
    session.call("a>b", "POST /sums", {"first": 1, "flag": True}, 200, {"second": 1})
    assert with_references(observed(session)) == observed(session)
