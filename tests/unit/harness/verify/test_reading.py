from __future__ import annotations

import pytest

from treaty.contract.json_value import JsonValue
from treaty.errors import PactUnreadable
from treaty.verify.reading import Reader


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ("mapping", [1]),
        ("sequence", "text"),
        ("sequence", {"a": 1}),
        ("text", 1),
        ("whole", True),
        ("whole", "1"),
        ("location", "nowhere"),
        ("texts", {"a": [1]}),
    ],
)
def test_a_value_of_another_type_is_an_error_with_file_and_pointer(method: str, value: JsonValue) -> None:
    """Each reading names the place and what is needed."""
    with pytest.raises(PactUnreadable) as raised:
        getattr(Reader(source="a.json"), method)(value, "/x/y")
    assert "a.json" in raised.value.what
    assert raised.value.where.startswith("/x/y")
    assert raised.value.why


def test_texts_may_stand_alone_or_in_lists() -> None:
    """Header and query values of all versions are read alike."""
    assert Reader(source="a").texts({"a": "1", "b": ["2", "3"]}, "/") == {"a": ("1",), "b": ("2", "3")}
