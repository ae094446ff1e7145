"""Matching bodies: which comparison the media types ask for, and whether they fit each other at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from treaty.contract.actual_body import ActualBody
from treaty.contract.json_value import JsonInvalid, JsonValue, loads
from treaty.contract.matching_json import compile_json
from treaty.contract.matching_multipart import compile_multipart
from treaty.contract.matching_text import compile_bytes, compile_parameters, compile_plain_text
from treaty.contract.matching_xml import compile_xml
from treaty.contract.media_type import NO_MEDIA_TYPE, MediaType
from treaty.contract.mismatch import ALL, Fault, Mismatch, body_mismatches, bounded, named_mismatches, show_bytes
from treaty.contract.model import Body, BodyState
from treaty.contract.query import parse_query
from treaty.contract.scopes import Scope

BytesCheck: TypeAlias = Callable[[bytes], "list[Fault] | None"]


class BodyCheck:
    """A promised body with its rules; compiled when the first body is held against it.

    Args:
        expected: what was promised.
        media_type: its type.
        scope: its rules.
        strict: unexpected members are faults (requests).
        accepts_type: whether a rule of the Content-Type header accepts another type.
        most: how many mismatches are enough; then the comparison ends, and a last one says what it left out.

    """

    def __init__(
        self,
        expected: Body,
        media_type: MediaType,
        scope: Scope,
        *,
        strict: bool,
        accepts_type: Callable[[MediaType], bool] = lambda _: False,
        most: int = ALL,
    ) -> None:
        self._most = most
        self._expected = expected
        self._media_type = media_type
        self._scope = scope
        self._strict = strict
        self._accepts_type = accepts_type
        self._json: Callable[[JsonValue], list[Fault] | None] | None = None
        self._other: BytesCheck | None = None
        self._multipart: Callable[[bytes, str], list[Fault] | None] | None = None

    def __call__(self, actual: ActualBody) -> tuple[Mismatch, ...]:
        """Give all mismatches, in the order of the example."""
        expected, state = self._expected, self._expected.state
        if state is BodyState.ABSENT:
            return ()
        if state is not BodyState.PRESENT:
            if not actual.data:
                return ()
            return _whole(Fault("equality", "", show_bytes(actual.data), "no body was expected"))
        if not actual.data:
            return _whole(Fault("equality", show_bytes(expected.data), "", "the body is missing"))
        if not self._fits(actual.media_type):
            wanted, got = str(self._media_type), str(actual.media_type)
            return _whole(Fault("content type", wanted, got, f"the body is {got}, not {wanted}"))
        return self._content(actual)

    def _fits(self, got: MediaType) -> bool:
        wanted = self._media_type
        if wanted is NO_MEDIA_TYPE or got is NO_MEDIA_TYPE or wanted.essence == "*/*":
            return True
        return wanted.covers(got) or wanted.covers_suffix(got) or self._accepts_type(got)

    def _content(self, actual: ActualBody) -> tuple[Mismatch, ...]:
        if self._media_type.is_json:
            return self._json_content(actual)
        if self._media_type.is_multipart:
            if self._multipart is None:
                boundary = self._media_type.parameters.get("boundary", "")
                self._multipart = compile_multipart(self._expected.data, boundary, self._scope, self._part)
            found = self._multipart(actual.data, actual.media_type.parameters.get("boundary", "")) or []
            return body_mismatches(bounded(found, self._most))
        if self._other is None:
            self._other = compile_content(
                self._media_type, self._expected.data, self._scope, strict=self._strict, most=self._most
            )
        structured = self._media_type.is_xml or self._media_type.is_form
        found = bounded(self._other(actual.data) or [], self._most)
        return body_mismatches(found) if structured else named_mismatches("body", found)

    def _json_content(self, actual: ActualBody) -> tuple[Mismatch, ...]:
        try:
            if self._json is None:
                self._json = compile_json(self._expected.json(), self._scope, strict=self._strict, most=self._most)
        except JsonInvalid as fault:
            reason = f"the example is not JSON: {fault}"
            return _whole(Fault("json", show_bytes(self._expected.data), show_bytes(actual.data), reason))
        try:
            document = actual.json()
        except JsonInvalid as fault:
            reason = f"the body is not JSON: {fault}"
            return _whole(Fault("json", show_bytes(self._expected.data), show_bytes(actual.data), reason))
        found = self._json(document)
        return body_mismatches(bounded(found, self._most)) if found else ()

    def _part(self, media_type: MediaType, expected: bytes, scope: Scope) -> BytesCheck:
        return compile_content(media_type, expected, scope, strict=self._strict, most=self._most)


def _whole(fault: Fault) -> tuple[Mismatch, ...]:
    return named_mismatches("body", (fault,))


def compile_content(
    media_type: MediaType, expected: bytes, scope: Scope, *, strict: bool, most: int = ALL
) -> BytesCheck:
    """Compile content of any type but multipart."""
    if media_type.is_json:
        return _compile_json_bytes(expected, scope, strict=strict, most=most)
    if media_type.is_xml:
        return compile_xml(expected, scope, strict=strict, most=most)
    if media_type.is_form:
        return _compile_form(expected, scope, most)
    if media_type.is_binary:
        return compile_bytes(expected, scope)
    if scope.rules is not None and "contentType" in scope.rules.names:
        return compile_bytes(expected, scope)
    return compile_plain_text(expected, scope, media_type.charset)


def _compile_json_bytes(expected: bytes, scope: Scope, *, strict: bool, most: int) -> BytesCheck:
    try:
        check = compile_json(loads(expected), scope, strict=strict, most=most)
    except JsonInvalid as fault:
        broken = Fault("json", show_bytes(expected), "", f"the example is not JSON: {fault}")
        return lambda _: [broken]

    def check_bytes(actual: bytes) -> list[Fault] | None:
        try:
            return check(loads(actual))
        except JsonInvalid as fault:
            return [Fault("json", show_bytes(expected), show_bytes(actual), f"the content is not JSON: {fault}")]

    return check_bytes


def _compile_form(expected: bytes, scope: Scope, most: int) -> BytesCheck:
    check = compile_parameters(_form(expected), scope, most=most)
    return lambda actual: check(_form(actual))


def _form(data: bytes) -> dict[str, tuple[str, ...]]:
    fields = parse_query(data.decode("utf-8", errors="replace"))
    return {name: tuple(value or "" for value in values) for name, values in fields.items()}
