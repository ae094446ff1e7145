"""Provider states written out."""

from __future__ import annotations

import base64

import pytest

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import View, view_of, views_of


def name(view: View) -> str:
    return str(view.state.get("name", ""))


def shop(first: int = 1) -> Session:
    session = Session()
    session.call("a>b", "POST /users", {"name": "x"}, 201, {"id": first})
    session.call("a>b", "POST /orders", {"user_id": first}, 201, {"id": first + 6, "user_id": first})
    session.call("a>b", f"PUT /orders/{first + 6}/status", {"status": "paid"}, 200)
    session.call("a>b", f"GET /orders/{first + 6}", None, 200, {"id": first + 6, "user_id": first, "status": "paid"})
    return session


def test_a_state_replays_its_steps_with_variables_and_binds_what_it_makes() -> None:
    view = view_of(shop(), "a>b", "GET /orders/{id} -> 200")
    key = view.interaction["providerStates"][0]["params"]["treaty"]
    user, order = f"user_id_{key[:6]}", f"order_id_{key[:6]}"
    # The names carry the hash of the content without them, and the key is that hash.
    assert len(key) == 12
    make_user, make_order, pay = (step["call"] for step in view.state["steps"])
    assert make_user["bind"] == {user: "body.$.id"}
    assert make_order["bind"] == {order: "body.$.id"}
    assert make_order["request"]["body"]["content"] == {"user_id": "${" + user + "}"}
    assert pay["request"]["path"] == "/orders/${" + order + "}/status"
    assert "bind" not in pay
    assert view.generator("path") == "/orders/${" + order + "}"


def test_a_state_is_named_for_people() -> None:
    assert name(view_of(shop(), "a>b", "GET /orders/{id} -> 200")) == (
        "a user exists, an order exists, order status set to paid"
    )


def test_the_same_set_up_has_the_same_hash_whatever_the_ids() -> None:
    def hashes(first: int) -> list[object]:
        return [view.interaction.get("providerStates") for view in views_of(shop(first), "a>b")]

    assert hashes(1) == hashes(500)


def test_the_empty_state_is_not_written() -> None:
    assert "providerStates" not in view_of(shop(), "a>b", "POST /users -> 201").interaction


def test_unused_ids_are_not_bound() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "x"}, 201, {"id": 1, "profile": {"id": 8}})
    session.call("a>b", "GET /users/1", None, 200, {"id": 1})
    (step,) = view_of(session, "a>b", "GET /users/{id} -> 200").state["steps"]
    assert list(step["call"]["bind"].values()) == ["body.$.id"]


def test_what_another_provider_made_is_minted() -> None:
    session = Session()
    session.call("a>user", "POST /users", {"name": "x"}, 201, {"id": 3})
    session.call("a>order", "POST /orders", {"user_id": 3}, 201, {"id": 1, "user_id": 3})
    view = view_of(session, "a>order", "POST /orders -> 201")
    assert list(view.state["mint"].values()) == [{"type": "integer", "like": 9007001}]
    assert name(view) == "new user id"
    assert view.request["generators"]["body"]["$.user_id"]["dataType"] == "INTEGER"


@pytest.mark.parametrize(
    ("value", "kind"),
    [("3f2504e0-4f89-41d3-9a0c-0305e82c3301", "uuid"), ("5f3e9a0c0305", "hex")],
)
def test_random_values_of_the_consumer_are_minted(value: str, kind: str) -> None:
    session = Session()
    session.call("a>b", "POST /payments", {"idempotency_key": value}, 201, {"id": 1})
    (mint,) = view_of(session, "a>b", "POST /payments -> 201").state["mint"].values()
    assert mint["type"] == kind


def test_what_must_be_unique_is_minted_in_the_set_up_and_in_the_request_alike() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"email": "x@y.org"}, 201, {"id": 1})
    session.call("a>b", "POST /users", {"email": "x@y.org"}, 409, {"error": "taken"})
    view = view_of(session, "a>b", "POST /users -> 409")
    (variable,) = view.state["mint"]
    assert view.state["mint"][variable] == {"type": "string", "like": "x@y.org"}
    assert view.state["steps"][0]["call"]["request"]["body"]["content"] == {"email": "${" + variable + "}"}
    assert view.generator("body", "$.email") == "${" + variable + "}"


def test_variables_of_one_name_are_told_apart() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "x"}, 201, {"id": 1})
    session.call("a>b", "POST /users", {"name": "y"}, 201, {"id": 2})
    session.call("a>b", "POST /friends", {"user_id": 1, "other": {"user_id": 2}}, 201, {"id": 1})
    view = view_of(session, "a>b", "POST /friends -> 201")
    assert name(view) == "several users exist"
    bound = {name.rsplit("_", 1)[0] for step in view.state["steps"] for name in step["call"]["bind"]}
    assert bound == {"user_id", "user_id_2"}


def test_dollars_in_recorded_texts_are_no_variables() -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "${x} y"}, 201, {"id": 1})
    session.call("a>b", "GET /users/1", None, 200, {"id": 1})
    (step,) = view_of(session, "a>b", "GET /users/{id} -> 200").state["steps"]
    assert step["call"]["request"]["body"]["content"] == {"name": "$${x} y"}


def test_a_time_driven_state_is_awaited_with_a_bound() -> None:
    session = Session()
    session.call("a>b", "POST /payments", {}, 201, {"id": 1, "status": "pending"})
    session.call("a>b", "GET /payments/1", None, 200, {"id": 1, "status": "success"})
    view = view_of(session, "a>b", "GET /payments/{id} -> 200")
    wait = view.state["steps"][1]["await"]
    assert (wait["until"], wait["seconds"]) == ({"body.$.status": "success"}, 30)
    assert name(view) == "a payment exists, its status is success"


@pytest.mark.parametrize(
    ("line", "status", "phrase"),
    [
        ("DELETE /users/1", 204, "a user exists, the user deleted"),
        ("PATCH /users/1", 200, "a user exists, the user updated"),
        ("POST /users/1/lock", 200, "a user exists, lock of the user done"),
    ],
)
def test_steps_are_put_into_words(line: str, status: int, phrase: str) -> None:
    session = Session()
    session.call("a>b", "POST /users", {"name": "x"}, 201, {"id": 1})
    session.call("a>b", line, None, status)
    session.call("a>b", "GET /users/1", None, 200, {"id": 1})
    assert name(view_of(session, "a>b", "GET /users/{id} -> 200")) == phrase


def test_what_a_consumer_named_and_logs_in_as_is_new_for_each_set_up() -> None:
    """The account, the things it made under chosen keys, and its credentials vary together."""
    session = Session()
    login = (("Authorization", "Basic " + base64.b64encode(b"ann:pw").decode()),)
    session.call("a>b", "PUT /accounts/ann", {"password": "pw"}, 201, {"id": "ann"})
    session.call("a>b", "PUT /buckets/blog", None, 201, {"id": "blog", "owner": "account:ann"}, headers=login)
    session.call("a>b", "GET /buckets/blog", None, 200, {"id": "blog", "owner": "account:ann"}, headers=login)
    view = view_of(session, "a>b", "GET /buckets/{id} -> 200")
    suffix = view.interaction["providerStates"][0]["params"]["treaty"][:6]
    assert view.state["mint"] == {
        f"account_id_{suffix}": {"type": "string", "like": "ann"},
        f"bucket_id_{suffix}": {"type": "string", "like": "blog"},
        f"basic_{suffix}": {"type": "base64", "like": f"${{account_id_{suffix}}}:pw"},
    }
    account, bucket = (step["call"]["request"] for step in view.state["steps"])
    assert account["path"] == f"/accounts/${{account_id_{suffix}}}"
    assert bucket["headers"]["Authorization"] == [f"Basic ${{basic_{suffix}}}"]
    assert view.generator("header", "Authorization") == f"Basic ${{basic_{suffix}}}"
    assert view.rule("$.owner") == ["type"]


def test_what_lies_below_a_collection_needs_the_calls_that_made_it() -> None:
    session = Session()
    session.call("a>b", "PUT /photos", None, 200)
    session.call("a>b", "PUT /other", None, 200)
    session.call("a>b", "POST /photos", None, 200)
    session.call("a>b", "GET /photos/cat", None, 200, {"size": 1})
    assert view_of(session, "a>b", "GET /photos/cat -> 200").steps == ["call PUT /photos -> 200"]


def test_an_entity_tag_is_bound_for_the_condition_that_names_it() -> None:
    session = Session()
    session.call("a>b", "POST /notes", {}, 201, {"id": 1}, answer_headers=(("ETag", '"17"'),))
    session.call("a>b", "DELETE /notes/1", None, 204, headers=(("If-Match", '"17"'),))
    view = view_of(session, "a>b", "DELETE /notes/{id} -> 204")
    assert sorted(view.state["steps"][0]["call"]["bind"].values()) == ["body.$.id", "header.ETag"]
    assert view.generator("header", "If-Match").startswith("${note_etag_")


def test_a_name_that_a_consumer_chose_is_followed_inside_other_texts_of_requests() -> None:
    """A header, a parameter and a field that hold the name among other characters vary with it."""
    session = Session()
    session.call("a>b", "PUT /photos", None, 200, answer_headers=(("Location", "/photos"),))
    session.call(
        "a>b",
        "POST /photos/copies?from=photos:cat&other=telephotos",
        {"source": "store/photos/cat", "cost": "${x}"},
        200,
        headers=(("X-Copy-Source", "photos/cat"),),
    )
    view = view_of(session, "a>b", "POST /{id}/copies -> 200")
    suffix = view.interaction["providerStates"][0]["params"]["treaty"][:6]
    name = f"${{id_{suffix}}}"
    assert view.generator("path") == f"/{name}/copies"
    assert view.generator("header", "X-Copy-Source") == f"{name}/cat"
    assert view.generator("query", "from") == f"{name}:cat"
    assert view.generator("query", "other") == ""
    assert view.generator("body", "$.source") == f"store/{name}/cat"
    assert view.generator("body", "$.cost") == ""


def test_names_inside_the_texts_of_steps_are_variables_too() -> None:
    session = Session()
    session.call("a>b", "PUT /buckets/photos", {"x": 1}, 201, {"id": "photos"})
    session.call("a>b", "PUT /buckets/photos/cat2", None, 200, headers=(("X-Copy-Source", "photos/${cat}"),))
    session.call("a>b", "GET /buckets/photos/cat2", None, 200, {"size": 1})
    view = view_of(session, "a>b", "GET /buckets/{id}/cat2 -> 200")
    made, copied = (step["call"]["request"] for step in view.state["steps"])
    assert made["path"] == copied["path"].removesuffix("/cat2")
    name = made["path"].removeprefix("/buckets/")
    assert copied["headers"]["X-Copy-Source"] == [f"{name}/$${{cat}}"]


def test_what_was_made_under_a_chosen_name_exists_and_indexes_are_no_part_of_names() -> None:
    session = Session()
    session.call("a>b", "PUT /groups/editors", {"members": ["bob"]}, 201, {"id": "editors"})
    session.call("a>b", "PATCH /groups/editors", {"members": ["ann"]}, 200, {"id": "editors"})
    session.call("a>b", "GET /groups/editors", None, 200, {"id": "editors"})
    assert name(view_of(session, "a>b", "GET /groups/{id} -> 200")) == "a group exists, group fields set to members ann"
