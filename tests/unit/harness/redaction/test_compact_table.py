"""A map from numbers to numbers in arrays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from treaty.redaction.compact_table import CompactTable

KEYS = st.integers(-(1 << 63), (1 << 63) - 1).filter(bool)


@given(st.lists(st.tuples(KEYS, st.integers(0, (1 << 64) - 1)), max_size=50), st.integers(0, 60), st.lists(KEYS))
def test_it_holds_what_a_dictionary_holds(entries: list[tuple[int, int]], more: int, others: list[int]) -> None:
    """Also after growing, with negative keys and keys that meet in one place."""
    table, plain = CompactTable(), {}
    for key, value in [*entries, *((number << 20, number) for number in range(1, more))]:
        table.put(key, value)
        plain[key] = value
    assert len(table) == len(plain)
    for key in (*plain, *others):
        assert table.get(key) == plain.get(key)


def test_it_grows() -> None:
    """Thousands of entries are all there."""
    table = CompactTable()
    for number in range(1, 5000):
        table.put(number * 7919, number)
    assert [table.get(number * 7919) for number in range(1, 5001)] == [*range(1, 5000), None]
