"""Errors as problem documents (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from treaty.contract.json_value import JsonValue, dumps
from treaty.errors import NothingToDo, NotThere, ProviderUnknown, StubUnable, TreatyError

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"


def json_answer(document: JsonValue, *, status: int = 200, media_type: str = JSON) -> Response:
    """Make an answer of a document."""
    return Response(dumps(document, indent=2) + "\n", status_code=status, media_type=media_type)


def problem(status: int, title: str, **members: JsonValue) -> Response:
    """Make the answer to a call that failed; empty members are left out."""
    kept = {name: value for name, value in members.items() if value != ""}
    document: dict[str, JsonValue] = {"type": "about:blank", "title": title, "status": status, **kept}
    return json_answer(document, status=status, media_type=PROBLEM)


def problem_of(error: TreatyError, *, headers: Mapping[str, str] | None = None) -> Response:
    """Make the answer that tells of an error."""
    answer = problem(_status(error), error.what, code=error.code, where=error.where, detail=error.why, hint=error.hint)
    answer.headers.update(headers or {})
    return answer


def _status(error: TreatyError) -> int:
    if isinstance(error, (ProviderUnknown, NotThere)):
        return 404
    return 409 if isinstance(error, (StubUnable, NothingToDo)) else 422
