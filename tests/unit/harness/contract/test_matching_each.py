"""All elements at a place are like the first one of the example."""

from __future__ import annotations

import pytest

from treaty.contract.matching_each import find_unlike
from treaty.contract.rules import Regex, RuleList

_RULES = {"$.c.b['@id']": RuleList(matchers=(Regex(pattern=r"\d+"),))}
_EXAMPLE = b'<c><b id="1"><t>x</t></b></c>'


@pytest.mark.parametrize(
    ("document", "locations"),
    [
        (b'<c><b id="1"><t>x</t></b><b id="2"><t>x</t><more/></b></c>', []),
        (b'<c><b id="1"><t>x</t></b><b id="z"><t>x</t></b></c>', ["body.$.c.b['@id']"]),
        (b'<c><b id="1"><t>x</t></b><b id="2"/></c>', ["body.$.c.b"]),
        (b"<c/>", []),
        (b"<other/>", []),
        (b"<c", []),
    ],
)
def test_each_element_is_held_against_the_first_example(document: bytes, locations: list[str]) -> None:
    """Other elements beside are allowed; which one it is stands in the message."""
    found = find_unlike(_EXAMPLE, document, _RULES, ["$.c.b"])
    assert [each.location for each in found] == locations
    assert all("<b> 2" in each.message for each in found)


def test_a_place_that_is_none_says_nothing() -> None:
    """A note that somebody spoilt does not break a provider."""
    assert find_unlike(_EXAMPLE, b"<c/>", {}, ["c.b[", "$", "$.x.y"]) == ()
