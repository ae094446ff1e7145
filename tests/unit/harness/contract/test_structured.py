"""Bodies in whatever notation, read as plain values."""

from __future__ import annotations

import pytest

from treaty.contract.json_value import JsonInvalid, JsonValue
from treaty.contract.media_type import parse_media_type
from treaty.contract.structured import document_of, is_json_like, is_lines, is_structured, read_document

_PARTS = (
    b'--b\r\nContent-Disposition: form-data; name="n"\r\n\r\nAnn\r\n'
    b'--b\r\nContent-Disposition: form-data; name="m"\r\nContent-Type: application/json\r\n\r\n{"a": 1}\r\n'
    b'--b\r\nContent-Disposition: form-data; name="f"; filename="p.png"\r\nContent-Type: image/png\r\n\r\n\x89\r\n'
    b"--b--\r\n"
)


@pytest.mark.parametrize(
    ("name", "data", "value"),
    [
        ("application/json", b'{"a": 1}', {"a": 1}),
        ("text/json; charset=utf-8", b"[1]", [1]),
        ("application/x-amz-json-1.0", b"{}", {}),
        ("application/json-rpc", b"{}", {}),
        ("application/x-ndjson", b'{"a": 1}\n\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        ("application/json-seq", b'\x1e{"a": 1}\n\x1e2\n', [{"a": 1}, 2]),
        (
            "text/event-stream",
            b': hello\r\n\r\nevent: tick\r\nid: 4\r\ndata: {"n":\r\ndata: 1}\r\n\r\ndata: plain\n\n',
            [{"event": "tick", "id": "4", "data": {"n": 1}}, {"data": "plain"}],
        ),
        ("application/atom+xml", b"<feed><id>1</id></feed>", {"feed": {"id": {"#text": 1}}}),
        (
            "multipart/form-data; boundary=b",
            _PARTS,
            {"n": ["Ann"], "m": [{"a": 1}], "f": [{"filename": "p.png", "type": "image/png"}]},
        ),
    ],
)
def test_a_body_is_read_by_its_type(name: str, data: bytes, value: JsonValue) -> None:
    """Each notation gives the value that its places are named in."""
    media_type = parse_media_type(name)
    assert is_structured(media_type)
    assert document_of(data, media_type) == value
    assert read_document(data, media_type) == value


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("application/json", b"{"), ("text/xml", b"<a"), ("application/x-ndjson", b"{}\n{"),
        ("multipart/form-data; boundary=x", _PARTS), ("multipart/mixed", _PARTS),
    ],
)  # fmt: skip
def test_what_is_not_what_it_says_is_refused(name: str, data: bytes) -> None:
    """With the complaint that JSON has, wherever it comes from."""
    with pytest.raises(JsonInvalid):
        document_of(data, parse_media_type(name))


def test_lines_are_not_json() -> None:
    """Though the official engine takes some of their types for it."""
    for name in ("application/jsonl", "application/json-seq", "application/x-ndjson"):
        assert is_lines(parse_media_type(name))
        assert not is_json_like(parse_media_type(name))


def test_a_body_without_a_type_is_read_as_json() -> None:
    """As is one of a type that says nothing of a structure."""
    assert read_document(b"[1]", parse_media_type("text/plain")) == [1]
    assert not is_structured(parse_media_type("text/plain"))
