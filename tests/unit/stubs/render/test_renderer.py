"""Answers: examples, echoes, clocks, fresh identities, generators, headers."""

from __future__ import annotations

import base64
import json
import random
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.stubs.examples import interaction, json_body, matches, read_interaction, received, regex
from treaty.contract.matching import match_response
from treaty.contract.model import ActualResponse
from treaty_stubs.message import Answer, Received
from treaty_stubs.render.context import Context
from treaty_stubs.render.renderer import Renderer


def _render(written: dict[str, Any], request: Received | None = None, *, seed: int = 1) -> Answer:
    renderer = Renderer(read_interaction(written))
    context = Context(received=request or received(), chance=random.Random(seed))
    constant = renderer.constant(b"X-Treaty-Match: x\r\n")
    return constant if constant is not None else renderer.render(context, b"X-Treaty-Match: x\r\n")


def _body(written: dict[str, Any], request: Received | None = None, *, seed: int = 1) -> Any:
    return json.loads(_render(written, request, seed=seed).body)


def _lines(answer: Answer) -> list[str]:
    return answer.head.decode("latin-1").splitlines()


def test_a_constant_answer_is_the_example() -> None:
    """Status, headers and the very bytes of the body."""
    written = interaction(
        "x", status=201, response={"headers": {"X-A": ["1", "2"]}, "body": json_body({"a": [1, None]})}
    )
    answer = _render(written)
    assert answer.status == 201
    assert answer.body == read_interaction(written).response.body.data
    assert _lines(answer) == ["X-A: 1, 2", "Content-Type: application/json", "X-Treaty-Match: x"]
    assert Renderer(read_interaction(written)).constant(b"") is not None


def test_echoes_come_from_the_request() -> None:
    """From path, query, headers and body, in the type of the example; what the request lacks keeps the example."""
    written = interaction(
        "x",
        method="POST",
        response={"body": json_body({"id": 1, "page": 2, "who": "w", "name": "n", "deep": {"zip": "z"}, "kept": "k"})},
        causes={
            "body.$.id": {"cause": "echo", "of": "path[1]"},
            "body.$.page": {"cause": "echo", "of": "query.page[0]"},
            "body.$.who": {"cause": "echo", "of": "header.X-Who"},
            "body.$.name": {"cause": "echo", "of": "body.$.name"},
            "body.$.deep": {"cause": "echo", "of": "body.$.deep"},
            "body.$.kept": {"cause": "echo", "of": "body.$.other"},
        },
    )
    request = received(
        "POST",
        "/users/17?page=3",
        headers={"X-Who": "me"},
        body={"name": 'a "quoted" ü \\ \n', "deep": {"zip": "1", "more": [1.5]}},
    )
    assert _body(written, request) == {
        "id": 17,
        "page": 3,
        "who": "me",
        "name": 'a "quoted" ü \\ \n',
        "deep": {"zip": "1", "more": [1.5]},
        "kept": "k",
    }


def test_a_list_that_is_echoed_gets_the_elements_of_the_request() -> None:
    """As many elements as the request has, each with its own values beside those of the example."""
    written = interaction(
        "x",
        method="POST",
        response={"body": json_body({"items": [{"name": "n", "parts": [{"p": 1}], "state": "new"}]})},
        causes={
            "body.$.items[*].name": {"cause": "echo", "of": "body.$.rows[*].title"},
            "body.$.items[*].parts[*].p": {"cause": "echo", "of": "body.$.rows[*].sizes[*]"},
        },
    )
    rows = [{"title": "a", "sizes": [1, 2]}, {"title": "b", "sizes": []}, {"title": "c", "sizes": [3]}]
    assert _body(written, received("POST", body={"rows": rows})) == {
        "items": [
            {"name": "a", "parts": [{"p": 1}, {"p": 2}], "state": "new"},
            {"name": "b", "parts": [], "state": "new"},
            {"name": "c", "parts": [{"p": 3}], "state": "new"},
        ]
    }
    assert _body(written, received("POST", body={"rows": []})) == {"items": []}
    assert _body(written, received("POST", body={})) == {"items": [{"name": "n", "parts": [{"p": 1}], "state": "new"}]}


def test_times_are_fresh_and_keep_their_relations() -> None:
    """Equal ones stay equal, in any notation; what lies ahead lies as far ahead."""
    clock = {"cause": "clock"}
    written = interaction(
        "x",
        response={
            "body": json_body(
                {
                    "created": "2024-05-06T07:08:09Z",
                    "updated": "2024-05-06T07:08:09.000+02:00",
                    "same": "2024-05-06T07:08:09Z",
                    "expires": 1714980189,
                    "day": "2024-05-07",
                }
            ),
            "matchingRules": {"body": {"$.*": matches("type")}},
        },
        causes={f"body.$.{name}": clock for name in ("created", "same", "expires", "day")},
    )
    before = datetime.now(tz=UTC).replace(microsecond=0)
    body = _body(written)
    after = datetime.now(tz=UTC)
    created = datetime.fromisoformat(body["created"])
    assert before <= created <= after
    assert body["same"] == body["created"]
    assert datetime.fromtimestamp(body["expires"], tz=UTC) - created == timedelta(minutes=15)
    assert body["day"] == (created + timedelta(days=1)).date().isoformat()
    assert body["updated"] == "2024-05-06T07:08:09.000+02:00"


def test_created_identities_are_fresh_everywhere_they_appear() -> None:
    """One new value in each answer, the same in the body, inside links, and in Location."""
    rules = {
        "header": {"Location": regex(r"/orders/\d+")},
        "body": {"$.id": matches("integer"), "$.order_id": matches("integer"), "$.self": matches("type")},
    }
    written = interaction(
        "x",
        method="POST",
        status=201,
        response={
            "headers": {"Location": ["/orders/9007001"]},
            "body": json_body(
                {"id": 9007001, "order_id": 9007001, "self": "/orders/9007001/lines", "code": "A9007001"}
            ),
            "matchingRules": rules,
        },
        causes={"body.$.id": {"cause": "created"}},
    )
    first, second = (_render(written, seed=seed) for seed in (1, 2))
    body = json.loads(first.body)
    assert body["id"] == body["order_id"] != 9007001
    assert body["self"] == f"/orders/{body['id']}/lines"
    assert body["code"] == "A9007001"
    assert f"Location: /orders/{body['id']}" in _lines(first)
    assert json.loads(second.body)["id"] != body["id"]
    assert _render(written, seed=1).body == first.body


def test_an_identity_without_a_rule_keeps_its_example() -> None:
    """What is promised exactly is answered exactly."""
    written = interaction(
        "x", response={"body": json_body({"id": 9007001})}, causes={"body.$.id": {"cause": "created"}}
    )
    assert _body(written) == {"id": 9007001}


def test_a_value_that_its_own_rule_would_not_accept_keeps_the_example() -> None:
    """An id that must begin with 900 is not replaced by a random one; an echo that the rule refuses neither."""
    written = interaction(
        "x",
        path="/a",
        response={
            "body": json_body({"id": 9007001, "name": "fixed"}),
            "matchingRules": {"body": {"$.id": regex("900700[1]")}},
        },
        causes={"body.$.id": {"cause": "created"}, "body.$.name": {"cause": "echo", "of": "path[0]"}},
    )
    assert _body(written, received(target="/b")) == {"id": 9007001, "name": "fixed"}


def test_generators_of_the_pact_work() -> None:
    """Standard generators make fresh values; those of provider states have nothing to draw from."""
    written = interaction(
        "x",
        response={
            "headers": {"X-Trace": ["00000000"]},
            "body": json_body({"uuid": "x", "n": 5, "token": "t", "link": "http://other/users/1", "list": [{"i": 1}]}),
            "matchingRules": {
                "body": {"$.*": matches("type"), "$.list[*].i": matches("type")},
                "header": {"X-Trace": matches("type")},
            },
            "generators": {
                "header": {"X-Trace": {"type": "RandomHexadecimal", "digits": 8}},
                "body": {
                    "$.uuid": {"type": "Uuid"},
                    "$.n": {"type": "RandomInt", "min": 1000, "max": 1009},
                    "$.token": {"type": "ProviderState", "expression": "token"},
                    "$.link": {"type": "MockServerURL", "example": "http://other/users/1", "regex": ".*(/users/1)$"},
                    "$.list[*].i": {"type": "RandomInt", "min": 50, "max": 59},
                },
            },
        },
    )
    answer = _render(written)
    body = json.loads(answer.body)
    assert re.fullmatch(r"[0-9a-f-]{36}", body["uuid"])
    assert 1000 <= body["n"] <= 1009
    assert body["token"] == "t"
    assert body["link"] == "http://stub.test/users/1"
    assert 50 <= body["list"][0]["i"] <= 59
    assert re.fullmatch(r"X-Trace: [0-9A-Fa-f]{8}", _lines(answer)[0])
    assert _lines(answer)[0] != "X-Trace: 00000000"


def test_headers_that_belong_to_the_recorded_connection_are_left_out() -> None:
    """Lengths and codings are those of this answer; cookies keep their own lines."""
    headers = {
        "Content-Length": ["999"],
        "Transfer-Encoding": ["chunked"],
        "Connection": ["close"],
        "Content-Encoding": ["gzip"],
        "Set-Cookie": ["a=1; Path=/", "b=2"],
        "Bad Name": ["x"],
        "X-Split": ["a\r\nX-Injected: 1"],
    }
    answer = _render(interaction("x", response={"headers": headers, "body": json_body(1)}))
    assert _lines(answer) == [
        "Set-Cookie: a=1; Path=/",
        "Set-Cookie: b=2",
        "X-Split: a  X-Injected: 1",
        "Content-Type: application/json",
        "X-Treaty-Match: x",
    ]


def test_a_body_that_is_still_coded_keeps_its_coding() -> None:
    """Bytes that begin as gzip does are sent with the header that says so."""
    data = base64.b64encode(b"\x1f\x8b\x08rest").decode()
    body = {"contentType": "application/octet-stream", "encoded": "base64", "content": data}
    answer = _render(interaction("x", response={"headers": {"Content-Encoding": ["gzip"]}, "body": body}))
    assert answer.body == b"\x1f\x8b\x08rest"
    assert "Content-Encoding: gzip" in _lines(answer)


def test_an_answer_to_head_tells_the_recorded_length() -> None:
    written = interaction("x", method="HEAD", response={"headers": {"Content-Length": ["123"]}})
    answer = _render(written)
    assert (answer.length, answer.body) == (123, b"")


def test_a_text_body_can_be_an_echo() -> None:
    body = {"contentType": "text/plain", "encoded": False, "content": "hello"}
    written = interaction(
        "x", method="POST", response={"body": body}, causes={"body": {"cause": "echo", "of": "body.$.text"}}
    )
    assert _render(written, received("POST", body={"text": "hi"})).body == b"hi"
    assert _render(written, received("POST", body={})).body == b"hello"


@pytest.mark.parametrize(
    "causes", [{"body.$.a": "echo"}, {"body.$.a": {"cause": 7}}, {"???": {"cause": "echo", "of": "x"}}]
)
def test_notes_that_we_cannot_read_are_passed_over(causes: dict[str, Any]) -> None:
    """Another version may write more; the example is answered then."""
    assert _body(interaction("x", response={"body": json_body({"a": 1})}, causes=causes)) == {"a": 1}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)
_CAUSE = st.sampled_from(
    [{"cause": "created"}, {"cause": "clock"}, {"cause": "echo", "of": "body.$.a"}, {"cause": "echo", "of": "path[0]"}]
)
_EXAMPLE = st.one_of(
    st.integers(9007001, 9007003),
    st.sampled_from(["2024-05-06T07:08:09Z", "2024-05-06", "deadbeef01", "n", "/orders/9007001"]),
    _JSON,
)


@example({"a": [None, None], "d": [None, False]}, {"d": {"cause": "echo", "of": "body.$.a"}}, {})
@given(
    st.dictionaries(st.sampled_from("abcd"), _EXAMPLE, min_size=1),
    st.dictionaries(st.sampled_from("abcd"), _CAUSE),
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from([matches("type"), matches("integer"), regex(".*")])),
)
def test_every_answer_keeps_its_own_promise(
    content: dict[str, Any], causes: dict[str, Any], rules: dict[str, Any]
) -> None:
    """An answer to the example request satisfies the response's rules wherever the example itself does."""
    written = interaction(
        "x",
        method="POST",
        path="/n",
        request={"body": json_body({"a": content.get("a")})},
        response={
            "body": json_body(content),
            "matchingRules": {"body": {f"$.{key}": rule for key, rule in rules.items()}},
        },
        causes={f"body.$.{key}": cause for key, cause in causes.items()},
    )
    promise = read_interaction(written).response
    answer = _render(written, received("POST", "/n", body={"a": content.get("a")}))

    def broken(data: bytes) -> set[str]:
        actual = ActualResponse(status=200, headers=(("Content-Type", "application/json"),), body=data)
        return {mismatch.location for mismatch in match_response(promise, actual)}

    assert broken(answer.body) <= broken(promise.body.data)
