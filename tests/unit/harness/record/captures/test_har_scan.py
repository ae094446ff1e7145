"""Entries of a HAR file are found in its bytes, however these are cut."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.record.captures.har_scan import HarScanner

SCALARS = st.none() | st.booleans() | st.integers() | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8
)


def scanned(data: bytes, size: int) -> tuple[HarScanner, list[bytes]]:
    scanner = HarScanner()
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    return scanner, [text for piece in pieces for text in scanner.feed(piece)]


@given(
    st.lists(VALUES, max_size=4),
    st.dictionaries(st.text().filter(lambda name: name != "entries"), VALUES, max_size=3),
    st.integers(1, 40),
    st.booleans(),
)
def test_every_entry_is_found_wherever_the_bytes_are_cut(
    entries: list[object], around: dict[str, object], size: int, ascii_only: bool
) -> None:
    """What stands before and after the list, brackets in texts and escapes make no difference."""
    before = dict(list(around.items())[:2])
    document = {"log": {**before, "entries": entries, **around}, "more": [around]}
    scanner, found = scanned(json.dumps(document, ensure_ascii=ascii_only).encode("utf-8", "replace"), size)
    assert scanner.found
    assert scanner.ended
    if ascii_only:
        assert [json.loads(text) for text in found] == entries
    else:
        assert len(found) == len(entries)


def test_an_entry_that_is_no_json_does_not_take_the_others_with_it() -> None:
    scanner, found = scanned(b'{"log":{"entries":[{"a":1},{"a":tru},nonsense,{"a":2}]}}', 7)
    assert found == [b'{"a":1}', b'{"a":tru}', b"nonsense", b'{"a":2}']
    assert scanner.rest() == b""


@pytest.mark.parametrize("document", ["{}", "[]", '{"log":{"pages":[1]}}', '{"entries":[1]}', '"entries"', "]]]]]", ""])
def test_a_document_without_log_entries_has_none(document: str) -> None:
    scanner, found = scanned(document.encode(), 3)
    assert found == []
    assert not scanner.found


def test_a_file_that_ends_early_gives_what_was_whole() -> None:
    scanner, found = scanned(b'{"log":{"entries":[{"a":"]}"},{"b":"x', 5)
    assert found == [b'{"a":"]}"}']
    assert not scanner.ended
    assert scanner.rest() == b'{"b":"x'


def test_what_was_given_is_not_kept() -> None:
    """The memory for a file of any size is that of one entry."""
    scanner = HarScanner()
    found = list(scanner.feed(b'{"log":{"entries":['))
    for _ in range(100):
        found += scanner.feed(b'{"a":"' + b"x" * 1000 + b'"},')
        assert len(scanner.rest()) == 0
    assert len(found) == 100
    assert list(scanner.feed(b'],"pages":[]}}')) == []
    assert scanner.ended
