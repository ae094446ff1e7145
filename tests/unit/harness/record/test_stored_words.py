"""A map of words never misses one that is there."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.record.stored_words import BLOCK, StoredWords, words_in

TEXTS = st.text(st.sampled_from('abcXYZ0189-_.:/+=@ "\\\n%é'), min_size=6, max_size=30)


@given(st.lists(TEXTS, max_size=8), TEXTS, st.sampled_from([" ", "\n", "/", '"', "=", ""]))
def test_a_value_that_was_stored_is_reported(others: list[str], value: str, before: str) -> None:
    """Whatever stands around it, in JSON and in JSON inside JSON."""
    words = StoredWords()
    for other in (*others, f"{before}{value} end"):
        words.add(json.dumps({"body": other}).encode() + b"\n")
    written = json.dumps(value)[1:-1]
    if before != "":
        assert words.blocks_with(words_in(written)) == [0]


@pytest.mark.parametrize("before", ["\n", '{"a":"', "x%3D", json.dumps("\n")[1:-1]])
def test_a_word_behind_an_escape_begins_after_it(before: str) -> None:
    """A line break in a text, written as two characters, does not hide the word behind it."""
    words = StoredWords()
    words.add(json.dumps({"body": before + "Zq31gIjM"}).encode())
    assert words.blocks_with([b"Zq31gIjM"]) == [0]
    assert words.blocks_with([b"Zq31gIjN"]) == []


def test_blocks_are_told_apart() -> None:
    """A value is looked for only in the part of the session that may hold it."""
    words = StoredWords()
    words.add(b"alpha77 " + b"." * BLOCK)
    words.add(b"beta88 alpha77x")
    assert words.blocks_with([b"alpha77"]) == [0]
    assert words.blocks_with([b"beta88"]) == [1]
    assert words.blocks_with([b"alpha77", b"beta88"]) == []
    assert words.blocks_with([]) == [0, 1]


def test_the_words_of_a_value() -> None:
    """Those by which it is found in a URL are other ones than in a text."""
    assert words_in("tok-5f3a9c-Zz81QpLm") == [b"5f3a9c", b"Zz81QpLm"]
    assert words_in(quote("pass word+1234", safe="")) == [b"pass", b"word", b"1234"]
    assert words_in("a-b-c") == []
