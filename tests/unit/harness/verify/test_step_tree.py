from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.verify import contracts
from tests.unit.harness.verify.tales import call, state
from treaty.contract.json_value import loads
from treaty.verify.setup_steps import CallStep, State, parse_states
from treaty.verify.step_tree import StepTree


def parsed(*contents: dict[str, Any]) -> list[State]:
    table = {str(number): content for number, content in enumerate(contents)}
    return list(parse_states(loads(json.dumps({"treaty": {"states": table}})), source="a.json").values())


def test_equal_first_steps_are_shared_whatever_their_names() -> None:
    """The second state goes on from the node of the first."""
    first, second = parsed(
        state(call("POST", "/u?m=${mail_1}", bind={"id_1": "body.$.id"}), mint={"mail_1": "ann@x.org"}),
        state(
            call("POST", "/u?m=${mail_2}", bind={"user_2": "body.$.id"}),
            call("PUT", "/u/${user_2}"),
            mint={"mail_2": "bob@x.org"},
        ),
    )
    tree = StepTree()
    one, two = tree.place(first), tree.place(second)
    assert two.node.parent is one.node
    assert one.names["id_1"] == two.names["user_2"]
    assert one.names["mail_1"] == two.names["mail_2"]
    assert len(tree.root.children) == 1
    step = two.node.step
    assert step is not None
    assert step.request.path == f"/u/${{{one.names['id_1']}}}"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (call("POST", "/u"), call("PUT", "/u")),
        (call("POST", "/u"), call("POST", "/v")),
        (call("POST", "/u"), call("POST", "/u", status=201)),
        (call("POST", "/u/${m}"), call("POST", "/u/$${m}")),
        (contracts.SETTLED, {"await": {**contracts.SETTLED["await"], "until": {"body.$.status": "failed"}}}),
    ],
)
def test_other_steps_are_other_nodes(left: dict[str, Any], right: dict[str, Any]) -> None:
    tree = StepTree()
    one, two = [tree.place(each) for each in parsed(state(left, mint={"m": "x"}), state(right, mint={"m": "x"}))]
    assert one.node is not two.node


@pytest.mark.parametrize(
    ("kind", "left", "right", "same"),
    [
        ("integer", 9007001, 9007002, True),
        ("uuid", "00000000-0000-4000-8000-000009007001", "00000000-0000-4000-8000-000009007010", True),
        ("hex", "00ff", "00ff11", False),
        ("string", "ann@x.org", "bob@x.org", True),
        ("string", "ann@x.org", "ann@y.org", False),
        ("string", "ann", "Ann", False),
        ("string", "07", "17", False),
    ],
)
def test_examples_of_one_form_are_one(kind: str, left: Any, right: Any, same: bool) -> None:
    """What is minted decides by its form, not by its example."""
    contents = [{**state(call("POST", "/${m}")), "mint": {"m": {"type": kind, "like": like}}} for like in (left, right)]
    tree = StepTree()
    one, two = [tree.place(each) for each in parsed(*contents)]
    assert (one.node is two.node) is same


def test_a_value_that_follows_from_another_is_minted_with_it() -> None:
    """Basic credentials follow from a name and a password."""
    content = state(call("POST", "/?auth=${basic}"), mint={"user": "ann"})
    content["mint"]["basic"] = {"type": "base64", "like": "${user}:secret"}
    tree = StepTree()
    placed = tree.place(*parsed(content))
    assert set(placed.names) == {"basic", "user"}
    mints = placed.node.mints
    assert mints[placed.names["basic"]].like == f"${{{placed.names['user']}}}:secret"


def test_what_no_step_uses_is_left_to_the_interaction() -> None:
    placed = StepTree().place(*parsed(state(call("POST", "/u"), mint={"other": "x"})))
    assert set(placed.rest) == {"other"}
    assert not placed.names


def test_a_call_that_repeats_a_step_finds_it() -> None:
    """So an interaction can be the step; another call finds nothing."""
    before, after = parsed(
        state(call("POST", "/u", bind={"id": "body.$.id"}), mint={"colour": "red"}),
        state(call("POST", "/u", bind={"it": "body.$.id"}), call("PUT", "/u/${it}/${c}"), mint={"c": "tan"}),
    )
    tree = StepTree()
    placed, end = tree.place(before), tree.place(after)
    repeated = parsed(state(call("PUT", "/u/${id}/${colour}")))[0].steps[0]
    assert isinstance(repeated, CallStep)
    found = tree.follow(placed, repeated)
    assert found is not None
    node, names = found
    assert node is end.node
    assert names["colour"] == end.names["c"]
    other = parsed(state(call("PUT", "/u/${id}/blue")))[0].steps[0]
    assert isinstance(other, CallStep)
    assert tree.follow(placed, other) is None


def test_what_stand_ins_must_answer_is_not_shared() -> None:
    """It belongs to one instance alone."""
    expect = {"expect": {"provider": "bank", "request": {"method": "GET", "path": "/x"}, "status": 404}}
    with pytest.raises(TypeError):
        StepTree().place(*parsed(state(expect)))
