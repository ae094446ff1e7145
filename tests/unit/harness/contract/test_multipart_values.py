"""Other values in the parts of a multipart body."""

from __future__ import annotations

import pytest

from treaty.contract.json_value import JsonValue
from treaty.contract.matching_multipart import MultipartInvalid, parse_multipart
from treaty.contract.multipart_values import with_fields, with_file_name
from treaty.contract.structured import fields_of

BODY = (
    b'--b\r\nContent-Disposition: form-data; name="tag"\r\n\r\nred\r\n'
    b'--b\r\nContent-Disposition: form-data; name="tag"\r\n\r\nblue\r\n'
    b'--b\r\nContent-Disposition: form-data; name="about"\r\nContent-Type: application/json\r\n\r\n{"id": 7}\r\n'
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n\xff\x00--\r\n\r\n\xfe\r\n--b--\r\n'
)
AS_IT_IS: dict[str, JsonValue] = {
    "tag": ["red", "blue"],
    "about": [{"id": 7}],
    "file": [{"filename": "a.bin", "type": "application/octet-stream"}],
}


def fields(data: bytes) -> JsonValue:
    return fields_of(parse_multipart(data, "b"))


def test_what_stays_the_same_stays_byte_by_byte() -> None:
    assert with_fields(BODY, "b", fields(BODY)) == BODY


def test_fields_documents_and_names_of_files_are_changed_where_they_differ() -> None:
    """What files hold stays as it is, whatever it looks like."""
    wanted = {**AS_IT_IS, "tag": ["red", "gréen"], "about": [{"id": 8}], "file": [{"filename": 'b "1".bin'}]}
    changed = with_fields(BODY, "b", wanted)
    (_, _, _, file) = parse_multipart(changed, "b")
    assert (file.file_name, file.data) == ('b "1".bin', b"\xff\x00--\r\n\r\n\xfe")
    assert fields(changed) | {"file": None} == {  # type: ignore[operator]
        "tag": ["red", "gréen"], "about": [{"id": 8}], "file": None,
    }  # fmt: skip


def test_a_body_without_the_boundary_is_told() -> None:
    with pytest.raises(MultipartInvalid, match="no boundary"):
        with_fields(BODY, "other", {})


@pytest.mark.parametrize("written", ["a.txt", '"a.txt"', '"a \\" b.txt"'])
def test_a_name_may_be_written_in_quotes_or_not(written: str) -> None:
    head = f"form-data; name=file; filename={written}; size=3"
    assert with_file_name(head, "c.txt") == 'form-data; name=file; filename="c.txt"; size=3'
