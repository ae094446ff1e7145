"""From the official verifier's results to outcomes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from treaty.contract.json_value import JsonInvalid, JsonValue, dumps, loads
from treaty.contract.mismatch import cut
from treaty.errors import EngineFailed, StateFailed
from treaty.verify.document import Interaction, PactDocument, position_in
from treaty.verify.locations import LocationInvalid, LocationMissing, join_path, parse_path, value_at
from treaty.verify.outcome import ABSENT, Difference, Outcome, Verdict
from treaty.verify.run import could_not_tell
from treaty.verify.state_desk import StateDesk

_RANKS: Final = {"status": 0, "header": 1, "body": 2}
_NULL: Final = "Expected null (Null)"
"""How the engine's sentence begins when the provider gave null; as a value it then gives nothing."""
_UNITS: Final = (("ms", 0.001), ("µs", 1e-6), ("us", 1e-6), ("ns", 1e-9), ("m", 60.0), ("s", 1.0))


def result_positions(results: Mapping[str, Any]) -> Mapping[int, Mapping[str, Any]]:
    """Find each interaction's result by the position in front of its description."""
    found: dict[int, Mapping[str, Any]] = {}
    for result in results.get("interactionResults") or ():
        position = position_in(str(result.get("description", "")))
        if position is not None:
            found[position] = result
    return found


def outcome_of(document: PactDocument, interaction: Interaction, result: Mapping[str, Any], desk: StateDesk) -> Outcome:
    """Judge one interaction by its result; a state that failed makes every other finding worthless."""
    seconds = seconds_of(str(result.get("duration", "")))
    calls = desk.setup_calls(interaction.position)
    mismatch = result.get("mismatch") or {}
    reason: StateFailed | EngineFailed | None = desk.failure(interaction.position)
    if reason is None and not desk.prepared(interaction):
        reason = _unprepared(str(mismatch.get("message", "")))
    is_broken = mismatch.get("type") == "mismatches" and bool(mismatch.get("mismatches"))
    if reason is None and result.get("result") != "OK" and not is_broken:
        reason = EngineFailed(
            "the provider gave no answer that could be judged",
            where=interaction.description,
            why=str(mismatch.get("message") or "the engine gave no reason"),
        )
    if reason is not None:
        return could_not_tell(document, interaction, reason, seconds=seconds, setup_calls=calls)
    example = example_body(document, interaction)
    differences = sorted(
        (each for entry in mismatch.get("mismatches") or () for each in _differences(entry, interaction, example)),
        # The engine's own order varies from run to run.
        key=lambda each: (_RANKS.get(each.location.partition(".")[0], len(_RANKS)), each.location, each.message),
    )
    return Outcome(
        pact=document.source,
        consumer=document.consumer,
        provider=document.provider,
        position=interaction.position,
        description=interaction.description,
        states=tuple(state.name for state in interaction.states),
        verdict=Verdict.BROKEN if is_broken else Verdict.KEPT,
        pending=interaction.pending,
        differences=tuple(differences),
        seconds=seconds,
        setup_calls=calls,
    )


def seconds_of(duration: str) -> float:
    """Read a duration such as `52ms`, `3.01s` or `1m 2s`; what cannot be read counts as 0."""
    total = 0.0
    for part in duration.split():
        for unit, factor in _UNITS:
            if part.endswith(unit):
                try:
                    total += float(part.removesuffix(unit)) * factor
                except ValueError:
                    return 0.0
                break
    return total


def _differences(entry: Mapping[str, Any], interaction: Interaction, example: JsonValue) -> Iterator[Difference]:
    message = str(entry.get("mismatch", ""))
    wanted, got = _text(entry.get("expected")), _text(entry.get("actual"))
    if not got and _NULL in message:
        got = "null"
    kind = str(entry.get("type", ""))
    if kind == "BodyMismatch" and isinstance(entry.get("path"), str):
        path = str(entry["path"])
        missing = _missing_keys(wanted, got) if "missing the following keys" in message else ()
        for key in missing:
            place = join_path(path, key)
            message = f"the key {key!r} is missing"
            yield _difference(f"body.{place}", _example_at(example, place), ABSENT, message, interaction)
        if not missing:
            yield _difference(f"body.{path}", wanted, got, message, interaction)
    elif kind == "HeaderMismatch":
        name = str(entry.get("key", ""))
        absent = "was missing" in message
        yield _difference(f"header.{name}", wanted, ABSENT if absent else got, message, interaction)
    elif kind == "StatusMismatch":
        yield _difference("status", wanted, got, message, interaction)
    else:
        yield _difference("body", wanted, got, message, interaction)


def _difference(location: str, wanted: str, got: str, message: str, interaction: Interaction) -> Difference:
    cause = interaction.cause_of(location)
    # Of a list with another length the engine gives both lists, whole, and twice.
    return Difference(location=location, wanted=cut(wanted), got=cut(got), message=cut(message), cause=cause)


def example_body(document: PactDocument, interaction: Interaction) -> JsonValue:
    """Give the recorded JSON body of the response of an HTTP interaction; None when it is not JSON."""
    entries = document.raw.get("interactions")
    assert isinstance(entries, Sequence)
    value: JsonValue = entries[interaction.position]
    for key in ("response", "body"):
        value = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping) and "content" in value and "encoded" in value:
        return value["content"] if value["encoded"] is False else None
    return value


def _example_at(example: JsonValue, path: str) -> str:
    try:
        return dumps(value_at(example, parse_path(path)))
    except (LocationInvalid, LocationMissing):
        return ""


def _missing_keys(wanted: str, got: str) -> tuple[str, ...]:
    """Compare the lists of keys that the engine gives as JSON; empty when they are not that."""
    expected, actual = _list(wanted), _list(got)
    if expected is None or actual is None:
        return ()
    return tuple(key for key in expected if isinstance(key, str) and key not in actual)


def _list(text: str) -> Sequence[JsonValue] | None:
    try:
        value = loads(text)
    except JsonInvalid:
        return None
    return value if isinstance(value, Sequence) and not isinstance(value, str) else None


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _unprepared(message: str) -> StateFailed:
    return StateFailed(
        "a provider state was not set up",
        why=message or "the engine did not ask for it, or did not wait for the answer",
        hint="a state that takes longer than its bound counts as failed",
    )
