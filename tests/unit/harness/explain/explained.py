"""Explains small pacts for tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from tests.unit.harness.normalize.sessions import Session
from treaty.contract.json_value import JsonValue, loads
from treaty.contract.model import Interaction
from treaty.explain.explanation import ExplainedInteraction, ExplainedPlace, explain_interaction
from treaty.normalize.evidence_form import evidence_document
from treaty.normalize.pipeline import normalize
from treaty.pactfile import canonical_json, read_pact


def document_of(session: Session) -> dict[str, Any]:
    """Normalise and give the only pact, as it would be read from its file."""
    (pact,) = normalize(session.exchanges).pacts.values()
    return cast("dict[str, Any]", loads(canonical_json(pact)))


def evidence_of(session: Session) -> Mapping[str, Any]:
    """Give the evidence of the only pact's interactions, by key."""
    result = normalize(session.exchanges)
    document = cast("dict[str, Any]", evidence_document(result.evidence(), result.findings, [("s", 0)]))
    found: Mapping[str, Any] = document["edges"][0]["interactions"]
    return found


def interactions_of(document: Mapping[str, Any]) -> tuple[Interaction, ...]:
    """Read the interactions of a pact."""
    return read_pact(canonical_json(document), source="pact.json").interactions


def explain(
    document: Mapping[str, Any],
    description: str,
    *,
    evidence: Mapping[str, Any] | None = None,
    generated: Mapping[str, Any] | None = None,
) -> ExplainedInteraction:
    """Explain one interaction of a pact."""
    pairs = zip(interactions_of(document), document["interactions"], strict=True)
    interaction, raw = next(pair for pair in pairs if pair[0].description == description)
    entry = evidence.get(interaction.key) if evidence is not None else None
    return explain_interaction(interaction, raw, evidence=entry, generated=generated)


def place_of(explained: ExplainedInteraction, place: str) -> ExplainedPlace:
    """Give one place of an explanation."""
    return next(each for each in explained.places if each.place == place)


def orders() -> Session:
    """Give a session with a user, orders, and reads of them."""
    session = Session()
    session.call("a>b", "POST /users", {"email": "ann@example.org"}, 201, {"id": 41})
    session.call("a>b", "POST /orders", {"user_id": 41, "note": "two words"}, 201, {"id": 12, "status": "new"})
    answer: dict[str, JsonValue] = {"id": 12, "user_id": 41, "status": "new", "tip": None, "items": [{"id": 8}]}
    session.call("a>b", "GET /orders/12", None, 200, answer)
    session.call("a>b", "GET /orders/12", None, 200, {**answer, "gift": True})
    return session
