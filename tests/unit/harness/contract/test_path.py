"""Rule paths: reading, writing, weighing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract.path import (
    ANY_INDEX,
    ANY_STEP,
    Field,
    Index,
    PathInvalid,
    RulePath,
    best,
    parse_path,
    print_place,
)

_TOKENS = st.one_of(
    st.text(min_size=1, max_size=6).map(Field),
    st.integers(0, 999).map(Index),
    st.just(ANY_INDEX),
    st.just(ANY_STEP),
)


@given(tokens=st.lists(_TOKENS, max_size=6).map(tuple))
def test_what_is_written_reads_back(tokens: tuple[Field | Index, ...]) -> None:
    """Every path, with any names, is read back from its text."""
    path = RulePath(tokens)
    assert parse_path(str(path)) == path


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("$", ()),
        ("$.a.b", (Field("a"), Field("b"))),
        ("$['odd key'][0]", (Field("odd key"), Index(0))),
        ("$[*].*", (ANY_INDEX, ANY_STEP)),
        ("$.animals.0", (Field("animals"), Field("0"))),
        ("$.x-y['@id']['#text']", (Field("x-y"), Field("@id"), Field("#text"))),
        ("Accept", (Field("Accept"),)),
    ],
)
def test_paths_are_read(text: str, tokens: tuple[Field, ...]) -> None:
    """The forms that other tools write are understood."""
    assert parse_path(text).tokens == tokens


@pytest.mark.parametrize("text", ["$.", "$[", "$['a", "$[a]", "$x", "$.a]", "$[1", "*"])
def test_what_is_no_path_is_refused(text: str) -> None:
    """A malformed path is an error, not a rule that never applies."""
    with pytest.raises(PathInvalid):
        parse_path(text)


def test_weights_are_those_of_the_specification() -> None:
    """An exact step weighs 2, a wildcard 1; a path that does not fit weighs nothing."""
    place = ("items", 3, "id")
    weights = [parse_path(text).weight(place) for text in ("$", "$.items", "$.items[*].id", "$.items[3].id", "$.other")]
    assert weights == [2, 4, 8, 16, 0]


def test_the_greatest_weight_times_length_wins() -> None:
    """An exact path beats a wildcard, a longer one a shorter; the later of equal ones is taken."""
    paths = [parse_path(text) for text in ("$.items", "$.items[*].id", "$.*[*].id", "$.items[0].id")]
    assert best(paths, ("items", 3, "id")) is paths[1]
    assert best(paths, ("items", 0, "id")) is paths[3]
    assert best(paths, ("other",)) is None


def test_places_are_written_as_paths() -> None:
    """Names that are no identifiers are quoted."""
    assert print_place(("items", 0, "odd 'key'")) == r"$.items[0]['odd \'key\'']"
