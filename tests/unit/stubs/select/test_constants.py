"""Constants of bodies, apart from their rules."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.stubs.examples import interaction, json_body, matches, read_interaction, received, regex
from treaty.contract.matching import match_request
from treaty.contract.model import Request
from treaty_stubs.message import Received
from treaty_stubs.select.constants import has_constants, has_headers, split_constants
from treaty_stubs.select.rules import kind_of


def _request(content: Any, rules: dict[str, Any] | None = None) -> Request:
    written = interaction(
        "x", method="POST", request={"body": json_body(content), "matchingRules": {"body": rules or {}}}
    )
    return read_interaction(written).request


def test_requests_that_differ_in_constants_share_their_rules() -> None:
    """Texts and whole numbers below objects are taken out; elements of lists and what rules are about stay."""
    rules = {"$.note": matches("type"), "$.tags": matches("type", min=1)}
    first, second = (
        split_constants(_request({"sku": sku, "deep": {"n": 1}, "note": note, "tags": ["a"], "list": [1]}, rules))
        for sku, note in (("a", "x"), ("b", "y"))
    )
    assert first.constants == ((("sku",), "a"), (("deep", "n"), 1))
    assert second.constants == ((("sku",), "b"), (("deep", "n"), 1))
    assert kind_of(first.request) == kind_of(second.request)


def test_without_constants_the_request_is_left() -> None:
    """No JSON, no constants, or rules everywhere."""
    whole = _request({"a": 1}, {"$": matches("type")})
    assert split_constants(whole).request is whole
    scalar = _request(7)
    assert split_constants(scalar).request is scalar
    without = read_interaction(interaction("x")).request
    assert split_constants(without).request is without


_LEAF = st.sampled_from(["", "a", 0, 1, True, None, 1.5])
_DOCUMENT = st.dictionaries(
    st.sampled_from(["a", "b.c", "d"]),
    st.recursive(
        _LEAF, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["x", "y"]), inner)
    ),
)
_RULES = st.dictionaries(
    st.sampled_from(["$.a", "$.d", "$.d.x", "$['b.c']", "$.*"]),
    st.sampled_from([matches("type"), matches("integer"), matches("equality")]),
)


@given(_DOCUMENT, _RULES, _DOCUMENT)
def test_constants_and_shared_rules_together_say_what_the_rules_say(
    content: dict[str, Any], rules: dict[str, Any], came: dict[str, Any]
) -> None:
    """For the example itself and for any other body."""
    request = _request(content, rules)
    split = split_constants(request)
    for body in (content, came, {**content, **came}):
        actual = received("POST", body=body)
        together = has_constants(split.constants, actual) and not match_request(split.request, actual.actual)
        assert together == (not match_request(request, actual.actual))


def test_headers_that_must_have_one_value_are_taken_out() -> None:
    """By equality or by a rule that accepts one text; what is a list, a choice or open stays with the rules."""
    headers = {"X-A": ["1"], "X-B": ["b"], "X-C": ["c"], "Vary": ["X-A"], "Accept": ["text/html"], "X-D": ["1, 2"]}
    rules = {"header": {"x-b": regex("b"), "X-C": regex("[a-z]")}}
    written = interaction("x", request={"headers": headers, "matchingRules": rules})
    split = split_constants(read_interaction(written).request)
    assert split.headers == ((b"x-a", b"1"), (b"x-b", b"b"))
    assert sorted(split.request.headers) == ["Accept", "Vary", "X-C", "X-D"]
    assert sorted(split.request.rules.header) == ["X-C"]


def test_headers_are_compared_without_blanks_around_them() -> None:
    """What is not there, differs or came twice is for the rules to judge."""
    constants = ((b"x-a", b"1"),)
    assert has_headers(constants, Received(method="GET", target="/", raw_headers=[(b"X-A", b"1 ")]))
    assert not has_headers(constants, Received(method="GET", target="/", raw_headers=[(b"X-A", b"2")]))
    assert not has_headers(constants, Received(method="GET", target="/", raw_headers=[(b"X-A", b"1"), (b"x-a", b"1")]))
    assert not has_headers(constants, Received(method="GET", target="/"))
