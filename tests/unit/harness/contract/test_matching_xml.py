"""XML bodies: elements, attributes, text, namespaces; nothing hostile is read."""

from __future__ import annotations

import pytest

from tests.unit.harness.contract.promises import compare_body, text_body
from treaty.contract import rules
from treaty.contract.matching import match_request
from treaty.contract.model import ActualRequest, Request
from treaty.contract.rules import RuleList, rule_list

_XML = "application/xml"


def compare(expected: str, actual: str, given: dict[str, RuleList] | None = None) -> list[tuple[str, str]]:
    """Compare two documents as bodies of a response."""
    return compare_body(expected.encode(), actual.encode(), _XML, given)


def test_blanks_comments_and_the_order_of_attributes_do_not_matter() -> None:
    """Documents that say the same match."""
    assert compare('<a x="1" y="2"><b>t</b></a>', '<a y="2" x="1">\n  <!-- c --> <b> t </b>\n</a>') == []


def test_each_difference_has_its_place() -> None:
    """Attributes, text and elements are told apart."""
    expected = '<a><b id="1">x</b><c/></a>'
    assert compare(expected, '<a><b id="2">y</b></a>') == [
        ("body.$.a.b['@id']", "equality"),
        ("body.$.a.b['#text']", "equality"),
        ("body.$.a", "equality"),
    ]
    assert compare(expected, "<z/>") == [("body.$.a", "equality")]


def test_unexpected_parts_are_allowed_in_responses_only() -> None:
    """More attributes and elements are fine in an answer and mismatches in a request."""
    expected, actual = b"<a><b/></a>", b'<a n="1"><b/><c/></a>'
    assert compare_body(expected, actual, _XML) == []
    request = Request(method="POST", body=text_body(expected, _XML))
    came = ActualRequest(method="POST", path="/", headers=(("Content-Type", _XML),), body=actual)
    assert [mismatch.location for mismatch in match_request(request, came)] == ["body.$.a['@n']", "body.$.a"]


def test_elements_of_one_name_repeat_under_a_type_rule() -> None:
    """With a type rule every element is held against the first example."""
    given = {
        "$.people.person": rule_list(rules.Type()),
        "$.people.person['@id']": rule_list(rules.Regex(pattern=r"\d")),
    }
    expected = '<people><person id="1"/></people>'
    assert compare(expected, '<people><person id="2"/><person id="3"/></people>', given) == []
    assert compare(expected, '<people><person id="x"/></people>', given) == [
        ("body.$.people.person['@id']", r"regex \d")
    ]


def test_namespaces_count_and_prefixes_do_not() -> None:
    """A name is its namespace with its local name."""
    expected = '<p:a xmlns:p="urn:x"/>'
    assert compare(expected, '<q:a xmlns:q="urn:x"/>') == []
    assert compare(expected, '<p:a xmlns:p="urn:y"/>') == [("body.$['urn:x:a']", "equality")]


@pytest.mark.parametrize(
    "hostile",
    [
        '<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        "<a>" * 5000 + "</a>" * 5000,
        "<a>",
        "",
    ],
    ids=["entity", "file", "deep", "cut off", "empty"],
)
def test_hostile_documents_are_mismatches(hostile: str) -> None:
    """Entities are not expanded, depth is bounded, and broken documents are told."""
    found = compare("<a>x</a>", hostile)
    assert found
    assert found[0][0] == "body" or found[0] == ("body.$", "xml")
