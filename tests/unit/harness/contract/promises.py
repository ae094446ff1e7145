"""Short ways to write promises and what came, for tests of the matching."""

from __future__ import annotations

from collections.abc import Mapping

from treaty.contract.json_value import JsonValue, dumps
from treaty.contract.matching import match_request, match_response
from treaty.contract.mismatch import Mismatch
from treaty.contract.model import ActualRequest, ActualResponse, Body, BodyState, Request, Response
from treaty.contract.rules import MatchingRules, RuleList

JSON_LINES = (("Content-Type", "application/json"),)


def json_body(value: JsonValue) -> Body:
    """Promise a JSON body."""
    return Body(state=BodyState.PRESENT, data=dumps(value).encode(), content_type="application/json")


def text_body(data: bytes, content_type: str) -> Body:
    """Promise a body of any type."""
    return Body(state=BodyState.PRESENT, data=data, content_type=content_type)


def compare_json(
    expected: JsonValue, actual: JsonValue, rules: Mapping[str, RuleList] | None = None, *, request: bool = False
) -> list[tuple[str, str]]:
    """Compare JSON bodies; gives the location and rule of each mismatch."""
    promised = MatchingRules(body=rules or {})
    data = dumps(actual).encode()
    found: tuple[Mismatch, ...]
    if request:
        found = match_request(
            Request(method="POST", body=json_body(expected), rules=promised),
            ActualRequest(method="POST", path="/", headers=JSON_LINES, body=data),
        )
    else:
        found = match_response(
            Response(body=json_body(expected), rules=promised),
            ActualResponse(status=200, headers=JSON_LINES, body=data),
        )
    return [(mismatch.location, mismatch.rule) for mismatch in found]


def compare_body(
    expected: bytes, actual: bytes, content_type: str, rules: Mapping[str, RuleList] | None = None
) -> list[tuple[str, str]]:
    """Compare the bodies of responses of one type; gives the location and rule of each mismatch."""
    found = match_response(
        Response(body=text_body(expected, content_type), rules=MatchingRules(body=rules or {})),
        ActualResponse(status=200, headers=(("Content-Type", content_type),), body=actual),
    )
    return [(mismatch.location, mismatch.rule) for mismatch in found]
