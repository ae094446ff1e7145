"""What the rules of an interaction say of a request, apart from what differs harmlessly between clients."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from treaty.contract import rules as kinds
from treaty.contract.json_value import JsonInvalid, JsonValue, Number, dumps
from treaty.contract.matching import RequestCheck, compile_request, compile_response
from treaty.contract.mismatch import ALL, Mismatch
from treaty.contract.model import ActualResponse, BodyState, Request, Response
from treaty.contract.path import Place, RulePath, parse_path
from treaty.contract.regexes import RegexInvalid, full_matcher
from treaty.contract.rules import RuleList
from treaty_stubs.message import Received
from treaty_stubs.select.acceptance import quick_headers, quick_json_body
from treaty_stubs.select.group import Accepts
from treaty_stubs.select.leaves import PREFERENCES, is_harmless

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

_ANY_COOKIE: Final = (kinds.Regex(pattern=".+"),)


def compile_rules(request: Request) -> Accepts:
    """Compile the rules of a request into a test; the method is not looked at unless it has rules of its own."""
    expected = without_harmless(request)
    check = compile_request(expected, most=1)
    parts: list[Accepts] = []
    if expected.rules.method is not None:
        parts.append(lambda received: not check.method(received.actual))
    parts.append(_path_test(expected, check))
    if expected.query:
        query = dict(expected.query)
        if expected.rules.query:
            parts.append(lambda received: not check.query(received.actual))
        else:
            parts.append(lambda received: query == received.query or not check.query(received.actual))
    else:
        parts.append(lambda received: "?" not in received.target or not received.query)
    if expected.headers:
        parts.append(_headers_test(expected, check))
    if expected.body.state is not BodyState.ABSENT:
        parts.append(_body_test(expected, check))
    return _all_of(parts)


def is_by_line(request: Request) -> bool:
    """Tell whether neither the rules nor the test for the example look beyond the request line."""
    return request.body.state is BodyState.ABSENT and not without_harmless(request).headers


def differences(request: Request, received: Received, *, most: int = ALL) -> tuple[Mismatch, ...]:
    """Give the differences between a promised request and one that came; for `most` see `RequestCheck`."""
    return compile_request(without_harmless(request), most=most)(received.actual)


def without_harmless(request: Request) -> Request:
    """Leave out the headers that decide nothing, or only choose between answers."""
    kept = {name: values for name, values in request.headers.items() if not may_be_absent(request, name)}
    return request if len(kept) == len(request.headers) else replace(request, headers=kept)


def may_be_absent(request: Request, name: str) -> bool:
    """Tell whether a request may lack a header that the promised one has."""
    lower = name.lower()
    if lower in PREFERENCES or is_harmless(lower):
        return True
    # Answers of stubs set no cookies, so a client has none to send; a rule for any value only says that it had some.
    rules = next((listed for header, listed in request.rules.header.items() if header.lower() == lower), None)
    return lower == "cookie" and rules is not None and rules.matchers == _ANY_COOKIE


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


def is_interchangeable(one: Response, other: Response) -> bool:
    """Tell whether each of two responses keeps what the other promises, so that it does not matter which is given."""
    return _keeps(one, other) and _keeps(other, one)


def _path_test(expected: Request, check: RequestCheck) -> Accepts:
    rules = expected.rules.path
    if rules is not None and len(rules.matchers) == 1 and isinstance(matcher := rules.matchers[0], kinds.Regex):
        with contextlib.suppress(RegexInvalid):
            accepts = full_matcher(matcher.pattern)
            return lambda received: accepts(received.path)
    path = expected.path
    if rules is None:
        return lambda received: received.path == path or not check.path(received.actual)
    return lambda received: not check.path(received.actual)


def _headers_test(expected: Request, check: RequestCheck) -> Accepts:
    surely = quick_headers(expected)
    if surely is None:
        return lambda received: not check.headers(received.actual)
    return lambda received: surely(received) or not check.headers(received.actual)


def _body_test(expected: Request, check: RequestCheck) -> Accepts:
    surely = quick_json_body(expected)
    if surely is None:
        return lambda received: not check.body(received.actual)
    return lambda received: surely(received) or not check.body(received.actual)


def _all_of(parts: Sequence[Accepts]) -> Accepts:
    if len(parts) == 2:
        first, second = parts
        return lambda received: first(received) and second(received)
    if len(parts) == 4:
        one, two, three, four = parts
        return lambda received: one(received) and two(received) and three(received) and four(received)

    def test(received: Received) -> bool:
        for part in parts:  # noqa: SIM110 - a loop is quicker than a generator
            if not part(received):
                return False
        return True

    return test


def _keeps(answer: Response, promise: Response) -> bool:
    lines = tuple((name, value) for name, values in answer.headers.items() for value in values)
    if answer.body.content_type and not any(name.lower() == "content-type" for name, _ in lines):
        lines = (*lines, ("Content-Type", answer.body.content_type))
    body = answer.body.data if answer.body.state is BodyState.PRESENT else None
    return not compile_response(promise)(ActualResponse(status=answer.status, headers=lines, body=body))


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
    covering = [listed for path, listed in rules if listed.matchers and path.weight(place)]
    if not covering or not all(_open_leaf(listed) for listed in covering):
        return value
    return {"\0open": "fraction" if isinstance(value, Number) else type(value).__name__}


def _open_leaf(listed: RuleList) -> bool:
    return all(isinstance(matcher, _BY_FORM) or type(matcher) is kinds.Type for matcher in listed.matchers)


def _by_form(lists: Sequence[RuleList]) -> bool:
    """Tell whether all matchers look at the form only; lists without any leave the example as it is."""
    matchers = [matcher for listed in lists for matcher in listed.matchers]
    return bool(matchers) and all(isinstance(matcher, _BY_FORM) for matcher in matchers)


def _free(listed: RuleList | None) -> str:
    return "open" if listed is not None and _by_form([listed]) else ""


def _free_header(rules: Mapping[str, RuleList], name: str) -> str:
    return next((_free(listed) for known, listed in rules.items() if known.lower() == name.lower()), "")
