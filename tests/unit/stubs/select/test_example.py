"""Telling whether a request is the example itself."""

from __future__ import annotations

from tests.unit.stubs.examples import interaction, json_body, matches, read_interaction, received
from treaty_stubs.select.example import Example


def test_an_example_is_recognised_in_another_spelling() -> None:
    """Order of members and blanks in JSON, order of parameters, and harmless headers make no difference."""
    is_example = Example(
        read_interaction(
            interaction(
                "x",
                method="POST",
                path="/a",
                request={
                    "query": {"p": ["1"], "q": ["2"]},
                    "headers": {"X-A": ["1, 2"], "User-Agent": ["u"]},
                    "body": json_body({"a": 1, "b": [True]}),
                },
            )
        ).request
    )
    headers = {"X-A": "1,2", "Content-Type": "application/json; charset=utf-8"}
    assert is_example(received("POST", "/a?q=2&p=1", headers=headers, body=b'{ "b": [true], "a": 1 }'))
    assert not is_example(received("POST", "/a?q=2&p=1", headers=headers, body={"a": 2, "b": [True]}))
    assert not is_example(received("POST", "/a?q=2", headers=headers, body={"a": 1, "b": [True]}))
    assert not is_example(received("POST", "/a?q=2&p=1", body={"a": 1, "b": [True]}))


def test_a_place_that_rules_leave_open_tells_a_request_from_the_example() -> None:
    """Only the value of the example there makes a request the example; in another spelling, too."""
    is_example = Example(
        read_interaction(
            interaction(
                "x",
                method="POST",
                path="/a",
                request={
                    "body": json_body({"sku": "a", "note": "n"}),
                    "matchingRules": {"body": {"$.note": matches("type")}},
                },
            )
        ).request
    )
    assert is_example(received("POST", "/a", body=b'{"note":"n","sku":"a"}'))
    assert not is_example(received("POST", "/a", body={"sku": "a", "note": "m"}))
    assert not is_example(received("POST", "/a", body={"sku": "b", "note": "n"}))
    assert not is_example(received("POST", "/a", body=b"no JSON"))
