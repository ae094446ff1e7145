"""What must hold of every explanation, whatever was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from hypothesis import given, settings

from tests.unit.harness.normalize import plays
from treaty.contract.json_value import dumps, loads
from treaty.explain.evidence_check import is_evidence
from treaty.explain.explanation import explain_interaction
from treaty.explain.promises import generic
from treaty.normalize.evidence_form import evidence_document
from treaty.normalize.pipeline import normalize
from treaty.pactfile import canonical_json, read_pact


@settings(deadline=None, max_examples=40)
@given(plays.scripts)
def test_every_rule_of_every_pact_is_explained_with_evidence(script: Sequence[plays.Step]) -> None:
    """Each interaction has evidence under its key, and each rule of an answer's body a place; none is edited."""
    result = normalize(plays.play(script, plays.World()))
    document = cast("dict[str, Any]", loads(dumps(evidence_document(result.evidence(), result.findings, []))))
    assert is_evidence(document)
    entries = {(edge["consumer"], edge["provider"]): edge["interactions"] for edge in document["edges"]}
    for edge, pact in result.pacts.items():
        raw = cast("dict[str, Any]", loads(canonical_json(pact)))
        interactions = read_pact(canonical_json(pact), source="pact.json").interactions
        for interaction, written in zip(interactions, raw["interactions"], strict=True):
            evidence = entries[edge.consumer, edge.provider][interaction.key]
            explained = explain_interaction(interaction, written, evidence=evidence, generated=raw)
            told = {each.place for each in explained.places}
            rules = written["response"].get("matchingRules", {}).get("body", {})
            assert {generic(f"response.body.{path}") for path in rules} <= told
            assert len(told) == len(explained.places)
            assert not any(each.edited for each in explained.places)
            assert not explained.edited
            assert not explained.is_added
            steps = len(evidence["steps"])
            assert (steps > 0) == any(
                any("expect" not in step for step in state.get("steps", ()))
                for key, state in raw["metadata"]["treaty"].get("states", {}).items()
                if key in {each["params"]["treaty"] for each in written.get("providerStates", [])}
            )
