"""Differences as values: their locations, and how values are shown in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract.json_value import JsonValue, Number
from treaty.contract.mismatch import Fault, body_mismatches, cut, named_mismatches, show, show_bytes
from treaty.contract.path import parse_path


def fault(*steps: str | int) -> Fault:
    """Make a fault that was found below these steps, the outermost first."""
    made = Fault("type", "1", '"x"', "it is a text")
    for step in reversed(steps):
        made.at(step)
    return made


@pytest.mark.parametrize(
    ("steps", "location"),
    [
        ((), "body.$"),
        (("items", 0, "id"), "body.$.items[0].id"),
        (("odd key", "it's"), "body.$['odd key']['it\\'s']"),
        ((2,), "body.$[2]"),
    ],
)
def test_the_place_of_a_body_is_a_path(steps: tuple[str | int, ...], location: str) -> None:
    """Steps are collected from the inside out and read from the outside in."""
    (mismatch,) = body_mismatches([fault(*steps)])
    assert mismatch.location == location
    assert (mismatch.rule, mismatch.wanted, mismatch.got, mismatch.message) == ("type", "1", '"x"', "it is a text")


@given(st.lists(st.text(max_size=5) | st.integers(0, 99), max_size=5))
def test_a_location_leads_back_to_its_place(steps: list[str | int]) -> None:
    """Whatever the keys hold, the path of a mismatch can be read and covers the place it was printed from."""
    made = fault(*steps)
    (mismatch,) = body_mismatches([made])
    assert parse_path(mismatch.location.removeprefix("body.")).covers(made.place())


@pytest.mark.parametrize(
    ("steps", "location"), [((), "query"), (("page",), "query[page]"), (("page", 1), "query[page][1]")]
)
def test_the_place_of_a_named_value_is_in_brackets(steps: tuple[str | int, ...], location: str) -> None:
    """At the name that the caller gives."""
    (mismatch,) = named_mismatches("query", [fault(*steps)])
    assert mismatch.location == location


def test_every_fault_becomes_a_mismatch_in_order() -> None:
    """And none becomes none."""
    assert body_mismatches([]) == named_mismatches("status", []) == ()
    found = body_mismatches([fault("b"), fault("a")])
    assert [mismatch.location for mismatch in found] == ["body.$.b", "body.$.a"]


@pytest.mark.parametrize(
    ("value", "text"), [(Number("1.10"), "1.10"), ("1.10", '"1.10"'), (None, "null"), ({"ä": [True]}, '{"ä":[true]}')]
)
def test_values_are_shown_as_json(value: JsonValue, text: str) -> None:
    """So that a number differs from the text that spells it."""
    assert show(value) == text


@given(st.text(max_size=2000))
def test_what_is_not_very_long_is_shown_whole(text: str) -> None:
    assert cut(text) == text


def test_what_is_very_long_is_cut_and_its_length_told() -> None:
    """For texts, values and bytes alike."""
    assert cut("x" * 2000) == "x" * 2000
    assert cut("x" * 2001) == "x" * 2000 + "… (2001 characters)"
    assert show("x" * 2000) == '"' + "x" * 1999 + "… (2002 characters)"
    assert show_bytes(b"x" * 2001).endswith("… (2001 characters)")


def test_bytes_are_shown_as_text_where_they_are_text() -> None:
    """Else by their number and their beginning."""
    assert show_bytes("größe".encode()) == "größe"
    assert show_bytes(b"") == ""
    assert show_bytes(b"\xff\xfe" + b"a" * 100) == "102 bytes, beginning with ff fe " + " ".join(["61"] * 30)


def test_a_huge_value_is_not_written_to_its_end() -> None:
    """Bodies of millions of members are shown by their start, without looking at the rest."""

    class Endless(list[int]):
        """Fails whoever reads on and on."""

        def __iter__(self) -> Iterator[int]:
            yield from range(5000)
            raise AssertionError("read to the end")

    values: tuple[JsonValue, ...] = (Endless(), {"a": [Endless(), 1]}, [[Endless()]])
    for huge in values:
        shown = show(huge)
        assert "0,1,2,3" in shown
        assert re.fullmatch(r".{2000}… \(more than \d+ characters\)", shown)


def test_a_value_of_many_members_is_counted_while_that_is_cheap() -> None:
    assert show([1] * 4000).endswith("… (8001 characters)")
    assert show([1] * 4001).endswith("… (more than 8001 characters)")


def test_a_very_long_text_is_cut_before_it_is_written() -> None:
    """Its length is told, alone and among the members of a value."""
    assert show("é" * 5000) == '"' + "é" * 1999 + "… (5000 characters)"
    assert show({"a": "x" * 10_000}).endswith("… (more than 4008 characters)")
