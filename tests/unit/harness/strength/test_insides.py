from __future__ import annotations

from typing import Any

import pytest

from tests.unit.harness.strength import pacts
from treaty.contract.json_value import JsonValue, Number, dumps
from treaty.strength.healthy import healthy_case
from treaty.strength.insides import cast
from treaty.strength.reply import Case


def case(content: Any, causes: dict[str, Any], **more: Any) -> Case:
    return healthy_case(pacts.subject(pacts.interaction(content, causes=causes, **more)))


@pytest.mark.parametrize(
    ("value", "like", "made"),
    [
        ("12", 7, 12),
        (12, "7", "12"),
        ("1.50", Number("2.5"), Number("1.50")),
        ("x", 7, "x"),
        (12, 7, 12),
        (True, "x", "true"),
    ],
)
def test_a_value_takes_the_type_of_another(value: JsonValue, like: JsonValue, made: JsonValue) -> None:
    assert cast(value, like) == made


def test_a_value_inside_a_text_follows_what_it_comes_from() -> None:
    """The request, a variable of the set-up, or another value of the same answer."""
    causes = {
        "body.$.id": {"cause": "created"},
        "body.$.link|number[0]": {"cause": "created", "of": "response.body.$.id"},
        "body.$.text|number[1]": {"cause": "echo", "of": "path[1]"},
        "body.$.data|json.$.user": {"cause": "carried", "of": "${user_id}"},
        "header.Location|number[0]": {"cause": "created", "of": "response.body.$.id"},
    }
    content = {"id": 9007005, "link": "/notes/1", "text": "note 3 of order 2", "data": dumps({"user": 1})}
    found = case(
        content,
        causes,
        line="GET /orders/9007002",
        generated="/orders/${order_id}",
        headers={"Location": "/notes/4"},
        states=["an order exists"],
    )
    document = found.reply.document
    assert isinstance(document, dict)
    assert document["link"] == f"/notes/{document['id']}"
    assert found.reply.header("location") == f"/notes/{document['id']}"
    assert document["text"] == f"note 3 of order {found.variables['order_id']}"
    assert document["data"] == dumps({"user": found.variables["user_id"]})


def test_members_of_a_list_agree_with_themselves() -> None:
    causes = {
        "body.$.rows[*].id": {"cause": "created"},
        "body.$.rows[*].link|number[0]": {"cause": "created", "of": "response.body.$.rows[*].id"},
    }
    rows = [{"id": 9007001, "link": "/a/1"}, {"id": 9007002, "link": "/a/2"}]
    document = case({"rows": rows}, causes).reply.document
    assert isinstance(document, dict)
    assert [row["link"] for row in document["rows"]] == [f"/a/{row['id']}" for row in document["rows"]]


def test_a_text_body_follows_too() -> None:
    written = pacts.interaction(
        line="GET /orders/9007002",
        generated="/orders/${order_id}",
        causes={"body|number[0]": {"cause": "echo", "of": "path[1]"}},
    )
    written["response"]["body"] = {"contentType": "text/plain", "encoded": False, "content": "order 5 is here"}
    found = healthy_case(pacts.subject(written))
    assert found.reply.text == f"order {found.variables['order_id']} is here"


@pytest.mark.parametrize(
    ("place", "note"),
    [
        ("body.$.a|number[3]", {"cause": "echo", "of": "path[0]"}),
        ("body.$.n|number[0]", {"cause": "echo", "of": "path[0]"}),
        ("body.$.a|number[0]", {"cause": "echo", "of": "nowhere"}),
        ("body.$.a|number[0]", {"cause": "carried", "of": "${unknown}"}),
        ("body.$.a|number[0]", {"cause": "created"}),
        ("body.$.a|number[0]", {"cause": "created", "of": "response.body.$.none"}),
        ("header.None|number[0]", {"cause": "echo", "of": "path[0]"}),
    ],
)
def test_what_nobody_can_say_stays(place: str, note: dict[str, Any]) -> None:
    assert case({"a": "note 5", "n": 3}, {place: note}).reply.document == {"a": "note 5", "n": 3}
