"""A body that came is parsed once, and a fault in it is found once."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from treaty.contract import actual_body
from treaty.contract.actual_body import ActualBody
from treaty.contract.json_value import JsonInvalid, Number, loads
from treaty.contract.media_type import NO_MEDIA_TYPE, parse_media_type


def body(data: bytes) -> ActualBody:
    return ActualBody(data, NO_MEDIA_TYPE)


def test_numbers_keep_their_text() -> None:
    """The document is that of our own JSON, not of the standard library's."""
    assert body(b'{"total": 66.00}').json() == {"total": Number("66.00")}


@pytest.mark.parametrize("data", [b'{"a": 1}', b"null", b"0", b'""'])
def test_a_document_is_parsed_once(data: bytes) -> None:
    """However often it is asked for, also when it is null or empty."""
    with patch.object(actual_body, "loads", wraps=loads) as parse:
        came = body(data)
        assert came.json() == came.json() == loads(data)
    assert parse.call_count == 1


@pytest.mark.parametrize("data", [b"", b"{", b"\xff"])
def test_a_fault_is_remembered(data: bytes) -> None:
    """A body that is no JSON is not read again for the next promise."""
    with patch.object(actual_body, "loads", wraps=loads) as parse:
        came = body(data)
        with pytest.raises(JsonInvalid) as first:
            came.json()
        with pytest.raises(JsonInvalid) as second:
            came.json()
    assert parse.call_count == 1
    assert (second.value.line, second.value.column) == (first.value.line, first.value.column)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_json_in_another_encoding_is_none_unless_it_says_so(encoding: str) -> None:
    """Readers expect UTF-8 (RFC 8259 section 8.1); a declared charset is believed."""
    data = '{"a": "\u00e9"}'.encode(encoding)
    with pytest.raises(JsonInvalid, match="UTF-8"):
        ActualBody(data, parse_media_type("application/json")).json()
    assert ActualBody(data, parse_media_type(f"application/json; charset={encoding}")).json() == {"a": "\u00e9"}
