"""Re-recording is a merge."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.normalize.merge import merge
from treaty.pactfile import canonical_json

State = dict[str, Any]


def one(key: str, status: int = 200, state: str = "", **extra: Any) -> dict[str, Any]:
    states = {"providerStates": [{"name": "s", "params": {"treaty": state}}]} if state else {}
    return {"key": key, "description": f"GET /{key} -> {status}", "response": {"status": status}, **states, **extra}


def pact(*interactions: dict[str, Any], **extra: Any) -> dict[str, Any]:
    references = [state for item in interactions for state in item.get("providerStates", []) if "params" in state]
    used = sorted({state["params"]["treaty"] for state in references})
    treaty: dict[str, Any] = {"format": 1}
    if used:
        treaty["states"] = {key: {"name": key} for key in used}
    return {
        "consumer": {"name": "a"},
        "provider": {"name": "b"},
        "interactions": list(interactions),
        "metadata": {"pactSpecification": {"version": "4.0"}, "treaty": treaty},
        **extra,
    }


def keys(document: Any) -> list[str]:
    return [item["key"] for item in document["interactions"]]


def test_a_first_recording_is_taken_as_it_is() -> None:
    now = pact(one("x"))
    merged = merge(None, None, now)
    assert merged.pact is now
    assert merged.base is now
    assert merged.added == ["GET /x -> 200"]


def test_the_same_recording_changes_nothing() -> None:
    now = pact(one("x", state="s1"), one("y"))
    merged = merge(now, now, now)
    assert canonical_json(merged.pact) == canonical_json(now)
    assert (merged.added, merged.changed, merged.kept, merged.edited, merged.conflicts) == ((), (), (), (), ())


def test_what_was_not_touched_by_hand_follows_the_recording() -> None:
    merged = merge(pact(one("x")), pact(one("x")), pact(one("x", 201), one("y")))
    assert merged.pact["interactions"] == [one("x", 201), one("y")]
    assert (merged.changed, merged.added) == (("GET /x -> 201",), ("GET /y -> 200",))
    assert merged.base["interactions"] == merged.pact["interactions"]


def test_an_edit_by_hand_stays_while_the_recording_says_the_same_as_before() -> None:
    mine = one("x", comments={"text": ["mine"]})
    merged = merge(pact(one("x")), pact(mine), pact(one("x")))
    assert merged.pact["interactions"] == [mine]
    assert merged.edited == ("GET /x -> 200",)
    assert merge(merged.base, merged.pact, pact(one("x"))).edited == ("GET /x -> 200",)


def described(status: int = 200, description: str = "GET /x", **extra: Any) -> dict[str, Any]:
    return {**one("x", status), "description": description, **extra}


def test_a_change_on_both_sides_is_a_conflict_until_it_is_settled_and_the_humans_stays() -> None:
    mine, now = described(204, comments={"text": ["mine"]}), pact(described(201))
    merged = merge(pact(described()), pact(mine), now)
    assert merged.pact["interactions"] == [mine]
    assert merged.conflicts == ("GET /x",)
    assert merged.disputes == {"GET /x": ["response.status: yours 204, recorded 201"]}
    assert merge(merged.base, merged.pact, now).conflicts == ("GET /x",)
    assert merge(merged.base, now, now).conflicts == ()


def test_changes_of_different_parts_of_an_interaction_are_both_taken() -> None:
    mine: dict[str, Any] = {"description": "Looks for x", "pending": True, "comments": {"text": ["mine"]}}
    now = pact(described(201))
    merged = merge(pact(described()), pact(described(**mine)), now)
    assert merged.pact["interactions"] == [described(201, **mine)]
    assert (merged.edited, merged.conflicts) == (("Looks for x",), ())
    again = merge(merged.base, merged.pact, now)
    assert (again.pact, again.base) == (merged.pact, merged.base)


def test_without_a_base_nothing_of_a_humans_is_overwritten() -> None:
    mine = one("x", comments={"text": ["mine"]})
    merged = merge(None, pact(mine, one("own")), pact(one("x"), one("y")))
    assert merged.conflicts == ("GET /x -> 200",)
    assert mine in merged.pact["interactions"]
    assert sorted(keys(merged.pact)) == ["own", "x", "y"]


def test_an_interaction_that_was_added_by_hand_stays() -> None:
    for prune in (False, True):
        merged = merge(pact(one("x")), pact(one("x"), one("own")), pact(one("x")), prune=prune)
        assert keys(merged.pact) == ["own", "x"]
        assert merged.edited == ("GET /own -> 200",)


def test_what_was_deleted_by_hand_stays_deleted_even_when_it_changed() -> None:
    first = merge(pact(one("x"), one("y")), pact(one("x")), pact(one("x"), one("y")))
    assert keys(first.pact) == ["x"]
    second = merge(first.base, first.pact, pact(one("x"), one("y", 201)))
    assert keys(second.pact) == ["x"]


def test_what_was_not_seen_is_kept_unless_it_is_pruned() -> None:
    before = pact(one("x"), one("y", state="s1"))
    kept = merge(before, before, pact(one("x")))
    assert keys(kept.pact) == ["x", "y"]
    assert kept.kept == ("GET /y -> 200",)
    assert list(kept.pact["metadata"]["treaty"]["states"]) == ["s1"]
    pruned = merge(before, before, pact(one("x")), prune=True)
    assert keys(pruned.pact) == ["x"]
    assert pruned.pruned == ("GET /y -> 200",)
    assert "states" not in pruned.pact["metadata"]["treaty"]


def test_pruning_leaves_what_was_edited_by_hand() -> None:
    mine = one("y", comments={"text": ["mine"]})
    merged = merge(pact(one("x"), one("y")), pact(one("x"), mine), pact(one("x")), prune=True)
    assert keys(merged.pact) == ["x", "y"]


def test_a_lost_pact_is_written_again() -> None:
    merged = merge(pact(one("x")), None, pact(one("x")))
    assert keys(merged.pact) == ["x"]


def test_keys_of_a_document_that_only_people_write_stay() -> None:
    ours = pact(one("x"), extra="mine")
    ours["metadata"] = {**ours["metadata"], "team": "us"}
    merged = merge(pact(one("x")), ours, pact(one("x", 201)))
    assert merged.pact["extra"] == "mine"
    assert merged.pact["metadata"]["team"] == "us"
    assert "extra" not in merged.base


def test_interactions_without_a_key_are_found_by_description_and_states() -> None:
    plain = {"description": "d", "response": {"status": 200}}
    other = {**plain, "providerStates": [{"name": "s"}]}
    merged = merge(pact(plain), pact(plain, other), pact(plain))
    assert merged.pact["interactions"] == [plain, other]


@pytest.mark.parametrize("broken", [{}, {"interactions": None}, {"interactions": [1, "x"]}, {"metadata": []}])
def test_a_pact_of_an_odd_form_does_not_stop_the_merge(broken: dict[str, Any]) -> None:
    if broken == {"metadata": []}:
        broken = {"metadata": {}, "interactions": []}
    merged = merge(None, broken, pact(one("x")))
    assert keys(merged.pact) == ["x"]


sides = st.dictionaries(st.sampled_from("uvwxyz"), st.sampled_from([200, 201, 204]), max_size=5).map(
    lambda found: pact(*(one(key, status, state=f"s{status}") for key, status in found.items()))
)


@given(base=sides, ours=sides, theirs=sides, prune=st.booleans())
def test_a_merge_that_is_repeated_changes_nothing_more(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any], prune: bool
) -> None:
    first = merge(base, ours, theirs, prune=prune)
    second = merge(first.base, first.pact, theirs, prune=prune)
    assert canonical_json(second.pact) == canonical_json(first.pact)
    assert second.conflicts == first.conflicts


@given(base=sides, ours=sides, theirs=sides, prune=st.booleans())
def test_nothing_that_differs_from_the_base_is_lost(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any], prune: bool
) -> None:
    merged = merge(base, ours, theirs, prune=prune)
    kept = {item["key"]: item for item in merged.pact["interactions"]}
    before = {item["key"]: item for item in base["interactions"]}
    for item in ours["interactions"]:
        was = before.get(item["key"])
        for part in ("response", "providerStates"):
            assert (was is not None and was[part] == item[part]) or kept[item["key"]][part] == item[part]


@given(base=sides, ours=sides, theirs=sides)
def test_every_state_that_is_referred_to_comes_along(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    merged = merge(base, ours, theirs)
    for document in (merged.pact, merged.base):
        used = {state["params"]["treaty"] for item in document["interactions"] for state in item["providerStates"]}
        assert used == set(document["metadata"]["treaty"].get("states", {}))


def test_what_is_known_of_a_state_beside_its_steps_follows_the_recording() -> None:
    """Its hash is that of its steps; what a person wrote into it stays."""
    before, now = pact(one("x", state="s1")), pact(one("x", state="s1"))
    now["metadata"]["treaty"]["states"]["s1"] = {"name": "s1", "also": {"calls": []}}
    merged = merge(before, before, now)
    assert merged.pact["metadata"]["treaty"]["states"]["s1"] == {"name": "s1", "also": {"calls": []}}
    edited = pact(one("x", state="s1"))
    edited["metadata"]["treaty"]["states"]["s1"] = {"name": "my own"}
    assert merge(before, edited, now).pact["metadata"]["treaty"]["states"]["s1"] == {"name": "my own"}
    assert merge(None, edited, now).pact["metadata"]["treaty"]["states"]["s1"] == {"name": "my own"}
