"""An entity tag is promised in the same form where it is told and where it is asked for."""

from __future__ import annotations

import re

import pytest

from treaty.normalize.entity_tags import asked_tag, tag_promise
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import Name
from treaty.normalize.shapes import Shape, shape_of
from treaty.normalize.token_values import Token


def leaf(location: str, value: str) -> Leaf:
    """A leaf of a request."""
    return Leaf(location=location, value=value, name=Name(entity="", field="if_match"))


def token(value: str, location: str = "response.header.ETag") -> Token:
    """What an answer told."""
    shape = shape_of(value)
    assert isinstance(shape, Shape)
    return Token(
        value=value,
        name=Name(entity="", field="etag"),
        origin=1,
        location=location,
        provider="p",
        shape=shape,
        unique=False,
    )


@pytest.mark.parametrize("value", ['"1700000000123"', '"0f3a"', 'W/"abc"', "abc", '"a b"'])
def test_a_condition_has_the_example_and_the_form_of_the_tag_that_it_carries(value: str) -> None:
    promised = asked_tag(leaf("header.If-Match", value), token(value))
    assert promised == tag_promise([value])
    example, form = promised
    assert re.fullmatch(form, example)
    assert re.fullmatch(form, value)


def test_what_is_no_condition_or_no_tag_is_left_alone() -> None:
    assert asked_tag(leaf("header.X-Tag", '"1"'), token('"1"')) is None
    assert asked_tag(leaf("header.If-Match", '"1"'), None) is None
    assert asked_tag(leaf("header.If-Match", '"1"'), token('"1"', "response.body.$.etag")) is None
