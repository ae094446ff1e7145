"""What a path is in a pact."""

from __future__ import annotations

import re

import pytest

from tests.unit.harness.normalize.sessions import Session
from tests.unit.harness.normalize.views import View, views_of
from treaty.contract.json_value import JsonValue


def read(mark: str, *, first: int = 1, form: str = "{}") -> View:
    """Make two parcels, and read them both with one path."""
    session = Session()
    keys: list[JsonValue] = [form.format(number) if form != "{}" else number for number in (first, first + 1)]
    for key in keys:
        session.call("a>b", "POST /parcels", {"weight": 3}, 201, {"id": key, "weight": 3})
    shown: JsonValue = [{"id": key, "weight": 3} for key in keys]
    session.call("a>b", f"GET /parcels/{mark.join(map(str, keys))}", None, 200, shown)
    (found,) = [view for view in views_of(session, "a>b") if view.request["method"] == "GET"]
    return found


@pytest.mark.parametrize("mark", ["+", ",", ";"])
def test_several_keys_in_one_segment_are_each_followed(mark: str) -> None:
    """To the calls that made them, and into the members of the answer."""
    view = read(mark)
    assert view.interaction["description"] == "GET /parcels/{ids} -> 200"
    assert view.steps == ["call POST /parcels -> 201"] * 2
    one, two = sorted(name for step in view.state["steps"] for name in step["call"]["bind"])[::-1]
    assert view.generator("path") in {f"/parcels/${{{one}}}{mark}${{{two}}}", f"/parcels/${{{two}}}{mark}${{{one}}}"}
    assert view.request["path"] == f"/parcels/9007001{mark}9007002"
    assert view.asked("path") == [r"/parcels/\d+" + re.escape(mark) + r"\d+"]
    assert [view.causes[f"body.$[{index}].id"]["of"] for index in (0, 1)] == ["path[1]|part[0]", "path[1]|part[1]"]


@pytest.mark.parametrize("form", ["{}", "PX{:06d}"])
def test_their_values_leave_no_trace(form: str) -> None:
    assert read(",", form=form).interaction == read(",", first=250_000, form=form).interaction


def test_a_path_without_values_of_the_set_up_is_asked_as_it_is() -> None:
    session = Session()
    session.call("a>b", "GET /points/52,13", None, 200, {"name": "a place"})
    session.call("a>b", "GET /status", None, 200, {"up": True})
    views = views_of(session, "a>b")
    assert [(view.request["path"], view.generator("path"), view.asked("path")) for view in views] == [
        ("/points/52,13", "", []), ("/status", "", []),
    ]  # fmt: skip
