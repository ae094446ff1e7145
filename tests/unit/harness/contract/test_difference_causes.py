"""What our causes promise, provider states, names and pending marks."""

from __future__ import annotations

import pytest

from treaty.contract.difference_causes import cause_changes, frame_changes
from treaty.contract.json_value import JsonValue
from treaty.contract.model import HttpInteraction, ProviderState, Request, Response

_ECHO: JsonValue = {"cause": "echo", "of": "path[3]"}


def _interaction(causes: dict[str, JsonValue]) -> HttpInteraction:
    return HttpInteraction(
        description="d", request=Request(), response=Response(), comments={"treaty": {"response": causes}}
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (_ECHO, _ECHO, None),
        (_ECHO, {"cause": "created"}, (True, False)),
        ({"cause": "created"}, _ECHO, (False, True)),
        (_ECHO, {"cause": "echo", "of": "query.id[0]"}, (True, True)),
        ({"cause": "created"}, {"cause": "random"}, None),
        ({"cause": "constant", "number": "66.00"}, {"cause": "constant", "number": "66"}, None),
        ({"cause": "constant", "number": "66.00"}, {"cause": "constant", "number": "67"}, (True, True)),
        ({"cause": "constant", "number": "1e3"}, {"cause": "constant", "number": "1000.0"}, None),
        ({"cause": "constant", "number": "x"}, {"cause": "constant"}, (True, False)),
        ({"cause": "created", "number": "1"}, {"cause": "constant", "number": "1.0"}, None),
        ({"cause": "clock"}, {"cause": "created"}, (True, False)),
        ({"cause": "created"}, {"cause": "clock"}, (False, True)),
        ({"cause": "carried", "of": "${id_0a1b2c}"}, {"cause": "carried", "of": "${id_3d4e5f}"}, None),
        ({"cause": "carried", "of": "${id_0a1b2c}"}, {"cause": "carried", "of": "${key_0a1b2c}"}, (True, True)),
        ({"cause": "carried", "of": "${id_0a1b2c}"}, {"cause": "carried"}, (True, False)),
        ({"cause": "derived", "of": "body"}, {"cause": "unordered"}, None),
    ],
)
def test_a_cause_that_promises_is_compared(old: JsonValue, new: JsonValue, expected: tuple[bool, bool] | None) -> None:
    """As breaking for the consumer, and as a demand on the provider."""
    place = "body.$.id"
    found = list(cause_changes(_interaction({place: old}), _interaction({place: new}), frozenset()))
    assert [(change.breaking, change.demand) for change in found] == ([] if expected is None else [expected])
    assert {change.location for change in found} <= {place}


def test_what_is_said_of_any_element_counts_for_each() -> None:
    """An echo of all elements is one of the first, and not the other way round."""
    first, every = _interaction({"body.$[0].id": _ECHO}), _interaction({"body.$[*].id": _ECHO})
    assert [change.breaking for change in cause_changes(first, every, frozenset())] == [False]
    assert [change.breaking for change in cause_changes(every, first, frozenset())] == [True]


def test_nothing_more_is_said_of_leaves_that_are_gone() -> None:
    old = _interaction({"body.$.a.id": _ECHO, "body.$.ab": _ECHO})
    found = cause_changes(old, _interaction({}), frozenset({"body.$.a"}))
    assert [change.location for change in found] == ["body.$.ab"]


def test_comments_that_are_not_ours_are_passed_over() -> None:
    odd = HttpInteraction(description="d", request=Request(), response=Response(), comments={"treaty": [1]})
    assert list(cause_changes(odd, _interaction({"body": 7}), frozenset())) == []


def _given(*states: ProviderState, pending: bool = False, description: str = "d") -> HttpInteraction:
    return HttpInteraction(
        description=description, states=states, pending=pending, request=Request(), response=Response()
    )


def test_states_names_and_pending_marks_are_compared() -> None:
    """States and names are safe, a manual state is a demand; a pending mark takes the promise away."""
    recorded, again = (ProviderState(name="s", params={"treaty": steps}) for steps in ("1", "2"))
    (change,) = frame_changes(_given(recorded), _given(again))
    assert (change.location, change.new, change.breaking, change.demand) == (
        "provider state",
        "s (other set-up steps)",
        False,
        False,
    )
    (change,) = frame_changes(_given(recorded), _given(ProviderState(name="by hand")))
    assert (change.old, change.new, change.breaking, change.demand) == ("s", "by hand", False, True)
    (change,) = frame_changes(_given(ProviderState(name="s", params={"a": 1})), _given(ProviderState(name="s")))
    assert change.new == "s (other parameters)"
    (change,) = frame_changes(_given(description="a"), _given(description="b"))
    assert (change.location, change.affected) == ("description", ())
    (change,) = frame_changes(_given(), _given(pending=True))
    assert change.affected == ("consumer",)
    (change,) = frame_changes(_given(pending=True), _given())
    assert change.affected == ("provider",)
    assert list(frame_changes(_given(recorded), _given(recorded))) == []
