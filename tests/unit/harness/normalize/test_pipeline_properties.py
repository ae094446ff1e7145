"""What a pact must not depend on, and what must hold in each, whatever was recorded (DESIGN 4.4, 4.9)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.unit.harness.normalize.plays import Step, World, play, scripts, worlds
from treaty.contract.json_value import JsonValue
from treaty.contract.matching import match_request, match_response
from treaty.contract.mismatch import Mismatch
from treaty.contract.model import ActualRequest, ActualResponse, HttpInteraction
from treaty.normalize.leaves import wildcard
from treaty.normalize.pipeline import normalize
from treaty.pactfile import canonical_json, read_pact
from treaty.session.exchange import Exchange

SOME = settings(deadline=None, max_examples=40)
SHOP = [Step(kind=kind) for kind in ("register", "order", "read_order", "pay", "read_order", "list_orders_of_user")]


def pact_bytes(exchanges: Sequence[Exchange]) -> dict[str, bytes]:
    return {str(edge): canonical_json(pact) for edge, pact in normalize(exchanges).pacts.items()}


def states_of(pact: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = pact["metadata"]["treaty"].get("states", {})
    return found


def variables_of(state: Mapping[str, Any]) -> set[str]:
    bound = {name for step in state.get("steps", []) for part in step.values() for name in part.get("bind", {})}
    return bound | set(state.get("mint", {}))


def texts_in(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, child in value.items():
            yield key
            yield from texts_in(child)
    elif isinstance(value, list):
        for child in value:
            yield from texts_in(child)


@given(script=scripts, world=worlds)
@example(script=SHOP, world=World(first_user=4711, first_order=4711))
@SOME
def test_ids_times_and_random_values_leave_no_trace(script: list[Step], world: World) -> None:
    assert pact_bytes(play(script, world)) == pact_bytes(play(script))


@given(script=scripts, data=st.data())
@SOME
def test_the_order_of_storing_leaves_no_trace(script: list[Step], data: st.DataObject) -> None:
    session = play(script)
    assume(session)
    assert pact_bytes(data.draw(st.permutations(session))) == pact_bytes(session)


@given(script=scripts, data=st.data())
@SOME
def test_the_numbers_of_exchanges_leave_no_trace(script: list[Step], data: st.DataObject) -> None:
    session = play(script)
    assume(session)
    numbers = data.draw(st.permutations(range(100, 100 + len(session))))
    renumbered = [replace(item, number=number) for item, number in zip(session, numbers, strict=True)]
    assert pact_bytes(renumbered) == pact_bytes(session)


@given(script=scripts, seconds=st.integers(-(10**7), 10**7))
@SOME
def test_a_shifted_clock_of_the_recorder_leaves_no_trace(script: list[Step], seconds: int) -> None:
    plain = [step for step in script if step.kind not in {"order", "pay"}]
    shift = timedelta(seconds=seconds)
    session = play(plain)
    shifted = [replace(item, started=item.started + shift, ended=item.ended + shift) for item in session]
    assert pact_bytes(shifted) == pact_bytes(session)


@given(script=scripts)
@SOME
def test_every_example_satisfies_its_own_rules(script: list[Step]) -> None:
    for pact in normalize(play(script)).pacts.values():
        for interaction in interactions_of(pact):
            promised = interaction.response
            answer = ActualResponse(
                status=promised.status,
                headers=tuple((name, value) for name, values in promised.headers.items() for value in values),
                body=promised.body.data,
            )
            assert match_response(promised, answer) == ()
            asked = interaction.request
            request = ActualRequest(
                method=asked.method,
                path=asked.path,
                query=asked.query or {},
                headers=tuple((name, value) for name, values in asked.headers.items() for value in values),
                body=asked.body.data,
            )
            assert match_request(asked, request) == ()


@given(script=scripts, world=worlds)
@SOME
def test_a_healthy_provider_raises_no_alarm_beyond_what_follows_from_its_inputs(
    script: list[Step], world: World
) -> None:
    """Answers of another recording differ from the promises only where they repeat or compute what was sent."""
    pacts = normalize(play(script)).pacts
    for item in play(script, world):
        assert item.response is not None
        answer = ActualResponse(
            status=item.response.status, headers=item.response.headers, body=item.response.content.data or None
        )
        faults = [
            [fault for fault in match_response(interaction.response, answer) if not follows_input(fault, interaction)]
            for interaction in interactions_of(pacts[item.edge])
            if interaction.request.method == item.request.method and interaction.response.status == answer.status
            if len(interaction.request.path.split("/")) == len(item.request.path.split("/"))
        ]
        assert [] in faults, (item.request.method, item.request.path, faults)


def follows_input(fault: Mismatch, interaction: HttpInteraction) -> bool:
    """Tell whether a fault is at an echo, at a value of the set-up, or at a computed number."""
    notes: Any = interaction.comments.get("treaty", {})
    causes = notes.get("response", {})
    cause = (causes.get(wildcard(fault.location)) or causes.get(fault.location) or {}).get("cause")
    return cause in {"echo", "carried"} or (
        fault.rule.startswith("regex") and re.fullmatch(r"[\d.]+", fault.got) is not None
    )


def again(script: Sequence[Step], *, later: float) -> list[Exchange]:
    """Play a script twice with other ids, the second time so many seconds later, in one session."""
    first = play(script)
    second = World(first_user=5001, first_order=6001, seed=99, start=World().start + timedelta(seconds=later))
    return [*first, *(replace(item, number=item.number + len(first)) for item in play(script, second))]


def flows(*kinds: str) -> st.SearchStrategy[list[Step]]:
    """Draw scripts about one user and its order, which can be played twice in one session."""
    steps = st.builds(lambda kind, who: Step(kind=kind, who=who), st.sampled_from(kinds), st.integers(0, 1))
    return st.lists(steps, max_size=8).map(lambda found: [Step(kind="register"), Step(kind="order"), *found])


ALONE = ("order", "read_order", "list_orders_of_user", "pay", "read_user", "upload", "read_upload")


@given(script=flows(*ALONE, "register_twice"))
@SOME
def test_a_flow_that_is_repeated_on_a_reset_provider_leaves_no_trace(script: list[Step]) -> None:
    assert pact_bytes(again(script, later=1000)) == pact_bytes(play(script))


@given(script=flows(*ALONE), later=st.sampled_from([0.2, 0.6, 1.6, 3.6]), data=st.data())
@SOME
def test_flows_that_run_side_by_side_leave_no_trace(script: list[Step], later: float, data: st.DataObject) -> None:
    session = again(script, later=later)
    numbers = data.draw(st.permutations(range(len(session))))
    renumbered = [replace(item, number=number) for item, number in zip(session, numbers, strict=True)]
    assert pact_bytes(renumbered) == pact_bytes(session) == pact_bytes(play(script))


def often(script: Sequence[Step], times: int, *, later: float) -> list[Exchange]:
    """Play a script many times in one session, each time with other ids and random values."""
    session: list[Exchange] = []
    for turn in range(times):
        start = World().start + timedelta(seconds=later * turn)
        world = World(first_user=1 + 500 * turn, first_order=1 + 700 * turn, seed=turn, start=start)
        session += [replace(item, number=item.number + len(session)) for item in play(script, world)]
    return session


@given(script=flows(*ALONE), times=st.integers(3, 12), later=st.sampled_from([0.6, 1.6, 1000.0]))
@settings(deadline=None, max_examples=15)
def test_a_flow_that_is_repeated_often_leaves_no_trace(script: list[Step], times: int, later: float) -> None:
    assert pact_bytes(often(script, times, later=later)) == pact_bytes(play(script))


@given(first=scripts, second=scripts)
@SOME
def test_what_goes_on_between_others_leaves_no_trace_in_a_pact(first: list[Step], second: list[Step]) -> None:
    ours = [step for step in first if "upload" not in step.kind]
    theirs = [step for step in second if "upload" in step.kind]
    shop, files = play(ours), play(theirs, World(pace=0.7, seed=5))
    together = [*shop, *(replace(item, number=item.number + len(shop)) for item in files)]
    assert pact_bytes(together) == pact_bytes(shop) | pact_bytes(files)


@given(script=scripts)
@SOME
def test_descriptions_with_states_are_unique_and_so_are_keys(script: list[Step]) -> None:
    for pact in normalize(play(script)).pacts.values():
        names = [
            (item["description"], tuple(state["params"]["treaty"] for state in item.get("providerStates", [])))
            for item in pact["interactions"]
        ]
        assert len(set(names)) == len(names)
        keys = [item["key"] for item in pact["interactions"]]
        assert len(set(keys)) == len(keys)


@given(script=scripts)
@SOME
def test_states_exist_and_bind_every_variable_that_is_used(script: list[Step]) -> None:
    for pact in normalize(play(script)).pacts.values():
        states = states_of(pact)
        used = {state["params"]["treaty"] for item in pact["interactions"] for state in item.get("providerStates", [])}
        assert used == set(states)
        for state in states.values():
            assert variables_in(state) <= variables_of(state)
        for item in pact["interactions"]:
            known = {
                name
                for state in item.get("providerStates", [])
                for name in variables_of(states[state["params"]["treaty"]])
            }
            assert variables_in(item["request"].get("generators")) <= known
            assert "ProviderState" not in set(texts_in(item["response"]))


@given(script=scripts)
@SOME
def test_names_of_variables_mean_one_thing_in_a_file(script: list[Step]) -> None:
    for pact in normalize(play(script)).pacts.values():
        names = [name for state in states_of(pact).values() for name in variables_of(state)]
        assert len(set(names)) == len(names)


def interactions_of(pact: Mapping[str, Any]) -> tuple[HttpInteraction, ...]:
    return read_pact(canonical_json(pact), source="here").http_interactions()


def variables_in(value: JsonValue) -> set[str]:
    return {name for text in texts_in(value) for name in re.findall(r"(?<!\$)\$\{([^}]+)\}", text)}
