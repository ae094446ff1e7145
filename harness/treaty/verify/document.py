"""A pact as verification needs it: the interactions with their states and causes, our table of steps, the raw JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from treaty.contract.json_value import JsonInvalid, JsonValue, dumps, loads
from treaty.contract.model import Pact
from treaty.pactfile import read_pact
from treaty.pactfile.reading import check_size
from treaty.verify.locations import Location, LocationInvalid, parse_location
from treaty.verify.reading import Reader
from treaty.verify.setup_steps import State, parse_states
from treaty.verify.variables import SLOT_PREFIX, names_in_expression, slots_among

STATE_PARAMETER: Final = "treaty"
POSITION_PARAMETER: Final = "treaty.position"
_HTTP: Final = ("", "Synchronous/HTTP")
_SYNCHRONOUS_MESSAGE: Final = "Synchronous/Messages"


@dataclass(frozen=True, slots=True, kw_only=True)
class StateReference:
    """A provider state that an interaction needs; `key` is the hash of our steps, or None for a manual state."""

    name: str
    key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One promise of a pact.

    Attributes:
        position: in the file, from 0; messages of V3 follow the interactions.
        kind: the type of V4, such as `Synchronous/HTTP`; empty is HTTP.
        description: human text, not unique by itself.
        states: provider states, in order.
        needed: variables that its request generators take from the states.
        causes: location in the response -> cause.
        pending: marked as not yet promised.
        slots: secret slots in its request, see `treaty.verify.variables.SLOT_PREFIX`.

    """

    position: int
    kind: str
    description: str
    states: tuple[StateReference, ...]
    needed: frozenset[str]
    causes: Mapping[str, str]
    pending: bool
    slots: frozenset[str] = frozenset()

    @property
    def is_http(self) -> bool:
        """Whether it is a request with a response."""
        return self.kind in _HTTP

    def cause_of(self, location: str) -> str:
        """Give the cause of a place in the response; `[*]` in the pact stands for any index."""
        if location in self.causes:
            return self.causes[location]
        try:
            place = parse_location(location)
        except LocationInvalid:
            return ""
        return next((cause for name, cause in self.causes.items() if _covers(name, place)), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class PactDocument:
    """One pact file.

    Attributes:
        source: the file as it was named.
        consumer: who was promised.
        provider: who promised.
        interactions: all, in the order of the file.
        states: our table of steps, by hash.
        raw: the whole JSON value.
        contract: the same as the contract's model; its interactions lie at the same positions.

    """

    source: str
    consumer: str
    provider: str
    interactions: tuple[Interaction, ...]
    states: Mapping[str, State]
    raw: Mapping[str, JsonValue]
    contract: Pact


def read_document(data: bytes, *, source: str) -> PactDocument:
    """Read a pact of any version.

    Raises:
        PactUnreadable: with line, or JSON pointer; or when it is too large.

    """
    check_size(data, source=source)
    reader = Reader(source=source)
    try:
        value = loads(data)
    except JsonInvalid as fault:
        raise reader.fault(f"line {fault.line}, column {fault.column}", fault.reason) from None
    raw = reader.mapping(value, "/")
    if "interactions" not in raw and "messages" not in raw:
        raise reader.fault("/", "neither 'interactions' nor 'messages' is there")
    contract = read_pact(data, source=source)
    return PactDocument(
        source=source,
        consumer=_party(reader, raw, "consumer"),
        provider=_party(reader, raw, "provider"),
        interactions=tuple(_interactions(reader, raw)),
        states=parse_states(raw.get("metadata"), source=source),
        raw=raw,
        contract=contract,
    )


def write_selection(document: PactDocument, positions: Sequence[int]) -> bytes:
    """Write a pact with the HTTP interactions at these positions only, for an engine that reads files.

    Descriptions get the position in front (`7: GET /users/1 -> 200`), and states get it as a parameter, so that
    results and state calls can be told apart. Our own table is left out: the engine has no use for it. A bare query
    parameter gets an empty value, for the official engine leaves out those that have none.
    """
    entries = _entries(document.raw, "interactions")
    kept = [_marked(entries[position], position) for position in positions]
    metadata = document.raw.get("metadata")
    rest = {key: value for key, value in document.raw.items() if key not in ("interactions", "messages", "metadata")}
    if isinstance(metadata, Mapping):
        rest["metadata"] = {key: value for key, value in metadata.items() if key != "treaty"}
    return dumps({**rest, "interactions": kept}).encode()


def position_in(description: str) -> int | None:
    """Give the position that `write_selection` put before a description."""
    number, colon, _ = description.partition(": ")
    return int(number) if colon and number.isdecimal() else None


def _covers(name: str, place: Location) -> bool:
    try:
        return parse_location(name).covers(place)
    except LocationInvalid:
        return False


def _party(reader: Reader, raw: Mapping[str, JsonValue], role: str) -> str:
    party = reader.mapping(raw.get(role), f"/{role}")
    return reader.text(party.get("name"), f"/{role}/name")


def _entries(raw: Mapping[str, JsonValue], key: str) -> Sequence[JsonValue]:
    value = raw.get(key, ())
    assert isinstance(value, Sequence)
    return value


def _interactions(reader: Reader, raw: Mapping[str, JsonValue]) -> Iterator[Interaction]:
    position = 0
    for key, usual in (("interactions", ""), ("messages", "Asynchronous/Messages")):
        for index, value in enumerate(reader.sequence(raw.get(key, ()), f"/{key}")):
            yield _interaction(reader, value, f"/{key}/{index}", position, usual)
            position += 1


def _interaction(reader: Reader, value: JsonValue, pointer: str, position: int, usual_kind: str) -> Interaction:
    entry = reader.mapping(value, pointer)
    kind = reader.text(entry.get("type", usual_kind), f"{pointer}/type")
    needed: frozenset[str] = frozenset()
    slots: frozenset[str] = frozenset()
    if kind == _SYNCHRONOUS_MESSAGE and isinstance(message := entry.get("request"), Mapping):
        names = frozenset(_needed(message.get("generators")))
        slots = slots_among(names)
        needed = frozenset(name for name in names if not name.startswith(SLOT_PREFIX))
    if kind in _HTTP:
        request = reader.mapping(entry.get("request"), f"{pointer}/request")
        response = reader.mapping(entry.get("response"), f"{pointer}/response")
        reader.whole(response.get("status", 200), f"{pointer}/response/status")
        reader.text(request.get("path", "/"), f"{pointer}/request/path")
        names = frozenset(_needed(request.get("generators")))
        slots = slots_among({*names, *_names_in_texts(request.get("headers"))})
        needed = frozenset(name for name in names if not name.startswith(SLOT_PREFIX))
    return Interaction(
        position=position,
        kind=kind,
        description=reader.text(entry.get("description"), f"{pointer}/description"),
        states=tuple(_states(reader, entry, pointer)),
        needed=needed,
        causes=_causes(entry),
        pending=entry.get("pending") is True,
        slots=slots,
    )


def _states(reader: Reader, entry: Mapping[str, JsonValue], pointer: str) -> Iterator[StateReference]:
    if isinstance(entry.get("providerState"), str):
        yield StateReference(name=reader.text(entry["providerState"], pointer), key=None)
        return
    place = f"{pointer}/providerStates"
    for index, value in enumerate(reader.sequence(entry.get("providerStates") or (), place)):
        state = reader.mapping(value, f"{place}/{index}")
        parameters = state.get("params")
        key = parameters.get(STATE_PARAMETER) if isinstance(parameters, Mapping) else None
        yield StateReference(
            name=reader.text(state.get("name"), f"{place}/{index}/name"), key=key if isinstance(key, str) else None
        )


def _needed(value: JsonValue) -> Iterator[str]:
    if isinstance(value, Mapping):
        expression = value.get("expression")
        if value.get("type") == "ProviderState" and isinstance(expression, str):
            yield from names_in_expression(expression)
        else:
            for item in value.values():
                yield from _needed(item)


def _names_in_texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str) and "${" in value:
        yield from names_in_expression(value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _names_in_texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _names_in_texts(item)


def _causes(entry: Mapping[str, JsonValue]) -> Mapping[str, str]:
    value: JsonValue = entry
    for key in ("comments", "treaty", "response"):
        value = value.get(key) if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping):
        return {}
    found: dict[str, str] = {}
    for location, evidence in value.items():
        cause = evidence.get("cause") if isinstance(evidence, Mapping) else None
        if isinstance(cause, str):
            of = evidence.get("of") if isinstance(evidence, Mapping) else None
            found[location] = f"{cause} of {of}" if isinstance(of, str) else cause
    return found


def _marked(value: JsonValue, position: int) -> JsonValue:
    assert isinstance(value, Mapping)
    states: list[JsonValue] = []
    old = value.get("providerStates") or ()
    if isinstance(value.get("providerState"), str):
        old = [{"name": value["providerState"]}]
    assert isinstance(old, Sequence)
    for state in old:
        assert isinstance(state, Mapping)
        parameters = state.get("params")
        params = parameters if isinstance(parameters, Mapping) else {}
        states.append({**state, "params": {**params, POSITION_PARAMETER: position}})
    rest = {key: item for key, item in value.items() if key not in ("providerState", "providerStates")}
    request = value.get("request")
    if isinstance(request, Mapping):
        rest["request"] = _with_query_values(request)
    return {**rest, "description": f"{position}: {value['description']}", "providerStates": states}


def _with_query_values(request: Mapping[str, JsonValue]) -> JsonValue:
    query = request.get("query")
    if not isinstance(query, Mapping):
        return request
    filled: dict[str, JsonValue] = {
        name: ["" if one is None else one for one in values]
        if isinstance(values, Sequence) and not isinstance(values, str)
        else values
        for name, values in query.items()
    }
    return {**request, "query": filled}
