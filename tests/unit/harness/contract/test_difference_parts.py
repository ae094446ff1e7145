"""Requests, responses and messages: when no gap is found, the matching knows nothing between two promises either."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.harness.contract.differences import PATTERNS, RULE_LISTS
from tests.unit.harness.contract.promises import json_body, text_body
from treaty.contract import rules as kinds
from treaty.contract.difference_parts import message_gaps, request_gaps, response_gaps
from treaty.contract.matching import match_message, match_request, match_response
from treaty.contract.model import (
    ABSENT,
    EMPTY,
    NULL,
    ActualMessage,
    ActualRequest,
    ActualResponse,
    Body,
    HeaderMap,
    MessageContents,
    Request,
    Response,
)
from treaty.contract.rules import MatchingRules, RuleList, rule_list

_MANY = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
_NAMES = ("q", "r")
_VALUES = st.sampled_from(["1", "12", "x", "yes", "a, b", "a,b", ""])
_TYPES = ("application/json", "application/json; charset=utf-8", "application/vnd.a+json", "text/plain", "image/png")
_TYPE_RULES = tuple(
    rule_list(kinds.Regex(pattern=pattern))
    for pattern in (r"application/json(\s*;.*)?", ".*", r"application/(json|vnd\.a\+json)(\s*;.*)?", "text/.*")
)
_SIMPLE_RULES = RULE_LISTS | st.sampled_from(PATTERNS).map(lambda pattern: rule_list(kinds.Regex(pattern=pattern)))
_BODIES: st.SearchStrategy[Body] = st.one_of(
    st.sampled_from([ABSENT, NULL, EMPTY]),
    st.sampled_from([json_body({"a": 1}), json_body([1, 2]), json_body({"a": "x", "b": 2})]),
    st.builds(text_body, st.sampled_from([b"x", b"12", b"yes"]), st.sampled_from(["text/plain", "text/csv"])),
    st.builds(
        text_body, st.sampled_from([b"q=1", b"q=1&r=x", b"q=1&q=2"]), st.just("application/x-www-form-urlencoded")
    ),
    st.builds(
        text_body, st.sampled_from([b"\x89PNG\r\n\x1a\n1", b"\xff"]), st.sampled_from(["image/png", "image/gif"])
    ),
    st.builds(text_body, st.sampled_from([b"<a/>", b"<a b='1'/>"]), st.just("application/xml")),
)
_BODY_RULES = st.dictionaries(st.sampled_from(["$", "$.a", "$.q", "$[*]"]), _SIMPLE_RULES, max_size=1)
_NAMED_RULES = st.dictionaries(st.sampled_from(_NAMES), _SIMPLE_RULES, max_size=2)
_HEADERS: st.SearchStrategy[HeaderMap] = st.dictionaries(
    st.sampled_from(["X", "Vary"]), st.lists(_VALUES, min_size=1, max_size=2).map(tuple), max_size=2
)


@st.composite
def _headers(draw: st.DrawFn) -> tuple[HeaderMap, dict[str, RuleList]]:
    headers = dict(draw(_HEADERS))
    rules = draw(st.dictionaries(st.sampled_from(["X", "Vary"]), _SIMPLE_RULES, max_size=1))
    if draw(st.booleans()):
        headers["Content-Type"] = (draw(st.sampled_from(_TYPES)),)
        if draw(st.booleans()):
            rules["Content-Type"] = draw(st.sampled_from(_TYPE_RULES))
    return headers, rules


@st.composite
def _requests(draw: st.DrawFn) -> Request:
    headers, header_rules = draw(_headers())
    query = draw(
        st.none()
        | st.dictionaries(st.sampled_from(_NAMES), st.lists(_VALUES, min_size=1, max_size=2).map(tuple), max_size=2)
    )
    return Request(
        method=draw(st.sampled_from(["GET", "POST"])),
        path=draw(st.sampled_from(["/", "/a", "/12"])),
        query=query,
        headers=headers,
        body=draw(_BODIES),
        rules=MatchingRules(
            path=draw(
                st.none() | st.sampled_from([r"/\d+", "/.*", "/a|/12"]).map(lambda p: rule_list(kinds.Regex(pattern=p)))
            ),
            query=draw(_NAMED_RULES),
            header=header_rules,
            body=draw(_BODY_RULES),
        ),
    )


@st.composite
def _responses(draw: st.DrawFn) -> Response:
    headers, header_rules = draw(_headers())
    status_rules = st.sampled_from(
        [rule_list(kinds.StatusCode(status=one)) for one in ("success", "nonError", (200, 404))]
    )
    return Response(
        status=draw(st.sampled_from([200, 201, 404])),
        headers=headers,
        body=draw(_BODIES),
        rules=MatchingRules(status=draw(st.none() | status_rules), header=header_rules, body=draw(_BODY_RULES)),
    )


def _lines(draw: st.DrawFn, *parts: HeaderMap) -> tuple[tuple[str, str], ...]:
    """Give header lines near those of promises."""
    chosen: dict[str, str] = {}
    for headers in parts:
        chosen |= {name: ", ".join(values) for name, values in headers.items() if draw(st.integers(0, 4))}
    for name in ("X", "Vary"):
        if not draw(st.integers(0, 3)):
            chosen[name] = draw(_VALUES)
    if not draw(st.integers(0, 2)):
        chosen["Content-Type"] = draw(st.sampled_from(_TYPES))
    return tuple(chosen.items())


@st.composite
def _asked(draw: st.DrawFn, one: Request, other: Request) -> ActualRequest:
    base, second = draw(st.permutations([one, other]))
    query = {name: tuple(value or "" for value in values) for name, values in (base.query or {}).items()}
    for name in query:
        if not draw(st.integers(0, 2)):
            query[name] = tuple(draw(st.lists(_VALUES, min_size=1, max_size=3)))
    body = draw(st.sampled_from([base, base, second])).body
    return ActualRequest(
        method=base.method,
        path=draw(st.sampled_from([base.path, second.path, "/7", "/a"])),
        query=query,
        headers=_with_type(_lines(draw, base.headers), body),
        body=_bytes(draw, body),
    )


@st.composite
def _answered(draw: st.DrawFn, one: Response, other: Response) -> ActualResponse:
    base, second = draw(st.permutations([one, other]))
    body = draw(st.sampled_from([base, base, second])).body
    return ActualResponse(
        status=draw(st.sampled_from([base.status, second.status, 204])),
        headers=_with_type(_lines(draw, base.headers), body),
        body=_bytes(draw, body),
    )


def _with_type(lines: tuple[tuple[str, str], ...], body: Body) -> tuple[tuple[str, str], ...]:
    if any(name == "Content-Type" for name, _ in lines) or not body.content_type:
        return lines
    return (*lines, ("Content-Type", body.content_type))


def _bytes(draw: st.DrawFn, body: Body) -> bytes | None:
    others = [b"x", b"7", b'{"a":2}', b'{"a":1,"c":3}', b"[1]", b"q=2", b"", None]
    return draw(st.sampled_from([body.data, body.data, *others]))


@given(data=st.data())
@_MANY
def test_requests_said_to_be_accepted_are(data: st.DataObject) -> None:
    """The mirror of the one for responses."""
    old = data.draw(_requests())
    new = data.draw(_requests() | st.just(replace(old, rules=data.draw(_requests()).rules)))
    if not list(request_gaps(old, new)):
        for actual in data.draw(st.lists(_asked(old, new), min_size=5, max_size=8)):
            if not match_request(old, actual):
                assert not match_request(new, actual)
    assert list(request_gaps(old, old)) == []


@given(data=st.data())
@_MANY
def test_responses_said_to_be_allowed_were(data: st.DataObject) -> None:
    """Without a gap, each answer that the new promise allows was allowed by the old one."""
    old = data.draw(_responses())
    new = data.draw(_responses() | st.just(replace(old, rules=data.draw(_responses()).rules)))
    if not list(response_gaps(new, old)):
        for actual in data.draw(st.lists(_answered(old, new), min_size=5, max_size=8)):
            if not match_response(new, actual):
                assert not match_response(old, actual)
    assert list(response_gaps(old, old)) == []


@given(data=st.data())
@_MANY
def test_messages_said_to_be_allowed_were(data: st.DataObject) -> None:
    """The same for the contents and metadata of messages."""
    values = st.sampled_from(["x", "12", 1, None, True, [1], {"a": 1}])
    metadata = st.dictionaries(st.sampled_from(["k", "contentType"]), values | st.sampled_from(_TYPES), max_size=2)
    messages = st.builds(
        lambda contents, meta, body_rules, rules: MessageContents(
            contents=contents, metadata=meta, rules=MatchingRules(body=body_rules, metadata=rules)
        ),
        _BODIES,
        metadata,
        _BODY_RULES,
        st.dictionaries(st.sampled_from(["k", "contentType"]), _SIMPLE_RULES, max_size=1),
    )
    old, new = data.draw(messages), data.draw(messages)
    came = data.draw(
        st.lists(
            st.builds(
                lambda meta, body: ActualMessage(body=body.data, metadata=meta, content_type=body.content_type),
                metadata | st.sampled_from([old.metadata, new.metadata]),
                st.sampled_from([old.contents, new.contents]),
            ),
            min_size=5,
            max_size=8,
        )
    )
    if not list(message_gaps(new, old)):
        for actual in came:
            if not match_message(new, actual):
                assert not match_message(old, actual)
    assert list(message_gaps(old, old)) == []


@pytest.mark.parametrize(
    ("narrow", "wide", "locations"),
    [
        (Request(path="/a"), Request(path="/b"), ["path"]),
        (Request(path="/%7Ea"), Request(path="/~a"), []),
        (Request(path="/1"), Request(path="/2", rules=MatchingRules(path=rule_list(kinds.Regex(pattern=r"/\d+")))), []),
        (Request(method="get"), Request(method="GET"), []),
        (Request(method="PUT"), Request(method="GET"), ["method"]),
        (Request(query={"a": ("1",)}), Request(), ["query.a"]),
        (Request(), Request(query={"a": ("1",)}), ["query.a"]),
        (Request(query={"a": ("1", "2")}), Request(query={"a": ("1",)}), ["query.a"]),
        (Request(headers={"X": ("1",)}), Request(), []),
        (Request(), Request(headers={"X": ("1",)}), ["header.X"]),
        (Request(headers={"x": ("1",)}), Request(headers={"X": ("1",)}), []),
        (Request(body=json_body(1)), Request(body=NULL), ["body"]),
        (Request(body=NULL), Request(body=EMPTY), []),
        (Request(body=EMPTY), Request(body=json_body(1)), ["body"]),
    ],
)
def test_gaps_of_requests_lie_where_they_are(narrow: Request, wide: Request, locations: list[str]) -> None:
    assert [gap.location for gap in request_gaps(narrow, wide)] == locations


def test_the_status_is_compared_by_all_there_are() -> None:
    """A class of statuses holds more than one of them."""
    success = Response(rules=MatchingRules(status=rule_list(kinds.StatusCode(status="success"))))
    assert list(response_gaps(Response(status=204), success)) == []
    (gap,) = response_gaps(success, Response(status=204))
    assert (gap.narrow, gap.wide, gap.extra) == ("statusCode success", "204", "200")


@pytest.mark.parametrize(
    ("narrow", "wide", "found"),
    [
        (kinds.EachKey(rules=(kinds.Regex(pattern="[ab]"),)), None, True),
        (kinds.Type(), None, True),
        (kinds.Equality(), None, False),
        (None, kinds.Type(), False),
        (None, kinds.Equality(), True),
    ],
)
def test_the_content_type_of_a_message_is_any_value_that_its_rules_accept(
    narrow: kinds.Matcher | None, wide: kinds.Matcher | None, *, found: bool
) -> None:
    """Without rules it is one with parameters; with rules it is a value like those of other metadata."""
    promised = [
        MessageContents(
            metadata={"contentType": "text/csv"},
            rules=MatchingRules(metadata={} if matcher is None else {"contentType": rule_list(matcher)}),
        )
        for matcher in (narrow, wide)
    ]
    gaps = list(message_gaps(*promised))
    assert [gap.location for gap in gaps] == ["metadata.contentType"] * found
    assert all(gap.extra for gap in gaps)
