"""What a pact says of bodies that are neither JSON nor XML, or JSON by another name."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.unit.harness.normalize.sessions import Raw, Session
from tests.unit.harness.normalize.views import view_of

PNG = b"\x89PNG\r\n\x1a\n\x00\x00"


def promised(session: Session, description: str) -> tuple[dict[str, Any] | None, dict[str, Any], dict[str, Any]]:
    """Give body, rules of the body, and our keys."""
    interaction = view_of(session, "a>b", description).interaction
    response = interaction["response"]
    ours = interaction.get("comments", {}).get("treaty", {})
    return response.get("body"), response.get("matchingRules", {}).get("body", {}), ours


def test_a_download_of_what_was_uploaded_is_exact() -> None:
    """As a whole body or as a file in parts."""
    session = Session()
    session.call("a>b", "PUT /pictures/7", Raw(PNG, "image/png"), 201, {"ok": True})
    session.call("a>b", "GET /pictures/7", None, 200, Raw(PNG, "image/png"))
    body, rules, _ = promised(session, "GET /pictures/{id} -> 200")
    assert body is not None
    assert base64.b64decode(body["content"]) == PNG
    assert rules == {}


def test_other_bytes_begin_as_their_type_does() -> None:
    """The example has only that beginning, which is the same in each recording."""
    session = Session()
    session.call("a>b", "GET /logo", None, 200, Raw(PNG, "image/png"))
    body, rules, _ = promised(session, "GET /logo -> 200")
    assert body is not None
    assert base64.b64decode(body["content"]) == PNG[:8]
    assert rules["$"]["matchers"] == [{"match": "contentType", "value": "image/png"}]


def test_bytes_without_a_known_beginning_are_not_promised() -> None:
    """Their type is."""
    session = Session()
    session.call("a>b", "GET /blob", None, 200, Raw(b"\0\1\2", "application/octet-stream"))
    assert promised(session, "GET /blob -> 200") == (None, {}, {})


@pytest.mark.parametrize("media_type", ["text/json", "application/x-amz-json-1.1"])
def test_json_by_another_name_is_json_at_the_body_and_what_it_is_called_in_the_header(media_type: str) -> None:
    """Pact's tools look at the body's own type, and take any that a rule for the header accepts."""
    session = Session()
    session.call("a>b", "GET /ticks/latest", None, 200, Raw(b'{"id": 5, "kind": "tick"}', media_type))
    body, rules, ours = promised(session, "GET /ticks/latest -> 200")
    assert body == {"contentType": "application/json", "encoded": False, "content": {"id": 9007001, "kind": "tick"}}
    assert rules["$.id"]["matchers"] == [{"match": "integer"}]
    assert "document" not in ours
    response = view_of(session, "a>b", "GET /ticks/latest -> 200").interaction["response"]
    assert response["headers"]["Content-Type"] == [media_type]
    assert response["matchingRules"]["header"]["Content-Type"]["matchers"][0]["match"] == "regex"


@pytest.mark.parametrize(
    ("media_type", "data", "standard"),
    [
        ("application/x-ndjson", b'{"id": 5, "kind": "tick"}\n', True),
        ("application/jsonl", b'{"id": 5, "kind": "tick"}\n', False),
        ("text/event-stream", b'data: {"id": 5, "kind": "tick"}\n\n', True),
    ],
)
def test_lines_and_events_are_promised_under_our_key(media_type: str, data: bytes, standard: bool) -> None:
    """The standard part lets any text pass; nothing stands there where Pact's tools would take lines for one value."""
    session = Session()
    session.call("a>b", "GET /ticks/latest", None, 200, Raw(data, media_type))
    body, rules, ours = promised(session, "GET /ticks/latest -> 200")
    assert (body is not None) == standard
    assert all(rule["matchers"][0]["match"] == "regex" for rule in rules.values())
    document = str(ours["document"]["content"])
    assert "9007001" in document
    assert "tick" in document
    assert [{"match": "integer"}] in [rule["matchers"] for rule in ours["document"]["matchingRules"].values()]
