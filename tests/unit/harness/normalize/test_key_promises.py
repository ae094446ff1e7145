"""What is promised of keys."""

from __future__ import annotations

from collections.abc import Sequence

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import pact_of, view_of
from treaty.normalize.causes import Cause
from treaty.normalize.key_promises import key_shape, no_keys
from treaty.normalize.leaves import Leaf
from treaty.normalize.names import Name


def made(keys: Sequence[str]) -> Session:
    session = Session()
    for key in keys:
        session.call("a>b", "POST /jobs", {"x": 1}, 201, {"id": key})
    return session


def test_short_random_keys_are_texts_of_any_form_and_leave_no_trace() -> None:
    first, second = made(["4f0c1a2b", "12345678"]), made(["87654321", "0a1b2c3d"])
    assert view_of(first, "a>b", "POST /jobs -> 201").rule("$.id") == ["type", r"\S+"]
    assert pact_of(first, "a>b") == pact_of(second, "a>b")


def test_counted_keys_keep_their_word() -> None:
    view = view_of(made(["TCK-7", "TCK-1234567"]), "a>b", "POST /jobs -> 201")
    assert view.rule("$.id") == [r"TCK\-\d+"]


def test_a_text_that_is_no_key_has_a_form_of_its_own() -> None:
    leaf = Leaf(location="body.$.x", value="abc", name=Name(entity="", field="x"))
    assert key_shape([(leaf, Cause(kind="constant"))]) is None


def test_samples_of_keys_say_nothing_more() -> None:
    assert no_keys(["abc", None, 7, "a b"]) == [None, 7, "a b"]
