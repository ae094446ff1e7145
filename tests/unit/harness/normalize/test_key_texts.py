"""Texts by which bodies name things as paths do."""

from __future__ import annotations

from tests.unit.harness.normalize.sessions import content, media_header
from treaty.contract.json_value import JsonValue
from treaty.normalize.bodies import Payload, decode
from treaty.normalize.key_texts import key_texts


def payload(value: JsonValue) -> Payload:
    return decode(content(value), media_header(value))


def test_a_slug_is_a_key_whatever_it_looks_like() -> None:
    assert key_texts([("p", payload({"slug": "red", "colour": "blue"}))], (), ()) == {"p": {"red"}}


def test_a_reference_is_one_when_such_texts_have_digits() -> None:
    """A single word says what kind of thing it is as well."""
    assert key_texts([("p", payload({"ref": "main"}))], (), ()) == {}
    found = key_texts([("p", payload([{"ref": "Q7-a"}, {"ref": "Qb-c"}]))], (), ())
    assert found == {"p": {"Q7-a", "Qb-c"}}


def test_what_a_change_hands_out_counts_when_somebody_asks_for_it() -> None:
    answer = [("p", payload({"confirmation": "A7", "desk": "B2"}))]
    assert key_texts((), answer, {("p", "A7"), ("p", "desks")}) == {"p": {"A7"}}
