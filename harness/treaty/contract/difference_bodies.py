"""Whether one promised body lies within another: its media type, then its content by that type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from treaty.contract.difference_formulas import matching
from treaty.contract.difference_gaps import Gap, describe_value
from treaty.contract.difference_json import json_gaps
from treaty.contract.difference_texts import parameter_gaps, text_gap, text_promise
from treaty.contract.json_value import JsonInvalid
from treaty.contract.matching_bodies import compile_content
from treaty.contract.media_type import NO_MEDIA_TYPE, MediaType
from treaty.contract.mismatch import show_bytes
from treaty.contract.model import Body, BodyState
from treaty.contract.query import parse_query
from treaty.contract.rules import Equality, Regex, RuleList
from treaty.contract.scopes import Rules, root_scope

_LOCATION: Final = "body"
_ESSENCES: Final = matching(r"[^;\s]*")
_STATES: Final[Mapping[BodyState, str]] = {
    BodyState.ABSENT: "anything",
    BodyState.NULL: "no body",
    BodyState.EMPTY: "no body",
}


class BodyPromise:
    """A body with all that decides about it.

    Attributes:
        body: the promised one.
        media_type: its type.
        rules: by path.
        type_rules: rules of the Content-Type header, which accept further types.
        strict: unexpected members are refused.

    """

    __slots__ = ("body", "media_type", "rules", "strict", "type_rules")

    def __init__(
        self,
        body: Body,
        media_type: MediaType,
        rules: Mapping[str, RuleList],
        type_rules: Rules | None,
        *,
        strict: bool,
    ) -> None:
        self.body = body
        self.media_type = media_type
        self.rules = rules
        self.type_rules = type_rules
        self.strict = strict

    def __str__(self) -> str:
        return _STATES.get(self.body.state) or str(self.media_type) or "a body"


def body_gaps(narrow: BodyPromise, wide: BodyPromise) -> Iterator[Gap]:
    """Find what only the narrow body accepts."""
    left, right = narrow.body.state, wide.body.state
    if right is BodyState.ABSENT:
        return
    if left is BodyState.ABSENT:
        yield _gap(narrow, wide, "any body")
    elif right is not BodyState.PRESENT:
        if left is BodyState.PRESENT:
            yield _gap(narrow, wide, "a body")
    elif left is not BodyState.PRESENT:
        yield _gap(narrow, wide, "the body to be missing")
    elif not _type_within(narrow, wide):
        yield _gap(narrow, wide, "" if _accepts_type(wide, narrow.media_type) else str(narrow.media_type))
    else:
        yield from _content_gaps(narrow, wide)


def _gap(narrow: BodyPromise | str, wide: BodyPromise | str, extra: str) -> Gap:
    return Gap(location=_LOCATION, narrow=str(narrow), wide=str(wide), extra=extra)


# --- media types --------------------------------------------------------------------------------------------------


def _type_within(narrow: BodyPromise, wide: BodyPromise) -> bool:
    """Tell whether every type that the narrow promise accepts is accepted by the wide one."""
    mine, theirs = narrow.media_type, wide.media_type
    if theirs is NO_MEDIA_TYPE:
        return True
    if mine is NO_MEDIA_TYPE:
        return False
    if not (mine.essence == theirs.essence and theirs.covers(mine)) and not theirs.covers_suffix(mine):
        return False
    if narrow.type_rules is None:
        return True
    if wide.type_rules is None:
        return _only_essence(narrow.type_rules, mine) and not theirs.parameters
    own = text_promise(mine.essence, narrow.type_rules)
    return not any(text_gap(own, text_promise(theirs.essence, wide.type_rules), "", domain=_ESSENCES)) or (
        _only_essence(narrow.type_rules, mine) and not theirs.parameters
    )


def _only_essence(rules: Rules, media_type: MediaType) -> bool:
    """Tell whether rules of the header accept no type but one; they see it without parameters."""
    own = text_promise(media_type.essence, rules)
    plain = text_promise("", Rules(RuleList(matchers=(Regex(pattern=re.escape(media_type.essence)),))))
    return not any(text_gap(own, plain, "", domain=_ESSENCES))


def _accepts_type(wide: BodyPromise, media_type: MediaType) -> bool:
    theirs = wide.media_type
    if theirs.covers(media_type) or theirs.covers_suffix(media_type):
        return True
    return wide.type_rules is not None and text_promise(theirs.essence, wide.type_rules).accepts(media_type.essence)


# --- contents -----------------------------------------------------------------------------------------------------


def _content_gaps(narrow: BodyPromise, wide: BodyPromise) -> Iterator[Gap]:
    mine, theirs = narrow.media_type, wide.media_type
    if narrow.body.data == wide.body.data and narrow.rules == wide.rules and mine == theirs:
        return
    if mine.is_json and theirs.is_json:
        yield from _json_content_gaps(narrow, wide)
    elif mine.is_form and theirs.is_form:
        yield from parameter_gaps(
            _fields(narrow.body.data),
            root_scope(narrow.rules),
            _fields(wide.body.data),
            root_scope(wide.rules),
            "body.$.",
        )
    elif _is_plain(narrow) and _is_plain(wide):
        yield from _text_gaps(narrow, wide)
    else:
        yield from _opaque_gaps(narrow, wide)


def _json_content_gaps(narrow: BodyPromise, wide: BodyPromise) -> Iterator[Gap]:
    try:
        left, right = narrow.body.json(), wide.body.json()
    except JsonInvalid:
        yield _gap(narrow, wide, "")
        return
    yield from json_gaps(left, narrow.rules, right, wide.rules, strict=wide.strict)


def _fields(data: bytes) -> Mapping[str, Sequence[str]]:
    fields = parse_query(data.decode("utf-8", errors="replace"))
    return {name: tuple(value or "" for value in values) for name, values in fields.items()}


def _is_plain(promise: BodyPromise) -> bool:
    """Tell whether the content is compared as one text."""
    kind, rules = promise.media_type, root_scope(promise.rules).rules
    if kind.is_json or kind.is_xml or kind.is_form or kind.is_multipart or kind.is_binary or kind.charset != "utf-8":
        return False
    return rules is None or "contentType" not in rules.names


def _text_gaps(narrow: BodyPromise, wide: BodyPromise) -> Iterator[Gap]:
    try:
        left, right = narrow.body.data.decode(), wide.body.data.decode()
    except UnicodeDecodeError:
        yield from _opaque_gaps(narrow, wide)
        return
    yield from text_gap(
        text_promise(left, root_scope(narrow.rules).rules), text_promise(right, root_scope(wide.rules).rules), _LOCATION
    )


def _opaque_gaps(narrow: BodyPromise, wide: BodyPromise) -> Iterator[Gap]:
    """Compare what is not looked into: bytes without rules by themselves, XML and multipart as a doubt."""
    data, kind = narrow.body.data, narrow.media_type
    shown = describe_value(show_bytes(data)), describe_value(show_bytes(wide.body.data))
    if kind.is_binary and narrow.rules == wide.rules and not _demands_example(narrow):
        return
    if wide.media_type.is_multipart:
        yield _gap(*shown, "")
        return
    check = compile_content(wide.media_type, wide.body.data, root_scope(wide.rules), strict=wide.strict)
    if check(data):
        own = compile_content(kind, data, root_scope(narrow.rules), strict=narrow.strict)
        yield _gap(*shown, "" if kind.is_multipart or own(data) else "its example")
    elif not (kind.is_binary and root_scope(narrow.rules).rules is None):
        yield _gap(*shown, "")


def _demands_example(promise: BodyPromise) -> bool:
    """Tell whether bytes have to equal the example."""
    rules = root_scope(promise.rules).rules
    return rules is None or Equality.name in rules.names
