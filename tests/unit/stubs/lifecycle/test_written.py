"""Things without an identity: they are shown as recorded after just what was done to them, or not at all."""

from __future__ import annotations

import pytest

from tests.unit.stubs.lifecycle.shop import Asked
from treaty_stubs.lifecycle import written

DARK = {"theme": "dark", "size": 5}


def test_settings_are_shown_as_they_were_recorded_after_the_same_changes() -> None:
    asked = Asked("notes")
    assert asked("GET", "/settings")[1]["theme"] == "light"
    assert asked("PUT", "/settings", DARK)[0] == 200
    assert asked("GET", "/settings") == (200, DARK)
    assert asked("PATCH", "/settings", {"theme": "blue"})[0] == 200
    assert asked("GET", "/settings") == (200, {"theme": "blue", "size": 5})
    assert asked("PUT", "/settings", DARK)[0] == 200
    assert asked("GET", "/settings") == (200, DARK)


def test_changes_in_another_order_are_none_that_were_recorded() -> None:
    asked = Asked("notes")
    assert asked("PATCH", "/settings", {"theme": "blue"})[0] == 200
    status, problem = asked("GET", "/settings")
    assert status == 501
    assert problem["detail"].endswith("PATCH may have changed it, and nobody recorded it after just that.")


@pytest.mark.parametrize(("path", "body"), [("/cart", {"name": "pen", "price": 1.5, "qty": 2}), ("/counter", None)])
def test_what_nobody_read_after_a_change_is_a_miss(path: str, body: object) -> None:
    """An answer from before the change would be wrong, and nobody would notice."""
    asked = Asked("notes")
    assert asked("GET", path)[0] == 200
    assert asked("POST", path, body)[0] in {200, 201}
    assert asked("GET", path)[0] == 501
    assert asked("GET", path, space="another")[0] == 200


def test_a_deletion_ends_what_was_before() -> None:
    asked = Asked("notes")
    asked("POST", "/cart", {"name": "pen", "price": 1.5, "qty": 2})
    assert asked("DELETE", "/cart")[0] == 204
    assert asked("GET", "/cart")[0] == 200


def test_a_state_that_is_asked_for_is_shown_whatever_was_done() -> None:
    asked = Asked("notes")
    asked("PUT", "/settings", DARK)
    state = "setting settings set to theme dark, setting settings set to theme blue"
    assert b'"blue"' in asked.answer("GET", "/settings", state=state).body


def test_copies_of_a_space_hold_what_was_done() -> None:
    asked = Asked("notes")
    asked("PUT", "/settings", DARK)
    copy = asked.spaces.snapshot("default")
    asked.spaces.reset()
    assert asked("GET", "/settings")[1]["theme"] == "light"
    asked.spaces.restore("default", copy)
    assert asked("GET", "/settings") == (200, DARK)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The place that was changed first is forgotten first."""
    monkeypatch.setattr(written, "_MOST_PLACES", 1)
    asked = Asked("notes")
    asked("POST", "/counter")
    asked("PUT", "/settings", DARK)
    assert asked("GET", "/settings") == (200, DARK)
    assert asked("GET", "/counter")[0] == 200
