from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract.json_value import JsonValue, Number
from treaty.normalize.shapes import shape_of
from treaty.strength.change import Harm
from treaty.strength.evidence import Judged, Role
from treaty.strength.healthy import NOW
from treaty.strength.places import same
from treaty.strength.value_changes import value_changes


def changes(value: JsonValue, role: Role) -> dict[Harm, list[JsonValue]]:
    found: dict[Harm, list[JsonValue]] = {}
    judged = Judged(path=("a",), value=value, role=role, shape=shape_of(value, at=NOW))
    for kind, changed in value_changes(judged):
        found.setdefault(kind, []).append(changed)
    return found


def test_of_every_value_the_type_counts() -> None:
    found = changes(17, Role.OPEN)
    assert found == {Harm.NULLED: [None], Harm.NESTED: [{"value": 17}], Harm.RETYPED: [[17], "17"]}


def test_null_is_only_ever_filled() -> None:
    assert changes(None, Role.NULL) == {Harm.FILLED: ["filled"]}


def test_a_boolean_flips_or_becomes_a_word() -> None:
    found = changes(True, Role.BOOLEAN)
    assert found[Harm.FLIPPED] == [False]
    assert "true" in found[Harm.RETYPED]
    assert Harm.FLIPPED not in changes(True, Role.OPEN), "one of somebody else may be either"
    assert changes(None, Role.OPEN) == {}


def test_a_code_word_becomes_another_or_is_written_otherwise() -> None:
    found = changes("pending", Role.CODE)
    assert found[Harm.WORD] == ["something_else", "pending_2"]
    assert found[Harm.CASE] == ["PENDING"]
    assert Harm.CASE not in changes("17", Role.CODE)
    assert changes(17, Role.CODE)[Harm.WORD] == [18]


def test_an_exact_amount_changes_in_value_precision_and_unit() -> None:
    """A hundredth of it, or a thousand times: cents for units, milliseconds for seconds."""
    found = changes(Number("12.50"), Role.GIVEN)
    assert found[Harm.VALUE] == [Number("13.50")]
    assert found[Harm.PRECISION] == [Number("12.5000001")]
    assert found[Harm.UNIT] == [Number("1250.00"), Number("0.01250")]


def test_nothing_in_other_units_is_still_nothing() -> None:
    """A change that makes no difference is none."""
    assert Harm.UNIT not in changes(0, Role.COMPUTED)
    assert Harm.VALUE in changes(0, Role.COMPUTED)


def test_no_unit_is_looked_for_in_numbers_beyond_all_measure() -> None:
    found = changes(Number("1e400"), Role.GIVEN)
    assert set(found) == {Harm.NULLED, Harm.NESTED, Harm.RETYPED}


@pytest.mark.parametrize("role", [Role.ECHO, Role.CARRIED])
def test_an_id_that_is_known_becomes_another(role: Role) -> None:
    """One that the provider makes up may be any."""
    assert changes(4711, role)[Harm.OTHER_ID] == [4712]
    assert changes("ab-1z", role)[Harm.OTHER_ID] == ["ab-1a"]
    assert Harm.OTHER_ID not in changes(4711, Role.CREATED)
    assert Number("4711.5") in changes(4711, Role.CREATED)[Harm.RETYPED]


def test_a_text_of_digits_becomes_a_number() -> None:
    assert 7 in changes("7", Role.CREATED)[Harm.RETYPED]
    assert Number("7.50") in changes("7.50", Role.OPEN)[Harm.RETYPED]
    assert changes("007", Role.OPEN)[Harm.RETYPED] == [["007"], 7]


def test_a_time_changes_in_form_zone_and_instant() -> None:
    found = changes("2031-03-04T05:06:07.890Z", Role.CLOCK)
    assert 1930367167 in found[Harm.FORMAT]
    assert found[Harm.ZONE_DROPPED] == ["2031-03-04T05:06:07.890"]
    assert found[Harm.SHIFTED] == ["2031-03-04T07:06:07.890Z"]
    assert Harm.SHIFTED not in changes("2031-03-04T05:06:07.890Z", Role.OPEN)
    assert Harm.ZONE_DROPPED not in changes("2031-03-04T05:06:07", Role.CLOCK)
    assert "2031-03-04T00:00:00Z" in changes("2031-03-04", Role.CLOCK)[Harm.FORMAT]


def test_seconds_become_milliseconds() -> None:
    found = changes(1930367167, Role.CLOCK)
    assert found[Harm.UNIT][0] == 1930367167000
    assert found[Harm.SHIFTED] == [1930374367]
    assert Harm.UNIT in changes(1930367167, Role.OPEN), "its size tells what it is"
    assert Harm.UNIT not in changes(17, Role.CLOCK)


@pytest.mark.parametrize(
    ("value", "broken"),
    [
        ("0d3bd1c4-8a5f-4be3-9a0e-7a4d5f0c1a11", "0d3bd1c48a5f4be39a0e7a4d5f0c1a11"),
        ("5f0c1a110d3b", "5f0c1a110d3z"),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FA"),
        ("a@example.com", "a at example.com"),
        ("https://example.com/a", "example.com/a"),
    ],
)
def test_forms_break(value: str, broken: str) -> None:
    assert broken in changes(value, Role.CREATED)[Harm.FORMAT]
    assert Harm.FORMAT not in changes(value, Role.SECRET)


def test_prose_is_free_but_stays_a_text() -> None:
    assert set(changes("two words", Role.PROSE)) == {Harm.NULLED, Harm.NESTED, Harm.RETYPED}


@given(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.text(max_size=12)
    | st.decimals(-(10**9), 10**9, places=3).map(lambda number: Number(format(number, "f"))),
    st.sampled_from(list(Role)),
)
def test_no_change_is_without_a_difference(value: JsonValue, role: Role) -> None:
    """Whatever the value, and whatever it is taken for."""
    judged = Judged(path=("a",), value=value, role=role, shape=shape_of(value, at=NOW))
    assert all(not same(changed, value) for _, changed in value_changes(judged))
