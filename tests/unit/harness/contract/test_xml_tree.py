"""XML as a tree of plain values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract.json_value import JsonValue, Number
from treaty.contract.matching_xml import XmlInvalid
from treaty.contract.xml_tree import expanded, prefixes_of, shortened, xml_text, xml_tree

_NAMES = st.sampled_from(["a", "b", "urn:x:c", "DAV::d"])
_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=8).map(str.strip)
_LIKE = b'<like xmlns:x="urn:x" xmlns:D="DAV:"/>'


def _elements(below: st.SearchStrategy[JsonValue]) -> st.SearchStrategy[JsonValue]:
    members = st.dictionaries(_NAMES, below | st.lists(below, min_size=2, max_size=3), min_size=1, max_size=3)
    return st.tuples(st.dictionaries(_NAMES.map(lambda name: f"@{name}"), _TEXTS, max_size=2), members).map(
        lambda pair: {**pair[0], **pair[1]}
    )


_TREES = st.recursive(_TEXTS.map(lambda text: {"#text": text}), _elements, max_leaves=8)


def test_elements_attributes_and_texts_have_places() -> None:
    """Numbers in their usual spelling are numbers, elements of one name a list."""
    tree = xml_tree(b'<?xml version="1.0"?>\n<b id="7">\n <t>Emma</t><p>12.50</p><p>007</p><none/>\n</b>')
    assert tree == {
        "b": {
            "@id": 7,
            "t": {"#text": "Emma"},
            "p": [{"#text": Number("12.50")}, {"#text": "007"}],
            "none": {"#text": ""},
        }
    }


def test_a_name_has_its_namespace_before_it() -> None:
    """Whatever prefix a document gives it."""
    assert xml_tree(b'<D:a xmlns:D="DAV:" D:k="v"/>') == xml_tree(b'<a xmlns="DAV:" xmlns:E="DAV:" E:k="v"/>')
    assert list(xml_tree(b'<a xmlns="DAV:"/>')) == ["DAV::a"]


@pytest.mark.parametrize(
    "document",
    [
        b"<p>one <b>two</b></p>", b"<p><a/><b/><a/></p>", b"<!DOCTYPE p><p/>", b"<p", b"",
        b'<a xmlns:x="urn:1"><b xmlns:x="urn:2"/></a>',
    ],
)  # fmt: skip
def test_what_a_tree_would_change_is_refused(document: bytes) -> None:
    """Such a document is left as it is rather than written anew."""
    with pytest.raises(XmlInvalid):
        xml_tree(document)


@given(_TREES)
def test_a_tree_is_written_and_read_back(element: JsonValue) -> None:
    """Texts in whatever characters, and numbers in their spelling."""
    written = xml_text({"root": element}, like=_LIKE).encode()
    tree = xml_tree(written)
    assert xml_text(tree, like=written).encode() == written
    assert xml_tree(xml_text(tree, like=_LIKE).encode()) == tree


def test_a_document_keeps_its_prefixes_and_its_declaration() -> None:
    """Values that hold prefixes still mean the same."""
    document = b'<?xml version="1.0" encoding="UTF-8"?><s:a xmlns:s="urn:s" t="s:x"><s:b>1 &lt; 2</s:b></s:a>'
    assert xml_text(xml_tree(document), like=document).encode() == document


@pytest.mark.parametrize(
    ("short", "full"),
    [("D:href", "DAV::href"), ("item", "urn:x:item"), ("@D:k", "@DAV::k"), ("@k", "@k"), ("#text", "#text")],
)
def test_names_are_written_as_the_document_writes_them(short: str, full: str) -> None:
    """Attributes without a prefix have no namespace."""
    prefixes = prefixes_of(b'<a xmlns="urn:x" xmlns:D="DAV:"/>')
    assert expanded(short, prefixes) == full
    assert shortened(full, prefixes) == short


def test_a_default_namespace_is_declared_where_it_begins() -> None:
    """The official engine overlooks one that an element with a prefix declares for what is in it."""
    document = b'<s:a xmlns:s="urn:s"><b xmlns="urn:b"><c>1</c></b></s:a>'
    assert xml_text(xml_tree(document), like=document).encode() == document
