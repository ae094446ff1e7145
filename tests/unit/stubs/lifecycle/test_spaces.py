"""Spaces: bounded, described, copied."""

from __future__ import annotations

import pytest

from treaty.errors import NotThere, UsageError
from treaty_stubs.lifecycle import room, spaces
from treaty_stubs.lifecycle.spaces import Item, Space, SpaceBook, endpoint_name
from treaty_stubs.platform import Spaces

USERS = ("POST", ("users",))


def _item(number: int, *, gone: bool = False) -> Item:
    return Item(provider="user", resource=USERS, number=number, given={}, made={}, document={"n": number}, gone=gone)


def test_a_book_is_what_a_platform_steers() -> None:
    book: Spaces = SpaceBook()
    assert list(book.names()) == []


def test_only_spaces_that_hold_something_have_a_name() -> None:
    book = SpaceBook()
    book.space("b").items.append(_item(1))
    book.space("a").items.append(_item(1))
    book.space("empty")
    assert list(book.names()) == ["a", "b"]


def test_a_space_is_described_by_what_made_its_items() -> None:
    book = SpaceBook()
    book.space("a").items += [_item(1), _item(2, gone=True)]
    assert book.describe("a") == {
        "name": "a",
        "bytes": 0,
        "items": [{"provider": "user", "made_by": "POST /users", "count": 1, "deleted": 1}],
    }


def test_the_space_that_nobody_used_for_longest_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spaces, "MOST_SPACES", 2)
    book = SpaceBook()
    for name in ("a", "b", "a", "c"):
        book.space(name).items.append(_item(1))
    assert list(book.names()) == ["a", "c"]


def test_a_copy_does_not_change_with_its_space() -> None:
    book = SpaceBook()
    book.space("a").items.append(_item(1))
    copy = book.snapshot("a")
    book.space("a").items[0].gone = True
    book.restore("b", copy)
    assert [item.gone for item in book.space("b").items] == [False]
    book.space("b").items.clear()
    book.restore("b", copy)
    assert len(book.space("b").items) == 1


def test_copies_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spaces, "MOST_SNAPSHOTS", 1)
    book = SpaceBook()
    book.snapshot("a")
    with pytest.raises(UsageError, match="no further copy"):
        book.snapshot("a")


def test_a_copy_that_is_not_there_is_named() -> None:
    book = SpaceBook()
    book.snapshot("default")
    with pytest.raises(NotThere, match="there is no copy 'default-2'") as caught:
        book.restore("default", "default-2")
    assert caught.value.hint == "did you mean 'default-1'?"


def test_one_space_or_all_are_emptied() -> None:
    book = SpaceBook()
    for name in ("a", "b"):
        book.space(name).items.append(_item(1))
    book.reset("a")
    assert list(book.names()) == ["b"]
    book.reset()
    assert list(book.names()) == []


def test_items_are_found_by_provider_and_kind() -> None:
    space = Space(items=[_item(1)])
    assert len(space.of("user", USERS)) == 1
    assert space.of("other", USERS) == []
    assert endpoint_name(("GET", ("users", None))) == "GET /users/{}"


def _heavy(book: SpaceBook, name: str) -> None:
    space = book.space(name)
    item = Item(provider="user", resource=USERS, number=1, given={}, made={}, document={"n": "x" * 1000})
    space.items.append(item)
    space.weigh(item)


def test_what_changes_is_weighed_again() -> None:
    book = SpaceBook()
    _heavy(book, "a")
    space = book.space("a")
    heavy = book.weight
    space.items[0].document = {}
    space.weigh(space.items[0])
    assert heavy - 1500 < book.weight < heavy - 1000


def test_spaces_that_take_too_much_together_give_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that was not used for longest first; whoever looks is told, and emptied ones make room."""
    monkeypatch.setattr(room, "MOST_BYTES_OF_ALL", 4000)
    book, told = SpaceBook(), list[str]()
    book.tell = lambda name, why: told.append(f"{name}: {why}")
    for name in ("a", "b", "c"):
        _heavy(book, name)
        book.space(name)
    assert (told, book.gone, list(book.names())) == (["a: all spaces hold more than 4000 bytes"], 1, ["b", "c"])
    book.reset("b")
    _heavy(book, "d")
    book.space("d")
    assert book.gone == 1


def test_copies_that_would_take_too_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_BYTES_OF_ALL", 2000)
    book = SpaceBook()
    _heavy(book, "a")
    book.snapshot("a")
    with pytest.raises(UsageError, match="no further copy") as caught:
        book.snapshot("a")
    assert caught.value.why == "the copies would hold more than 2000 bytes"
