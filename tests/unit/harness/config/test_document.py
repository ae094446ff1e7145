"""YAML with the lines of its places."""

from __future__ import annotations

import pytest

from treaty.config.document import place_text, read_document
from treaty.errors import ConfigInvalid


def test_each_place_knows_its_line() -> None:
    document = read_document(b"a:\n  b: 1\n  c:\n    - x\n    - y: z\n", source="f")
    assert document.value == {"a": {"b": 1, "c": ["x", {"y": "z"}]}}
    assert document.lines[("a", "b")] == 2
    assert document.lines[("a", "c", 1, "y")] == 5


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (b"a: 1\nb: 2\na: 3\n", 3, "'a' stands here and on line 1"),
        (b"x:\n  a: 1\n  'a': 3\n", 3, "'a' stands here and on line 2"),
        (b"a: [1\nb: 2\n", 2, "expected ',' or ']'"),
        (b"a: !!python/object:os.system x\n", 1, "has no meaning here"),
        (b"? [1]\n: 2\n", 1, "a key is a list or mapping"),
        (b"a: &a [*a]\n", 1, "aliases make it endless"),
        (b"a: 1\n---\nb: 2\n", 2, "expected a single document"),
        (b"a: *missing\n", 1, "undefined alias"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_line(text: bytes, line: int, why: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        read_document(text, source="treaty.yaml")
    assert f"treaty.yaml line {line}" in caught.value.where
    assert why in caught.value.why


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ConfigInvalid):
        read_document(b"\xff\xfe\xff", source="treaty.yaml")


def test_variables_of_services_stay_as_they_are_written() -> None:
    text = b"services: {a: {env: {A: on, B: 1.10, C: 12:30, D: 0x1F, E: , F: '', G: 2024-01-01, H: null, I: ~}}}\n"
    value = read_document(text, source="f").value
    assert value == {
        "services": {
            "a": {
                "env": {
                    "A": "on",
                    "B": "1.10",
                    "C": "12:30",
                    "D": "0x1F",
                    "E": None,
                    "F": "",
                    "G": "2024-01-01",
                    "H": "null",
                    "I": "~",
                }
            }
        }
    }


def test_plain_values_elsewhere_have_types_and_dates_stay_text() -> None:
    value = read_document(b"[true, 8, 1.5, 2024-01-01, ~, text]", source="f").value
    assert value == [True, 8, 1.5, "2024-01-01", None, "text"]


def test_merged_mappings_may_be_overridden() -> None:
    text = b"base: &base {a: 1, b: 2}\nuse:\n  <<: *base\n  b: 3\n"
    value = read_document(text, source="f").value
    assert value == {"base": {"a": 1, "b": 2}, "use": {"a": 1, "b": 3}}


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(ConfigInvalid) as caught:
        read_document("\n".join(lines).encode(), source="f")
    assert "far too large" in caught.value.why


def test_places_are_written_as_paths() -> None:
    assert place_text(("services", "user", "start", 0)) == "services.user.start[0]"
