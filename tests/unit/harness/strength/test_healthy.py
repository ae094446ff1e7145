from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.unit.harness.strength import pacts
from treaty.contract.json_value import JsonValue, Number
from treaty.strength.healthy import NOW, healthy_case, is_canonical_id, is_canonical_time, is_identifying
from treaty.strength.reply import Case


def body(case: Case) -> dict[str, Any]:
    assert isinstance(case.reply.document, dict)
    return case.reply.document


def test_a_healthy_reply_repeats_what_it_was_asked_with_other_values() -> None:
    """Ids are fresh and the same everywhere, also inside texts; times are of the day; constants stay."""
    case = healthy_case(pacts.subject())
    found = body(case)
    order = str(case.variables["order_id"])
    assert order != "9007002"
    assert case.sent.call.target == f"/orders/{order}"
    assert str(found["id"]) == order
    assert found["user_id"] == case.variables["user_id"]
    assert found["message"] == f"order {order} was placed"
    assert found["created_at"] == "2031-03-04T05:06:07.890Z"
    assert (found["status"], found["paid"], found["note"]) == ("pending", False, None)
    assert found["items"] == [{"sku": "A7", "price": Number("12.5"), "quantity": 2}]


def test_the_same_seed_gives_the_same_reply() -> None:
    """And another one gives other ids."""
    subject = pacts.subject()
    assert healthy_case(subject).reply == healthy_case(subject).reply
    assert body(healthy_case(subject, seed=1))["id"] != body(healthy_case(subject))["id"]


def test_another_day_moves_every_time() -> None:
    case = healthy_case(pacts.subject(), now=NOW + timedelta(days=1))
    assert body(case)["created_at"] == "2031-03-05T05:06:07.890Z"
    assert case.window.ended == NOW + timedelta(days=1)


def test_equal_examples_get_equal_values() -> None:
    """What the provider created is one identity wherever its example stands, in headers too."""
    uuid = "00000000-0000-4000-8000-000009007001"
    written = pacts.interaction(
        {"id": uuid, "copy": {"id": uuid}, "self": f"/things/{uuid}"},
        line="POST /things",
        status=201,
        headers={"Location": f"/things/{uuid}"},
        causes={"body.$.id": {"cause": "created"}},
    )
    case = healthy_case(pacts.subject(written))
    fresh = body(case)["id"]
    assert fresh != uuid
    assert body(case)["copy"]["id"] == fresh
    assert body(case)["self"] == f"/things/{fresh}"
    assert case.reply.header("location") == f"/things/{fresh}"


def test_members_of_a_list_are_echoed_in_step() -> None:
    written = pacts.interaction(
        {"rows": [{"name": "a"}, {"name": "b"}]},
        line="POST /things",
        sent={"rows": [{"name": "a"}, {"name": "b"}]},
        causes={"body.$.rows[*].name": {"cause": "echo", "of": "body.$.rows[*].name"}},
    )
    assert body(healthy_case(pacts.subject(written))) == {"rows": [{"name": "a"}, {"name": "b"}]}


def test_a_source_that_nobody_knows_leaves_the_example() -> None:
    """An echo of a place that the request has not, and of what is no place."""
    causes = {
        "body.$.a": {"cause": "echo", "of": "path[9]"},
        "body.$.b": {"cause": "echo", "of": "?"},
        "body.$.c": {"cause": "carried"},
    }
    written = pacts.interaction({"a": "x", "b": "y", "c": "z"}, causes=causes)
    assert body(healthy_case(pacts.subject(written))) == {"a": "x", "b": "y", "c": "z"}


def test_a_header_keeps_all_of_its_lines() -> None:
    written = pacts.interaction({"id": 1})
    written["response"]["headers"]["Vary"] = ["accept", "origin"]
    lines = healthy_case(pacts.subject(written)).reply.headers
    assert [value for name, value in lines if name == "Vary"] == ["accept", "origin"]


def test_canonical_examples_are_recognised() -> None:
    """Those that normalisation writes where an id or a time stood."""
    ids: tuple[JsonValue, ...] = (9007001, "T9007001", "00000000-0000-4000-8000-000009007001", "opaque-9007001")
    times: tuple[JsonValue, ...] = ("2000-01-01T00:15:00Z", "2000-01-01", 946684800, "Sat, 01 Jan 2000 00:00:00 GMT")
    others: tuple[JsonValue, ...] = (7, True, "19007001", "pending", None, "1999-12-31T00:00:00Z")
    assert all(is_canonical_id(value) for value in ids)
    assert all(is_canonical_time(value) for value in times)
    assert not any(is_canonical_id(value) or is_canonical_time(value) for value in others)


def test_a_text_around_a_made_up_number_keeps_its_form() -> None:
    """And the number is that of the id which it names."""
    causes = {"body.$.id": {"cause": "created"}, "body.$.reference": {"cause": "created"}}
    written = pacts.interaction({"id": 9007001, "reference": "N-9007001"}, line="POST /notes", causes=causes)
    found = body(healthy_case(pacts.subject(written)))
    assert found["reference"] == f"N-{found['id']}"
    assert found["id"] != 9007001


def test_names_of_identities_are_recognised() -> None:
    assert all(is_identifying(name) for name in ("id", "orderId", "user_id", "uuid", "payment-ref"))
    assert not any(is_identifying(name) for name in ("", "identity", "amount", "paid"))


def test_names_of_the_set_up_are_others_also_where_no_place_tells_which() -> None:
    """Of a list whose order nobody promises, only the whole says what is in it."""
    causes = {"body.$.name": {"cause": "carried"}}
    subject = pacts.subject(pacts.order(content={"name": "red"}, line="GET /orders/red", causes=causes, rules={}))
    case = healthy_case(subject)
    assert body(case)["name"] == case.variables["order_id"] != "red"
