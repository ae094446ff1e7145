"""What the rules of an interaction say of a request, apart from what differs harmlessly between clients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from treaty.contract import rules as kinds
from treaty.contract.json_value import JsonInvalid, JsonValue, Number, dumps
from treaty.contract.matching import compile_request, compile_response
from treaty.contract.mismatch import Mismatch
from treaty.contract.model import ActualResponse, BodyState, Request, Response
from treaty.contract.path import Place, RulePath, parse_path
from treaty.contract.rules import RuleList
from treaty_stubs.message import NOT_JSON, Received, segments_of
from treaty_stubs.select.group import Accepts
from treaty_stubs.select.leaves import PREFERENCES, header_token, is_harmless

_BY_FORM: Final = (
    kinds.Regex,
    kinds.Include,
    kinds.Integer,
    kinds.Decimal,
    kinds.AnyNumber,
    kinds.Boolean,
    kinds.Moment,
    kinds.Semver,
)
"""Matchers that do not look at the example."""


def compile_rules(request: Request) -> Accepts:
    """Compile the rules of a request into a test."""
    check = compile_request(without_harmless(request))
    return lambda received: check.accepts(received.actual)


def differences(request: Request, received: Received) -> tuple[Mismatch, ...]:
    """Give every difference between a promised request and one that came."""
    return compile_request(without_harmless(request))(received.actual)


def without_harmless(request: Request) -> Request:
    """Leave out the headers that decide nothing, or only choose between answers."""
    kept = {
        name: values
        for name, values in request.headers.items()
        if not is_harmless(name.lower()) and name.lower() not in PREFERENCES
    }
    return request if len(kept) == len(request.headers) else replace(request, headers=kept)


def kind_of(request: Request) -> str:
    """Name what a request accepts: requests of equal kind accept the same.

    Examples under rules that do not look at them are left out, so that the interactions of one endpoint are mostly of
    one kind. Names can differ although the rules come to the same; that costs time only.
    """
    cleaned = without_harmless(request)
    rules = cleaned.rules
    parts: list[object] = [
        request.method.upper(),
        "" if rules.path is not None and _by_form([rules.path]) else request.path,
        sorted(
            (name, len(values), _free(rules.query.get(name)) or values)
            for name, values in (request.query or {}).items()
        ),
        request.query is None,
        sorted((name.lower(), _free_header(rules.header, name) or values) for name, values in cleaned.headers.items()),
        request.media_type().essence,
        _body_kind(request),
        repr(rules),
    ]
    return repr(parts)


def is_example(request: Request, received: Received) -> bool:
    """Tell whether a request is the example itself: same path, parameters, content and headers that matter."""
    if request.path != received.path and segments_of(request.path) != received.segments:
        return False
    if (request.query or {}) != received.query:
        return False
    for name, values in request.headers.items():
        key = name.lower()
        if key == "content-type" or key in PREFERENCES or is_harmless(key):
            continue
        value = received.headers.get(key.encode("latin-1", "replace"))
        if value is None or header_token(value) != header_token(", ".join(values)):
            return False
    return _is_example_body(request, received)


def is_interchangeable(one: Response, other: Response) -> bool:
    """Tell whether each of two responses keeps what the other promises, so that it does not matter which is given."""
    return _keeps(one, other) and _keeps(other, one)


def _keeps(answer: Response, promise: Response) -> bool:
    lines = tuple((name, value) for name, values in answer.headers.items() for value in values)
    if answer.body.content_type and not any(name.lower() == "content-type" for name, _ in lines):
        lines = (*lines, ("Content-Type", answer.body.content_type))
    body = answer.body.data if answer.body.state is BodyState.PRESENT else None
    return not compile_response(promise)(ActualResponse(status=answer.status, headers=lines, body=body))


def _is_example_body(request: Request, received: Received) -> bool:
    body = request.body
    if body.state is BodyState.ABSENT:
        return True
    if body.state is not BodyState.PRESENT:
        return not received.body or (body.state is BodyState.NULL and received.json is None)
    if body.data == received.body:
        return True
    if not request.media_type().is_json:
        return False
    document = received.json
    return document is not NOT_JSON and bool(document == _example_document(body.data))


@lru_cache(maxsize=16384)
def _example_document(data: bytes) -> JsonValue:
    document = Received(method="", target="/", body=data).json
    return None if document is NOT_JSON else document


def _body_kind(request: Request) -> str:
    body = request.body
    if body.state is not BodyState.PRESENT:
        return str(body.state.value)
    if request.media_type().is_json:
        try:
            document = body.json()
        except JsonInvalid:
            return repr(body.data)
        rules = [(parse_path(text), listed) for text, listed in request.rules.body.items()]
        return dumps(_skeleton(document, (), rules))
    rules = [(parse_path(text), listed) for text, listed in request.rules.body.items()]
    whole = [listed for path, listed in rules if not path.tokens]
    return "" if whole and len(whole) == len(rules) and _by_form(whole) else repr(body.data)


def _skeleton(value: JsonValue, place: Place, rules: Sequence[tuple[RulePath, RuleList]]) -> JsonValue:
    """Replace what rules leave open by its type."""
    if isinstance(value, Mapping):
        return {key: _skeleton(child, (*place, key), rules) for key, child in sorted(value.items())}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_skeleton(child, (*place, position), rules) for position, child in enumerate(value)]
    covering = [listed for path, listed in rules if path.weight(place)]
    if not covering or not all(_open_leaf(listed) for listed in covering):
        return value
    return {"\0open": "fraction" if isinstance(value, Number) else type(value).__name__}


def _open_leaf(listed: RuleList) -> bool:
    return all(isinstance(matcher, _BY_FORM) or type(matcher) is kinds.Type for matcher in listed.matchers)


def _by_form(lists: Sequence[RuleList]) -> bool:
    return all(isinstance(matcher, _BY_FORM) for listed in lists for matcher in listed.matchers)


def _free(listed: RuleList | None) -> str:
    return "open" if listed is not None and _by_form([listed]) else ""


def _free_header(rules: Mapping[str, RuleList], name: str) -> str:
    return next((_free(listed) for known, listed in rules.items() if known.lower() == name.lower()), "")
