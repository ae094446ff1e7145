from __future__ import annotations

import pytest

from treaty.normalize.state_names import state_name


@pytest.mark.parametrize(
    ("steps", "answers", "name"),
    [
        (["a user exists"], [], "a user exists"),
        (["a user exists", "a user exists", "a user exists"], [], "several users exist"),
        (["an order exists", "the order deleted"], [], "an order exists, the order deleted"),
        (["the order updated", "the order updated"], [], "the order updated"),
        (["a user exists"], ["bank answers 500", "bank answers 500"], "a user exists, bank answers 500"),
        ([], [], "new e mail and user id"),
    ],
)
def test_a_state_is_named_after_its_steps_else_its_variables(steps: list[str], answers: list[str], name: str) -> None:
    assert state_name(steps, answers, ["user_id", "e_mail"]) == name
