"""The form of keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import flow_of, observed
from treaty.contract.json_value import JsonValue
from treaty.normalize.key_forms import KeyForms, common_shape, is_free
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import Name
from treaty.normalize.shapes import Shape


@pytest.mark.parametrize(
    ("texts", "shape"),
    [
        (("TCK-00001", "TCK-123456"), Shape.NUMBERED),
        (("7", "1234567"), Shape.NUMBERED),
        (("u7",), Shape.NUMBERED),
        (("abcde7",), Shape.KEY),
        (("4f0c1a2b", "12345678"), Shape.KEY),
        (("1234567890ab", "123456789012"), Shape.HEX),
        (("cus_9s6XKzkNRiz8i3", "cus_abcdefGHIJKLMN"), Shape.OPAQUE),
        (("fix-the-roof-1", "paint-it-2"), Shape.KEY),
        (("SHOP-1", "OPS-2"), Shape.CODE),
        (("{573647ff-1817-4753-9766-ff4fd9b56f18}",), Shape.KEY),
        (("2026-11-20",), None),
        (("two words",), None),
    ],
)
def test_keys_have_the_form_that_all_have_in_common(texts: tuple[str, ...], shape: Shape | None) -> None:
    assert common_shape(texts) is shape


def test_a_number_behind_a_word_that_a_consumer_chose_has_another_word_elsewhere() -> None:
    assert common_shape(("SHOP-1", "SHOP-2"), {"shop"}) is Shape.CODE


@given(st.sets(st.integers(1, 10**9), min_size=1, max_size=6))
def test_the_form_of_counted_keys_does_not_hang_on_where_counting_began(numbers: set[int]) -> None:
    assert common_shape([f"ORD-{number}" for number in numbers]) is Shape.NUMBERED


def test_a_shape_is_told_by_all_keys_and_never_by_what_consumers_sent() -> None:
    session = Session()
    session.call("a>b", "POST /jobs", {"key": "sent-by-me"}, 201, {"id": "4f0c1a2b", "key": "sent-by-me"})
    session.call("a>b", "POST /jobs", {"key": "sent-by-me"}, 201, {"id": "12345678", "key": "sent-by-me"})
    forms = KeyForms.of(observed(session))
    name = Name(entity="job", field="id")
    assert forms.shape(Leaf(location="body.$.id", value="12345678", name=name), "b") is Shape.KEY
    assert forms.shape(Leaf(location="body.$.id", value="12345678", name=name), "c") is Shape.NUMBERED
    assert [each.field for _, each in forms.shapes] == ["id"]


def test_a_path_to_a_known_thing_is_no_random_text() -> None:
    session = Session()
    key = "3f2504e04f8941d39a0c0305e82c3301"
    session.call("a>b", "POST /jobs", {}, 201, {"id": key, "self": f"/jobs/{key}", "logo": f"/images/{key[::-1]}"})
    flow = flow_of(session)
    assert flow.at(1, "response.body.$.self") is None
    assert flow.at(1, "response.body.$.self|segment[1]") is flow.at(1, "response.body.$.id")
    assert flow.at(1, "response.body.$.logo") is not None


@pytest.mark.parametrize(
    ("value", "free"), [("abc", True), ("{x}", True), ("a b", False), (7, False), ("ann@example.org", False)]
)
def test_only_a_text_without_a_form_of_its_own_may_be_random(value: JsonValue, *, free: bool) -> None:
    assert is_free(value) is free
