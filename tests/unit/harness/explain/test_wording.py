"""Matching rules and causes in words."""

from __future__ import annotations

import pytest

from treaty.contract import rules as kinds
from treaty.contract.generators import FromProviderState, Uuid
from treaty.contract.json_value import JsonValue, Number
from treaty.contract.rules import Combine, Matcher, rule_list
from treaty.explain.wording import causes_in_words, closed_in_words, generator_in_words, rule_in_words, shown
from treaty.normalize.shapes import TIMESTAMP_REGEX


@pytest.mark.parametrize(
    ("matcher", "words"),
    [
        (kinds.Equality(), "equal to the example"),
        (kinds.Regex(pattern=r"T\d+"), r"a text of the form T\d+"),
        (kinds.Regex(pattern=TIMESTAMP_REGEX), "a time (RFC 3339, any fraction, any offset or none)"),
        (kinds.Regex(pattern="new|paid"), 'one of "new", "paid"'),
        (kinds.Regex(pattern=r"application/json(\s*;.*)?"), "application/json, with any parameters"),
        (kinds.Type(), "of the same type as the example"),
        (kinds.Type(minimum=1, maximum=3), "a list of at least 1 and at most 3"),
        (kinds.Type(minimum=0), "a list"),
        (kinds.Include(value="id"), 'a text with "id" in it'),
        (kinds.Integer(), "a whole number"),
        (kinds.Date(pattern="yyyy"), "a date of the form yyyy"),
        (kinds.ContentType(value="image/png"), "bytes that look like image/png"),
        (kinds.EachKey(rules=(kinds.Regex(pattern=r"\d+"),)), "each key digits"),
        (kinds.EachValue(), "each value like the example"),
        (kinds.StatusCode(), "a status of the class success"),
        (kinds.StatusCode(status=(200, 204)), "a status of 200, 204"),
        (kinds.ArrayContains(), "a list that holds the examples, among others"),
        (kinds.PluginMatcher(kind="csv"), "what the plugin rule 'csv' accepts"),
    ],
)
def test_each_matcher_is_said_in_words(matcher: Matcher, words: str) -> None:
    assert rule_in_words(rule_list(matcher), "x") == words


def test_without_a_rule_only_the_example_is_accepted() -> None:
    assert rule_in_words(None, {"a": None}) == 'exactly {"a":null}'
    assert rule_in_words(rule_list(), 1) == "exactly 1"


def test_several_matchers_are_joined_as_the_rule_combines_them() -> None:
    both = (kinds.Integer(), kinds.Null())
    assert rule_in_words(rule_list(*both, combine=Combine.OR), 1) == "a whole number or null"
    assert rule_in_words(rule_list(*both), 1) == "a whole number, and null"


@pytest.mark.parametrize(
    ("pattern", "example", "words"),
    [
        (r"39\.980*", Number("39.98"), "exactly 39.98, in any spelling of the number"),
        (r"39\.980*", Number("12.5"), r"a number, and a text of the form 39\.980*"),
    ],
)
def test_a_number_that_is_demanded_by_value_is_exact(pattern: str, example: JsonValue, words: str) -> None:
    """Unless the pattern is not that of the example: then somebody changed one of the two."""
    rule = rule_list(kinds.AnyNumber(), kinds.Regex(pattern=pattern))
    assert rule_in_words(rule, example) == words


def test_long_values_are_shortened() -> None:
    assert len(shown("x" * 200)) == 60
    assert shown("x" * 200).endswith(" ...")


def test_causes_that_differ_are_all_named() -> None:
    assert causes_in_words(["clock"]) == "clock: a time"
    assert causes_in_words(["unheard"]) == "unheard"
    assert causes_in_words(["echo", "carried"]) == "echo or carried: not the same in every exchange"


def test_generators_say_where_values_come_from() -> None:
    assert generator_in_words(FromProviderState(expression="/x/${id}")) == "/x/${id} of the set-up"
    assert generator_in_words(Uuid()) == "generated: Uuid"


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        ({"length": 2}, "where nothing else is there: 2 of them"),
        ({"value": 7}, "where nothing else is there: 7"),
        (
            {"contains": ["${a}", "${b}"], "ordered": True},
            "where nothing else is there: among them ${a}, ${b}, in this order",
        ),
        ({"elements": list("abcdef")}, "where nothing else is there: they are a, b, c, d, 2 more"),
        ({}, ""),
    ],
)
def test_what_is_promised_of_all_that_a_provider_holds_is_said(fact: dict[str, JsonValue], words: str) -> None:
    assert closed_in_words(fact) == words
