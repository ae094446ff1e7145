"""Finding the interaction that a script names: by description, status and the leaves that tell its answer apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from treaty.contract.json_value import JsonInvalid, JsonValue, Number, decimal_of
from treaty.contract.path import Field, Index, parse_path
from treaty_stubs.select.candidate import Candidate

_BODY: Final = "body."


def find_scripted(
    candidates: Sequence[Candidate], *, description: str, status: int, body: Sequence[tuple[str, JsonValue]]
) -> Candidate | None:
    """Find the first interaction whose description begins as said and whose example answers as said.

    Args:
        candidates: in their default order.
        description: ``GET /orders/{id} -> 200``; variants add something in parentheses.
        status: of the answer.
        body: locations (``body.$.status``) with the value that must be there.

    """
    for candidate in candidates:
        if candidate.interaction.response.status != status or not _is_described(candidate, description):
            continue
        if all(_holds(candidate, place, value) for place, value in body):
            return candidate
    return None


def _is_described(candidate: Candidate, description: str) -> bool:
    return candidate.name == description or candidate.name.startswith(f"{description} (")


def _holds(candidate: Candidate, place: str, value: JsonValue) -> bool:
    try:
        found = candidate.interaction.response.body.json()
    except JsonInvalid:
        return False
    for token in parse_path(place.removeprefix(_BODY)).tokens:
        if isinstance(token, Field) and isinstance(found, Mapping) and token.name in found:
            found = found[token.name]
        elif isinstance(token, Index) and isinstance(found, list) and token.position < len(found):
            found = found[token.position]
        else:
            return False
    if isinstance(found, (int, Number)) and isinstance(value, (int, Number)):
        return isinstance(found, bool) is isinstance(value, bool) and decimal_of(found) == decimal_of(value)
    return type(found) is type(value) and found == value
