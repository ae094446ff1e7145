"""Values inside texts of an answer, and values that repeat other places of the same answer."""

from __future__ import annotations

import json
import random
from typing import Any

from tests.unit.stubs.examples import interaction, json_body, matches, read_interaction, received
from treaty_stubs.message import Answer, Received
from treaty_stubs.render.causes import Cause
from treaty_stubs.render.context import Context
from treaty_stubs.render.inner import patched
from treaty_stubs.render.places import parse_place
from treaty_stubs.render.renderer import Renderer


def _render(written: dict[str, Any], request: Received) -> Answer:
    return Renderer(read_interaction(written)).render(Context(received=request, chance=random.Random(1)), b"")


def test_numbers_and_rare_values_inside_texts_follow_the_request() -> None:
    """The text around them stays, and what the request lacks stays too."""
    rare = "8f14e45fceea167a"
    written = interaction(
        "x",
        path="/users/7/orders/8",
        response={
            "headers": {"Link": [f"</users/7?after={rare}>; rel=next"]},
            "body": json_body({"self": "/v1/users/7/orders/8", "plain": 1}),
            "matchingRules": {"body": {"$.self": matches("type")}, "header": {"Link": matches("type")}},
        },
        causes={
            "body.$.self|number[0]": {"cause": "echo", "of": "path[1]"},
            "body.$.self|number[1]": {"cause": "echo", "of": "path[3]"},
            "header.Link|rare[0]": {"cause": "echo", "of": "header.X-After|json.$.id"},
        },
    )
    got = received(target="/users/12/orders/345", headers={"X-After": '{"id": "00112233445566aa"}'})
    answer = _render(written, got)
    assert json.loads(answer.body) == {"self": "/v1/users/12/orders/345", "plain": 1}
    assert b"Link: </users/7?after=00112233445566aa>; rel=next\r\n" in answer.head
    assert rare.encode() in _render(written, received(target="/users/12/orders/345")).head


def test_a_place_of_the_same_answer_is_repeated_as_it_is_there() -> None:
    """A fresh identity stands in the link and in the header too, whole or inside, also where it is short."""
    written = interaction(
        "x",
        method="POST",
        status=201,
        response={
            "headers": {"Location": ["/orders/7"]},
            "body": json_body({"id": 7, "self": "/orders/7", "number": "7", "loop": "a"}),
            "matchingRules": {
                "body": {"$.id": matches("integer"), "$.self": matches("type"), "$.number": matches("type")},
                "header": {"Location": matches("type")},
            },
        },
        causes={
            "body.$.id": {"cause": "created"},
            "body.$.self|number[0]": {"cause": "created", "of": "response.body.$.id"},
            "body.$.number": {"cause": "created", "of": "response.header.Location|number[0]"},
            "body.$.loop": {"cause": "echo", "of": "response.body.$.loop"},
            "header.Location|number[0]": {"cause": "created", "of": "response.body.$.id"},
        },
    )
    answer = _render(written, received("POST", body={}))
    body = json.loads(answer.body)
    assert body["id"] != 7
    assert body == {"id": body["id"], "self": f"/orders/{body['id']}", "number": str(body["id"]), "loop": "a"}
    assert f"Location: /orders/{body['id']}\r\n".encode() in answer.head


def test_a_value_of_the_set_up_that_the_request_holds_is_repeated() -> None:
    """The same variable in request and answer means that the two are equal."""
    generators = {"path": {"type": "ProviderState", "expression": "/users/${id_1}/card"}}
    written = interaction(
        "x",
        path="/users/9007001/card",
        request={"generators": generators},
        response={"body": json_body({"owner": 9007001, "other": 9007002})},
        causes={
            "body.$.owner": {"cause": "carried", "of": "${id_1}"},
            "body.$.other": {"cause": "carried", "of": "${id_2}"},
        },
    )
    written["response"]["matchingRules"] = {"body": {"$.owner": matches("integer")}}
    assert json.loads(_render(written, received(target="/users/12/card")).body) == {"owner": 12, "other": 9007002}


def test_a_text_without_such_values_has_no_source() -> None:
    """A place that the example does not have, and values inside JSON, keep the example."""
    place = parse_place("body.$.a|number[3]")
    deeper = parse_place("body.$.a|json.$.b")
    assert place is not None
    assert deeper is not None
    causes = [Cause(place=place, kind="created"), Cause(place=deeper, kind="created")]
    assert patched("only 1 number", causes, lambda _cause, _example: lambda _context, _indices: 5) is None
