"""Refusals that are answered with success: ``200 {"ok": false, "error": "name_taken"}`` (DESIGN 4.4).

Many systems answer every call with 200 and say in the body what came of it. Such a call changed nothing, made nothing,
and may tell of a conflict as a 409 does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from treaty.contract.json_value import JsonValue

_FLAGS: Final = frozenset({"ok", "success", "succeeded", "successful", "accepted"})
_VERDICTS: Final = frozenset({"status", "result", "outcome", "stat"})
_BAD: Final = frozenset({"error", "fail", "failed", "failure", "nok", "ko", "refused", "rejected", "denied"})
_REASONS: Final = frozenset(
    {"error", "errors", "reason", "message", "msg", "detail", "details", "error_code", "errorcode", "code"}
    | {"error_message", "errormessage", "description", "fault", "problem"}
)
_RESULTS: Final = frozenset({"data", "result", "results", "payload"})


def says_no(answer: JsonValue, request: JsonValue) -> bool:
    """Tell whether the body of a success says that the call was refused.

    A flag that is false counts where the request did not send it and a reason stands beside it, or nothing else does;
    a word for failure where a reason stands beside it; and errors where there is no result.

    Args:
        answer: the decoded body of the answer.
        request: that of the request.

    """
    if not isinstance(answer, Mapping):
        return False
    sent = {key.lower() for key in request} if isinstance(request, Mapping) else set[str]()
    members = {key.lower(): value for key, value in answer.items() if key.lower() not in sent}
    reasons = {key for key in members.keys() & _REASONS if members[key] not in (None, "", [], {}, 0, False)}
    if any(members.get(flag) is False for flag in _FLAGS):
        return bool(reasons) or len(members) == 1
    verdicts = {str(members[key]).lower() for key in members.keys() & _VERDICTS if isinstance(members[key], str)}
    if verdicts & _BAD and reasons:
        return True
    told = reasons & {"error", "errors"}
    return bool(told) and not any(members.get(key) is not None for key in _RESULTS) and _is_bare(members)


def _is_bare(members: Mapping[str, JsonValue]) -> bool:
    """Tell whether an answer with an error says nothing but that: the thing itself may have a field of that name."""
    return members.keys() <= _REASONS | _RESULTS | _FLAGS | _VERDICTS | {"jsonrpc", "id", "extensions", "timestamp"}
