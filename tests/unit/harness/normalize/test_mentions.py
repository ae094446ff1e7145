"""What refers to a thing without saying so in its name."""

from __future__ import annotations

import pytest

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import flow_of, observed
from treaty.contract.json_value import JsonValue
from treaty.normalize.leaves import Leaf
from treaty.normalize.mentions import handed_out, is_ahead, is_counted, is_role, is_wrapped, spoken_keys, thing_named
from treaty.normalize.names import Name


def leaf(field: str, value: JsonValue = 1, location: str = "body.$.it") -> Leaf:
    return Leaf(location=location, value=value, name=Name(entity="order", field=field))


@pytest.mark.parametrize(
    ("field", "thing"),
    [("customer", "customer"), ("billing_customer", "customer"), ("orders", ""), ("page", ""), ("version", "")],
)
def test_the_last_word_of_a_field_names_a_thing_unless_it_counts(field: str, thing: str) -> None:
    assert thing_named(leaf(field)) == thing


def test_members_of_a_list_name_things_by_the_word_for_many() -> None:
    assert thing_named(leaf("tags", location="body.$.tags[0]")) == "tag"


def test_words_for_parts_and_numbers_beyond_chance_refer_to_things() -> None:
    assert is_role(leaf("from"))
    assert is_role(leaf("created_by"))
    assert is_role(leaf("amount", 2123803585846888960))
    assert not is_role(leaf("amount", 3))


@pytest.mark.parametrize(("value", "counted"), [("SHOP-12", True), ("INV-2026-0007", True), ("V-8804E100", False)])
def test_a_number_behind_a_word_has_a_form(value: str, counted: bool) -> None:
    assert is_counted(value) is counted


def test_a_thing_is_found_by_the_word_for_it_and_by_its_part() -> None:
    session = Session()
    session.call("a>b", "POST /accounts", {"name": "x"}, 201, {"id": 1})
    session.call("a>b", "POST /transfers", {"from": 1, "account": 1, "count": 1}, 201, {"id": 5, "from": 1})
    flow = flow_of(session)
    made = flow.at(1, "response.body.$.id")
    assert made is not None
    assert flow.at(2, "request.body.$.from") is made
    assert flow.at(2, "request.body.$.account") is made
    assert flow.at(2, "response.body.$.from") is made
    assert flow.at(2, "request.body.$.count") is None


def test_a_part_that_two_kinds_of_things_may_play_is_left_open() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "x"}, 201, {"id": 1})
    session.call("a>b", "POST /teams", {"name": "y"}, 201, {"id": 1})
    session.call("a>b", "POST /notes", {"owner": 1}, 201, {"id": 9})
    assert flow_of(session).at(3, "request.body.$.owner") is None


def test_what_a_change_handed_out_and_a_request_brings_back_is_the_providers() -> None:
    session = Session()
    session.call("a>b", "POST /vouchers", {"percent": 10}, 201, {"code": "V-8804E100", "kind": "spring"})
    session.call("a>b", "PUT /carts/7/voucher", {"code": "V-8804E100", "kind": "spring"}, 200, {})
    assert handed_out(observed(session)) == {("b", "V-8804E100")}
    flow = flow_of(session)
    token = flow.at(2, "request.body.$.code")
    assert token is not None
    assert token.provider == "b"
    assert flow.at(2, "request.body.$.kind") is None


def test_a_key_that_calls_about_something_else_speak_of_belongs_to_what_it_made() -> None:
    session = Session()
    session.call("a>b", "POST /projects", {"key": "SHOP"}, 201, {"id": 4, "key": "SHOP"})
    session.call("a>b", "POST /issues", {"project": {"key": "SHOP"}}, 201, {"id": 8})
    assert ("b", "project", "SHOP") in spoken_keys(observed(session))
    token = flow_of(session).at(2, "request.body.$.project.key")
    assert token is not None
    assert (token.origin, token.provider, token.unique) == (1, "b", True)


def test_times_ahead_and_days_from_today_on_move_with_the_clock() -> None:
    session = Session()
    session.call("a>b", "GET /free", None, 200, {})
    item = observed(session)[0]
    today = item.started.date().isoformat()
    assert is_ahead(leaf("day", today), item)
    assert is_ahead(leaf("day", "2999-01-01"), item)
    assert not is_ahead(leaf("day", "1999-01-01"), item)
    assert is_ahead(leaf("until", "2999-01-01T00:00:00Z", "query.until[0]"), item)
    assert not is_ahead(leaf("until", item.started.isoformat()), item)
    assert not is_ahead(leaf("until", "2999-01-01T00:00:00Z", "header.Until"), item)


def test_an_endless_word_that_an_answer_gave_out_is_the_providers() -> None:
    """A receipt has no digit at times; no language has words of that length."""
    session = Session()
    receipt = "xcqledyfhtkavjzpxbdalkalrtlbyfwjjgzkwujklyhwdgkhehacxcjsds"
    session.call("a>b", "POST /receive", {"from": "jobs"}, 200, {"receipt": receipt, "subject": "hello"})
    session.call("a>b", "POST /delete", {"receipt": receipt, "subject": "hello"}, 200, {})
    assert handed_out(observed(session)) == {("b", receipt)}


def test_a_name_that_was_chosen_is_found_as_a_key_and_in_lists() -> None:
    """Whatever those call it: ``_id`` of a document, ``keys`` that are asked for, a list of databases."""
    session = Session()
    session.call("a>b", "GET /_all", None, 200, ["_users"])
    session.call("a>b", "PUT /shop", None, 201, {"ok": True})
    session.call("a>b", "PUT /store", None, 201, {"ok": True})
    session.call("a>b", "POST /_bulk", {"docs": [{"_id": "shop", "note": "shop"}], "keys": ["store"]}, 201, [])
    session.call("a>b", "GET /_all", None, 200, ["_users", "shop", "store"])
    flow = flow_of(session)
    made = flow.at(2, "request.path[0]")
    assert made is not None
    assert flow.at(4, "request.body.$.docs[0]._id") is made
    assert flow.at(4, "request.body.$.docs[0].note") is None
    assert flow.at(4, "request.body.$.keys[0]") is flow.at(3, "request.path[0]")
    assert flow.at(5, "response.body.$[1]") is made


def test_what_nobody_asks_for_is_one_of_its_kind_all_the_same() -> None:
    """A sibling of the same field of the same call was brought back."""
    session = Session()
    session.call("a>b", "POST /parcels", {"to": "x"}, 201, {"code": "RX37000DE", "route": "R1-abcd"})
    session.call("a>b", "POST /parcels", {"to": "y"}, 201, {"code": "RX74000DE", "route": "R1-abcd"})
    assert handed_out(observed(session)) == frozenset()
    session.call("a>b", "GET /parcels/RX37000DE", None, 200, {"code": "RX37000DE"})
    assert handed_out(observed(session)) == {("b", "RX37000DE"), ("b", "RX74000DE")}


@pytest.mark.parametrize("text", ["YWNjdDox", "YWNjdDo4", "b2ZmPTE=", "b2ZmPTE", "eyJhIjoxfQ=="])
def test_base64_of_a_text_with_a_number_is_a_handle(text: str) -> None:
    """Whether or not it shows a digit itself."""
    assert is_wrapped(text)
    assert not is_counted(text)


@pytest.mark.parametrize("text", ["", "savings", "captured", "SHOP-12", "RX37000DE", "YWNjdDo", "two words"])
def test_other_texts_are_no_handles(text: str) -> None:
    assert not is_wrapped(text)


def test_a_handle_without_a_digit_is_handed_out() -> None:
    session = Session()
    session.call("a>b", "POST /accounts", {"name": "x"}, 201, {"h": "YWNjdDox", "kind": "savings"})
    session.call("a>b", "POST /moves", {"from": "YWNjdDox", "kind": "savings"}, 201, {})
    assert handed_out(observed(session)) == {("b", "YWNjdDox")}
