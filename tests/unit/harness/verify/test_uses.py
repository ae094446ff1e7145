from __future__ import annotations

import pytest

from tests.unit.harness.verify.tales import call, document, interaction, state
from treaty.contract.model import HttpInteraction
from treaty.verify.setup_steps import StepBody, StepRequest
from treaty.verify.step_tree import StepNode, StepTree
from treaty.verify.uses import Use, Uses, names_asked, names_in_step, names_of_place, names_shown

CREATE = call("POST", "/things", bind={"id": "body.$.id"}, status=201)


def way(count: int) -> tuple[StepNode, ...]:
    """Give the nodes of a thing that is made, and changed so often."""
    steps = [call("PUT", f"/things/${{id}}/{number}") for number in range(1, count)]
    (made,) = document([interaction("GET", "/", state(CREATE, *steps))]).states.values()
    return StepTree().place(made).node.way()


FIRST, SECOND, THIRD = way(3)


@pytest.mark.parametrize(
    ("use", "is_alone"),
    [
        (Use(node=SECOND, position=7), True),
        (Use(node=FIRST), True),
        (Use(node=FIRST, reader=True, position=1), True),
        (Use(node=FIRST, position=1), False),
        (Use(node=SECOND), True),
        (Use(node=THIRD, position=1), True),
        (Use(node=way(1)[0]), False),
    ],
    ids=["itself", "step", "reader", "other effect", "own step", "below", "elsewhere"],
)
def test_a_change_goes_unnoticed_when_others_come_before_it_or_follow_from_it(use: Use, is_alone: bool) -> None:
    uses = Uses()
    uses.add(["thing"], use)
    assert uses.only_there(["thing", "unused"], position=7, before={FIRST}, below=SECOND) is is_alone
    assert uses.only_there(["other"], position=7, before=(), below=None)


def test_a_step_is_about_all_that_it_names_except_in_headers() -> None:
    """A token there says who asks."""
    request = StepRequest(
        method="PUT",
        path="/a/${a}",
        query={"b": ("${b}", None)},
        headers={"Authorization": ("Bearer ${token}",)},
        body=StepBody(media_type="application/json", encoded="", content={"c": ["${c}"]}),
    )
    assert names_in_step(request) == {"a", "b", "c"}


def test_an_interaction_asks_for_and_shows_what_its_pact_says() -> None:
    """Under the names of the tree; what is made for it alone has none."""
    content = interaction("GET", "/x", state(CREATE), generated="/${id}/${own}")
    content["comments"] = {"treaty": {"response": {"body.$.id": {"cause": "carried", "of": "${shown}"}, "odd": 1}}}
    (contract,) = document([content]).contract.interactions
    assert isinstance(contract, HttpInteraction)
    names = {"id": "b1.0", "shown": "b2.0"}
    assert names_asked(contract, names) == {"b1.0"}
    assert names_of_place(contract, names) == {"b1.0"}
    assert names_shown(contract, names) == {"b2.0"}
