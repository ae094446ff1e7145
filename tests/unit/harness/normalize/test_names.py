"""Names of leaves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.normalize.names import (
    Name,
    article,
    is_collection_key,
    is_plural,
    leaf_name,
    nested_entity,
    singular,
    words,
)


@pytest.mark.parametrize("text", ["userId", "user-id", "USER_ID", "user id", "UserID", "user.id"])
def test_identifiers_split_at_case_changes_and_separators(text: str) -> None:
    assert words(text) == ("user", "id")


def test_runs_of_capitals_stay_one_word() -> None:
    assert words("HTTPServer2Name") == ("http", "server2", "name")


@pytest.mark.parametrize(
    ("plural", "one"),
    [("users", "user"), ("boxes", "box"), ("companies", "company"), ("matches", "match"), ("houses", "house")],
)
def test_plurals_have_a_singular(plural: str, one: str) -> None:
    assert is_plural(plural)
    assert singular(plural) == one


@pytest.mark.parametrize("word", ["status", "address", "analysis", "user", "s", "is", ""])
def test_other_words_stay(word: str) -> None:
    assert not is_plural(word)
    assert singular(word) == word


@pytest.mark.parametrize(
    ("key", "entity", "name"),
    [
        ("id", "order", Name(entity="order", field="id")),
        ("user_id", "order", Name(entity="user", field="id")),
        ("userId", "order", Name(entity="user", field="id")),
        ("userUuid", "order", Name(entity="user", field="id")),
        ("uuid", "order", Name(entity="order", field="id")),
        ("order_number", "", Name(entity="order", field="number")),
        ("status", "order", Name(entity="order", field="status")),
        ("total_amount", "order", Name(entity="order", field="total_amount")),
        ("", "order", Name(entity="order", field="")),
        ("-", "order", Name(entity="order", field="")),
    ],
)
def test_a_leaf_is_named_by_its_key_and_what_is_around_it(key: str, entity: str, name: Name) -> None:
    assert leaf_name(key, entity) == name


@pytest.mark.parametrize(
    ("key", "below"), [("items", "item"), ("data", "order"), ("orderItems", "item"), ("owner", "owner"), ("", "order")]
)
def test_wrappers_keep_the_entity_and_other_keys_name_their_own(key: str, below: str) -> None:
    assert nested_entity(key, "order") == below


def test_a_name_is_shown_without_an_entity_it_does_not_need() -> None:
    assert str(Name(entity="user", field="id")) == "user_id"
    assert str(Name(entity="user", field="email")) == "email"
    assert str(Name(entity="", field="id")) == "id"


@pytest.mark.parametrize(("noun", "phrase"), [("order", "an order"), ("user", "a user"), ("item", "an item")])
def test_nouns_get_their_article(noun: str, phrase: str) -> None:
    assert article(noun) == phrase


@given(st.text())
def test_words_are_lower_case_and_hold_no_separators(text: str) -> None:
    for word in words(text):
        assert word == word.lower()
        assert word.isalnum()


def test_some_keys_name_no_kind_of_thing() -> None:
    assert is_collection_key("items")
    assert is_collection_key("Rows")
    assert not is_collection_key("tickets")


def test_lists_of_ids_have_the_name_of_their_members() -> None:
    assert leaf_name("book_ids", "shelf") == Name(entity="book", field="id")
    assert leaf_name("ids", "shelf") == Name(entity="shelf", field="id")
