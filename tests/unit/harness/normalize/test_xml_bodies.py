"""XML taken apart into leaves, and what is a list in it."""

from __future__ import annotations

from treaty.contract.xml_tree import xml_tree
from treaty.normalize.xml_bodies import local, repeated_ways, with_lists, xml_leaves


def leaves(document: bytes) -> list[tuple[str, object, str]]:
    """Take a document apart: location, value, name."""
    return [(leaf.location, leaf.value, str(leaf.name)) for leaf in xml_leaves(xml_tree(document), "thing")]


def test_attributes_and_texts_are_named_after_their_elements() -> None:
    """``id`` of ``book`` is a book's, and so is ``BookId``; wrappers name nothing."""
    assert leaves(
        b'<s:Envelope xmlns:s="urn:s"><s:Body><book id="7"><title>Emma</title></book></s:Body></s:Envelope>'
    ) == [
        ("body.$['urn:s:Envelope']['urn:s:Body'].book['@id']", 7, "book_id"),
        ("body.$['urn:s:Envelope']['urn:s:Body'].book.title['#text']", "Emma", "book_title"),
    ]
    assert leaves(b"<GetBookResponse><id>7</id><AuthorId>8</AuthorId></GetBookResponse>") == [
        ("body.$.GetBookResponse.id['#text']", 7, "book_id"),
        ("body.$.GetBookResponse.AuthorId['#text']", 8, "author_id"),
    ]
    assert leaves(b"<response><id>7</id></response>") == [("body.$.response.id['#text']", 7, "thing_id")]


def test_elements_of_one_name_are_numbered() -> None:
    """As members of lists are in JSON."""
    assert [location for location, _, _ in leaves(b"<a><b>1</b><b>2</b></a>")] == [
        "body.$.a.b[0]['#text']", "body.$.a.b[1]['#text']",
    ]  # fmt: skip


def test_what_is_a_list_is_told_by_repetition_plurals_and_words() -> None:
    """In any document of a provider; a root is never one."""
    assert set(repeated_ways(xml_tree(b"<c><b>1</b><b>2</b><d>3</d></c>"))) == {("c", "b")}
    assert set(repeated_ways(xml_tree(b"<books><book/></books>"))) == {("books", "book")}
    assert set(repeated_ways(xml_tree(b"<feed><entry><id/></entry></feed>"))) == {("feed", "entry")}
    assert set(repeated_ways(xml_tree(b"<item><book/></item>"))) == set()


def test_one_element_is_put_into_a_list_where_there_may_be_more() -> None:
    """Wherever it stands."""
    tree = xml_tree(b"<c><b><d>1</d></b></c>")
    assert with_lists(tree, [("c", "b"), ("c", "b", "d")]) == {"c": {"b": [{"d": [{"#text": 1}]}]}}
    assert with_lists(tree, []) is tree


def test_a_name_without_its_namespace() -> None:
    """Namespaces hold colons themselves."""
    assert local("DAV::href") == "href"
    assert local("book") == "book"
