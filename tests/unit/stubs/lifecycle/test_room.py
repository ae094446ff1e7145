"""About how much memory values take."""

from __future__ import annotations

from treaty_stubs.lifecycle.room import shown_bytes, weight_of, weight_of_table


def test_texts_names_and_values_have_a_weight() -> None:
    """A value takes more than its text, wherever it lies."""
    assert weight_of(None) == weight_of(7) > 0
    assert weight_of("x" * 1000) == weight_of("") + 1000
    assert weight_of({"name": [1, "x"]}) == 4 * weight_of(None) + len("name") + len("x")
    assert weight_of_table({"a": None}, {"bc": None}) == 2 * weight_of(None) + 3


def test_a_very_deep_value_is_weighed() -> None:
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    assert weight_of(deep) == 5001 * weight_of(None)  # type: ignore[arg-type]  # lists of lists are JSON


def test_bytes_are_shown_in_the_larger_unit() -> None:
    assert [shown_bytes(count) for count in (1000, 3 * 1024 * 1024)] == ["1000 bytes", "3 MiB"]
