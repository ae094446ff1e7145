"""Matching requests, responses and messages against what was promised.

A promise is compiled once (`compile_request`, `compile_response`, `compile_message`) and then held against as many
requests or answers as needed; `match_request` and the like do both at once. Parts are compiled when first needed.
Mismatches come in the order: method, path, status, query, headers (or metadata), body.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Final
from urllib.parse import unquote

from treaty.contract.actual_body import ActualBody
from treaty.contract.json_value import JsonValue
from treaty.contract.matching_bodies import BodyCheck
from treaty.contract.matching_headers import GroupedHeaders, compile_headers, compile_metadata, group_headers
from treaty.contract.matching_text import compile_parameters, compile_text, single_rules
from treaty.contract.matching_values import describe_rule, status_test
from treaty.contract.media_type import NO_MEDIA_TYPE, MediaType, detect_media_type, parse_media_type
from treaty.contract.mismatch import ALL, Fault, Mismatch, cut, named_mismatches
from treaty.contract.model import (
    ActualMessage,
    ActualRequest,
    ActualResponse,
    MessageContents,
    Request,
    Response,
    metadata_type,
)
from treaty.contract.scopes import Rules, named_scope, root_scope

_MATCHED: Final[tuple[Mismatch, ...]] = ()


class RequestCheck:
    """A promised request, compiled. Calling it gives all mismatches of a request that came in.

    Args:
        expected: what was promised.
        most: how many mismatches of the query, and of the body, are enough: for requests of people who are not to be
            trusted. The comparison then ends, and a last mismatch says how much it left out.

    """

    def __init__(self, expected: Request, *, most: int = ALL) -> None:
        self.expected = expected
        self._most = most

    def __call__(self, actual: ActualRequest) -> tuple[Mismatch, ...]:
        """Give all mismatches."""
        return self.method(actual) + self.path(actual) + self.query(actual) + self.headers(actual) + self.body(actual)

    def accepts(self, actual: ActualRequest) -> bool:
        """Tell whether there is no mismatch, as quickly as possible."""
        return not (
            self.method(actual) or self.path(actual) or self.query(actual) or self.headers(actual) or self.body(actual)
        )

    def method(self, actual: ActualRequest) -> tuple[Mismatch, ...]:
        """Compare the method, whatever its case."""
        wanted, got = self.expected.method, actual.method
        if wanted == got or wanted.upper() == got.upper():
            return _MATCHED
        if self._method_rules is not None:
            return named_mismatches("method", compile_text(wanted, self._method_rules)(got) or ())
        return named_mismatches("method", (Fault("equality", wanted, got, f"the method is {got}, not {wanted}"),))

    def path(self, actual: ActualRequest) -> tuple[Mismatch, ...]:
        """Compare the path; without rules, spellings of one path (``%7E`` and ``~``) are the same."""
        rules = self._path_rules
        if rules is None:
            if actual.path == self.expected.path or _normal(actual.path) == _normal(self.expected.path):
                return _MATCHED
            wanted, got = self.expected.path, cut(actual.path)
            return named_mismatches("path", (Fault("equality", wanted, got, f"the path is {got}, not {wanted}"),))
        found = self._path_check(actual.path)
        return named_mismatches("path", found) if found else _MATCHED

    def query(self, actual: ActualRequest) -> tuple[Mismatch, ...]:
        """Compare the query; the order of parameters does not matter, unexpected ones do."""
        if not actual.query and not self.expected.query:
            return _MATCHED
        found = self._query_check(_parameters(actual))
        return _named("query", found) if found else _MATCHED

    def headers(self, actual: ActualRequest) -> tuple[Mismatch, ...]:
        """Compare the promised headers; others are allowed."""
        if not self.expected.headers:
            return _MATCHED
        found = self._headers_check(_grouped(actual))
        return _named("header", found) if found else _MATCHED

    def body(self, actual: ActualRequest) -> tuple[Mismatch, ...]:
        """Compare the body; unexpected members are mismatches."""
        return self._body_check(_body(actual))

    @cached_property
    def _method_rules(self) -> Rules | None:
        return single_rules(self.expected.rules.method)

    @cached_property
    def _path_rules(self) -> Rules | None:
        return single_rules(self.expected.rules.path)

    @cached_property
    def _path_check(self) -> Callable[[str], list[Fault] | None]:
        return compile_text(self.expected.path, self._path_rules)

    @cached_property
    def _query_check(self) -> Callable[[Mapping[str, tuple[str, ...]]], list[Fault] | None]:
        query = self.expected.query or {}
        wanted = {name: tuple(value or "" for value in values) for name, values in query.items()}
        return compile_parameters(wanted, named_scope(self.expected.rules.query), most=self._most)

    @cached_property
    def _headers_check(self) -> Callable[[GroupedHeaders], list[Fault] | None]:
        return compile_headers(self.expected.headers, self.expected.rules.header)

    @cached_property
    def _body_check(self) -> BodyCheck:
        return _compile_body(self.expected, strict=True, most=self._most)


class ResponseCheck:
    """A promised response, compiled. Calling it gives all mismatches of a response that came back."""

    def __init__(self, expected: Response) -> None:
        self.expected = expected

    def __call__(self, actual: ActualResponse) -> tuple[Mismatch, ...]:
        """Give all mismatches."""
        return self.status(actual) + self.headers(actual) + self.body(actual)

    def status(self, actual: ActualResponse) -> tuple[Mismatch, ...]:
        """Compare the status."""
        wanted, got = self.expected.status, actual.status
        rules = single_rules(self.expected.rules.status)
        if rules is None:
            if wanted == got:
                return _MATCHED
            fault = Fault("equality", str(wanted), str(got), f"the status is {got}, not {wanted}")
            return named_mismatches("status", (fault,))
        faults = []
        for matcher in rules.matchers:
            reason = None if matcher.name == "equality" and wanted == got else status_test(matcher, got)
            if reason is not None:
                faults.append(Fault(describe_rule(matcher), str(wanted), str(got), reason))
            elif rules.any_of:
                return _MATCHED
        return named_mismatches("status", faults)

    def headers(self, actual: ActualResponse) -> tuple[Mismatch, ...]:
        """Compare the promised headers; others are allowed."""
        if not self.expected.headers:
            return _MATCHED
        found = self._headers_check(_grouped(actual))
        return _named("header", found) if found else _MATCHED

    def body(self, actual: ActualResponse) -> tuple[Mismatch, ...]:
        """Compare the body; unexpected members are allowed."""
        return self._body_check(_body(actual))

    @cached_property
    def _headers_check(self) -> Callable[[GroupedHeaders], list[Fault] | None]:
        return compile_headers(self.expected.headers, self.expected.rules.header)

    @cached_property
    def _body_check(self) -> BodyCheck:
        return _compile_body(self.expected, strict=False)


class MessageCheck:
    """A promised message, compiled. Calling it gives all mismatches of a message that came."""

    def __init__(self, expected: MessageContents) -> None:
        self.expected = expected

    def __call__(self, actual: ActualMessage) -> tuple[Mismatch, ...]:
        """Give all mismatches."""
        found = self._metadata_check(actual.metadata)
        return (_named("metadata", found) if found else _MATCHED) + self._body_check(_message_body(actual))

    @cached_property
    def _metadata_check(self) -> Callable[[Mapping[str, JsonValue]], list[Fault] | None]:
        return compile_metadata(self.expected.metadata, self.expected.rules.metadata)

    @cached_property
    def _body_check(self) -> BodyCheck:
        expected = self.expected
        return BodyCheck(expected.contents, expected.media_type(), root_scope(expected.rules.body), strict=False)


def compile_request(expected: Request, *, most: int = ALL) -> RequestCheck:
    """Compile a promised request for matching many requests against it; for `most` see `RequestCheck`."""
    return RequestCheck(expected, most=most)


def compile_response(expected: Response) -> ResponseCheck:
    """Compile a promised response for matching many responses against it."""
    return ResponseCheck(expected)


def compile_message(expected: MessageContents) -> MessageCheck:
    """Compile a promised message for matching many messages against it."""
    return MessageCheck(expected)


def match_request(expected: Request, actual: ActualRequest) -> tuple[Mismatch, ...]:
    """Give all mismatches of a request that came in; none means that it is as promised."""
    return RequestCheck(expected)(actual)


def match_response(expected: Response, actual: ActualResponse) -> tuple[Mismatch, ...]:
    """Give all mismatches of a response that came back; none means that it is as promised."""
    return ResponseCheck(expected)(actual)


def match_message(expected: MessageContents, actual: ActualMessage) -> tuple[Mismatch, ...]:
    """Give all mismatches of a message that came; none means that it is as promised."""
    return MessageCheck(expected)(actual)


def _compile_body(expected: Request | Response, *, strict: bool, most: int = ALL) -> BodyCheck:
    header_scope = named_scope(expected.rules.header, lower=True).step("content-type")
    by_rule = compile_text(expected.media_type().essence, header_scope.rules) if header_scope.rules else None

    def accepts_type(got: MediaType) -> bool:
        return by_rule is not None and (by_rule(got.essence) is None or by_rule(str(got)) is None)

    return BodyCheck(
        expected.body,
        expected.media_type(),
        root_scope(expected.rules.body),
        strict=strict,
        accepts_type=accepts_type,
        most=most,
    )


def _grouped(actual: ActualRequest | ActualResponse) -> GroupedHeaders:
    parsed = actual.parsed
    if parsed.headers is None:
        parsed.headers = group_headers(actual.headers)
    return parsed.headers


def _parameters(actual: ActualRequest) -> Mapping[str, tuple[str, ...]]:
    parsed = actual.parsed
    if parsed.query is None:
        parsed.query = {name: tuple(value or "" for value in values) for name, values in actual.query.items()}
    return parsed.query


def _body(actual: ActualRequest | ActualResponse) -> ActualBody:
    parsed = actual.parsed
    if parsed.body is None:
        declared = _grouped(actual).get("content-type", ("",))[0]
        parsed.body = ActualBody(actual.body or b"", _media_type(declared, actual.body))
    return parsed.body


def _message_body(actual: ActualMessage) -> ActualBody:
    parsed = actual.parsed
    if parsed.body is None:
        declared = actual.content_type or metadata_type(actual.metadata)
        parsed.body = ActualBody(actual.body or b"", _media_type(declared, actual.body))
    return parsed.body


def _media_type(declared: str, data: bytes | None) -> MediaType:
    found = parse_media_type(declared)
    return detect_media_type(data) if found is NO_MEDIA_TYPE and data else found


def _named(category: str, faults: list[Fault]) -> tuple[Mismatch, ...]:
    """Name the place of a parameter or header: ``query.NAME[0]``, ``header.NAME``."""
    mismatches: list[Mismatch] = []
    for fault in faults:
        place = f"{category}.{fault.steps.pop()}" if fault.steps else category
        mismatches += named_mismatches(place, (fault,))
    return tuple(mismatches)


def _normal(path: str) -> str:
    """Decode what need not be encoded; an encoded slash stays one."""
    return unquote(path.replace("%2f", "%252F").replace("%2F", "%252F")) if "%" in path else path
