"""Builds documents of keploy, with every scalar as text, as they are read."""

from __future__ import annotations

from typing import Any

from treaty.record.captures.finds import Oddity
from treaty.record.captures.keploy_documents import Recorded, read_document

SOME_TIME = "2025-03-09T20:31:05.059857949+08:00"
ZERO_TIME = "0001-01-01T00:00:00Z"


def document(
    line: str = "GET http://127.0.0.1:8081/books/7",
    status: str = "200",
    answered: str | bytes = '{"id":7}',
    *,
    sent: str = "",
    headers: dict[str, str] | None = None,
    answer_headers: dict[str, str] | None = None,
    noise: dict[str, list[str]] | None = None,
    at: str = SOME_TIME,
    kind: str = "Http",
    **spec: Any,
) -> dict[str, Any]:
    """Give a document: ``document("POST /books", "201", '{"id":7}')``."""
    method, url = line.split(" ", 1)
    return {
        "version": "api.keploy.io/v1beta1",
        "kind": kind,
        "name": "test-1",
        "spec": {
            "req": {"method": method, "url": url, "header": headers or {}, "body": sent, "timestamp": at},
            "resp": {"status_code": status, "header": answer_headers or {}, "body": answered, "timestamp": at},
            "assertions": {"noise": noise or {}},
            "created": "1741523467",
        }
        | spec,
        "curl": "curl --header 'Authorization: abc'",
    }


def recorded(
    item: dict[str, Any], service: str = "stock", *, mock: bool = False, place: str = "test-1.yaml"
) -> Recorded:
    """Read a document that is in order."""
    (found,) = read_document(item, place, service, is_mock=mock)
    assert isinstance(found, Recorded)
    return found


def oddities(item: object, *, mock: bool = False) -> list[Oddity]:
    """Give what is odd about a document."""
    found = read_document(item, "test-1.yaml", "stock", is_mock=mock)
    return [each for each in found if isinstance(each, Oddity)]
