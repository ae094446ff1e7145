"""Entity tags of items: one for each state that an item goes through, and whether a request names the present one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from treaty.contract.json_value import JsonValue
from treaty.contract.rules import Regex
from treaty_stubs.lifecycle.calls import SAFE_METHODS
from treaty_stubs.lifecycle.model import Expectation
from treaty_stubs.lifecycle.spaces import Item
from treaty_stubs.message import Answer
from treaty_stubs.select.candidate import Candidate

OTHER_TAG: Final = "If-Match names another entity tag than it has now, and nobody recorded this"
_HEADER: Final = re.compile(rb"^(ETag: *)([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_TAG: Final = re.compile(r'((?:W/)?"?)([^"]*)("?)')
_PRECONDITION_FAILED: Final = 412
_NOT_MODIFIED: Final = 304


def with_tag(answer: Answer, item: Item, candidate: Candidate) -> Answer:
    """Give the answer that shows an item its entity tag: the recorded one, and another after each change.

    A tag that the pact asks for exactly stays.
    """
    match = _HEADER.search(answer.head)
    if match is None:
        return answer
    recorded = match[2].decode("latin-1")
    tag = _renewed(recorded, item.revision)
    tag = tag if _allows(candidate, tag) else recorded
    item.tag = tag
    return answer._replace(head=answer.head[: match.start(2)] + tag.encode("latin-1") + answer.head[match.end(2) :])


def as_asked(
    pool: Sequence[Expectation], method: str, values: Mapping[str, JsonValue], item: Item | None
) -> list[Expectation]:
    """Keep the interactions that fit what a request says of the entity tag (RFC 9110 section 13.1).

    Args:
        pool: interactions that fit otherwise.
        method: of the request, in upper case.
        values: what it says, by place.
        item: the one that it names, where it is there.

    """
    if item is None or not item.tag:
        return list(pool)
    asked, never = values.get("header.if-match"), values.get("header.if-none-match")
    if method not in SAFE_METHODS and isinstance(asked, str):
        holds = _names(asked, item.tag)
        return [each for each in pool if (each.status == _PRECONDITION_FAILED) != holds]
    if method in SAFE_METHODS and isinstance(never, str):
        if _names(never, item.tag):
            return [each for each in pool if each.status == _NOT_MODIFIED] or list(pool)
        return [each for each in pool if each.status != _NOT_MODIFIED]
    return list(pool)


def _names(header: str, tag: str) -> bool:
    listed = [each.strip().removeprefix("W/") for each in header.split(",")]
    return listed == ["*"] or tag.removeprefix("W/") in listed


def _renewed(tag: str, revision: int) -> str:
    match = _TAG.fullmatch(tag)
    if match is None or not revision:
        return tag
    before, inner, after = match.groups()
    isnumber = inner.isascii() and inner.isdigit()
    return f"{before}{int(inner) + revision if isnumber else f'{inner}-{revision}'}{after}"


def _allows(candidate: Candidate, tag: str) -> bool:
    rules = candidate.interaction.response.rules.header
    listed = next((rule for name, rule in rules.items() if name.lower() == "etag"), None)
    if listed is None:
        return False
    return all(
        not isinstance(matcher, Regex) or re.fullmatch(matcher.pattern, tag) is not None for matcher in listed.matchers
    )
