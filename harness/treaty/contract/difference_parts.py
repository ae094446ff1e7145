"""Whether one promised request, response or message lies within another, part by part in the order of matching."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from treaty.contract.difference_bodies import BodyPromise, body_gaps
from treaty.contract.difference_formulas import ALL, NOTHING, Either, Formula, literal
from treaty.contract.difference_gaps import ABSENT_TEXT, Gap, describe_matchers, describe_value
from treaty.contract.difference_leaves import ValuePromise, find_value_outside, leaf_formula
from treaty.contract.difference_texts import (
    TextPromise,
    header_gaps,
    parameter_gaps,
    parameterised_formula,
    text_gap,
    text_promise,
)
from treaty.contract.json_value import JsonValue
from treaty.contract.matching import RequestCheck, ResponseCheck
from treaty.contract.matching_headers import compile_metadata
from treaty.contract.matching_text import single_rules
from treaty.contract.matching_values import kind_of
from treaty.contract.model import ActualRequest, ActualResponse, MessageContents, QueryMap, Request, Response
from treaty.contract.rules import RuleList
from treaty.contract.scopes import Rules, metadata_scope, named_scope

_STATUSES: Final = range(100, 600)


def request_gaps(narrow: Request, wide: Request) -> Iterator[Gap]:
    """Find the requests that only the first promise accepts."""
    yield from text_gap(_method(narrow), _method(wide), "method")
    yield from _path_gaps(narrow, wide)
    yield from parameter_gaps(
        _parameters(narrow.query),
        named_scope(narrow.rules.query),
        _parameters(wide.query),
        named_scope(wide.rules.query),
        "query.",
    )
    yield from header_gaps(narrow.headers, narrow.rules.header, wide.headers, wide.rules.header)
    yield from body_gaps(_body(narrow, strict=True), _body(wide, strict=True))


def response_gaps(narrow: Response, wide: Response) -> Iterator[Gap]:
    """Find the responses that only the first promise accepts."""
    yield from _status_gaps(narrow, wide)
    yield from header_gaps(narrow.headers, narrow.rules.header, wide.headers, wide.rules.header)
    yield from body_gaps(_body(narrow, strict=False), _body(wide, strict=False))


def message_gaps(narrow: MessageContents, wide: MessageContents) -> Iterator[Gap]:
    """Find the messages that only the first promise accepts."""
    yield from _metadata_gaps(narrow, wide)
    yield from body_gaps(_message_body(narrow), _message_body(wide))


# --- requests -----------------------------------------------------------------------------------------------------


def _method(request: Request) -> TextPromise:
    check, rules = RequestCheck(request), single_rules(request.rules.method)
    name = request.method.upper()
    own = text_promise(name, rules)
    return TextPromise(
        example=name,
        formula=literal(name) if rules is None else Either((literal(name), own.formula)),
        accepts=lambda text: not check.method(ActualRequest(method=text, path="/")),
        shown=own.shown,
    )


def _path_gaps(narrow: Request, wide: Request) -> Iterator[Gap]:
    """Compare paths; one without rules stands for itself, not for its other spellings (``%7E``)."""
    check = RequestCheck(wide)
    rules = single_rules(narrow.rules.path)
    accepted = not check.path(ActualRequest(method="GET", path=narrow.path))
    if rules is None and accepted:
        return
    yield from text_gap(
        text_promise(narrow.path, rules), text_promise(wide.path, single_rules(wide.rules.path)), "path"
    )


def _parameters(query: QueryMap | None) -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(value or "" for value in values) for name, values in (query or {}).items()}


# --- responses ----------------------------------------------------------------------------------------------------


def _status_gaps(narrow: Response, wide: Response) -> Iterator[Gap]:
    left, right = ResponseCheck(narrow), ResponseCheck(wide)
    others = () if single_rules(narrow.rules.status) is None else _STATUSES
    for status in (narrow.status, *others):
        actual = ActualResponse(status=status)
        if not left.status(actual) and right.status(actual):
            yield Gap(location="status", narrow=_shown_status(narrow), wide=_shown_status(wide), extra=str(status))
            return


def _shown_status(response: Response) -> str:
    rules = single_rules(response.rules.status)
    if rules is None:
        return str(response.status)
    return describe_matchers(rules.matchers, "any", str(response.status), any_of=rules.any_of)


# --- bodies and messages ------------------------------------------------------------------------------------------


def _body(part: Request | Response, *, strict: bool) -> BodyPromise:
    type_rules = named_scope(part.rules.header, lower=True).step("content-type").rules
    return BodyPromise(part.body, part.media_type(), part.rules.body, type_rules, strict=strict)


def _message_body(message: MessageContents) -> BodyPromise:
    return BodyPromise(message.contents, message.media_type(), message.rules.body, None, strict=False)


def _metadata_gaps(narrow: MessageContents, wide: MessageContents) -> Iterator[Gap]:
    left, right = narrow.rules.metadata, wide.rules.metadata
    for key, value in wide.metadata.items():
        if key not in narrow.metadata:
            shown, extra = describe_value(value), "the metadata to be absent"
            yield Gap(location=f"metadata.{key}", narrow=ABSENT_TEXT, wide=shown, extra=extra)
        else:
            yield from _metadatum_gaps(key, narrow.metadata[key], left, value, right)


def _metadatum_gaps(
    key: str, mine: JsonValue, left: Mapping[str, RuleList], theirs: JsonValue, right: Mapping[str, RuleList]
) -> Iterator[Gap]:
    location = f"metadata.{key}"
    extra = find_value_outside(_value_promise(key, mine, left), _value_promise(key, theirs, right))
    if extra is not None:
        yield Gap(
            location=location,
            narrow=_shown_value(mine, metadata_scope(left).step(key).rules),
            wide=_shown_value(theirs, metadata_scope(right).step(key).rules),
            extra=extra,
        )


def _value_promise(key: str, value: JsonValue, rules: Mapping[str, RuleList]) -> ValuePromise:
    check = compile_metadata({key: value}, rules)
    found = metadata_scope(rules).step(key).rules

    def formula(kind: str) -> Formula:
        if found is None and isinstance(value, str) and key.lower() in {"contenttype", "content-type"}:
            # What is no text counts as an empty one there.
            return parameterised_formula(value) if kind == "string" else NOTHING if check({key: None}) else ALL
        return leaf_formula(value, found, kind)

    return ValuePromise(example=value, formula=formula, accepts=lambda came: not check({key: came}))


def _shown_value(value: JsonValue, rules: Rules | None) -> str:
    if rules is None:
        return describe_value(value)
    return describe_matchers(rules.matchers, kind_of(value), describe_value(value), any_of=rules.any_of)
