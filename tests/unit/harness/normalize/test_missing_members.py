"""What a list leaves out though its set-up made it."""

from __future__ import annotations

from typing import Any

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import views_of


def lacking(line: str, count: int, shown: int) -> list[str]:
    """Give what a list of the first of some tickets says that it lacks."""
    session = Session()
    for number in range(1, count + 1):
        session.call("a>b", "POST /tickets", {"kind": "bug" if number <= shown else "wish"}, 201, {"id": number})
    session.call("a>b", line, None, 200, [{"id": number} for number in range(1, shown + 1)])
    (view,) = (view for view in views_of(session, "a>b") if view.request["method"] == "GET")
    facts: Any = view.interaction["comments"]["treaty"].get("closed", {})
    return [str(each) for each in facts.get("body.$[*].id", {}).get("lacks", [])]


def test_a_filter_leaves_out_what_it_is_not_about() -> None:
    (name,) = lacking("GET /tickets?kind=bug", 3, 2)
    assert name.startswith("${ticket_id")


def test_what_may_be_on_another_page_is_not_missing() -> None:
    """The list may be a part by what it asks for, by its length, or because nothing says why it leaves out one."""
    assert lacking("GET /tickets?kind=bug&limit=2", 3, 2) == []
    assert lacking("GET /tickets?kind=bug", 11, 10) == []
    assert lacking("GET /tickets", 3, 2) == []


def test_a_list_of_everything_lacks_nothing() -> None:
    assert lacking("GET /tickets?kind=bug", 2, 2) == []
