"""Identities that continue in the recorded form."""

from __future__ import annotations

import random
import re

from treaty_stubs.lifecycle.identities import next_identity

CHANCE = random.Random(7)


def test_numbers_count_from_the_example_on() -> None:
    assert next_identity(9007001, None, CHANCE) == 9007001
    assert next_identity(9007001, 9007004, CHANCE) == 9007005


def test_codes_count_with_their_width() -> None:
    assert next_identity("ORD-0042", None, CHANCE) == "ORD-0042"
    assert next_identity("ORD-0042", "ORD-0099", CHANCE) == "ORD-0100"
    assert next_identity("000000000000000009007002", "000000000000000009007009", CHANCE) == "000000000000000009007010"


def test_uuids_are_fresh_and_the_same_for_a_seed() -> None:
    example = "00000000-0000-4000-8000-000009007001"
    one, other = (next_identity(example, example, random.Random(3)) for _ in range(2))
    assert one == other != example
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", str(one))


def test_other_texts_keep_their_shape() -> None:
    assert next_identity("Kx-y", None, CHANCE) == "Kx-y"
    assert re.fullmatch(r"[A-Z][a-z]-[a-z]", str(next_identity("Kx-y", "Kx-y", CHANCE)))


def test_what_is_no_identity_stays() -> None:
    assert next_identity(None, None, CHANCE) is None
    assert next_identity(True, None, CHANCE) is True
