"""What stands in for secrets in an interaction, and what to do about each (DESIGN 4.8)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from treaty.contract.model import HttpInteraction

Document: TypeAlias = Mapping[str, Any]

_NAME = re.compile(r"([A-Za-z0-9_-]+)(?:\[\d+\])*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """A stand-in, or a slot that waits for a secret.

    Attributes:
        place: where, or the slot.
        advice: how to allow or fill it.

    """

    place: str
    advice: str


def redactions_of(
    interaction: HttpInteraction, *, evidence: Document | None, slots: Collection[str]
) -> tuple[Redaction, ...]:
    """List the stand-ins of an interaction, and the slots that it asks for.

    Args:
        interaction: whose.
        evidence: its entry in `evidence.json`; without, only what the pact notes is told.
        slots: names of the secret slots of its request and its set-up.

    """
    return (
        *(Redaction(place=place, advice=_advice(place)) for place in dict.fromkeys(_places(interaction, evidence))),
        *(
            Redaction(place="${secret." + name + "}", advice=f"treaty verify --secret {name}=env:VARIABLE fills it")
            for name in sorted(slots)
        ),
    )


def _places(interaction: HttpInteraction, evidence: Document | None) -> Iterator[str]:
    if evidence is not None:
        yield from map(str, evidence.get("redacted", ()))
        return
    ours = interaction.comments.get("treaty")
    notes = ours.get("response") if isinstance(ours, Mapping) else None
    for place, note in notes.items() if isinstance(notes, Mapping) else ():
        if isinstance(note, Mapping) and note.get("cause") == "secret":
            yield f"response.{place}"


def _advice(place: str) -> str:
    name = _NAME.search(place.partition("|")[0])
    if name is None or place in {"request.path", "request.body", "response.body"}:
        return "found by its form; --no-redact records a throw-away system as it is"
    return f"--allow-secret {name[1]} records it as it is, where it is none"
