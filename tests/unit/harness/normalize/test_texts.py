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


def test_a_digest_in_a_text_is_promised_by_its_form() -> None:
    """It is another one as soon as an id around it is."""
    session = Session()
    session.call("a>b", "POST /rows", {"n": 1}, 201, plain("created 12 at 4dd544f376ab087a0280fbf98bad6415"))
    session.call("a>b", "GET /rows/12", None, 200, plain("x"))
    content, (regex,) = promised(session, "POST /rows -> 201")
    assert content == f"created 9007001 at {'0' * 32}"
    assert re.fullmatch(regex, "created 5 at 000000f376ab087a0280fbf98bad6415")
    assert not re.fullmatch(regex, "created 5 at 4dd5")


def test_json_in_a_text_has_no_form_of_a_text() -> None:
    """Its members may be spelt in any way."""
    session = Session()
    session.call("a>b", "POST /rows", {"n": 1}, 201, plain('{"row": {"id": 12}} \n'))
    session.call("a>b", "GET /rows/12", None, 200, plain("x"))
    assert promised(session, "POST /rows -> 201")[1] == [r"[\s\S]*"]
