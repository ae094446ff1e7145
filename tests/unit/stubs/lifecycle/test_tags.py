"""Entity tags of what clients made: another one after each change, and only the present one may be named."""

from __future__ import annotations

from tests.unit.stubs.lifecycle.shop import Asked
from treaty_stubs.message import Answer

NOTE = {"title": "Hello World", "text": "one two three"}


def tag_of(answer: Answer) -> str:
    """Give the entity tag that an answer tells."""
    (tag,) = [line.partition(": ")[2] for line in answer.head.decode().splitlines() if line.startswith("ETag: ")]
    return tag


def test_a_change_makes_another_tag_and_reads_show_it() -> None:
    asked = Asked("notes")
    made = tag_of(asked.answer("POST", "/notes", NOTE))
    assert tag_of(asked.answer("GET", "/notes/9007001")) == made
    changed = tag_of(asked.answer("PUT", "/notes/9007001", NOTE, if_match=made))
    assert changed != made
    assert tag_of(asked.answer("GET", "/notes/9007001")) == changed


def test_a_change_of_what_somebody_else_changed_meanwhile_is_refused() -> None:
    """Nobody recorded a 412, so it is a miss, and nothing is changed."""
    asked = Asked("notes")
    first = tag_of(asked.answer("POST", "/notes", NOTE))
    second = tag_of(asked.answer("PUT", "/notes/9007001", NOTE, if_match=first))
    lost = asked.answer("PUT", "/notes/9007001", {"title": "Lost", "text": "x"}, if_match=first)
    assert lost.status == 501
    assert b"If-Match names another entity tag" in lost.body
    assert asked("GET", "/notes/9007001")[1]["title"] == "Hello World"
    assert asked.answer("PUT", "/notes/9007001", NOTE, if_match=second).status == 200
    assert asked.answer("DELETE", "/notes/9007001", if_match=first).status == 501
    assert asked.answer("DELETE", "/notes/9007001", if_match="*").status == 204
