"""What real services say day by day, and no secret is in: every byte stays."""

from __future__ import annotations

import base64
import json

import pytest

from tests.unit.harness.redaction.planted import JSON, make_redactor
from treaty.redaction.bodies import redact_body

UUID = "550e8400-e29b-41d4-a716-446655440000"
DOCUMENTS = (
    {"id": 17, "uuid": UUID, "order_id": "507f1f77bcf86cd799439011", "number": "ORD-2026-000123", "status": "paid"},
    {"total": "19.99", "currency": "EUR", "created_at": "2026-01-02T03:04:05.678901Z", "expires": 1767225600},
    {"next": "eyJhZnRlciI6MTcsImxpbWl0IjoyMH0=", "next_page_token": "CAUQAA", "cursor": "YWZ0ZXI6MTc=", "page": 2},
    {"sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "etag": '"33a64df551425fcc"'},
    {"email": "bob@example.com", "name": "Bob Muster", "phone": "+4915112345678", "iban": "DE89370400440532013000"},
    {"error": {"code": "invalid_credentials", "message": "password is required, and must have 8 characters"}},
    {"errors": [{"field": "password", "message": "too short"}, {"field": "pin", "code": "missing"}], "code": 422},
    {"links": {"self": f"/users/{UUID}", "reset": "/users/17/reset-password", "verify": "/verify/17"}},
    {"token_type": "Bearer", "expires_in": 900, "scope": "read write", "password_changed_at": "2026-01-02"},
    {"public_key": "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQ\n-----END PUBLIC KEY-----", "kid": "2026-01"},
    {"text": "Your order 4711 was sent. Postal code 90210, exit code 137, status code 404. Pin it to the board."},
    {"product": {"key": "summer-sale", "value": "red"}, "attributes": [{"name": "colour", "value": "blue"}]},
    {"tracking": "1Z999AA10123456784", "isbn": "978-3-16-148410-0", "ean": "4006381333931", "vat": "DE123456789"},
    {"query": "query($id: ID!) { user(id: $id) { name } }", "variables": {"id": UUID}, "operationName": "User"},
    {"url": "https://shop.example/reset/everything?code=SUMMER26&page=2", "image": "https://cdn.example/a/9f8e7d.png"},
    {"cookies": {"lang": "de", "theme": "dark"}, "headers": {"Accept": "*/*", "X-Request-Id": UUID}},
    {"version": "1.4.2", "commit": "8d031bc5f3a9c0de77b1", "host": "web-7d9f8b6c5-x2x4z", "keys": ["a", "b"]},
)
HEADERS = (
    ("ETag", 'W/"33a64df551425fcc55e4d42a148795d9f25f89d4"'),
    ("Location", f"http://127.0.0.1:8081/orders/{UUID}"),
    ("WWW-Authenticate", 'Bearer realm="api", error="invalid_token"'),
    ("X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"),
    ("Idempotency-Key", UUID),
    ("X-CSRF-Token", "0f3a9c77b1e24d5f8a6b"),
    ("Cookie", "lang=de-DE; theme=dark; tz=Europe/Berlin; consent=analytics:0|ads:0; visits=12"),
    ("Set-Cookie", "currency=EUR; Path=/; Max-Age=31536000; SameSite=Lax"),
    ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: next(iter(document)))
def test_a_harmless_document_stays(document: dict[str, object]) -> None:
    """Ids, times, cursors, digests, messages about passwords and settings are no secrets."""
    data = json.dumps(document, indent=1).encode()
    assert redact_body(make_redactor(), data, JSON) == (data, ())
    packed = json.dumps({"data": base64.b64encode(data).decode()}).encode()
    assert redact_body(make_redactor(), packed, JSON) == (packed, ())
    for media_type in ("text/plain", "application/x-ndjson"):
        line = json.dumps({key: value for key, value in document.items() if key != "error"}).encode()
        assert redact_body(make_redactor(), line, media_type) == (line, ())


@pytest.mark.parametrize(("name", "value"), HEADERS)
def test_a_harmless_header_stays(name: str, value: str) -> None:
    """Validators, links, challenges, signatures of messages, settings and traces are no secrets."""
    assert make_redactor().header(name, value) == value
