"""Path rules as templates."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract.rules import Combine, Equality, Regex, Type, rule_list
from treaty_stubs.select.templates import template_of


@pytest.mark.parametrize(
    ("pattern", "template"),
    [
        (r"/users/\d+", ("users", None)),
        (r"^/users/\d+$", ("users", None)),
        (r"\/users\/[0-9a-f]{8}", ("users", None)),
        (r"/api/v1\.0/a-b/[^/]+/items", ("api", "v1.0", "a-b", None, "items")),
        (r"/a/(x|y)/b", ("a", None, "b")),
        (r"/a/(?:x|y)b*", ("a", None)),
        (r"/a/x?", ("a", None)),
        (r"/", ("",)),
        (r"/a/", ("a", "")),
    ],
)
def test_rules_with_segments_are_templates(pattern: str, template: tuple[str | None, ...]) -> None:
    """Literal segments are kept, others are open."""
    assert template_of(rule_list(Regex(pattern=pattern)), "/x") == template


@pytest.mark.parametrize(
    "pattern",
    [
        r"/a/.*",
        r"/a/\S+",
        r"/a|/b",
        r"/a(/b)?",
        r"/a/?b",
        r"/a/[^x]+",
        r"/a/[!-~]+",
        r"/a/[\S]+",
        r"/a/[/x]",
        r"(?i)/a/b",
        r"/a/(?=b)b",
        r"/a/\p{L}+",
        r".*/a",
        r"a/b",
    ],
)
def test_rules_that_may_reach_over_a_slash_are_none(pattern: str) -> None:
    """Where a segment could hold a slash, the rule itself must be asked."""
    assert template_of(rule_list(Regex(pattern=pattern)), "/x") is None


def test_other_rules() -> None:
    """Without a rule the example is the template; a rule on the type is none, and so is one of several choices."""
    assert template_of(None, "/a/b c") == ("a", "b c")
    assert template_of(rule_list(Equality()), "/a") == ("a",)
    assert template_of(rule_list(Type()), "/a") is None
    choices = rule_list(Regex(pattern="/a"), Regex(pattern="/b"), combine=Combine.OR)
    assert template_of(choices, "/a") is None


_PIECES = st.sampled_from(
    [
        "a",
        "b-c",
        r"\d+",
        r"\.",
        "[a-z]",
        "[^/]+",
        "[^x]",
        "(a|b)",
        "(a/b)?",
        ".",
        ".*",
        "x?",
        "/",
        "|",
        r"\w{2}",
        "[/-9]",
    ]
)
_PATHS = st.lists(st.sampled_from(["a", "b-c", "1", ".", "x", "zz", "/", "9"]), max_size=6).map(
    lambda parts: "/" + "".join(parts)
)


@given(st.lists(_PIECES, min_size=1, max_size=6), _PATHS)
def test_a_template_fits_every_path_that_its_rule_accepts(pieces: list[str], path: str) -> None:
    """The index may offer too much, but never miss a path that the rule accepts."""
    pattern = "/" + "".join(pieces)
    template = template_of(rule_list(Regex(pattern=pattern)), "/x")
    if template is None or re.fullmatch(pattern, path) is None:
        return
    segments = path[1:].split("/")
    assert len(segments) == len(template)
    assert all(wanted in {None, segment} for wanted, segment in zip(template, segments, strict=True))
