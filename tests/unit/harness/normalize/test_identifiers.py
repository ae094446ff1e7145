"""Which values identify something."""

from __future__ import annotations

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import flow_of, observed, view_of
from treaty.contract.json_value import JsonValue
from treaty.normalize.identifiers import is_identifier, unique_names
from treaty.normalize.names import Name

UUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


def test_the_mail_address_of_a_refused_second_one_is_unique() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "x", "email": "x@y.org"}, 201, {"id": 1})
    session.call("a>b", "POST /users", {"name": "x", "email": "x@y.org"}, 409)
    assert unique_names(observed(session)) == {("b", Name(entity="user", field="email"))}
    token = flow_of(session).at(2, "request.body.$.email")
    assert token is not None
    assert token.unique


def test_a_field_that_two_successes_shared_is_not_unique() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"title": "mr", "login": "x"}, 201, {"id": 1})
    session.call("a>b", "POST /users", {"title": "mr", "login": "y"}, 201, {"id": 2})
    session.call("a>b", "POST /users", {"title": "mr", "login": "x"}, 409)
    assert unique_names(observed(session)) == {("b", Name(entity="user", field="login"))}


def test_a_conflict_about_an_identifier_makes_nothing_unique() -> None:
    session = Session()
    session.call("a>b", "POST /payments", {"order_id": 1, "note": "n"}, 201, {"id": 1})
    session.call("a>b", "POST /payments", {"order_id": 1, "note": "n"}, 409)
    session.call("a>b", "PUT /things/1", {"name": "n"}, 200)
    session.call("a>b", "PUT /things/1", {"name": "n"}, 409)
    assert unique_names(observed(session)) == frozenset()


def test_a_key_that_makes_a_call_happen_once_is_new_for_each_verification() -> None:
    """With the recorded one a provider that was used before would give its old answer."""
    session = Session()
    for number in (1, 2):
        key = (("Idempotency-Key", f"charge-{number}-170000000{number}"),)
        session.call("a>b", "POST /charges", {"amount": 5}, 201, {"id": number}, headers=key)
    view = view_of(session, "a>b", "POST /charges -> 201")
    assert view.generator("header", "Idempotency-Key").startswith("${idempotency_key")
    rule = view.interaction["request"]["matchingRules"]["header"]["Idempotency-Key"]
    assert rule["matchers"] == [{"match": "regex", "regex": r"charge\-\d+\-\d+"}]


def test_the_same_call_again_has_the_same_new_key() -> None:
    """The set-up makes it first, and the interaction shows that it is not made again."""
    session = Session()
    for _ in range(2):
        key = (("Idempotency-Key", "charge-1-1700000001"),)
        session.call("a>b", "POST /charges", {"amount": 5}, 201, {"id": 1}, headers=key)
        session.call("a>b", "GET /charges/1", None, 200, {"id": 1, "amount": 5})
    flow = flow_of(session)
    first, again = (flow.at(number, "request.header.Idempotency-Key") for number in (1, 3))
    assert first is again is not None


def test_plain_values_identify_by_name_and_rare_ones_by_form() -> None:
    session = Session()
    body: JsonValue = {
        "id": 1,
        "count": 1,
        "ref": "A-1",
        "any": UUID,
        "flag_id": True,
        "none_id": None,
        "price_id": "a b",
    }
    session.call("a>b", "POST /x", body)
    found = {leaf.location for leaf in observed(session)[0].request if is_identifier(leaf)}
    assert found == {"body.$.id", "body.$.ref", "body.$.any"}
