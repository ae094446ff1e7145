"""Provider states as steps that can be replayed: values, and reading them from `metadata.treaty` of a pact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from treaty.contract.json_value import JsonValue, Number, decimal_of
from treaty.verify.locations import Location
from treaty.verify.minting import KINDS
from treaty.verify.reading import Reader
from treaty.verify.variables import names_in_text, slots_among

FORMAT: Final = 1
LONGEST_AWAIT: Final = 300.0
_USUAL_AWAIT: Final = 30.0
_PAIR: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBody:
    """The body of a step's request: a JSON value or text with names in it, or fixed base64.

    Attributes:
        media_type: of the content, may be empty.
        encoded: "" (JSON or text by media type), "json" or "base64".
        content: the value or text.
        values: of base64 in parts, what has names in it by its place (``$.content[0].filename``).

    """

    media_type: str
    encoded: str
    content: JsonValue
    values: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRequest:
    """A request with names in its texts; `body` is None when there is none, a value of `query` where a name is bare."""

    method: str
    path: str
    query: Mapping[str, tuple[str | None, ...]]
    headers: Mapping[str, tuple[str, ...]]
    body: StepBody | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStep:
    """A recorded call that is sent again; its answer must have `status`, and values are taken out of it."""

    description: str
    request: StepRequest
    status: int
    bind: Mapping[str, Location]


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitStep:
    """A read that is repeated, for at most `seconds`, until the answer has the status and the values of `until`."""

    description: str
    request: StepRequest
    status: int
    until: tuple[tuple[str, Location, JsonValue], ...]
    seconds: float
    bind: Mapping[str, Location]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectStep:
    """What a stand-in for a dependency must answer: the interaction of this description, status and codes.

    Attributes:
        description: of the interaction in the dependency's pact.
        provider: the dependency.
        request: method and path; nothing else of it counts.
        status: of the answer.
        body: leaves in which this answer differs from the usual one: place and value.

    """

    description: str
    provider: str
    request: StepRequest
    status: int
    body: tuple[tuple[str, JsonValue], ...]


Step: TypeAlias = CallStep | AwaitStep | ExpectStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Mint:
    """How to make a value: kind and recorded example."""

    kind: str
    like: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What a state does without, and what its upper bound is made of.

    Attributes:
        mint: further values.
        bind: values taken out of the answers of the state's own steps: index of the step, and place.
        calls: recorded calls, each with the index of the step before which it was recorded.

    """

    mint: Mapping[str, Mint]
    bind: Mapping[str, tuple[int, Location]]
    calls: tuple[tuple[int, CallStep], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What must be replayed to bring about a provider state, and what its dependencies have to answer meanwhile."""

    key: str
    name: str
    mint: Mapping[str, Mint]
    steps: tuple[Step, ...]
    left_out: LeftOut | None = None

    @property
    def names(self) -> frozenset[str]:
        """All variables that the state yields."""
        bound = (name for step in self.steps if not isinstance(step, ExpectStep) for name in step.bind)
        return frozenset({*self.mint, *bound})

    @property
    def slots(self) -> frozenset[str]:
        """All secret slots in its requests."""
        return slots_among(name for step in self.steps for name in names_in_request(step.request))

    @property
    def longest_wait(self) -> float:
        """Seconds that its awaits may take in all."""
        return sum(step.seconds for step in self.steps if isinstance(step, AwaitStep))


def names_in_request(request: StepRequest) -> Iterator[str]:
    """Yield the names that a request uses, in order."""
    yield from names_in_text(request.path)
    for lists in (request.query, request.headers):
        for name in sorted(lists):
            for text in lists[name]:
                yield from names_in_text(text or "")
    if request.body is not None:
        if request.body.encoded != "base64":
            yield from names_in_json(request.body.content)
        yield from names_in_json(request.body.values)


def names_in_json(value: JsonValue) -> Iterator[str]:
    """Yield the names in all texts of a JSON value, keys included."""
    if isinstance(value, str):
        yield from names_in_text(value)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from names_in_text(key)
            yield from names_in_json(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from names_in_json(item)


def parse_states(metadata: JsonValue, *, source: str) -> Mapping[str, State]:
    """Read the table of states out of a pact's `metadata`.

    Args:
        metadata: the value of the key `metadata`; a pact that is not ours simply has no states.
        source: the file, for errors.

    Raises:
        PactUnreadable: when our part of it is malformed; `where` holds the JSON pointer.

    """
    ours = metadata.get("treaty") if isinstance(metadata, Mapping) else None
    if ours is None:
        return {}
    reader = Reader(source=source)
    table = reader.mapping(ours, "/metadata/treaty")
    number = table.get("format", FORMAT)
    if number != FORMAT:
        raise reader.fault("/metadata/treaty/format", f"format {number} is not known to this version, only {FORMAT}")
    states = reader.mapping(table.get("states", {}), "/metadata/treaty/states")
    return {key: _state(reader, key, value, f"/metadata/treaty/states/{key}") for key, value in states.items()}


def _state(reader: Reader, key: str, value: JsonValue, pointer: str) -> State:
    entry = reader.mapping(value, pointer)
    steps = reader.sequence(entry.get("steps", []), f"{pointer}/steps")
    return State(
        key=key,
        name=reader.text(entry.get("name", ""), f"{pointer}/name"),
        mint=_mints(reader, entry, pointer),
        steps=tuple(_step(reader, item, f"{pointer}/steps/{index}") for index, item in enumerate(steps)),
        left_out=_left_out(reader, entry["also"], len(steps), f"{pointer}/also") if "also" in entry else None,
    )


def _left_out(reader: Reader, value: JsonValue, steps: int, pointer: str) -> LeftOut:
    entry = reader.mapping(value, pointer)
    calls: list[tuple[int, CallStep]] = []
    for number, item in enumerate(reader.sequence(entry.get("calls", []), f"{pointer}/calls")):
        place = f"{pointer}/calls/{number}"
        call = reader.mapping(item, place)
        index = _index(reader, call.get("before"), steps, f"{place}/before")
        calls.append((index, _call(reader, call.get("call"), f"{place}/call")))
    bind: dict[str, tuple[int, Location]] = {}
    for name, item in reader.mapping(entry.get("bind", {}), f"{pointer}/bind").items():
        place = f"{pointer}/bind/{name}"
        pair = reader.sequence(item, place)
        if len(pair) != _PAIR:
            raise reader.fault(place, "the index of a step and a place in its answer are needed here")
        bind[name] = (_index(reader, pair[0], steps - 1, place), reader.location(pair[1], place))
    return LeftOut(mint=_mints(reader, entry, pointer), bind=bind, calls=tuple(calls))


def _index(reader: Reader, value: JsonValue, most: int, pointer: str) -> int:
    index = reader.whole(value, pointer)
    if not 0 <= index <= most:
        raise reader.fault(pointer, "the state has no such step")
    return index


def _mints(reader: Reader, entry: Mapping[str, JsonValue], pointer: str) -> Mapping[str, Mint]:
    mint = reader.mapping(entry.get("mint", {}), f"{pointer}/mint")
    return {name: _mint(reader, item, f"{pointer}/mint/{name}") for name, item in mint.items()}


def _mint(reader: Reader, value: JsonValue, pointer: str) -> Mint:
    entry = reader.mapping(value, pointer)
    kind = reader.text(entry.get("type"), f"{pointer}/type")
    if kind not in KINDS:
        raise reader.fault(f"{pointer}/type", f"{kind!r} is not one of {', '.join(KINDS)}")
    return Mint(kind=kind, like=entry.get("like"))


def _step(reader: Reader, value: JsonValue, pointer: str) -> Step:
    entry = reader.mapping(value, pointer)
    if len(entry) != 1 or not entry.keys() <= {"call", "await", "expect"}:
        raise reader.fault(pointer, "a step is an object with the one key 'call', 'await' or 'expect'")
    if "call" in entry:
        return _call(reader, entry["call"], f"{pointer}/call")
    if "expect" in entry:
        return _expect(reader, entry["expect"], f"{pointer}/expect")
    return _await(reader, entry["await"], f"{pointer}/await")


def _call(reader: Reader, value: JsonValue, pointer: str) -> CallStep:
    entry = reader.mapping(value, pointer)
    request = _request(reader, entry.get("request"), f"{pointer}/request")
    return CallStep(
        description=_description(reader, entry, request, pointer),
        request=request,
        status=reader.whole(entry.get("status"), f"{pointer}/status"),
        bind=_bind(reader, entry, pointer),
    )


def _await(reader: Reader, value: JsonValue, pointer: str) -> AwaitStep:
    entry = reader.mapping(value, pointer)
    request = _request(reader, entry.get("request"), f"{pointer}/request")
    return AwaitStep(
        description=_description(reader, entry, request, pointer),
        request=request,
        status=reader.whole(entry.get("status", 200), f"{pointer}/status"),
        until=_leaves(reader, entry.get("until", {}), f"{pointer}/until"),
        seconds=_seconds(reader, entry.get("seconds", int(_USUAL_AWAIT)), f"{pointer}/seconds"),
        bind=_bind(reader, entry, pointer),
    )


def _expect(reader: Reader, value: JsonValue, pointer: str) -> ExpectStep:
    entry = reader.mapping(value, pointer)
    request = _request(reader, entry.get("request"), f"{pointer}/request")
    body = reader.mapping(entry.get("body", {}), f"{pointer}/body")
    for place in body:
        reader.location(place, f"{pointer}/body/{place}")
    return ExpectStep(
        description=_description(reader, entry, request, pointer),
        provider=reader.text(entry.get("provider"), f"{pointer}/provider"),
        request=request,
        status=reader.whole(entry.get("status"), f"{pointer}/status"),
        body=tuple(body.items()),
    )


def _leaves(reader: Reader, value: JsonValue, pointer: str) -> tuple[tuple[str, Location, JsonValue], ...]:
    leaves = reader.mapping(value, pointer)
    return tuple((place, reader.location(place, f"{pointer}/{place}"), wanted) for place, wanted in leaves.items())


def _description(reader: Reader, entry: Mapping[str, JsonValue], request: StepRequest, pointer: str) -> str:
    usual = f"{request.method} {request.path}"
    return reader.text(entry.get("description", usual), f"{pointer}/description")


def _bind(reader: Reader, entry: Mapping[str, JsonValue], pointer: str) -> Mapping[str, Location]:
    bind = reader.mapping(entry.get("bind", {}), f"{pointer}/bind")
    return {name: reader.location(place, f"{pointer}/bind/{name}") for name, place in bind.items()}


def _seconds(reader: Reader, value: JsonValue, pointer: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, Number)):
        raise reader.fault(pointer, "a number of seconds is needed here")
    seconds = float(decimal_of(value))
    if not 0 < seconds <= LONGEST_AWAIT:
        raise reader.fault(pointer, f"the seconds of an await lie between 0 and {LONGEST_AWAIT:.0f}")
    return seconds


def _query(reader: Reader, value: JsonValue, pointer: str) -> Mapping[str, tuple[str | None, ...]]:
    found: dict[str, tuple[str | None, ...]] = {}
    for name, item in reader.mapping(value, pointer).items():
        place = f"{pointer}/{name}"
        values = (item,) if isinstance(item, str) else reader.sequence(item, place)
        found[name] = tuple(None if one is None else reader.text(one, place) for one in values)
    return found


def _request(reader: Reader, value: JsonValue, pointer: str) -> StepRequest:
    entry = reader.mapping(value, pointer)
    path = reader.text(entry.get("path"), f"{pointer}/path")
    if not path.startswith(("/", "${")):
        raise reader.fault(f"{pointer}/path", "a path begins with / or is a variable")
    return StepRequest(
        method=reader.text(entry.get("method"), f"{pointer}/method").upper(),
        path=path,
        query=_query(reader, entry.get("query", {}), f"{pointer}/query"),
        headers=reader.texts(entry.get("headers", {}), f"{pointer}/headers"),
        body=_body(reader, entry, pointer),
    )


def _body(reader: Reader, entry: Mapping[str, JsonValue], pointer: str) -> StepBody | None:
    if "body" not in entry or entry["body"] is None:
        return None
    body = reader.mapping(entry["body"], f"{pointer}/body")
    encoded = body.get("encoded", False)
    if encoded is False:
        encoded = ""
    if encoded not in ("", "json", "base64") or not isinstance(encoded, str):
        raise reader.fault(f"{pointer}/body/encoded", "false, 'json' or 'base64' is needed here")
    return StepBody(
        media_type=reader.text(body.get("contentType", ""), f"{pointer}/body/contentType"),
        encoded=encoded,
        content=body.get("content"),
        values=reader.mapping(body.get("values", {}), f"{pointer}/body/values"),
    )
