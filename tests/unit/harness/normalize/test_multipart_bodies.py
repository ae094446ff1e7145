"""Multipart bodies written the same each time."""

from __future__ import annotations

from itertools import permutations

from tests.unit.harness.normalize.sessions import Raw, content, media_header
from treaty.normalize.bodies import Payload, decode
from treaty.normalize.multipart_bodies import boundary_of, contents_of, multipart_text, with_boundary


def parts(boundary: str, text: str = "Ann", file: bytes = b"\x89PNG") -> Payload:
    """Build a form with a text, a file and a part of JSON."""
    mark = f"--{boundary}\r\n".encode()
    data = (
        mark
        + f'Content-Disposition: form-data; name="who"\r\n\r\n{text}\r\n'.encode()
        + mark
        + b'Content-Type: image/png\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        + file
        + b"\r\n"
        + mark
        + b'Content-Disposition: form-data; name="meta"\r\nContent-Type: application/json\r\n\r\n{"id": 7}\r\n'
        + f"--{boundary}--\r\n".encode()
    )
    raw = Raw(data, f"multipart/form-data; boundary={boundary}")
    return decode(content(raw), media_header(raw))


def test_the_boundary_of_a_recording_leaves_no_trace() -> None:
    """Whatever it was, and in the type as well."""
    assert multipart_text(parts("one"), {}) == multipart_text(parts("another"), {})
    assert with_boundary("multipart/form-data; boundary=one; x=y", "b") == "multipart/form-data; x=y; boundary=b"
    assert with_boundary('multipart/form-data; boundary="a b"', "b") == "multipart/form-data; boundary=b"


def test_a_boundary_is_in_no_part() -> None:
    """Another one is taken when it is."""
    assert boundary_of(parts("one")) == "treaty-part"
    assert boundary_of(parts("one", text="treaty-part")) == "treaty-part-1"


def test_texts_and_members_of_json_are_written_anew() -> None:
    """Files stay as they are."""
    payload = parts("one")
    written = multipart_text(payload, {"body.$.who[0]": "Bob", "body.$.meta[0].id": 9, "body.$.file[0]": "no"})
    assert b"\r\n\r\nBob\r\n" in written
    assert b'{"id":9}' in written
    assert b"\r\n\r\n\x89PNG\r\n" in written


def test_contents_are_files_and_binary_bodies() -> None:
    """Fields of a form are none."""
    assert contents_of(parts("one")) == [b"\x89PNG"]
    raw = Raw(b"\0\1", "application/octet-stream")
    assert contents_of(decode(content(raw), media_header(raw))) == [b"\0\1"]
    assert contents_of(decode(content({"a": 1}), media_header({}))) == []


def test_the_parts_of_a_form_are_written_in_one_order() -> None:
    """Clients send them in any: fields come by name, files behind them; other parts stay where they are."""
    fields = [b'name="b"\r\n\r\n1', b'name="a"\r\n\r\n2', b'name="f"; filename="f.txt"\r\n\r\n3']
    written = set()
    for order in permutations(fields):
        data = b"".join(b"--x\r\nContent-Disposition: form-data; " + each + b"\r\n" for each in order) + b"--x--\r\n"
        raw = Raw(data, "multipart/form-data; boundary=x")
        payload = decode(content(raw), media_header(raw))
        assert list(payload.value if isinstance(payload.value, dict) else ()) == ["a", "b", "f"]
        written.add(multipart_text(payload, {}))
    (only,) = written
    assert only.index(b'"a"') < only.index(b'"b"') < only.index(b'"f"')
    mixed = Raw(data, "multipart/mixed; boundary=x")
    kept = multipart_text(decode(content(mixed), media_header(mixed)), {})
    assert kept.index(b'"f"') < kept.index(b'"a"')
