"""Steps that fit what they lead into."""

from __future__ import annotations

from treaty.contract.fitted import fitted
from treaty.contract.xml_tree import XmlElement


def test_a_way_fits_one_element_and_several() -> None:
    """A name leads to the first of several; a position takes one that stands alone."""
    one = XmlElement({"#text": "x"})
    assert fitted([one], "#text") is one
    assert fitted(one, 0) == [one]
    assert fitted([1], "name") == [1]
    assert fitted([1], 0) == [1]


def test_an_object_is_a_list_of_entries_to_a_position() -> None:
    """As names it has its keys."""
    assert fitted({"7": "x"}, 0) == [{"#key": "7", "#value": "x"}]
    assert fitted({"7": "x"}, "7") == {"7": "x"}
