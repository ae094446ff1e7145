"""Header lines and what is read from them."""

from __future__ import annotations

import pytest

from treaty_stubs.header_block import STATE_HEADER, VARY_HEADER, HeaderBlock


def test_headers_of_our_own_are_found_in_any_letters() -> None:
    """The first of each; others of the same length are not ours."""
    lines = [(b"Authorization", b"x"), (b"X-TREATY-State", b"a"), (b"x-treaty-state", b"b"), (b"X-Treaty-Vary", b"7")]
    assert HeaderBlock(lines).own == {STATE_HEADER: "a", VARY_HEADER: "7"}
    assert not HeaderBlock(lines[:1]).own


def test_headers_that_came_once_are_told_from_those_that_did_not() -> None:
    block = HeaderBlock([(b"X-A", b"1"), (b"x-a", b"2"), (b"B", b" 3")])
    assert block.single_lines == {b"b": b" 3"}
    assert block.grouped == {"x-a": ("1", "2"), "b": ("3",)}
    assert block.lines == (("X-A", "1"), ("x-a", "2"), ("B", " 3"))


@pytest.mark.parametrize("is_shared", [False, True])
def test_what_was_read_is_kept_where_others_share_it(is_shared: bool) -> None:
    """What only one request has is let go of with it."""
    block = HeaderBlock([(b"A", b"1")], is_shared=is_shared)
    known = block.grouped
    block.forget()
    assert (block.grouped is known) is is_shared
    assert block.grouped == known
