"""Variables of a written state get other names."""

from __future__ import annotations

from treaty.contract.json_value import JsonValue
from treaty.normalize.renaming import renamed, renamed_step


def test_names_are_replaced_in_texts_at_any_depth() -> None:
    value: JsonValue = {"path": "/users/${id}", "body": [{"of": "${id}:${id_2}"}, 7, None]}
    names = {"id": "id_a", "id_2": "id_2_a"}
    assert renamed(value, names) == {"path": "/users/${id_a}", "body": [{"of": "${id_a}:${id_2_a}"}, 7, None]}


def test_what_only_looks_like_a_variable_and_slots_stay() -> None:
    assert renamed("$${id} ${secret.token} {id}", {"id": "x"}) == "$${id} ${secret.token} {id}"


def test_a_step_binds_under_the_new_names_and_its_keys_stay() -> None:
    step: dict[str, dict[str, JsonValue]] = {
        "call": {"request": {"body": {"bind": "${id}"}}, "bind": {"id": "body.$.id"}, "until": {"a": "${id}"}}
    }
    assert renamed_step(step, {"id": "x"}) == {
        "call": {"request": {"body": {"bind": "${x}"}}, "bind": {"x": "body.$.id"}, "until": {"a": "${id}"}}
    }
    assert step["call"]["bind"] == {"id": "body.$.id"}, "the original stays"
