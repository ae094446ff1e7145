from __future__ import annotations

from typing import Any

from tests.unit.harness.strength import pacts
from treaty.contract.json_value import JsonValue
from treaty.strength.change import Change, Harm
from treaty.strength.healthy import healthy_case
from treaty.strength.measuring import judged_scalars
from treaty.strength.session_facts import NO_FACTS, Facts
from treaty.strength.structure_changes import StructureChanges


def changes(written: dict[str, Any] | None = None, facts: Facts = NO_FACTS) -> list[Change]:
    subject = pacts.subject(written)
    case = healthy_case(subject)
    return list(StructureChanges(subject, case, judged_scalars(subject, case), facts).all())


def found(kind: Harm, written: dict[str, Any] | None = None, facts: Facts = NO_FACTS) -> list[tuple[str, JsonValue]]:
    return [(each.location, each.case.reply.document) for each in changes(written, facts) if each.kind is kind]


def places(kind: Harm, written: dict[str, Any] | None = None, facts: Facts = NO_FACTS) -> list[str]:
    return [place for place, _ in found(kind, written, facts)]


def test_every_field_is_dropped_once() -> None:
    """At every depth, and each time the rest stays."""
    dropped = found(Harm.DROPPED)
    assert [place for place, _ in dropped] == [
        *("body.$.id", "body.$.user_id", "body.$.status", "body.$.paid", "body.$.note", "body.$.total"),
        *("body.$.items", "body.$.items[0].sku", "body.$.items[0].price", "body.$.items[0].quantity"),
        *("body.$.created_at", "body.$.message"),
    ]
    assert isinstance(dropped[0][1], dict)
    assert list(dropped[0][1]) == [key for key in pacts.ORDER if key != "id"]


def test_what_is_held_by_its_id_may_go() -> None:
    """An object whose keys are ids is a map, and its entries are no fields."""
    assert places(Harm.DROPPED, pacts.interaction({"17": {"a": 1}, "18": {"a": 2}})) == [
        "body.$['17'].a",
        "body.$['18'].a",
    ]


def test_a_field_is_renamed_to_the_other_usual_spelling() -> None:
    def names(content: dict[str, Any]) -> list[str]:
        return [each.after for each in changes(pacts.interaction(content)) if each.kind is Harm.RENAMED]

    assert names({"user_id": 1}) == ["userId"]
    assert names({"userId": 1}) == ["user_id"]
    assert names({"name": 1}) == ["name_new"]
    assert names({"a_b": 1, "aB": 2}) == ["a_b_new", "aB_new"]


def test_an_empty_object_in_an_object_has_only_got_a_field_more() -> None:
    assert [document for _, document in found(Harm.WRAPPED, pacts.interaction({}))] == [[{}]]


def test_the_body_is_wrapped_emptied_and_taken_away() -> None:
    written = pacts.interaction({"a": 1})
    assert [document for _, document in found(Harm.WRAPPED, written)] == [{"data": {"a": 1}}, [{"a": 1}]]
    assert [each.case.reply.body for each in changes(written) if each.kind is Harm.BODILESS] == [b""]
    assert ("body.$", {}) in found(Harm.RETYPED, written)
    assert ("body.$", None) in found(Harm.NULLED, written)


def test_objects_and_lists_become_something_else() -> None:
    assert [
        document for place, document in found(Harm.RETYPED, pacts.interaction({"a": {"b": 1}})) if place == "body.$.a"
    ] == [
        {"a": "text"},
        {"a": [{"b": 1}]},
    ]
    assert {"a": {}} in [document for _, document in found(Harm.RETYPED, pacts.interaction({"a": ["x"]}))]


def test_a_list_that_the_request_scopes_shrinks() -> None:
    """By all of its elements, by the first, and by the last."""
    written = pacts.interaction({"rows": [{"a": 1}, {"a": 2}, {"a": 3}]}, line="GET /users/7/rows")
    assert found(Harm.EMPTIED, written) == [("body.$.rows", {"rows": []})]
    assert sorted(places(Harm.SHORTENED, written)) == ["body.$.rows[0]", "body.$.rows[2]"]


def test_a_list_of_everybody_is_only_emptied_when_the_set_up_fills_it() -> None:
    """Else it may be empty on any day, and whose element is gone nobody can tell."""
    content = [{"a": 1}, {"a": 2}]
    assert found(Harm.EMPTIED, pacts.interaction(content)) == []
    filled = pacts.interaction(content, states=["an order exists"])
    assert found(Harm.EMPTIED, filled) == [("body.$", [])]
    assert found(Harm.SHORTENED, filled) == []


def test_ids_of_two_resources_are_swapped() -> None:
    swapped = found(Harm.SWAPPED)
    case = healthy_case(pacts.subject())
    assert [place for place, _ in swapped] == ["body.$.id"] or [place for place, _ in swapped] == ["body.$.user_id"]
    document = swapped[0][1]
    assert isinstance(document, dict)
    assert (document["id"], document["user_id"]) == (case.variables["user_id"], case.variables["order_id"])


def test_equal_ids_cannot_be_swapped() -> None:
    causes = {"body.$.id": {"cause": "echo", "of": "path[1]"}, "body.$.user_id": {"cause": "echo", "of": "path[1]"}}
    assert found(Harm.SWAPPED, pacts.interaction({"id": 7, "user_id": 7}, line="GET /u/7", causes=causes)) == []


def test_an_input_inside_a_text_is_changed() -> None:
    included = [each for each in changes() if each.kind is Harm.INCLUDED]
    assert [each.location for each in included] == ["body.$.message"]
    assert included[0].after.startswith('"order ')
    assert included[0].after != included[0].before


def test_what_a_session_shows_to_vary_is_not_changed_so() -> None:
    """Fields that are sometimes absent or null, words that were seen, lists of several lengths."""
    written = pacts.interaction({"a": "x_y", "rows": [1, 2]}, line="GET /users/7")
    rows = ("rows",)
    facts = Facts(
        present={("a",): 1, rows: 2, (): 2},
        objects={(): 2},
        nulls=frozenset({("a",), rows}),
        values={("a",): frozenset({("str", "something_else")})},
        lengths={rows: frozenset({1, 2})},
    )
    assert places(Harm.DROPPED, written, facts) == ["body.$.rows"]
    assert places(Harm.NULLED, written, facts) == ["body.$", "body.$.rows[0]", "body.$.rows[1]"]
    assert places(Harm.EMPTIED, written, facts) == []
    words = [document for place, document in found(Harm.WORD, written, facts) if place == "body.$.a"]
    assert words == [{"a": "x_y_2", "rows": [1, 2]}]
