"""Quick tests of requests never accept what the rules refuse."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.stubs.examples import interaction, json_body, matches, read_interaction, received, regex
from treaty.contract.matching import compile_request
from treaty.contract.model import Request
from treaty_stubs.message import Received
from treaty_stubs.select.acceptance import quick_headers, quick_json_body

_LEAVES = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.5, 1.0, "", "a", "1"])
_DOCUMENTS = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
    max_leaves=5,
)
_RULES = st.dictionaries(
    st.sampled_from(["$", "$.a", "$.b", "$.a.b", "$.a[0]", "$.*"]),
    st.sampled_from([matches("type"), matches("integer"), matches("equality"), regex("a?"), matches("values")]),
    max_size=2,
)


def _request(**request: Any) -> Request:
    return read_interaction(interaction("x", method="POST", request=request)).request


@given(_DOCUMENTS, _RULES, _DOCUMENTS, st.sampled_from(["application/json", "application/vnd.a+json", "text/plain"]))
def test_a_body_that_surely_fits_is_accepted_by_the_rules(example: Any, rules: Any, came: Any, media_type: str) -> None:
    """Whatever example, rules and body: what the quick test accepts, the rules accept."""
    request = _request(body=json_body(example), matchingRules={"body": rules})
    surely = quick_json_body(request)
    got = received("POST", headers={"Content-Type": media_type}, body=came)
    if surely is not None and surely(got):
        assert compile_request(request).body(got.actual) == ()


@pytest.mark.parametrize(
    ("body", "fits"),
    [
        ({"sku": "s", "amount": 7, "place": {"city": "Ulm"}}, True),
        ({"sku": "s", "amount": 7.25, "place": {"city": "Ulm"}}, True),
        ({"sku": "s", "amount": True, "place": {"city": "Ulm"}}, False),
        ({"sku": "s", "amount": 7, "place": {"city": "Bonn"}}, False),
        ({"sku": "s", "amount": 7, "place": {"city": "Ulm"}, "more": 1}, False),
        ({"sku": "s", "amount": 7}, False),
        ([], False),
    ],
)
def test_constants_types_and_members_of_objects_are_told_quickly(body: Any, fits: bool) -> None:
    """The usual forms are decided without asking the rules."""
    example = {"sku": "s", "amount": 12, "place": {"city": "Ulm"}}
    surely = quick_json_body(_request(body=json_body(example), matchingRules={"body": {"$.amount": matches("type")}}))
    assert surely is not None
    assert surely(received("POST", body=body)) is fits


@given(
    st.sampled_from([None, regex("t-\\d"), matches("type")]),
    st.lists(st.sampled_from(["t-1", " t-1 ", "t-x", "t-1, t-1", ""]), max_size=2),
)
def test_headers_that_surely_fit_are_accepted_by_the_rules(rule: Any, lines: list[str]) -> None:
    """Whatever the rule and however often the header came."""
    rules = {"header": {"X-Tenant": rule}} if rule else {}
    request = _request(headers={"X-Tenant": ["t-1"]}, matchingRules=rules)
    surely = quick_headers(request)
    raw = [(b"X-Tenant", line.encode()) for line in lines]
    got = Received(method="POST", target="/", raw_headers=raw)
    if surely is not None and surely(got):
        assert compile_request(request).headers(got.actual) == ()


def test_a_header_is_found_whatever_its_case() -> None:
    """Names of headers are compared without case (RFC 9110 section 5.1)."""
    surely = quick_headers(_request(headers={"X-Tenant": ["t-1"]}))
    assert surely is not None
    assert surely(Received(method="POST", target="/", raw_headers=[(b"x-TENANT", b"t-1")]))
    assert not surely(Received(method="POST", target="/", raw_headers=[(b"x-TENANT", b"t-2")]))
