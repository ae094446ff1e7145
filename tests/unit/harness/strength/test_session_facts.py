from __future__ import annotations

from typing import Any

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.strength import pacts
from treaty.strength.session_facts import Facts, SessionFacts


def facts(*answers: Any, line: str = "GET /things", asked: str = "GET /things", status: int = 200) -> Facts:
    session = Session()
    for answer in answers:
        session.call("web>shop", asked, None, status, answer)
    contract = pacts.subject(pacts.interaction({}, line=line)).contract
    return SessionFacts(session.exchanges).of(contract, consumer="web", provider="shop")


def test_a_field_that_an_answer_lacks_is_optional() -> None:
    """Also inside lists; one that was never seen is unknown, not optional."""
    found = facts({"a": 1, "rows": [{"b": 1}, {}]}, {"rows": []})
    assert found.is_optional(("a",))
    assert found.is_optional(("rows", 0, "b"))
    assert not found.is_optional(("rows",))
    assert not found.is_optional(("never",))


def test_a_value_that_was_null_is_nullable() -> None:
    found = facts({"rows": [{"b": 1}]}, {"rows": [{"b": None}]})
    assert found.is_nullable(("rows", 7, "b"))
    assert not found.is_nullable(("rows",))


def test_words_and_lengths_are_remembered() -> None:
    found = facts({"a": "x", "rows": [1]}, {"a": "y", "rows": [1, 2]})
    assert found.was_seen(("a",), "y")
    assert not found.was_seen(("a",), "z")
    assert not found.was_seen(("a",), [])
    assert found.length_varies(("rows",))
    assert not found.length_varies(("a",))


def test_only_answers_to_such_requests_count() -> None:
    """The same edge, method, path and status."""
    assert facts({"a": None}, asked="GET /others") == Facts()
    assert facts({"a": None}, asked="POST /things") == Facts()
    assert facts({"a": None}, status=404) == Facts()
    assert facts({"a": None}) != Facts()


def headers(*answers: tuple[tuple[str, str], ...]) -> Facts:
    session = Session()
    for lines in answers:
        session.call("web>shop", "GET /things", None, 200, {"a": 1}, answer_headers=lines)
    contract = pacts.subject(pacts.interaction({})).contract
    return SessionFacts(session.exchanges).of(contract, consumer="web", provider="shop")


def test_headers_that_readers_rely_on_are_those_that_every_answer_has() -> None:
    """Of the custom ones those that never change; never what servers and proxies set as they like."""
    always = (("X-Api-Version", "3"), ("Server", "a/1"), ("X-Request-Id", "4"), ("Location", "/a/1"))
    found = headers((*always, ("X-Shard", "1"), ("Allow", "GET")), (*always, ("X-Shard", "2")))
    assert found.headers == {"x-api-version": "3", "location": "/a/1"}
    assert found.constant == {"x-api-version"}


def test_what_was_seen_once_is_not_called_constant() -> None:
    found = headers((("X-Api-Version", "3"), ("Cache-Control", "no-store")))
    assert found.headers == {"cache-control": "no-store"}
    assert found.constant == frozenset()


def test_answers_that_are_no_json_show_nothing() -> None:
    session = Session()
    session.call("web>shop", "GET /things", None, 200, None)
    contract = pacts.subject(pacts.interaction({})).contract
    assert SessionFacts(session.exchanges).of(contract, consumer="web", provider="shop") == Facts()
