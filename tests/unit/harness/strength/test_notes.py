from __future__ import annotations

from tests.unit.harness.strength import pacts
from treaty.strength.notes import Notes


def notes(causes: dict[str, object]) -> Notes:
    return pacts.subject(pacts.interaction({"a": 1}, causes=causes)).notes


def test_a_cause_that_names_the_very_place_goes_before_one_with_wildcards() -> None:
    found = notes({"body.$.a[*].id": {"cause": "created"}, "body.$.a[1].id": {"cause": "echo", "of": "path[1]"}})
    first, second = found.at(("a", 0, "id")), found.at(("a", 1, "id"))
    assert first is not None
    assert second is not None
    assert (first.cause, first.of) == ("created", "")
    assert (second.cause, second.of) == ("echo", "path[1]")
    assert found.at(("a", "id")) is None


def test_wildcards_stand_for_the_positions_of_the_place() -> None:
    """From the outside in, as echoes of lists are read."""
    found = notes({"body.$.a[*].b[0].c[*]": {"cause": "echo", "of": "body.$.x[*].y[*]"}})
    note = found.at(("a", 4, "b", 0, "c", 2))
    assert note is not None
    assert note.indices(("a", 4, "b", 0, "c", 2)) == (4, 2)


def test_causes_inside_texts_are_kept_apart() -> None:
    """A cause of a number in a link says nothing about the link as a whole."""
    found = notes(
        {
            "body.$.a|number[0]": {"cause": "echo", "of": "path[1]"},
            "header.Location": {"cause": "echo", "of": "path[1]"},
            "body.$.b": {"cause": "created", "of": "response.body.$.c"},
        }
    )
    assert found.at(("a",)) is None
    assert found.at(("b",)) is not None
    assert len(found.inside) == 3


def test_what_is_no_cause_of_a_value_in_the_body_is_passed_over() -> None:
    found = notes(
        {"body.$.a": "echo", "body.$.b": {"cause": 1}, "header.x": {"cause": "echo"}, "nowhere": {"cause": "echo"}}
    )
    assert found.at(("a",)) is None
    assert found.at(("b",)) is None
