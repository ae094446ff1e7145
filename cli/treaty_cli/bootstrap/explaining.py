"""Wires `treaty explain`: pacts, what was generated of them last, and the evidence of a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from treaty.adapters.pact_files import read_documents
from treaty.contract.json_value import JsonInvalid, loads
from treaty.errors import NothingToDo, UsageError, did_you_mean
from treaty.explain.edits import deleted, edited_states
from treaty.explain.explanation import ExplainedInteraction, explain_interaction
from treaty.normalize.evidence_form import evidence_document
from treaty.normalize.pipeline import normalize
from treaty.session.reader import open_session
from treaty.verify.document import Interaction, PactDocument
from treaty_cli.bootstrap.evidence_files import read_evidence
from treaty_cli.bootstrap.normalizing import GENERATED_FOLDER
from treaty_cli.bootstrap.recorded import read_sessions

Document: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedPact:
    """One pact, explained.

    Attributes:
        source: its file.
        consumer: who was promised.
        provider: who promised.
        interactions: those that were asked for, doubtful ones first, else in the order of the file.
        of: how many it has in all.
        deleted: descriptions of generated interactions that were taken out by hand.
        generated: whether it is known what was generated last.
        findings: entries of `evidence.json` about its edge.

    """

    source: str
    consumer: str
    provider: str
    interactions: tuple[ExplainedInteraction, ...]
    of: int
    deleted: tuple[str, ...]
    generated: bool
    findings: tuple[Document, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """All pacts, explained.

    Attributes:
        pacts: in order.
        session: the folder of the recording; None without one.
        numbering: name of each session that counts as one with it, with what was added to its exchanges' numbers.

    """

    pacts: tuple[ExplainedPact, ...]
    session: Path | None
    numbering: tuple[tuple[str, int], ...]


def explain_pacts(place: Path, *, interaction: str | None, session: Path | None) -> Explained:
    """Explain a pact, or those of a folder.

    Args:
        place: a file or folder.
        interaction: a part of a description, in any case, or of a key; None for all.
        session: the recording.

    Raises:
        FileMissing, PactUnreadable, SessionUnreadable: when a file cannot be read.
        UsageError: when no interaction has the text.
        NothingToDo: when the folder has no pact.

    """
    documents = read_documents([place])
    if not documents:
        raise NothingToDo("there is no pact to explain", where=str(place), hint="treaty normalize writes pacts")
    evidence = _evidence(session) if session is not None else {}
    pacts = tuple(_pact(document, interaction, evidence) for document in documents)
    if interaction is not None and not any(pact.interactions for pact in pacts):
        known = [each.description for document in documents for each in document.interactions]
        raise UsageError(
            f"no interaction has '{interaction}' in its description",
            where=str(place),
            hint=did_you_mean(interaction, known) or f"it has, for instance: {'; '.join(known[:3])}",
        )
    numbering = tuple((str(each["name"]), int(each["added"])) for each in evidence.get("sessions", ()))
    return Explained(pacts=pacts, session=session, numbering=numbering)


def _evidence(session: Path) -> Document:
    """Read the evidence of a session, or gather it anew where it lies not beside it."""
    open_session(session)
    kept = read_evidence(session)
    if kept is not None:
        return kept
    recorded = read_sessions([session])
    result = normalize(recorded, recorded.declared, recorded.runs)
    return evidence_document(result.evidence(), result.findings, recorded.numbering)


def _pact(document: PactDocument, text: str | None, evidence: Document) -> ExplainedPact:
    generated = _generated(Path(document.source))
    edges = [each for each in evidence.get("edges", ()) if _is_of(each, document)]
    entries: Document = edges[0]["interactions"] if edges else {}
    raws = _raw_interactions(document)
    states = edited_states(document.raw, generated)
    explained = [
        explain_interaction(
            each,
            raws[position] if position < len(raws) else {},
            evidence=_entry(entries, document.interactions[position], each.key),
            generated=generated,
            slots=_slots(document, position),
            has_edited_state=any(state.key in states for state in document.interactions[position].states),
        )
        for position, each in enumerate(document.contract.interactions)
        if text is None or text.casefold() in each.description.casefold() or text == each.key
    ]
    return ExplainedPact(
        source=document.source,
        consumer=document.consumer,
        provider=document.provider,
        interactions=tuple(sorted(explained, key=lambda each: -each.degree)),
        of=len(document.interactions),
        deleted=tuple(deleted(document.raw, generated)),
        generated=generated is not None,
        findings=tuple(each for each in evidence.get("findings", ()) if _is_of(each, document)),
    )


def _entry(entries: Document, interaction: Interaction, key: str) -> Document | None:
    """Find the evidence of an interaction: by its key, or by description and state where a version has no keys."""
    if key:
        found: Document | None = entries.get(key)
        return found
    states = {state.key or "" for state in interaction.states} or {""}
    same = [each for each in entries.values() if each["description"] == interaction.description]
    like = [each for each in same if each["state"] in states] or same
    return like[0] if len(like) == 1 else None


def _is_of(entry: Document, document: PactDocument) -> bool:
    return (entry.get("consumer"), entry.get("provider")) == (document.consumer, document.provider)


def _raw_interactions(document: PactDocument) -> Sequence[Document]:
    found = document.raw.get("interactions")
    return [each if isinstance(each, Mapping) else {} for each in found] if isinstance(found, list) else []


def _slots(document: PactDocument, position: int) -> frozenset[str]:
    """Give the names of the secret slots of an interaction and of its set-up."""
    interaction = document.interactions[position]
    states = [document.states[state.key] for state in interaction.states if state.key and state.key in document.states]
    return interaction.slots.union(*(state.slots for state in states))


def _generated(path: Path) -> Document | None:
    """Read what was generated last; None when there is nothing to compare with."""
    try:
        value = loads((path.parent / GENERATED_FOLDER / path.name).read_bytes())
    except (OSError, JsonInvalid):
        return None
    return value if isinstance(value, Mapping) else None
