"""Secrets inside packed files and other encodings."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.unit.harness.redaction.planted import JSON, make_redactor
from treaty.redaction.bodies import redact_body

SECRET = "pl4nted-S3cret"


@pytest.mark.parametrize("coding", ["utf-16-le", "utf-16-be"])
def test_utf16_is_read(coding: str) -> None:
    """A document with a byte order mark keeps its encoding and its length."""
    data = json.dumps({"n": "\ufeff\u00e9", "password": SECRET}, ensure_ascii=False)
    body = ("\ufeff" + data).encode(coding)
    new, places = redact_body(make_redactor(), body, JSON)
    assert places == ("body.$.password",)
    assert SECRET not in new.decode(coding)
    assert json.loads(new.decode(coding)[1:])["n"] == "\ufeff\u00e9"
    assert len(new) == len(body)


def test_a_packed_file_is_opened() -> None:
    """An upload that gzip made is packed again, and one without secrets keeps its bytes."""
    new, places = redact_body(
        make_redactor(), gzip.compress(f"user=bob\npassword={SECRET}\n".encode()), "application/gzip"
    )
    assert places == ("body",)
    assert gzip.decompress(new).startswith(b"user=bob\npassword=")
    assert SECRET.encode() not in gzip.decompress(new)
    harmless = gzip.compress(b"nothing here")
    assert redact_body(make_redactor(), harmless, "application/gzip") == (harmless, ())


@pytest.mark.parametrize(
    "data", [b"\x1f\x8b\x08broken", b"\xff\xfea", gzip.compress(b"a" * 100, mtime=0)[:-3], b"\xff\xfe\x00\xd8"]
)
def test_what_is_damaged_stays(data: bytes) -> None:
    """Bytes that only begin like a wrapping are looked at as they are."""
    assert redact_body(make_redactor(), data, "application/octet-stream") == (data, ())
