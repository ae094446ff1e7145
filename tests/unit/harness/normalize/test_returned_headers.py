"""Headers of answers that consumers send back."""

from __future__ import annotations

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import view_of
from treaty.normalize.returned_headers import returned_headers, returned_leaves

LOCK = "!hnoutgzkrhsiikt:rh6w7049es63e677e395t3859300f4xohm326143*"
NONCE = "6f1ed002-ab55-4cc8-9d0b-1f2a3c4d5e6f"


def locked() -> Session:
    """Give a session in which a lock is taken, and given back by the secret of a header."""
    session = Session()
    session.call("a>b", "POST /notes", {"title": "x"}, 201, {"id": 7})
    given = ("response.header.Lock-Token",)
    session.call("a>b", "LOCK /notes/7", None, 200, {}, answer_headers=(("Lock-Token", LOCK),), redacted=given)
    shown = ("request.header.If-Lock",)
    session.call("a>b", "UNLOCK /notes/7", None, 204, headers=(("If-Lock", LOCK),), redacted=shown)
    return session


def test_a_secret_that_a_header_gave_out_is_found_where_a_later_header_shows_it() -> None:
    """Whatever the two headers are called."""
    session = locked()
    returned = returned_headers(session.exchanges)
    assert returned == {("b", LOCK)}
    assert [leaf.location for leaf in returned_leaves(session.exchanges[1], returned)] == ["header.Lock-Token"]
    assert list(returned_leaves(session.exchanges[0], returned)) == []


def test_a_value_from_a_header_is_bound_by_the_set_up_and_is_no_slot() -> None:
    view = view_of(locked(), "a>b", "UNLOCK /notes/{id} -> 204")
    assert view.steps == ["call POST /notes -> 201", "call LOCK /notes/{id} -> 200"]
    assert "header.Lock-Token" in view.state["steps"][1]["call"]["bind"].values()
    assert view.generator("header", "If-Lock").startswith("${lock_token")


def test_rare_values_speak_for_themselves_and_others_do_not() -> None:
    session = Session()
    sent = (("X-Csrf", NONCE), ("If-Revision", "1"))
    session.call("a>b", "GET /form", None, 200, {}, answer_headers=(("X-Nonce", NONCE), ("X-Revision", "1")))
    session.call("a>b", "POST /form", {}, 200, headers=sent)
    assert returned_headers(session.exchanges) == {("b", NONCE)}


def test_what_was_sent_first_or_to_another_provider_was_not_given_out() -> None:
    session = Session()
    session.call("a>b", "POST /form", {}, 200, headers=(("X-Id", NONCE),), answer_headers=(("X-Id", NONCE),))
    session.call("a>c", "POST /form", {}, 200, headers=(("X-Id", NONCE),))
    assert returned_headers(session.exchanges) == frozenset()
