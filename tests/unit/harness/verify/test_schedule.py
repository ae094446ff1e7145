from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.harness.verify.tales import call, document, interaction, state
from treaty.verify.schedule import Alone, Judge, Perform, Schedule, Walk, make_schedule
from treaty.verify.step_tree import READING_METHODS

CREATE = call("POST", "/things", bind={"id": "body.$.id"}, status=201)


def scheduled(interactions: Sequence[dict[str, Any]]) -> Schedule:
    made = document(interactions)
    return make_schedule(made, made.interactions)


def told(schedule: Schedule) -> list[list[str]]:
    """Give each walk as what is sent, interactions in brackets."""
    return [
        [
            f"{action.node.step.request.method} {action.node.depth}"
            if isinstance(action, Perform) and action.node.step is not None
            else f"[{action.task.interaction.position}]"
            if isinstance(action, Judge)
            else ""
            for action in job.actions
        ]
        if isinstance(job, Walk)
        else [f"alone {job.interaction.position}"]
        for job in (*schedule.apart, *schedule.in_order)
    ]


def read(*steps: dict[str, Any]) -> dict[str, Any]:
    return interaction("GET", "/things/1", state(*steps), generated="/things/${id}")


def write(method: str, path: str, *steps: dict[str, Any]) -> dict[str, Any]:
    return interaction(method, f"{path}/1", state(*steps), generated=f"{path}/${{id}}")


def put(number: int) -> dict[str, Any]:
    return call("PUT", f"/things/${{id}}/{number}")


def test_reads_share_the_set_up_and_come_before_the_next_step() -> None:
    """Two reads after one step, one after two: the steps are sent once."""
    assert told(scheduled([read(CREATE), read(CREATE, put(1)), read(CREATE)])) == [
        ["POST 1", "[0]", "[2]", "PUT 2", "[1]"]
    ]


def test_what_has_an_effect_ends_a_walk() -> None:
    """The first one that of the reads, where nothing else goes on from there; nothing comes after it."""
    assert told(scheduled([write("DELETE", "/things", CREATE), read(CREATE), write("PATCH", "/things", CREATE)])) == [
        ["POST 1", "[1]", "[0]"],
        ["POST 1", "[2]"],
    ]
    assert told(scheduled([write("DELETE", "/things", CREATE), read(CREATE, put(1))])) == [
        ["POST 1", "[0]"],
        ["POST 1", "PUT 2", "[1]"],
    ]


def turned(turn: int, content: dict[str, Any]) -> dict[str, Any]:
    return {**content, "comments": {"treaty": {"turn": turn}}}


def refused(turn: int, path: str, *steps: dict[str, Any]) -> dict[str, Any]:
    return turned(turn, interaction("PUT", f"{path}/1", state(*steps), generated=f"{path}/${{id}}", status=409))


TAG = call("POST", "/things/${id}/tags", bind={"tag": "body.$.id"}, status=201)


def tag(method: str, *steps: dict[str, Any]) -> dict[str, Any]:
    return interaction(method, "/tags/1", state(CREATE, TAG, *steps), generated="/tags/${tag}")


def test_refusals_that_the_recording_went_on_after_are_judged_on_the_way() -> None:
    """In their turn, after the reads there; the walk goes on with the steps of others."""
    asides = [refused(2, "/tags", CREATE), refused(1, "/labels", CREATE)]
    schedule = scheduled([*asides, read(CREATE, put(1)), read(CREATE)])
    assert told(schedule) == [["POST 1", "[3]", "[1]", "[0]", "PUT 2", "[2]"]]
    (walk,) = schedule.apart
    assert isinstance(walk, Walk)
    assert [each.aside for each in walk.actions if isinstance(each, Judge)] == [False, True, True, False]


def test_changes_of_what_nobody_else_names_are_judged_on_the_way() -> None:
    """With their own reads, before the walk comes back; but nothing below that changes it without a turn of its own."""
    change = turned(1, tag("PUT"))
    below = [tag("GET", call("PUT", "/tags/${tag}")), tag("DELETE", call("PUT", "/tags/${tag}"))]
    assert told(scheduled([change, *below, tag("GET"), read(CREATE, TAG, put(2))])) == [
        ["POST 1", "POST 2", "[3]", "[0]", "[1]", "PUT 3", "[4]"],
        ["POST 1", "POST 2", "PUT 3", "[2]"],
    ]


@pytest.mark.parametrize(
    "other",
    [
        tag("DELETE"),
        tag("GET", put(2)),
        read(CREATE, TAG, call("PUT", "/tags/${tag}/colour")),
        {
            **interaction("GET", "/", state(CREATE, TAG, call("GET", "/tags/${tag}"), put(2))),
            "comments": {"treaty": {"response": {"body.$.tag": {"cause": "carried", "of": "${tag}"}}}},
        },
    ],
    ids=["another change", "a later read", "a later step", "a later answer"],
)
def test_changes_of_what_others_name_have_instances_of_their_own(other: dict[str, Any]) -> None:
    """Flows that begin alike share their walks, and one of them has not seen the change."""
    change = turned(1, interaction("PUT", "/tags/1", state(CREATE, TAG), generated="/tags/${tag}"))
    schedule = scheduled([change, other, read(CREATE, TAG, put(2), put(3))])
    for job in schedule.apart:
        assert isinstance(job, Walk)
        judged = [each for each in job.actions if isinstance(each, Judge)]
        assert not any(each.aside for each in judged)
        assert 0 not in [each.task.interaction.position for each in judged[:-1]]


def test_a_change_at_a_place_of_all_has_an_instance_of_its_own() -> None:
    """Its path names nothing that the set-up made, so it may change anything; what its body names tells little."""
    change = turned(1, interaction("PUT", "/settings", state(CREATE, TAG)))
    change["request"]["body"] = {"contentType": "application/json", "content": {"tag": 1}}
    named = {"body": {"$.tag": {"type": "ProviderState", "expression": "${tag}", "dataType": "INTEGER"}}}
    change["request"]["generators"] = named
    assert told(scheduled([change, read(CREATE, TAG, put(1))])) == [
        ["POST 1", "POST 2", "[0]"],
        ["POST 1", "POST 2", "PUT 3", "[1]"],
    ]


def test_the_last_in_turn_is_gone_on_with_when_nothing_else_is_left() -> None:
    """So that what comes after it needs no walk of its own."""
    change = turned(2, tag("PUT"))
    others = [refused(1, "/labels", CREATE, TAG), tag("DELETE", call("PUT", "/tags/${tag}"))]
    assert told(scheduled([change, *others])) == [["POST 1", "POST 2", "[1]", "[0]", "[2]"]]


@pytest.mark.parametrize("turn", [0, -1, "1", None, True])
def test_other_values_are_no_turns(turn: Any) -> None:
    """Somebody may have edited the pact."""
    content = {**refused(1, "/tags", CREATE), "comments": {"treaty": {"turn": turn}}}
    assert len(scheduled([content, read(CREATE, put(1))]).apart) == 2


def test_an_interaction_that_is_the_next_step_is_sent_once() -> None:
    """It counts as both."""
    change = interaction("PUT", "/things/1/1", state(CREATE), generated="/things/${id}/1")
    assert told(scheduled([read(CREATE), change, read(CREATE, put(1))])) == [["POST 1", "[0]", "[1]", "[2]"]]


def test_branches_have_instances_of_their_own() -> None:
    """A step on one branch must not show on the other."""
    walks = told(scheduled([read(CREATE, put(1)), read(CREATE, put(2))]))
    assert walks == [["POST 1", "PUT 2", "[0]"], ["POST 1", "PUT 2", "[1]"]]


def test_what_changes_by_itself_is_not_waited_for_before_other_changes() -> None:
    """A job that has ended cannot be cancelled any more; where nothing else happens, one instance is enough."""
    ended = {"await": {"request": {"method": "GET", "path": "/things/${id}"}, "until": {"body.$.state": "done"}}}
    assert told(scheduled([read(CREATE), read(CREATE, ended), write("POST", "/cancel", CREATE)])) == [
        ["POST 1", "[0]", "GET 2", "[1]"],
        ["POST 1", "[2]"],
    ]
    assert told(scheduled([read(CREATE), read(CREATE, ended)])) == [["POST 1", "[0]", "GET 2", "[1]"]]


def test_branches_without_effect_share_an_instance() -> None:
    """Reading in set-up changes nothing."""
    look = call("GET", "/things/${id}")
    walks = told(scheduled([read(CREATE, look), read(CREATE, call("GET", "/things")), read(CREATE, put(1))]))
    assert walks == [["POST 1", "GET 2", "[0]", "GET 2", "[1]", "PUT 2", "[2]"]]


def test_interactions_without_a_state_stand_alone() -> None:
    assert told(scheduled([interaction("GET", "/a"), interaction("POST", "/b")])) == [["[0]"], ["[1]"]]


def test_a_manual_state_puts_the_whole_pact_in_its_order() -> None:
    """Nobody knows what the handler changes."""
    manual = {**interaction("GET", "/b"), "providerStates": [{"name": "by hand"}]}
    schedule = scheduled([read(CREATE), manual, read(CREATE)])
    assert schedule.apart == ()
    assert told(schedule) == [["alone 0"], ["alone 1"], ["alone 2"]]


def test_expectations_on_a_common_path_wait_for_the_end() -> None:
    """What a stand-in is told there holds for everybody; with a minted value in the path it does not."""

    def expecting(path: str) -> dict[str, Any]:
        step = {"expect": {"provider": "bank", "request": {"method": "GET", "path": path}, "status": 404}}
        return interaction("POST", "/x", state(step, mint={"account": "abc"}))

    schedule = scheduled([expecting("/accounts"), expecting("/accounts/${account}"), interaction("GET", "/y")])
    assert [job.first for job in schedule.apart] == [1, 2]
    assert [job.first for job in schedule.in_order] == [0]
    assert all(isinstance(job, Alone) for job in schedule.in_order)


def test_two_states_of_ours_are_brought_about_one_after_the_other() -> None:
    schedule = scheduled([interaction("GET", "/x", state(CREATE), state(put(1)))])
    assert told(schedule) == [["alone 0"]]


STEPS = st.lists(st.sampled_from([1, 2, 3]), max_size=4)
METHODS = st.sampled_from(["GET", "DELETE", "PUT"])


@given(tales=st.lists(st.tuples(METHODS, STEPS, st.integers(0, 3)), max_size=12))
def test_with_turns_every_interaction_is_judged_once_after_its_steps(tales: list[tuple[str, list[int], int]]) -> None:
    """Each step of a walk is sent once; only what has a turn is sent before that is not among them."""
    interactions = [
        turned(
            turn,
            interaction(
                method,
                "/things/1/3",
                state(CREATE, *map(put, steps)),
                generated="/things/${id}/3",
                status=409 if turn and method == "DELETE" else 200,
            ),
        )
        for method, steps, turn in tales
    ]
    judged: list[int] = []
    for job in scheduled(interactions).apart:
        assert isinstance(job, Walk)
        reached: list[object] = []
        free = True
        for action in job.actions:
            node = action.node if isinstance(action, Perform) else action.step
            if isinstance(action, Judge):
                assert set(action.task.node.way()) <= set(reached)
                judged.append(action.task.interaction.position)
                if not action.task.reads_only:
                    assert free
                    free = action.aside or action.step is not None
                    assert not action.aside or action.task.turn
            if node is not None:
                assert node not in reached
                assert set(node.way()[:-1]) <= set(reached)
                reached.append(node)
    assert sorted(judged) == list(range(len(tales)))


@given(tales=st.lists(st.tuples(st.sampled_from(["GET", "DELETE", "PUT"]), STEPS), max_size=12))
def test_every_interaction_is_judged_once_in_its_state(tales: list[tuple[str, list[int]]]) -> None:
    """Exactly the steps of its state were sent before on its instance, and nothing else with an effect."""
    interactions = [
        interaction(method, "/things/1/3", state(CREATE, *map(put, steps)), generated="/things/${id}/3")
        for method, steps in tales
    ]
    judged: list[int] = []
    for job in scheduled(interactions).apart:
        assert isinstance(job, Walk)
        effects: list[object] = []
        for action in job.actions:
            if isinstance(action, Perform):
                effects.append(action.node)
                continue
            task = action.task
            assert effects == list(task.node.way())
            judged.append(task.interaction.position)
            if task.contract.request.method not in READING_METHODS:
                effects.append(action.step or task)
    assert sorted(judged) == list(range(len(tales)))


def test_flows_of_a_thousand_interactions_need_few_calls() -> None:
    """Chains of changes with a read after each: hardly more than one call for each of 1,020 interactions."""
    interactions: list[dict[str, Any]] = []
    for number in range(34):
        steps = [call("POST", f"/flows/{number}", bind={"id": "body.$.id"}, status=201)]
        for change in range(15):
            path = f"/flows/{number}/${{id}}/{change}"
            interactions.append(interaction("PUT", "/flows/1", state(*steps), generated=path))
            steps.append(call("PUT", path))
            interactions.append(interaction("GET", "/flows/1", state(*steps), generated=f"/flows/{number}/${{id}}"))
    jobs = scheduled(interactions).apart
    assert sum(len(job.actions) for job in jobs if isinstance(job, Walk)) == len(interactions) + 34
