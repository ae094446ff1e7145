from __future__ import annotations

from typing import Any

import pytest

from tests.unit.harness.verify.tales import call, interaction, state
from tests.unit.harness.verify.things import CHANGE, CREATE, Things, thing, verdicts, verify
from treaty.errors import EngineFailed, StateFailed


def test_reads_of_one_state_share_its_set_up() -> None:
    """The calls are counted where they were needed first."""
    provider = Things()
    outcomes = verify(provider, [thing("GET", 0, CREATE), thing("GET", 1, CREATE, CHANGE), thing("GET", 0, CREATE)])
    assert verdicts(outcomes) == ["kept"] * 3
    assert [outcome.setup_calls for outcome in outcomes] == [1, 1, 0]
    assert len(provider.things) == 1
    assert all(outcome.seconds > 0 for outcome in outcomes)


def test_an_instance_ends_with_what_has_an_effect_on_it() -> None:
    """Otherwise the second deletion would find nothing."""
    provider = Things()
    outcomes = verify(provider, [thing("DELETE", -1, CREATE), thing("GET", 0, CREATE), thing("DELETE", -1, CREATE)])
    assert verdicts(outcomes) == ["kept"] * 3
    assert sum(line.startswith("POST") for line in provider.seen) == 2


def aside(method: str, path: str) -> dict[str, Any]:
    """Write a refusal after which the recording went on as without it."""
    content = interaction(method, f"{path}/1", state(CREATE), generated=f"{path}/${{id}}", status=409)
    return {**content, "comments": {"treaty": {"turn": 1}}}


def test_what_is_judged_aside_needs_no_instance_of_its_own() -> None:
    """One thing is made for all."""
    provider = Things()
    outcomes = verify(provider, [aside("PATCH", "/refused"), thing("GET", 0, CREATE), thing("GET", 1, CREATE, CHANGE)])
    assert verdicts(outcomes) == ["kept"] * 3
    assert [line.split("/")[0] for line in provider.seen] == ["POST ", "GET ", "PATCH ", "PUT ", "GET "]


@pytest.mark.parametrize(("path", "verdict"), [("/lost", "could not tell"), ("/broken", "broken")])
def test_another_answer_aside_spoils_the_instance(path: str, verdict: str) -> None:
    """What comes after it is judged on another one; nobody knows what the call has done."""
    provider = Things()
    after = [thing("GET", 1, CREATE, CHANGE), thing("GET", 2, CREATE, CHANGE, CHANGE)]
    outcomes = verify(provider, [aside("PATCH", path), thing("GET", 0, CREATE), *after])
    assert verdicts(outcomes) == [verdict, "kept", "kept", "kept"]
    assert [line.split("/")[0] for line in provider.seen] == [
        "POST ", "GET ", "PATCH ", "POST ", "PUT ", "GET ", "PUT ", "GET "
    ]  # fmt: skip
    first, last = provider.seen[1].split("/")[-1], provider.seen[-1].split("/")[-1]
    assert first != last


def test_what_is_wrongly_accepted_spoils_the_instance() -> None:
    """A change that was refused in the recording would show in what comes after it."""
    provider = Things()
    refused = aside("PUT", "/things")
    outcomes = verify(provider, [refused, thing("GET", 0, CREATE), thing("DELETE", -1, CREATE)])
    assert verdicts(outcomes) == ["broken", "kept", "kept"]
    after = thing("GET", 1, CREATE, call("PUT", "/things/${id}", bind={"version": "body.$.version"}))
    assert verdicts(verify(Things(), [refused, after])) == ["broken", "kept"]


def test_an_interaction_that_is_the_next_step_is_sent_once() -> None:
    provider = Things()
    outcomes = verify(provider, [thing("PUT", 1, CREATE), thing("GET", 1, CREATE, CHANGE)])
    assert verdicts(outcomes) == ["kept"] * 2
    assert [line.split("/")[0] for line in provider.seen] == ["POST ", "PUT ", "GET "]


def test_when_it_breaks_what_comes_after_could_not_be_told() -> None:
    """Its status is the step's, too; a body that is not as promised is no matter of the step."""
    provider = Things()
    broken = interaction("PUT", "/broken/1", state(CREATE), generated="/broken/${id}")
    after = interaction("GET", "/things/1", state(CREATE, call("PUT", "/broken/${id}")), generated="/things/${id}")
    outcomes = verify(provider, [broken, after])
    assert verdicts(outcomes) == ["broken", "could not tell"]
    assert outcomes[1].reason is not None
    assert outcomes[1].reason.where.startswith("step 2 of 2: PUT /broken/${id}\nsent PUT /broken/")
    assert "recorded was status 200, but the provider answered 500" in outcomes[1].reason.why
    assert verdicts(verify(Things(), [thing("PUT", 7, CREATE), thing("GET", 1, CREATE, CHANGE)])) == ["broken", "kept"]


def test_a_step_without_an_answer_leaves_all_below_it_untold() -> None:
    """Each under its own names, and nothing else is sent on that instance."""
    provider = Things()
    lost = call("PUT", "/lost/${id}")
    outcomes = verify(provider, [thing("GET", 0, CREATE, lost), thing("GET", 0, CREATE, lost, CHANGE)])
    assert verdicts(outcomes) == ["could not tell"] * 2
    reasons = [outcome.reason for outcome in outcomes]
    assert all(isinstance(reason, StateFailed) for reason in reasons)
    assert "step 2 of 2" in str(reasons[0])
    assert "step 2 of 3" in str(reasons[1])
    assert len(provider.seen) == 2
    assert [outcome.setup_calls for outcome in outcomes] == [2, 0]


def test_an_interaction_that_is_a_step_and_gets_no_answer_fails_what_follows() -> None:
    broken = interaction("PUT", "/lost/1", state(CREATE), generated="/lost/${id}")
    outcomes = verify(Things(), [broken, thing("GET", 0, CREATE, call("PUT", "/lost/${id}"))])
    assert verdicts(outcomes) == ["could not tell"] * 2
    assert isinstance(outcomes[0].reason, EngineFailed)
    assert isinstance(outcomes[1].reason, StateFailed)


def test_a_value_that_cannot_be_bound_is_told_under_the_names_of_the_state() -> None:
    """Only states that take it out fail."""
    other = call("POST", "/things", bind={"own_name": "body.$.colour"}, status=201)
    needing = interaction("GET", "/things/1", state(other), generated="/things/${own_name}")
    after = thing(
        "GET",
        0,
        call("POST", "/things", bind={"id": "body.$.id", "x": "body.$.colour"}, status=201),
        call("PUT", "/${x}"),
    )
    outcomes = verify(Things(), [thing("GET", 0, CREATE), needing, after])
    assert verdicts(outcomes) == ["kept", "could not tell", "could not tell"]
    assert outcomes[1].reason is not None
    assert "${own_name} cannot be bound" in outcomes[1].reason.why
    assert outcomes[2].reason is not None
    assert "${x} cannot be bound" in outcomes[2].reason.why
    assert "step 1 of 2" in outcomes[2].reason.where


def test_values_that_no_step_uses_are_minted_for_each_interaction() -> None:
    provider = Things()
    new = interaction("GET", "/things/abcdef", state(mint={"key": "abcdef"}), generated="/things/${key}", status=404)
    assert verdicts(verify(provider, [new, new])) == ["kept"] * 2
    assert len({*provider.seen, "GET /things/abcdef"}) == 3


def test_a_request_is_asked_once_whatever_comes_back() -> None:
    """No assertion is repeated until it holds."""
    provider = Things()
    outcomes = verify(provider, [interaction("GET", "/broken/1"), interaction("GET", "/lost/1")])
    assert verdicts(outcomes) == ["broken", "could not tell"]
    assert len(provider.seen) == 2
