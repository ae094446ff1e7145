"""Leaves of cookies."""

from __future__ import annotations

from treaty.normalize.cookie_leaves import cookie_leaf
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import Name


def test_a_cookie_has_its_own_place() -> None:
    leaf = Leaf(location="header.Cookie|cookie.sid", value="abc", name=Name(entity="", field="sid"))
    assert cookie_leaf("Cookie", "sid", "abc") == leaf


def test_a_cookie_that_is_named_after_an_id_goes_with_its_name() -> None:
    leaf = Leaf(location="header.Set-Cookie|cookie.*", value="42=abc", name=Name(entity="", field="cookie"))
    assert cookie_leaf("Set-Cookie", "42", "abc") == leaf
