"""Re-recording is a merge: what was generated last, what people made of it, and what was recorded now (DESIGN 4.9).

Interactions are found by their ``key``, and joined part by part. Nothing of a human's is overwritten without a base
that shows it is untouched; an interaction of which both sides changed one part is a conflict: the human's stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from treaty.contract.json_value import JsonValue, dumps
from treaty.normalize.merge_parts import join

Document: TypeAlias = Mapping[str, Any]
Interaction: TypeAlias = Mapping[str, Any]
Identity: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The outcome of a merge.

    Attributes:
        pact: what to write as the pact.
        base: what to write as the last generated version.
        added: descriptions of interactions that are new.
        changed: descriptions of interactions that were generated anew and differ.
        kept: descriptions of interactions that were not seen this time.
        pruned: descriptions of interactions that were not seen and taken out.
        edited: descriptions of interactions whose human edits were kept.
        conflicts: descriptions of interactions that both sides changed; the human's stays.
        disputes: by description of those: the places that both sides changed, with what each has there.

    """

    pact: Document
    base: Document
    added: Sequence[str] = ()
    changed: Sequence[str] = ()
    kept: Sequence[str] = ()
    pruned: Sequence[str] = ()
    edited: Sequence[str] = ()
    conflicts: Sequence[str] = ()
    disputes: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _Outcome:
    pact: list[Interaction] = field(default_factory=list)
    base: list[Interaction] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=dict)
    disputes: dict[str, list[str]] = field(default_factory=dict)

    def take(self, ours: Interaction | None, base: Interaction | None, note: str) -> None:
        if ours is not None:
            self.pact.append(ours)
        if base is not None:
            self.base.append(base)
        named = ours or base
        if note and named is not None:
            self.notes.setdefault(note, []).append(str(named.get("description", "")))


def merge(base: Document | None, ours: Document | None, theirs: Document, *, prune: bool = False) -> Merged:
    """Merge a newly generated pact into the one at hand.

    Args:
        base: the last generated pact, or None when it is not known.
        ours: the pact as it lies in the folder, perhaps edited, or None.
        theirs: the pact generated now.
        prune: take out what was generated before and not seen now.

    """
    if ours is None and base is None:
        added = [str(item.get("description", "")) for item in _interactions(theirs)]
        return Merged(pact=theirs, base=theirs, added=added)
    before, mine, now = (_by_identity(document) for document in (base, ours, theirs))
    outcome = _Outcome()
    for identity in sorted({*before, *mine, *now}):
        sides = (before.get(identity), mine.get(identity), now.get(identity))
        _merge_one(*sides, outcome, prune=prune, deleted=ours is not None)
    pact = _document(theirs, ours or theirs, outcome.pact, [ours, theirs, base])
    return Merged(
        pact=pact,
        base=_document(theirs, theirs, outcome.base, [theirs, base]),
        disputes=outcome.disputes,
        **{name: tuple(found) for name, found in outcome.notes.items()},
    )


def _merge_one(
    base: Interaction | None,
    ours: Interaction | None,
    theirs: Interaction | None,
    outcome: _Outcome,
    *,
    prune: bool,
    deleted: bool,
) -> None:
    if ours is None and base is not None and deleted:
        outcome.take(None, theirs or base, "")
    elif ours is None:
        outcome.take(theirs or base, theirs or base, "added" if theirs is not None else "kept")
    elif theirs is None:
        untouched = base is not None and _same(ours, base)
        if prune and untouched:
            outcome.take(None, None, "")
            outcome.notes.setdefault("pruned", []).append(str(ours.get("description", "")))
        else:
            outcome.take(ours, base, "kept" if base is not None else "edited")
    elif _same(ours, theirs):
        outcome.take(theirs, theirs, "")
    elif base is None:
        outcome.take(ours, None, "conflicts")
    elif _same(ours, base):
        outcome.take(theirs, theirs, "changed")
    elif _same(base, theirs):
        outcome.take(ours, base, "edited")
    else:
        joined = join(base, ours, theirs)
        if joined.disputes:
            outcome.take(ours, base, "conflicts")
            outcome.disputes.setdefault(str(ours.get("description", "")), []).extend(joined.disputes)
        else:
            outcome.take(joined.value, theirs, "edited")


def _same(first: Interaction, second: Interaction) -> bool:
    return dumps(first, sort_keys=True) == dumps(second, sort_keys=True)


def _interactions(document: Document | None) -> list[Interaction]:
    found = document.get("interactions", []) if document else []
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def _by_identity(document: Document | None) -> dict[Identity, Interaction]:
    found: dict[Identity, Interaction] = {}
    for item in _interactions(document):
        key = item.get("key")
        # V2 has one state, and only its name.
        states = dumps([item.get("providerStates", []), item.get("providerState")], sort_keys=True)
        identity = ("", str(key)) if key else (str(item.get("description", "")), states)
        while identity in found:
            identity = (identity[0], identity[1] + "+")
        found[identity] = item
    return found


def _document(
    theirs: Document, shell: Document, interactions: Sequence[Interaction], sources: Sequence[Document | None]
) -> Document:
    """Put merged interactions into the document of the side that owns the rest, with all states that they refer to."""
    states: dict[str, JsonValue] = {}
    for source in reversed(sources):
        states.update(_states(source))
    untouched = _states(sources[-1])
    # The hash of a state stands for its steps only: what else is known of it may be new.
    states.update({key: state for key, state in _states(theirs).items() if states.get(key) == untouched.get(key)})
    used = {
        str(state.get("params", {}).get("treaty"))
        for item in interactions
        for state in item.get("providerStates", [])
        if isinstance(state, Mapping) and isinstance(state.get("params", {}), Mapping)
    }
    ordered = sorted(
        interactions,
        key=lambda item: (str(item.get("description", "")), dumps(item.get("providerStates", []), sort_keys=True)),
    )
    metadata = dict(shell.get("metadata", {}))
    own = dict(theirs["metadata"]["treaty"])
    own["states"] = {key: state for key, state in sorted(states.items()) if key in used}
    if not own["states"]:
        del own["states"]
    metadata["treaty"] = own
    metadata["pactSpecification"] = theirs["metadata"]["pactSpecification"]
    return {**shell, "interactions": ordered, "metadata": metadata}


def _states(document: Document | None) -> dict[str, JsonValue]:
    found: Any = document
    for key in ("metadata", "treaty", "states"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return dict(found) if isinstance(found, Mapping) else {}
