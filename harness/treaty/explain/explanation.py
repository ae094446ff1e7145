"""Pact and evidence joined: for each promise why it is made, what was seen of it, and what would change it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from treaty.contract.model import HttpInteraction, Interaction
from treaty.explain.edits import edited_places, generated_form
from treaty.explain.promises import Promise, generic, promises_of
from treaty.explain.redactions import Redaction, redactions_of
from treaty.explain.wording import causes_in_words
from treaty.normalize.doubts import Rest, change_of, doubt_of
from treaty.normalize.links import WEAK

Document: TypeAlias = Mapping[str, Any]

_LEFT_OUT: Final = "not promised: not every answer has it, and Pact cannot say so"
_AS_RECORDED: Final = "as in the example"
_DATA: Final = "data of the provider: no input is known to fix it"
_EXACTLY: Final = "exactly "


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedPlace:
    """One place of an interaction.

    Attributes:
        place: ``response.body.$.id``.
        rule: what is promised, in words.
        cause: why, in words.
        evidence: entries of `evidence.json` for the place, none without a session.
        degree: of doubt: 0, 1 when little was seen, 2 when something speaks against it.
        doubts: why.
        changes: what would change the promise.
        edited: whether it was changed by hand.

    """

    place: str
    rule: str
    cause: str
    evidence: tuple[Document, ...]
    degree: int
    doubts: tuple[str, ...]
    changes: tuple[str, ...]
    edited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedInteraction:
    """One interaction.

    Attributes:
        description: as in the pact.
        key: its identity; empty in pacts of others.
        states: names of its provider states.
        evidence: its entry in `evidence.json`, or None.
        places: the doubtful ones first, else in the order of the pact.
        redactions: what was replaced by stand-ins, and how to allow or fill it.
        edited: what else was changed by hand.
        is_added: whether it was written by hand.

    """

    description: str
    key: str
    states: tuple[str, ...]
    evidence: Document | None
    places: tuple[ExplainedPlace, ...]
    redactions: tuple[Redaction, ...]
    edited: tuple[str, ...]
    is_added: bool

    @property
    def degree(self) -> int:
        """The degree of its greatest doubt."""
        return max((place.degree for place in self.places), default=0)


def explain_interaction(
    interaction: Interaction,
    raw: Document,
    *,
    evidence: Document | None,
    generated: Document | None,
    slots: Collection[str] = (),
    has_edited_state: bool = False,
) -> ExplainedInteraction:
    """Explain one interaction.

    Args:
        interaction: as the model has it.
        raw: as it stands in the file.
        evidence: its entry in `evidence.json`, or None.
        generated: the pact as it was generated last, or None when that is not known.
        slots: names of the secret slots of its request and its set-up.
        has_edited_state: whether the steps of a provider state were changed by hand.

    """
    base = generated_form(raw, generated)
    edits = edited_places(raw, base) if base is not None else {}
    promises = promises_of(interaction)
    entries = _entries(evidence)
    places = [
        _explained(promise, entries.pop(_joining(promise.place), ()), edited=_is_edited(promise.place, edits))
        for promise in promises
    ]
    places.extend(_unsaid(entries))
    known = {_joining(each.place) for each in places}
    rest = [edit for edit in edits if _joining(edit) not in known]
    if has_edited_state:
        rest.append("the set-up of its provider state")
    return ExplainedInteraction(
        description=interaction.description,
        key=interaction.key,
        states=tuple(state.name for state in interaction.states),
        evidence=evidence,
        places=tuple(sorted(places, key=lambda each: (-each.degree, not each.place.startswith("request")))),
        redactions=redactions_of(interaction, evidence=evidence, slots=slots)
        if isinstance(interaction, HttpInteraction)
        else (),
        edited=tuple(rest),
        is_added=generated is not None and base is None,
    )


def _joining(place: str) -> str:
    """Give what a place of the pact and one of the evidence have in common."""
    if place.startswith("request.path"):
        return "request.path"
    if place.startswith("request.query."):
        return re.sub(r"\[\d+\]$", "", place)
    if place.startswith("request.header."):
        return place.partition("|")[0].lower()
    if place.startswith("response.header."):
        outside, mark, inside = place.partition("|")
        return outside.lower() + mark + inside
    return generic(place)


def _entries(evidence: Document | None) -> dict[str, tuple[Document, ...]]:
    found: dict[str, tuple[Document, ...]] = {}
    places = evidence.get("places") if evidence is not None else None
    for place, entry in places.items() if isinstance(places, Mapping) else ():
        if isinstance(entry, Mapping):
            found[_joining(place)] = (*found.get(_joining(place), ()), {"place": place, **entry})
    return found


def _is_edited(place: str, edits: Mapping[str, None]) -> bool:
    return _joining(place) in {_joining(edit) for edit in edits}


def _explained(promise: Promise, entries: Sequence[Document], *, edited: bool) -> ExplainedPlace:
    if not entries:
        return _from_pact(promise, edited=edited)
    rests = [(str(entry["place"]), _rest(entry, promise)) for entry in entries]
    doubts = [] if edited else [doubt for place, rest in rests if (doubt := doubt_of(place, rest)) is not None]
    causes = list(dict.fromkeys(cause for entry in entries for cause in entry.get("causes", ())))
    return ExplainedPlace(
        place=promise.place,
        rule=promise.rule,
        cause=_cause(causes, promise, entries),
        evidence=tuple(entries),
        degree=max((doubt.degree for doubt in doubts), default=0),
        doubts=tuple(dict.fromkeys(doubt.why for doubt in doubts)),
        changes=_changes(rests, edited=edited),
        edited=edited,
    )


def _rest(entry: Document, promise: Promise) -> Rest:
    """Read what a promise rests on; whether it is exact, the pact says, which people may have changed."""
    exact = promise.rule.startswith(_EXACTLY) if promise.place.startswith("response.body") else entry["exact"]
    return Rest(
        causes=tuple(entry["causes"]),
        of=tuple(entry.get("of", ())),
        along=tuple(entry.get("along", ())),
        exact=bool(exact),
        is_token=bool(entry.get("is_token")),
        values=int(entry["values"]),
        forms=tuple(entry["forms"]),
        exchanges=int(entry["exchanges"]["count"]),
        missing=int(entry.get("missing", 0)),
        weak=any(link["confidence"] == WEAK for link in entry.get("links", ())),
        by_itself=bool(entry.get("by_itself")),
    )


def _changes(rests: Sequence[tuple[str, Rest]], *, edited: bool) -> tuple[str, ...]:
    if edited:
        return ("an edit by hand: recordings keep it, and conflict where they disagree",)
    return tuple(dict.fromkeys(change for place, rest in rests if (change := change_of(place, rest))))


def _cause(causes: Sequence[str], promise: Promise, entries: Sequence[Document]) -> str:
    of = list(dict.fromkeys(source for entry in entries for source in entry.get("of", ())))
    noted = str(promise.note.get("of", ""))
    if noted and noted not in of:
        of.append(noted)
    text = causes_in_words(causes) if causes else ""
    if list(causes) == ["constant"] and not any(entry["exact"] for entry in entries):
        text = _DATA
    if any(entry.get("by_itself") for entry in entries):
        text = "it changes by itself: two looks differed, with no call in between"
    return f"{text} ({', '.join(of)})" if of and text else text


def _from_pact(promise: Promise, *, edited: bool) -> ExplainedPlace:
    """Say what the pact alone tells."""
    cause = str(promise.note.get("cause", ""))
    is_body = promise.place.startswith("response.body")
    exact = promise.rule.startswith(_EXACTLY)
    rest = Rest(
        causes=(cause or "constant",),
        of=(),
        along=tuple(map(str, promise.note.get("along", ()))),
        exact=exact,
        is_token=False,
        values=1,
        forms=("null",) if promise.rule == "exactly null" else (),
        exchanges=0,
        missing=0,
        weak=False,
        by_itself=False,
    )
    doubt = doubt_of(promise.place, rest) if is_body and not edited else None
    if cause:
        of = f" ({promise.note['of']})" if promise.note.get("of") else ""
        said = causes_in_words([cause]) + of
    elif promise.rule.startswith("a list"):
        said, is_body = "", False
    elif is_body:
        said = "constant or derived: the pact notes no other cause" if exact else _DATA
    else:
        said = ""
    return ExplainedPlace(
        place=promise.place,
        rule=promise.rule,
        cause=said,
        evidence=(),
        degree=doubt.degree if doubt else 0,
        doubts=(doubt.why,) if doubt else (),
        changes=_changes([(promise.place, rest)] if is_body else [], edited=edited),
        edited=edited,
    )


def _unsaid(entries: Mapping[str, Sequence[Document]]) -> Iterator[ExplainedPlace]:
    """Explain what the evidence knows and the pact does not say: keys that may be absent, values sent as recorded."""
    for place, found in entries.items():
        if place.startswith("request."):
            yield _explained(Promise(place=str(found[0]["place"]), rule=_AS_RECORDED, note={}), found, edited=False)
        elif place.startswith("response.body") and any(entry.get("missing") for entry in found):
            yield _explained(Promise(place=place, rule=_LEFT_OUT, note={}), found, edited=False)
