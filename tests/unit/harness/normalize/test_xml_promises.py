"""What is promised of XML."""

from __future__ import annotations

import re
from typing import Any

from tests.unit.harness.normalize.sessions import Raw, Session
from tests.unit.harness.normalize.views import view_of
from treaty.normalize.xml_promises import text_matcher_of, xml_path


def xml(text: str) -> Raw:
    """Build a body."""
    return Raw(text.encode(), "application/xml")


def books(first: int) -> Session:
    """Record a book that is made and read, and a list."""
    session = Session()
    one = f'<?xml version="1.0"?><book id="{first}">\n <title>Emma</title><price>12.50</price></book>'
    session.call("a>b", "POST /books", xml("<book><title>Emma</title></book>"), 201, xml(one))
    session.call("a>b", f"GET /books/{first}", None, 200, xml(one))
    several = "".join(f'<book id="{first + step}"><title>T{step} x</title></book>' for step in (0, 1))
    session.call("a>b", "GET /books", None, 200, xml(f"<books>{several}</books>"))
    session.call("a>b", "POST /loans", xml(f"<loan><bookId>{first}</bookId></loan>"), 201, xml('<loan id="3"/>'))
    return session


def body(session: Session, description: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Give content, rules and our keys."""
    interaction = view_of(session, "a>b", description).interaction
    response = interaction["response"]
    rules = {path: rule["matchers"] for path, rule in response["matchingRules"]["body"].items()}
    return response["body"]["content"], rules, interaction.get("comments", {}).get("treaty", {})


def test_ids_are_forms_and_what_was_sent_is_exact() -> None:
    """Paths are those that Pact's tools know; numbers hold by value."""
    content, rules, ours = body(books(7), "GET /books/{id} -> 200")
    book = '<book id="9007001"><title>Emma</title><price>9007001.5</price></book>'
    assert content == f'<?xml version="1.0" encoding="UTF-8"?>{book}'
    assert rules["$.book['@id']"] == [{"match": "regex", "regex": r"-?\d+"}]
    assert re.fullmatch(rules["$.book.price['#text']"][0]["regex"], "12.5")
    assert "$.book.title['#text']" not in rules
    assert ours["response"]["body.$.book['@id']"] == {"cause": "echo", "of": "path[1]"}


def test_of_a_list_all_members_are_like_one() -> None:
    """The example has one; our own note asks for the others."""
    content, rules, ours = body(books(7), "GET /books -> 200")
    assert content.count("<book ") == 1
    assert ours["each"] == ["$.books.book"]
    assert set(rules) == {"$.books.book['@id']", "$.books.book.title['#text']"}


def test_a_recording_with_other_ids_gives_the_same_bytes() -> None:
    """The ids are in attributes, elements and requests."""
    for description in ("GET /books/{id} -> 200", "GET /books -> 200", "POST /loans -> 201"):
        assert view_of(books(7), "a>b", description).interaction == view_of(books(90), "a>b", description).interaction


def test_a_request_takes_values_from_its_state_by_names_as_the_document_writes_them() -> None:
    """As the official engine looks for them."""
    session = Session()
    session.call("a>b", "POST /books", {"title": "Emma"}, 201, {"id": 12})
    asked = '<D:loan xmlns:D="DAV:"><D:book_id>12</D:book_id></D:loan>'
    session.call("a>b", "POST /loans", xml(asked), 201, xml('<loan id="3"/>'))
    request = view_of(session, "a>b", "POST /loans -> 201").interaction["request"]
    (path,) = request["generators"]["body"]
    assert path == "$['D:loan']['D:book_id']['#text']"
    assert request["body"]["content"] == asked.replace("12", "9007001")
    assert list(request["matchingRules"]["body"]) == ["$['DAV::loan']['DAV::book_id']['#text']"]


def test_numbers_are_texts_in_xml() -> None:
    """Rules of types say nothing there."""
    assert text_matcher_of({"match": "type"}) == {"match": "type"}
    assert re.fullmatch(str(text_matcher_of({"match": "integer"})["regex"]), "-12")
    assert re.fullmatch(str(text_matcher_of({"match": "number"})["regex"]), "1.5e3")


def test_a_path_without_positions() -> None:
    """Digits in quoted names stay."""
    assert xml_path("$.a[0].b[*]['x[1]']['#text']") == "$.a.b['x[1]']['#text']"
