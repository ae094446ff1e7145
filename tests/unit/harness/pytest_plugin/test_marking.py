from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from treaty.errors import UsageError
from treaty.pytest_plugin.marking import Marking, read_marking

PAGE = Path(__file__).resolve().parents[4] / "docs" / "how-to" / "pytest.md"


def test_every_argument_is_documented() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [one.name for one in fields(Marking) if f"`{one.name}`" not in text] == []


def test_the_provider_may_stand_without_its_name() -> None:
    assert read_marking(("order",), {}) == read_marking((), {"provider": "order"})
    assert read_marking(("order",), {}) == Marking(provider="order", headers={})


def test_one_path_or_several_are_texts() -> None:
    """Path objects, too."""
    assert read_marking((), {"provider": "a", "pacts": "pacts"}).pacts == ("pacts",)
    assert read_marking((), {"provider": "a", "pacts": [Path("a"), "b"]}).pacts == ("a", "b")
    assert read_marking((), {"provider": "a", "allow_writes": "staging"}).allow_writes == ("staging",)


def test_everything_else_is_taken_as_it_is() -> None:
    marking = read_marking((), {"provider": "a", "base_url": "http://h", "headers": {"A": "b"}, "seconds": 3})
    assert (marking.base_url, marking.headers, marking.seconds) == ("http://h", {"A": "b"}, 3)


@pytest.mark.parametrize(
    ("positional", "named", "text"),
    [
        ((), {}, "whose promises"),
        (("a", "b"), {}, "only the provider"),
        (("a",), {"provider": "a"}, "only the provider"),
        (("a",), {"base_urll": "x"}, "did you mean 'base_url'?"),
        (("a",), {"zzz": "x"}, "known are provider"),
        ((1,), {}, "'provider' is not a text"),
        (("a",), {"pacts": 1}, "'pacts' is not a text"),
        (("a",), {"pacts": [1]}, "'pacts' is not a text"),
        (("a",), {"headers": ["A: b"]}, "'headers' is not a mapping"),
        (("a",), {"headers": {"A": 1}}, "'headers' is not a mapping"),
        (("a",), {"secrets": {"key": 1}}, "'secrets' is not a mapping"),
        (("a",), {"secrets": {"key": "hush"}}, "does not name variables"),
        (("a",), {"message_url": 1}, "'message_url' is not a text"),
        (("a",), {"seconds": 0}, "'seconds' is not a number above zero"),
        (("a",), {"seconds": True}, "'seconds' is not a number above zero"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(positional: tuple[Any, ...], named: dict[str, Any], text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_marking(positional, named)
    assert text in str(caught.value)
    assert "hush" not in str(caught.value)
