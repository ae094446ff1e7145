"""The evidence of a session as JSON: what `evidence.json` holds, and what the explanation of a pact reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonValue
from treaty.normalize.evidence import InteractionEvidence, PlaceEvidence, Seen
from treaty.normalize.findings import Finding
from treaty.session.exchange import Edge

EVIDENCE_FORMAT: Final = 1
EVIDENCE_FILE: Final = "evidence.json"

ByEdge: TypeAlias = Mapping[Edge, Mapping[str, InteractionEvidence]]
Entry: TypeAlias = dict[str, JsonValue]


def evidence_document(
    evidence: ByEdge, findings: Sequence[Finding], sessions: Sequence[tuple[str, int]]
) -> Mapping[str, JsonValue]:
    """Write evidence as JSON. It names places and numbers of exchanges, and holds no value of the session.

    Args:
        evidence: by edge and key of the interaction.
        findings: of the whole session.
        sessions: the name of each session folder, with what was added to the numbers of its exchanges.

    """
    return {
        "format": EVIDENCE_FORMAT,
        "sessions": [{"name": name, "added": added} for name, added in sessions],
        "edges": [
            {
                "consumer": edge.consumer,
                "provider": edge.provider,
                "interactions": {key: _interaction(found) for key, found in sorted(interactions.items())},
            }
            for edge, interactions in sorted(evidence.items())
        ],
        "findings": [_finding(each) for each in findings],
    }


def _finding(finding: Finding) -> Entry:
    return {
        "kind": finding.kind,
        "consumer": finding.edge.consumer,
        "provider": finding.edge.provider,
        "text": finding.text,
        "count": finding.count,
        "examples": list(finding.examples),
    }


def _interaction(found: InteractionEvidence) -> Entry:
    entry: Entry = {
        "description": found.description,
        "state": found.state,
        "exchanges": _seen(found.exchanges),
        "example": found.example,
        "looked_at": found.looked_at,
        "steps": [{"call": step.call, "exchange": step.exchange, "why": step.why} for step in found.steps],
        "places": {place: _place(each) for place, each in found.places.items()},
    }
    if found.left_out:
        entry["left_out"] = found.left_out
    if found.redacted:
        entry["redacted"] = list(found.redacted)
    return entry


def _seen(seen: Seen) -> Entry:
    return {"count": seen.count, "first": list(seen.first), "runs": list(seen.runs)}


def _place(found: PlaceEvidence) -> Entry:
    rest = found.rest
    entry: Entry = {
        "causes": list(rest.causes),
        "exact": rest.exact,
        "values": rest.values,
        "forms": list(rest.forms),
        "exchanges": _seen(found.exchanges),
    }
    if rest.is_token:
        entry["is_token"] = True
    if rest.by_itself:
        entry["by_itself"] = True
    if rest.missing:
        entry["missing"] = rest.missing
    if rest.of:
        entry["of"] = list(rest.of)
    if rest.along:
        entry["along"] = list(rest.along)
    if found.links:
        entry["links"] = [
            {
                "exchange": link.exchange,
                "location": link.location,
                "call": link.call,
                "method": link.method,
                "confidence": link.confidence,
            }
            for link in found.links
        ]
    if found.dropped:
        entry["dropped"] = [
            {"exchange": each.exchange, "location": each.location, "call": each.call, "why": each.why}
            for each in found.dropped
        ]
    if found.doubt is not None:
        entry["doubt"] = {"degree": found.doubt.degree, "why": found.doubt.why}
    if found.change:
        entry["change"] = found.change
    return entry
