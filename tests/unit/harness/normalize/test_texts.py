"""What is promised of text bodies."""

from __future__ import annotations

import re

from tests.unit.harness.normalize.sessions import Raw, Session
from tests.unit.harness.normalize.views import view_of


def plain(text: str, media_type: str = "text/plain") -> Raw:
    return Raw(text.encode(), media_type)


def promised(session: Session, description: str) -> tuple[str, list[str]]:
    view = view_of(session, "a>b", description)
    return view.interaction["response"]["body"]["content"], view.rule("$")


def test_a_text_around_ids_keeps_its_form() -> None:
    session = Session()
    session.call("a>b", "POST /rows", {"n": 1}, 201, plain("created 12 (ok)"))
    session.call("a>b", "GET /rows/12", None, 200, plain("x"))
    content, (regex,) = promised(session, "POST /rows -> 201")
    assert content == "created 9007001 (ok)"
    assert re.fullmatch(regex, "created 5 (ok)")
    assert not re.fullmatch(regex, "made 5 (ok)")


def test_a_text_that_was_sent_before_is_exact() -> None:
    session = Session()
    session.call("a>b", "POST /rows", {"name": "Ann Example"}, 201, {"id": 12})
    session.call("a>b", "GET /rows/12", None, 200, plain("Ann Example"))
    assert promised(session, "GET /rows/{id} -> 200") == ("Ann Example", [])


def test_a_table_keeps_its_heading() -> None:
    session = Session()
    session.call("a>b", "GET /rows.csv", None, 200, plain("id,name\n1,Ann\n", "text/csv"))
    content, (regex,) = promised(session, "GET /rows.csv -> 200")
    assert content == "id,name\n"
    assert re.fullmatch(regex, "id,name")
    assert re.fullmatch(regex, "id,name\r\n7,Bea\r\n8,Cid\r\n")
    assert not re.fullmatch(regex, "number,name\n7,Bea\n")


def test_tables_of_two_headings_are_any_text() -> None:
    session = Session()
    for head in ("a", "b"):
        session.call("a>b", "GET /rows.csv", None, 200, plain(f"{head}\n", "text/csv"))
    assert promised(session, "GET /rows.csv -> 200") == ("text", [r"[\s\S]*"])
