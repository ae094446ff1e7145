"""Groups by path."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from treaty_stubs.select.path_index import PathIndex

_SEGMENT = st.sampled_from(["a", "b", "c"])
_TEMPLATE = st.lists(_SEGMENT | st.none(), min_size=1, max_size=4).map(tuple)


def test_specific_templates_come_first() -> None:
    """An exact path, then templates from left to right, then rules that are no template."""
    index = PathIndex(
        {("a", "b"): "exact", ("a", None): "second open", (None, "b"): "first open", (None, None): "open"}, ["rule"]
    )
    assert index.find(("a", "b")) == ["exact", "second open", "first open", "open", "rule"]
    assert index.find(("x", "b")) == ["first open", "open", "rule"]
    assert index.find(("a",)) == ["rule"]


@given(st.sets(_TEMPLATE, max_size=12), st.lists(_SEGMENT, min_size=1, max_size=4).map(tuple))
def test_the_index_finds_what_a_search_through_all_finds(
    templates: set[tuple[str | None, ...]], path: tuple[str, ...]
) -> None:
    """Nothing is missed, and nothing else is offered."""
    found = PathIndex({template: template for template in templates}).find(path)
    wanted = {
        template
        for template in templates
        if len(template) == len(path)
        and all(segment in {None, actual} for segment, actual in zip(template, path, strict=True))
    }
    assert len(found) == len(wanted)
    assert set(found) == wanted
