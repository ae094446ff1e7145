from __future__ import annotations

import json
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from tests.integration.verify import contracts
from tests.unit.harness.verify.tales import document, interaction
from treaty.contract.generating import Source, ValueMissing
from treaty.contract.json_value import JsonValue
from treaty.contract.model import HttpInteraction
from treaty.verify.sending import Sent, make_request


def send(content: dict[str, Any], **values: JsonValue) -> Sent:
    contract = document([content]).contract.interactions[0]
    assert isinstance(contract, HttpInteraction)
    source = Source(random=Random(1), clock=lambda: datetime(2026, 1, 31, tzinfo=UTC), state=values)
    return make_request(contract.request, source)


def test_values_of_the_state_go_into_every_part() -> None:
    content = interaction("POST", "/users/9", generated="/users/${id}")
    content["request"] |= {
        "query": {"page": ["1", "2"]},
        "headers": {"Authorization": ["Bearer x"], "Content-Type": ["application/json"]},
        "body": contracts.json_body({"owner": 9, "note": "n"}),
    }
    content["request"]["generators"] |= {
        "query": {"page": contracts.from_state("${page}")},
        "header": {"Authorization": contracts.from_state("Bearer ${token}")},
        "body": {"$.owner": contracts.from_state("${id}", "INTEGER")},
    }
    sent = send(content, id=4711, page="a b&c", token="t0")
    assert sent.call.method == "POST"
    assert sent.call.target == "/users/4711?page=a%20b%26c&page=a%20b%26c"
    assert dict(sent.call.headers) == {"Authorization": "Bearer t0", "Content-Type": "application/json"}
    assert json.loads(sent.call.body or b"") == {"owner": 4711, "note": "n"}
    assert sent.segments == ("users", "4711")


@pytest.mark.parametrize(
    ("expression", "value", "target"),
    [
        ("/files/${name}", "a b%/c?d#e", "/files/a%20b%25/c%3Fd%23e"),
        ("/files/${name}", "ü", "/files/%C3%BC"),
        ("${name}", "/files/7%20b", "/files/7%20b"),
        ("${name}", "http://shop:80/files/7", "/files/7"),
        ("name", "/files/7", "/files/7"),
    ],
)
def test_values_in_a_path_are_quoted_unless_they_are_the_path(expression: str, value: str, target: str) -> None:
    """A slash stays one, as the official engine has it."""
    assert send(interaction("GET", "/files/1", generated=expression), name=value).call.target == target


def test_a_path_as_people_write_it_is_quoted() -> None:
    assert send(interaction("GET", "/a b/ü/%20")).call.target == "/a%20b/%C3%BC/%20"


def test_a_value_that_no_state_gave_is_not_replaced_by_the_example() -> None:
    with pytest.raises(ValueMissing):
        send(interaction("GET", "/files/1", generated="/files/${name}"))


def test_headers_of_the_connection_are_left_to_the_client() -> None:
    content = interaction("GET", "/")
    content["request"]["headers"] = {"Host": ["x"], "Content-Length": ["9"], "Accept": ["a", "b"]}
    sent = send(content)
    assert sent.call.headers == (("Accept", "a"), ("Accept", "b"))


@pytest.mark.parametrize(("asked", "sent"), [("gzip, br;q=0.5, deflate", "gzip, deflate"), ("br", "identity")])
def test_only_codings_that_can_be_undone_are_asked_for(asked: str, sent: str) -> None:
    content = interaction("GET", "/")
    content["request"]["headers"] = {"Accept-Encoding": [asked]}
    assert send(content).call.headers == (("Accept-Encoding", sent),)


def test_a_header_cannot_smuggle_another() -> None:
    content = interaction("GET", "/")
    content["request"]["headers"] = {"X-Name": ["a"]}
    content["request"]["generators"] = {"header": {"X-Name": contracts.from_state("${name}")}}
    with pytest.raises(ValueError, match="line break"):
        send(content, name="a\r\nX-Admin: 1")


def test_a_body_tells_its_type() -> None:
    """The type of the body serves where no header is written."""
    content = interaction("POST", "/")
    content["request"]["body"] = contracts.json_body([1])
    assert send(content).call.headers == (("Content-Type", "application/json"),)


@pytest.mark.parametrize(
    ("headers", "body", "document_sent"),
    [
        ({}, contracts.json_body({"a": 1}), {"a": 1}),
        (
            {"Content-Type": ["application/x-www-form-urlencoded"]},
            {"contentType": "application/x-www-form-urlencoded", "encoded": False, "content": "a=1&a=2"},
            {"a": ["1", "2"]},
        ),
        ({}, {"contentType": "text/plain", "encoded": False, "content": "hello"}, None),
        ({}, None, None),
    ],
)
def test_echoes_can_refer_to_json_and_forms(headers: Any, body: Any, document_sent: Any) -> None:
    content = interaction("POST", "/")
    content["request"]["headers"] = headers
    if body is not None:
        content["request"]["body"] = body
    assert send(content).document == document_sent


def test_secret_slots_in_headers_are_filled_and_other_names_stay() -> None:
    """A name that is no slot may be meant as it is: the pact has no generator there."""
    content = interaction("GET", "/x")
    content["request"]["headers"] = {"Authorization": ["Bearer ${secret.token}"], "X-Template": ["${name}"]}
    slots: dict[str, Any] = {"secret.token": "t0"}
    sent = send(content, **slots)
    assert dict(sent.call.headers) == {"Authorization": "Bearer t0", "X-Template": "${name}"}
    with pytest.raises(ValueMissing, match="token"):
        send(content)


def test_moments_follow_the_clock_over_a_leap_day() -> None:
    """A year after the 29th of February is the 28th."""
    content = interaction("POST", "/x")
    content["request"] |= {
        "body": contracts.json_body({"on": "2000-01-01"}),
        "generators": {"body": {"$.on": {"type": "Date", "format": "yyyy-MM-dd", "expression": "+1 year"}}},
    }
    contract = document([content]).contract.interactions[0]
    assert isinstance(contract, HttpInteraction)
    source = Source(random=Random(1), clock=lambda: datetime(2024, 2, 29, 12, tzinfo=UTC))
    assert make_request(contract.request, source).call.body == b'{"on":"2025-02-28"}'
