"""What is added to the header that names the interaction."""

from __future__ import annotations

from treaty_stubs.message import Answer
from treaty_stubs.remarks import with_remark


def test_a_remark_stands_behind_the_name_in_one_line_of_ascii() -> None:
    answer = Answer(200, b'A: b\r\nX-Treaty-Match: x; why="rules"\r\nC: d\r\n', b"body")
    head = with_remark(answer, "note", 'é "\r\n\\').head
    assert head == b'A: b\r\nX-Treaty-Match: x; why="rules"; note="? ????"\r\nC: d\r\n'
