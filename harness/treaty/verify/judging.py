"""An answer held against what was promised: Pact's rules first, then what our own keys say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from treaty.contract.json_value import JsonInvalid, JsonValue
from treaty.contract.matching import ResponseCheck, compile_response
from treaty.contract.mismatch import Mismatch
from treaty.contract.model import ActualResponse, HttpInteraction
from treaty.contract.structured import document_of, is_json_like, is_structured
from treaty.verify.calls import Answer
from treaty.verify.closed_world import find_untrue
from treaty.verify.content_codings import decoded_body
from treaty.verify.document import Interaction
from treaty.verify.further_bodies import find_unlike_body
from treaty.verify.moments import Window
from treaty.verify.outcome import ABSENT, Difference
from treaty.verify.relations import Evidence, Finding, find_broken
from treaty.verify.sending import Sent
from treaty.verify.variables import Variables

_MISSING: Final = (" is missing", "the body is missing")
_RANKS: Final = {"status": 0, "header": 1, "body": 2}


def judge(
    interaction: Interaction,
    contract: HttpInteraction,
    *,
    sent: Sent,
    answer: Answer,
    variables: Variables,
    window: Window,
    check: ResponseCheck | None = None,
    in_full: bool = False,
) -> tuple[Difference, ...]:
    """Give all differences between an answer and its promise: status, headers, body, then relations in the body.

    Args:
        interaction: gives the causes.
        contract: what was promised.
        sent: the request that was answered.
        answer: what came.
        variables: what the set-up made and bound.
        window: when the answer was made, by our clock.
        check: what was promised of the response, compiled; who judges many answers compiles it once.
        in_full: whether the provider holds nothing but what the set-up made.

    Raises:
        CallFailed: when the body cannot be decoded.

    """
    body = decoded_body(answer)
    actual = ActualResponse(status=answer.status, headers=answer.headers, body=body)
    found = [_of_mismatch(each, interaction) for each in (check or compile_response(contract.response))(actual)]
    if any(each.location == "status" for each in found):
        # Behind another status stands another body, whose values say nothing about relations.
        return tuple(found)
    if "treaty" in contract.comments:
        headers = _by_name(answer)
        evidence = Evidence(
            sent=sent,
            variables=variables,
            document=_document(actual),
            text=None if actual.body is None else actual.body.decode("utf-8", "replace"),
            headers=headers,
            window=window.seen_by(headers["date"][0]) if "date" in headers else window,
        )
        known = {each.location for each in found}
        found += [
            _of_mismatch(each, interaction)
            for each in find_unlike_body(contract, evidence.document, actual.body)
            if each.location not in known
        ]
        relations = [*find_broken(contract, evidence), *find_untrue(contract, evidence, in_full=in_full)]
        found += [_of_finding(each, interaction) for each in relations if each.location not in known]
    return tuple(sorted(found, key=_rank))


def _document(actual: ActualResponse) -> JsonValue:
    """Give the body as JSON, which the matching may have parsed already; None when it is none."""
    if actual.parsed.body is None:
        return None
    try:
        body = actual.parsed.body
        if is_structured(body.media_type) and not is_json_like(body.media_type):
            return document_of(body.data, body.media_type)
        return body.json()
    except JsonInvalid:
        return None


def _by_name(answer: Answer) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for name, value in answer.headers:
        found.setdefault(name.lower(), []).append(value)
    return found


def _rank(difference: Difference) -> int:
    return _RANKS.get(difference.location.partition(".")[0], len(_RANKS))


def _of_mismatch(mismatch: Mismatch, interaction: Interaction) -> Difference:
    absent = not mismatch.got and mismatch.message.endswith(_MISSING)
    return Difference(
        location=mismatch.location,
        wanted=mismatch.wanted,
        got=ABSENT if absent else mismatch.got,
        message=mismatch.message,
        cause=interaction.cause_of(mismatch.location),
        rule=mismatch.rule,
    )


def _of_finding(finding: Finding, interaction: Interaction) -> Difference:
    return Difference(
        location=finding.location,
        wanted=finding.wanted,
        got=finding.got or ABSENT,
        message=finding.message,
        cause=interaction.cause_of(finding.location),
        rule=finding.rule,
    )
