"""Expectations say which requests are meant, how often, and why they were not met."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.stubs.examples import received
from treaty.errors import UsageError
from treaty_stubs.expectation import (
    MOST_SHOWN,
    Calls,
    HowOften,
    as_json_value,
    read_calls,
    read_how_often,
    unmet,
)
from treaty_stubs.journal import Entry
from treaty_stubs.message import Received


def entry(came: Received, *, status: int = 200, interaction: int | None = 0) -> Entry:
    """Enter a request."""
    return Entry(1, 0.0, came, status, interaction, "rules")


def accepts(text: str, came: Received, **conditions: Any) -> bool:
    """Hold a request against an expectation."""
    return read_calls(text, **conditions).accept(entry(came), "GET /users/{id} -> 200")


@pytest.mark.parametrize(
    ("text", "method", "target", "meant"),
    [
        ("GET /users/7", "GET", "/users/7", True),
        ("get /users/7", "GET", "/users/7?page=2", True),
        ("GET /users/7", "POST", "/users/7", False),
        ("* /users/7", "POST", "/users/7", True),
        ("GET /users/{id}", "GET", "/users/7", True),
        ("GET /users/{id}", "GET", "/users/", False),
        ("GET /users/{id}", "GET", "/users/7/orders", False),
        ("GET /users/**", "GET", "/users/7/orders", True),
        ("GET /users/**", "GET", "/orders/7", False),
        ("GET /users/a%20b", "GET", "/users/a%20b", True),
        ("GET /users?page=2", "GET", "/users?page=2&size=3", True),
        ("GET /users?page=2", "GET", "/users?page=3", False),
        ("GET /users?page=2", "GET", "/users", False),
        ("GET /users/{id} -> 200", "GET", "/anything", True),
        ("GET /users/{id} -> 404", "GET", "/anything", False),
    ],
)
def test_a_request_is_named_by_its_line_or_by_what_answered(text: str, method: str, target: str, meant: bool) -> None:
    assert accepts(text, received(method, target)) is meant


@pytest.mark.parametrize(
    ("conditions", "meant"),
    [
        ({"query": {"tag": ["a", "b"]}}, True),
        ({"query": {"tag": "a"}}, False),
        ({"query": {"flag": ""}}, True),
        ({"query": {"gone": ""}}, False),
        ({"headers": {"X-Trace": "7"}}, True),
        ({"headers": {"x-trace": "8"}}, False),
        ({"headers": {"X-Other": "7"}}, False),
    ],
)
def test_queries_and_headers_are_compared_by_name(conditions: dict[str, Any], meant: bool) -> None:
    came = received("GET", "/users?tag=a&tag=b&flag", headers={"x-TRACE": "7"})
    assert accepts("GET /users", came, **conditions) is meant


@pytest.mark.parametrize(
    ("body", "came", "meant"),
    [
        ({"name": "ada"}, b'{"name":"ada","age":3}', True),
        ({"name": "ada"}, b'{"name":"bob"}', False),
        ({"name": None}, b"{}", False),
        ({"price": 11.0}, b'{"price":11}', True),
        ({"price": 11}, b'{"price":"11"}', False),
        ({"items": [{"id": 1}]}, b'{"items":[{"id":1,"n":2}]}', True),
        ({"items": [{"id": 1}]}, b'{"items":[{"id":1},{"id":2}]}', False),
        ({"ok": True}, b'{"ok":1}', False),
        ("plain", b"plain", True),
        ("plain", b'"plain"', True),
        ("plain", b"other", False),
    ],
)
def test_a_body_needs_the_members_that_are_named(body: Any, came: bytes, meant: bool) -> None:
    assert accepts("POST /users", received("POST", "/users", body=came), body=as_json_value(body)) is meant


def test_bytes_are_compared_whole() -> None:
    assert accepts("POST /", received("POST", "/", body=b"\x00\x01"), body=b"\x00\x01")
    assert not accepts("POST /", received("POST", "/", body=b"\x00\x01\x02"), body=b"\x00\x01")


@pytest.mark.parametrize(
    ("asked", "said", "holds"),
    [
        ({}, "at least once", [1, 2, 3]),
        ({"times": 2}, "exactly 2 times", [2]),
        ({"times": 1}, "exactly once", [1]),
        ({"times": 0}, "never", [0]),
        ({"at_least": 2}, "at least 2 times", [2, 3]),
        ({"at_most": 2}, "at most 2 times", [0, 1, 2]),
        ({"at_least": 1, "at_most": 2}, "1 to 2 times", [1, 2]),
    ],
)
def test_how_often_is_said_in_words(asked: dict[str, int], said: str, holds: list[int]) -> None:
    how_often = read_how_often(**asked)
    assert str(how_often) == said
    assert [count for count in range(4) if count in how_often] == holds


@pytest.mark.parametrize("asked", [{"times": -1}, {"times": 1, "at_least": 1}, {"at_least": 3, "at_most": 2}])
def test_impossible_numbers_are_refused(asked: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        read_how_often(**asked)


@given(st.integers(0, 30), st.integers(0, 30), st.none() | st.integers(0, 30))
def test_an_expectation_is_met_exactly_when_the_count_lies_within_its_bounds(
    count: int, at_least: int, more: int | None
) -> None:
    how_often = HowOften(at_least=at_least, at_most=None if more is None else at_least + more)
    entries = [entry(received("GET", "/a"))] * count + [entry(received("GET", "/b"))] * 3
    text = unmet(read_calls("GET /a"), how_often, entries, lambda _: "")
    assert (text == "") is (at_least <= count and (more is None or count <= at_least + more))


@pytest.mark.parametrize(
    ("how_often", "certain"),
    [
        ({"times": 3}, False),
        ({"times": 2}, False),
        ({"at_least": 3}, False),
        ({"at_most": 2}, False),
        ({"times": 1}, True),
        ({"at_most": 1}, True),
    ],
)
def test_what_was_forgotten_could_be_what_is_meant(how_often: dict[str, int], certain: bool) -> None:
    """Two are known, and one came of which nothing is known: only that there are too many is certain."""
    entries = [entry(received("GET", "/a"))] * 2
    said = unmet(read_calls("GET /a"), read_how_often(**how_often), entries, lambda _: "", forgotten=1)
    assert said
    assert ("the journal keeps 1 request no longer, so it cannot tell" in said) is not certain
    assert unmet(read_calls("GET /a"), HowOften(at_least=2), entries, lambda _: "", forgotten=1) == ""


def test_an_unmet_expectation_says_what_came_instead() -> None:
    """Near requests name the part that was other; secrets are concealed."""
    entries = [
        entry(received("POST", "/users?page=1&api_key=hunter2secret", body=b'{"name":"bob"}'), status=201),
        entry(received("GET", "/health"), status=501, interaction=None),
    ]
    calls = read_calls("POST /users?page=2", body={"name": "ada"})
    said = unmet(calls, read_how_often(times=1), entries, lambda _: "")
    first, second, third = said.splitlines()
    assert first == 'POST /users with query page=2, body {"name":"ada"} was expected exactly once, and came never'
    assert second.startswith("  asked  POST /users?page=1&api_key=")
    assert second.endswith("-> 201  (another query page, another body)")
    assert third == "  asked  GET /health -> 501"
    assert "hunter2secret" not in said


def test_only_the_last_requests_are_shown() -> None:
    entries = [entry(received("GET", f"/{number}")) for number in range(MOST_SHOWN + 2)]
    lines = unmet(read_calls("GET /none"), HowOften(), entries, lambda _: "").splitlines()
    assert lines[1] == "  (2 earlier requests)"
    assert len(lines) == MOST_SHOWN + 2
    assert unmet(read_calls("GET /none"), HowOften(), [], lambda _: "").endswith("nothing was asked")


def test_what_names_nothing_is_refused() -> None:
    with pytest.raises(UsageError):
        read_calls("  ")
    with pytest.raises(UsageError):
        as_json_value({1, 2})


def test_everything_is_meant_where_nothing_is_said() -> None:
    assert Calls().accept(entry(received("GET", "/a")), "")
    assert str(Calls()) == "any method any path"
