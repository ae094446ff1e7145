from __future__ import annotations

import re
import string
import uuid
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from treaty.contract.json_value import JsonValue
from treaty.verify.minting import Minter, MintingExhausted

NOW = datetime(2027, 3, 4, 5, 6, 7, 89_000, tzinfo=UTC)


def minter(seed: int = 1) -> Minter:
    return Minter(random=Random(seed), now=lambda: NOW)


def character_class(character: str) -> str:
    for name in ("ascii_lowercase", "ascii_uppercase", "digits"):
        if character in getattr(string, name):
            return name
    return character


def test_integers_are_improbable_positive_and_fit_32_bits() -> None:
    """No integer is made twice."""
    made = minter()
    values = [made.mint("integer", 7) for _ in range(500)]
    assert len(set(map(str, values))) == 500
    assert all(isinstance(value, int) and 10**9 <= value < 2**31 for value in values)


def test_of_an_email_only_the_part_before_the_at_varies() -> None:
    """The domain may be checked or blocked by the provider."""
    value = minter().mint("string", "alice.B7@example.com")
    assert isinstance(value, str)
    assert value.endswith("@example.com")
    assert value != "alice.B7@example.com"


@given(st.text(alphabet=string.ascii_letters + string.digits + "-_. é", min_size=5), st.integers(0, 9))
@example("0é.A0", 0)
def test_strings_keep_length_case_and_character_classes(like: str, seed: int) -> None:
    """A variant passes whatever validation the recorded value passed by its form."""
    try:
        value = minter(seed).mint("string", like)
    except MintingExhausted:
        assert not any(character in string.ascii_letters + "123456789" for character in like)
        return
    assert isinstance(value, str)
    assert value != like
    assert [character_class(each) for each in value] == [character_class(each) for each in like]


def test_numbers_in_strings_keep_that_they_have_no_leading_zero() -> None:
    """A postcode keeps its zero, an amount does not get one."""
    for seed in range(50):
        value = minter(seed).mint("string", "0712 100")
        assert isinstance(value, str)
        assert value[0] == "0"
        assert value[5] != "0"


def test_two_processes_do_not_make_the_same_strings() -> None:
    """Chance comes from the system unless it is injected."""
    assert Minter().mint("string", "alice.wonderland") != Minter().mint("string", "alice.wonderland")


@pytest.mark.parametrize("like", ["a" * 8 + "-0000-4000-8000-" + "b" * 12, "A" * 8 + "-0000-4000-8000-" + "B" * 12])
def test_uuids_keep_their_case(like: str) -> None:
    """A new version 4 UUID in the recorded form."""
    value = minter().mint("uuid", like)
    assert isinstance(value, str)
    assert uuid.UUID(value).version == 4
    assert value.isupper() == like.isupper()


def test_a_uuid_without_dashes_stays_without() -> None:
    """Some systems write 32 digits."""
    value = minter().mint("uuid", "0" * 31 + "a")
    assert isinstance(value, str)
    assert len(value) == 32


def test_hexadecimal_keeps_length_and_case() -> None:
    """Neither longer nor of other letters."""
    lower, upper = minter().mint("hex", "00ff00ff00"), minter().mint("hex", "00FF00FF00")
    assert isinstance(lower, str)
    assert isinstance(upper, str)
    assert len(lower) == len(upper) == 10
    assert lower == lower.lower()
    assert upper == upper.upper()


@pytest.mark.parametrize(
    ("like", "now"),
    [
        ("2026-11-20T10:00:00Z", "2027-03-04T05:06:07Z"),
        ("2026-11-20T10:00:00.123456+00:00", "2027-03-04T05:06:07.089000+00:00"),
        ("2026-11-20T10:00:00.123+01:30", "2027-03-04T06:36:07.089+01:30"),
        ("2026-11-20 10:00", "2027-03-04 05:06"),
        ("2026-11-20", "2027-03-04"),
        ("Fri, 20 Nov 2026 10:00:00 GMT", "Thu, 04 Mar 2027 05:06:07 GMT"),
        (1_795_000_000, 1_804_136_767),
        (1_795_000_000_000, 1_804_136_767_089),
    ],
)
def test_times_are_now_in_the_recorded_form(like: JsonValue, now: JsonValue) -> None:
    """Fraction, separator, offset and unit are those of the recording."""
    assert minter().mint("datetime", like) == now


@pytest.mark.parametrize(("kind", "like"), [("string", "---"), ("string", ""), ("datetime", "soon")])
def test_what_has_no_variant_is_an_error(kind: str, like: str) -> None:
    """Nothing is used twice in silence."""
    with pytest.raises(MintingExhausted):
        minter().mint(kind, like)


def test_a_short_text_runs_out() -> None:
    """One letter has 25 variants."""
    made = minter()
    values = [made.mint("string", "x") for _ in range(25)]
    assert len(set(map(str, values))) == 25
    with pytest.raises(MintingExhausted):
        made.mint("string", "x")


def test_the_ending_of_a_file_name_stays() -> None:
    """What a provider says of a file may follow from it; an address of e-mail has no ending of that kind."""
    made = str(minter().mint("string", "hello.txt"))
    assert made != "hello.txt"
    assert made.endswith(".txt")
    packed = str(minter().mint("string", "demo-1.0.tar.gz"))
    assert re.fullmatch(r"[a-z]{4}-[1-9]\.[0-9]\.tar\.gz", packed)
    assert not str(minter().mint("string", "joe.black@x.org")).startswith("joe.black")


@pytest.mark.parametrize(
    ("like", "made"),
    [
        ("2000-01-08", "2027-03-11"),
        ("2000-01-01", "2027-03-04"),
        ("2000-01-01T02:00:00Z", "2027-03-04T07:06:07Z"),
        ("2024-05-06T07:08:09Z", "2027-03-04T05:06:07Z"),
    ],
)
def test_times_lie_as_far_ahead_as_they_stand_behind_the_fixed_moment(like: str, made: str) -> None:
    """Normalisation writes the present as the beginning of 2000; other times are just times."""
    assert minter().mint("datetime", like) == made
