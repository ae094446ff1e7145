"""The flow of identifying values."""

from __future__ import annotations

import base64
import hashlib

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import flow_of
from treaty.contract.json_value import dumps

UUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


def test_small_ids_of_different_things_stay_apart() -> None:
    session = Session()
    session.call("a>shop", "POST /users", {"name": "ann"}, 201, {"id": 1})
    session.call("a>shop", "POST /orders", {"user_id": 1}, 201, {"id": 1, "user_id": 1})
    session.call("a>shop", "GET /orders/1")
    flow = flow_of(session)
    user, order = flow.at(1, "response.body.$.id"), flow.at(2, "response.body.$.id")
    assert user is not None
    assert order is not None
    assert user is not order
    assert flow.at(2, "request.body.$.user_id") is user
    assert flow.at(2, "response.body.$.user_id") is user
    assert flow.at(3, "request.path[1]") is order
    assert (order.provider, order.origin, order.absent) == ("shop", 2, False)
    assert flow.named(1, "order", 1) is order
    assert flow.named(1, "payment", 1) is None


def test_rare_values_are_the_same_whatever_they_are_called() -> None:
    session = Session()
    session.call("a>b", "POST /jobs", {}, 202, {"tracking": UUID})
    session.call("a>c", "GET /reports?for=" + UUID)
    flow = flow_of(session)
    assert flow.at(2, "request.query.for[0]") is flow.at(1, "response.body.$.tracking")


def test_whole_numbers_in_paths_and_queries_may_be_texts_in_bodies() -> None:
    session = Session()
    session.call("a>b", "POST /things", {}, 201, {"id": "12"})
    session.call("a>b", "GET /things/12?thing_id=12")
    flow = flow_of(session)
    made = flow.at(1, "response.body.$.id")
    assert made is not None
    assert flow.at(2, "request.path[1]") is made
    assert flow.at(2, "request.query.thing_id[0]") is made


def test_a_text_of_digits_and_a_number_in_bodies_are_different() -> None:
    session = Session()
    session.call("a>b", "POST /things", {}, 201, {"id": 12})
    session.call("a>b", "POST /uses", {"thing_id": "12"})
    flow = flow_of(session)
    assert flow.at(2, "request.body.$.thing_id") is not flow.at(1, "response.body.$.id")


def test_what_nobody_made_and_a_read_did_not_find_is_absent() -> None:
    session = Session()
    session.call("a>b", "GET /things/99", None, 404)
    session.call("a>b", "POST /things", {}, 201, {"id": 5})
    session.call("a>b", "DELETE /things/5", None, 204)
    session.call("a>b", "GET /things/5", None, 404)
    flow = flow_of(session)
    missing, deleted = flow.at(1, "request.path[1]"), flow.at(4, "request.path[1]")
    assert missing is not None
    assert deleted is not None
    assert (missing.absent, deleted.absent) == (True, False)


def test_what_a_call_wrote_is_not_absent_even_when_its_answer_did_not_repeat_the_key() -> None:
    session = Session()
    session.call("a>b", "PUT /files/77", {"x": 1}, 201)
    session.call("a>b", "DELETE /files/77", None, 204)
    session.call("a>b", "GET /files/77", None, 404)
    deleted = flow_of(session).at(3, "request.path[1]")
    assert deleted is not None
    assert not deleted.absent


def test_a_key_that_the_consumer_chose_belongs_to_the_provider_that_took_it() -> None:
    session = Session()
    session.call("a>b", f"PUT /things/{UUID}", {"x": 1}, 201, {"id": UUID})
    token = flow_of(session).at(1, "request.path[1]")
    assert token is not None
    assert (token.provider, token.location) == ("b", "request.path[1]")


def test_a_value_that_a_provider_names_during_a_call_is_born_in_that_call() -> None:
    session = Session()
    session.call("client>order", "POST /orders", {}, 201, {"id": 1}, at=1, lasting=0.5)
    session.call("order>note", "POST /notes", {"order_id": 1}, 202, at=1.2)
    token = flow_of(session).at(2, "request.body.$.order_id")
    assert token is not None
    assert (token.provider, token.origin, token.location) == ("order", 1, "response.body.$.id")


def test_a_value_that_another_consumer_named_earlier_is_not_born_in_a_call() -> None:
    session = Session()
    session.call("web>note", "POST /notes", {"order_id": 1}, 202)
    session.call("client>order", "POST /orders", {}, 201, {"id": 1})
    token = flow_of(session).at(2, "response.body.$.id")
    assert token is not None
    assert (token.provider, token.origin) == ("", 1)


def test_secrets_from_outside_do_not_flow_and_those_given_out_do() -> None:
    session = Session()
    key, token = "key_1a2b3c4d5e6f7a8b9c0d", "tok_9f8e7d6c5b4a39281706f5"
    session.call("a>b", "POST /login", {"api_key": key}, 200, {"token": token}, redacted=("request.body.$.api_key",))
    session.call("a>b", "GET /me", headers=(("X-Token", token),), redacted=("request.header.X-Token",))
    flow = flow_of(session)
    assert flow.at(1, "request.body.$.api_key") is None
    assert flow.at(2, "request.header.X-Token") is flow.at(1, "response.body.$.token")


def test_tokens_of_an_exchange_come_in_the_order_of_its_leaves() -> None:
    session = Session()
    session.call("a>b", "POST /users/1?order_id=2", {"item_id": 3}, 201, {"id": 4})
    flow = flow_of(session)
    assert [location for location, _ in flow.tokens_of(1, "request.")] == [
        "request.path[1]",
        "request.query.order_id[0]",
        "request.body.$.item_id",
    ]
    assert [location for location, _ in flow.tokens_of(1, "response.")] == ["response.body.$.id"]
    assert flow.tokens_of(2, "") == []


def _basic(user: str, password: str = "pw") -> tuple[tuple[str, str], ...]:
    return (("Authorization", "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()),)


def test_a_key_that_made_something_at_its_path_is_unique() -> None:
    session = Session()
    session.call("a>b", "PUT /buckets/blog", {}, 201, {"data": {"id": "blog"}})
    session.call("a>b", "MKCALENDAR /ann/work/", None, 201)
    session.call("a>b", "PUT /buckets/seeded", {}, 200, {"data": {"id": "seeded"}})
    flow = flow_of(session)
    made, named, kept = (flow.at(1, "request.path[1]"), flow.at(2, "request.path[1]"), flow.at(3, "request.path[1]"))
    assert made is not None
    assert named is not None
    assert kept is not None
    assert (made.unique, named.unique, kept.unique) == (True, True, False)
    assert (made.provider, named.provider) == ("b", "b")


def test_who_logs_in_is_the_account_that_was_made_before() -> None:
    session = Session()
    session.call("a>b", "POST /signup", {"username": "ann", "password": "pw"}, 201, {"ok": True})
    session.call("a>b", "GET /notes", headers=_basic("ann"))
    session.call("a>b", "GET /notes", headers=_basic("stranger"))
    flow = flow_of(session)
    account = flow.at(1, "request.body.$.username")
    assert account is not None
    assert (account.provider, account.unique) == ("b", True)
    assert flow.at(2, "request.login") is account
    assert flow.at(3, "request.login") is None


def test_a_condition_names_the_entity_tag_of_an_answer() -> None:
    session = Session()
    session.call("a>b", "POST /notes", {}, 201, {"id": 1}, answer_headers=(("ETag", '"17"'),))
    session.call("a>b", "PUT /notes/1", {}, 200, headers=(("If-Match", '"17"'),))
    session.call("a>b", "PUT /notes/1", {}, 412, headers=(("If-None-Match", "*"),))
    flow = flow_of(session)
    tag = flow.at(1, "response.header.ETag")
    assert tag is not None
    assert flow.at(2, "request.header.If-Match") is tag
    assert flow.at(3, "request.header.If-None-Match") is None


def test_a_digest_of_the_body_identifies_nothing() -> None:
    session = Session()
    digest = hashlib.sha256(dumps({"x": 1}).encode()).hexdigest()
    session.call("a>b", "POST /things", {"x": 1}, headers=(("X-Content-SHA256", digest),))
    session.call("a>b", "POST /things", {"x": 2}, headers=(("X-Content-SHA256", digest),))
    flow = flow_of(session)
    assert flow.at(1, "request.header.X-Content-SHA256") is None
    assert flow.at(2, "request.header.X-Content-SHA256") is not None


def test_a_success_that_names_its_own_path_made_something_there() -> None:
    session = Session()
    session.call("a>b", "PUT /photos", None, 200, answer_headers=(("Location", "http://b.example/photos/"),))
    session.call("a>b", "PUT /settings", None, 200, answer_headers=(("Location", "/elsewhere"),))
    flow = flow_of(session)
    made = flow.at(1, "request.path[0]")
    assert made is not None
    assert made.unique
    assert flow.at(2, "request.path[0]") is None


def test_a_key_in_a_body_is_what_paths_name_the_thing_by() -> None:
    session = Session()
    session.call("a>b", "POST /teams", {"slug": "red-foxes", "label": "red-foxes"}, 201, {"slug": "red-foxes"})
    session.call("a>b", "GET /teams/red-foxes", None, 200, {"slug": "red-foxes"})
    flow = flow_of(session)
    team = flow.at(1, "request.body.$.slug")
    assert team is not None
    assert (team.provider, team.unique) == ("b", True)
    assert flow.at(2, "request.path[1]") is team
    assert flow.at(2, "response.body.$.slug") is team
    assert flow.at(1, "request.body.$.label") is None


def test_a_key_in_a_body_that_no_path_names_is_a_value_like_others() -> None:
    session = Session()
    session.call("a>b", "POST /teams", {"slug": "red-foxes"}, 201, {"slug": "red-foxes"})
    session.call("a>b", "GET /books/red-foxes")
    assert flow_of(session).at(1, "request.body.$.slug") is None


def test_a_name_that_a_thing_was_put_at_belongs_to_its_provider_once_that_speaks_of_it() -> None:
    session = Session()
    session.call("a>b", "PUT /tags/food", {"x": 1}, 204)
    session.call("a>b", "GET /tags", None, 200, [{"name": "food"}])
    flow = flow_of(session)
    tag = flow.at(1, "request.path[1]")
    assert tag is flow.at(2, "response.body.$[0].name")
    assert tag is not None
    assert (tag.provider, tag.unique) == ("b", False)


def test_a_name_that_was_looked_for_before_it_was_made_is_chosen_by_the_call_that_makes_it() -> None:
    session = Session()
    session.call("a>b", "PROPFIND /photos", None, 404)
    session.call("a>b", "MKCOL /photos/", None, 201)
    flow = flow_of(session)
    token = flow.at(2, "request.path[0]")
    assert token is not None
    assert (token.origin, token.provider, token.unique, token.absent) == (2, "b", True, False)
    assert flow.at(1, "request.path[0]") is token


def test_what_was_made_at_a_path_keeps_its_name_whatever_lies_below() -> None:
    session = Session()
    made = (("Location", "/contents/work/notes.txt"),)
    session.call("a>b", "PUT /contents/work", {}, 201, answer_headers=(("Location", "/contents/work"),))
    session.call("a>b", "PUT /contents/work/notes.txt", {}, 201, answer_headers=made)
    session.call("a>b", "POST /contents/work/notes.txt/checkpoints", None, 201, {"id": "one"})
    flow = flow_of(session)
    assert flow.at(3, "request.path[2]") is flow.at(2, "request.path[2]") is not None
