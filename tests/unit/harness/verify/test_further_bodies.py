"""Promises of bodies under our own keys."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.verify import contracts
from treaty.contract.json_value import JsonValue
from treaty.contract.model import HttpInteraction
from treaty.verify.document import read_document
from treaty.verify.further_bodies import find_unlike_body


def places(ours: Any, document: JsonValue, body: bytes = b"", response: dict[str, Any] | None = None) -> list[str]:
    """List where a body is not as our keys say."""
    content = {**contracts.READ_USER, "comments": {"treaty": ours}}
    if response is not None:
        content["response"] = response
    pact = read_document(json.dumps(contracts.pact([content])).encode(), source="a.json")
    contract = pact.contract.interactions[0]
    assert isinstance(contract, HttpInteraction)
    return [each.location for each in find_unlike_body(contract, document, body)]


def test_a_document_has_rules_as_json_has_them() -> None:
    """For notations that Pact's tools do not read."""
    integer = {"$[*].n": {"combine": "AND", "matchers": [{"match": "integer"}]}}
    lines = {"document": {"content": [{"n": 1, "kind": "tick"}], "matchingRules": integer}}
    assert places(lines, [{"n": 44, "kind": "tick", "more": 1}]) == []
    assert places(lines, [{"n": "x", "kind": "tick"}]) == ["body.$[0].n"]
    assert places(lines, None) == ["body.$"]


def test_each_element_of_xml_is_like_the_first() -> None:
    """The standard part pairs elements by position, and lets more come."""
    response = {
        "status": 200,
        "body": {"contentType": "text/xml", "encoded": False, "content": "<c><b><t>x</t></b></c>"},
        "matchingRules": {"body": {"$.c.b.t['#text']": {"combine": "AND", "matchers": [{"match": "type"}]}}},
    }
    good, bad = b"<c><b><t>1</t></b><b><t>2</t></b></c>", b"<c><b><t>1</t></b><b/></c>"
    assert places({"each": ["$.c.b"]}, None, good, response) == []
    assert places({"each": ["$.c.b"]}, None, bad, response) == ["body.$.c.b"]


def test_what_somebody_spoilt_is_told() -> None:
    """A rule that is none cannot be kept; notes of other forms say nothing."""
    spoilt = {"$": {"matchers": [{"match": "nonsense"}]}}
    assert places({"document": {"content": 1, "matchingRules": spoilt}}, 1) == ["body"]
    assert places({"document": 4, "each": "$.c"}, 1, b"<c/>") == []
    assert places("spoilt", 1) == []
