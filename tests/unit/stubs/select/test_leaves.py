"""Leaves of example requests, and reading the same places of requests that came."""

from __future__ import annotations

import pytest

from tests.unit.stubs.examples import interaction, json_body, matches, read_interaction, received, regex
from treaty.contract.json_value import JsonValue, Number
from treaty_stubs.select.leaves import ABSENT, Where, header_token, is_harmless, leaves_of, reader_of, token_of


def test_tokens_are_equal_exactly_when_leaves_are() -> None:
    """1, "1", true, null, and empty and filled containers are all told apart; numbers count by value."""
    values: list[JsonValue] = [1, "1", True, False, None, 0, "", [], [1], {}, {"a": 1}, Number("1.5")]
    tokens = [token_of(value) for value in values]
    assert len(set(tokens)) == len(values)
    assert token_of(Number("1.50")) == token_of(Number("1.5"))
    assert hash(token_of(Number("1.0"))) == hash(token_of(1))


def test_leaves_with_what_the_rules_ask_for() -> None:
    """Places without a rule are required; those under a rule, or under one above them, are not."""
    request = read_interaction(
        interaction(
            "x",
            method="POST",
            path="/users/7",
            request={
                "query": {"page": ["1"], "q": ["x"]},
                "headers": {"X-Tenant": ["a,  b"], "Accept": ["text/html"], "User-Agent": ["me"]},
                "body": json_body({"kind": "new", "items": [{"id": 1}]}),
                "matchingRules": {
                    "path": regex(r"/users/\d+"),
                    "query": {"q": matches("type")},
                    "body": {"$.items": matches("type", min=1)},
                },
            },
        )
    ).request
    assert {leaf.where: (leaf.token, leaf.required) for leaf in leaves_of(request)} == {
        ("path", 0): ("users", False),
        ("path", 1): ("7", False),
        ("query", "page", 0): ("1", True),
        ("query", "q", 0): ("x", False),
        ("header", "x-tenant"): ("a,b", True),
        ("header", "accept"): ("text/html", False),
        ("body", "kind"): ("new", True),
        ("body", "items", 0, "id"): (1, False),
    }


def test_a_regex_of_plain_letters_asks_for_just_its_text() -> None:
    """So that interactions told apart by such rules are found without trying each."""
    request = read_interaction(
        interaction(
            "x",
            request={
                "headers": {"X-A": ["tenant-1"], "X-B": ["a.c"]},
                "matchingRules": {"header": {"X-A": regex("tenant-1"), "X-B": regex("a.c")}},
            },
        )
    ).request
    required = {leaf.where: leaf.required for leaf in leaves_of(request)}
    assert required["header", "x-a"]
    assert not required["header", "x-b"]


@pytest.mark.parametrize(
    ("where", "token"),
    [
        (("path", 1), "7 a"),
        (("path", 2), ABSENT),
        (("query", "a", 1), "2"),
        (("query", "a", 2), ABSENT),
        (("header", "x-tenant"), "a,b"),
        (("header", "x-other"), ABSENT),
        (("body", "n"), 1),
        (("body", "deep", 1, "x"), True),
        (("body", "deep", 5, "x"), ABSENT),
        (("body", "missing"), ABSENT),
        (("body", "n", "below"), ABSENT),
    ],
)
def test_reading_a_place(where: Where, token: object) -> None:
    """What a request has at a place, as a token; ABSENT where it has nothing."""
    request = received(
        "POST",
        "/users/7%20a?a=1&a=2",
        headers={"X-Tenant": "a , b"},
        body={"n": 1, "deep": [0, {"x": True}]},
    )
    expected = token_of(token) if isinstance(token, bool) else token
    assert reader_of(where)(request) == expected


def test_harmless_headers() -> None:
    """Headers of the client's software and of the way never matter; credentials and content do."""
    assert is_harmless("user-agent")
    assert is_harmless("x-forwarded-for")
    assert is_harmless("traceparent")
    assert not is_harmless("authorization")
    assert not is_harmless("content-type")


def test_blanks_around_commas_do_not_matter() -> None:
    assert header_token(" a ,b,  c ") == header_token("a, b, c")
