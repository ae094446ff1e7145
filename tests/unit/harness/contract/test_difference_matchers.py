"""The table of matchers says of every kind of value what the matching says."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.harness.contract.differences import LEAVES, MATCHERS, matched_texts
from treaty.contract.difference_formulas import find_outside, literal, matching
from treaty.contract.difference_gaps import describe_matchers, describe_value
from treaty.contract.difference_leaves import ValuePromise, find_value_outside, leaf_formula
from treaty.contract.difference_matchers import DOMAINS, KINDS, accepts_of_kind, accepts_text, kind_of_leaf
from treaty.contract.json_value import JsonValue
from treaty.contract.matching_text import compile_text
from treaty.contract.matching_values import json_test, plain_text
from treaty.contract.rules import Integer, Matcher, Null, RuleList, Type, rule_list
from treaty.contract.scopes import Rules


@given(matcher=st.sampled_from(MATCHERS), example=LEAVES, value=LEAVES | matched_texts())
@settings(max_examples=500, deadline=None)
def test_no_accepted_value_is_missing_from_the_table(matcher: Matcher, example: JsonValue, value: JsonValue) -> None:
    """A value that a matcher accepts lies in what the table says of its kind, and in the kind's domain."""
    if json_test(matcher)(example, value) is None:
        kind = kind_of_leaf(value)
        text = literal(plain_text(value))
        # A text that lies outside the set is found by looking for the text within it.
        both = find_outside(text, matching("[^\\s\\S]"), domain=accepts_of_kind(matcher, example, kind))
        assert both is not None
        assert find_outside(text, matching("[^\\s\\S]"), domain=DOMAINS[kind]) is not None


@given(
    left=st.sampled_from(MATCHERS),
    right=st.sampled_from(MATCHERS),
    examples=st.tuples(LEAVES, LEAVES),
    values=st.lists(LEAVES | matched_texts(), min_size=5, max_size=20),
)
@settings(max_examples=500, deadline=None)
def test_the_order_on_matchers_holds(
    left: Matcher, right: Matcher, examples: tuple[JsonValue, JsonValue], values: list[JsonValue]
) -> None:
    """When a matcher is said to lie within another, each value that it accepts is accepted by the other."""
    narrow, wide = _promise(examples[0], rule_list(left)), _promise(examples[1], rule_list(right))
    extra = find_value_outside(narrow, wide)
    for value in (*values, *examples):
        if extra is None and narrow.accepts(value):
            assert wide.accepts(value)


@given(
    left=st.sampled_from(MATCHERS),
    right=st.sampled_from(MATCHERS),
    examples=st.tuples(st.text(max_size=3), st.text(max_size=3)),
    texts=st.lists(st.text(max_size=4) | matched_texts(), min_size=5, max_size=20),
)
@settings(max_examples=500, deadline=None)
def test_the_order_on_matchers_of_texts_holds(
    left: Matcher, right: Matcher, examples: tuple[str, str], texts: list[str]
) -> None:
    """The same for parameters and headers."""
    if find_outside(accepts_text(left, examples[0]), accepts_text(right, examples[1])) is None:
        narrow = compile_text(examples[0], Rules(rule_list(left)))
        wide = compile_text(examples[1], Rules(rule_list(right)))
        for text in (*texts, *examples):
            if not narrow(text):
                assert not wide(text)


def test_every_kind_has_a_domain() -> None:
    assert tuple(DOMAINS) == KINDS


def test_places_are_described_for_people() -> None:
    assert describe_matchers([Integer(), Null()], "number", "1", any_of=True) == "integer or null"
    assert describe_matchers([Type(minimum=1)], "list", "[]", any_of=False) == "list 1.."
    assert describe_matchers([], "string", "", any_of=False) == "anything"
    assert len(describe_value("x" * 500)) == 80


def _promise(example: JsonValue, rules: RuleList) -> ValuePromise:
    tests = [json_test(matcher) for matcher in rules.matchers]
    return ValuePromise(
        example=example,
        formula=lambda kind: leaf_formula(example, Rules(rules), kind),
        accepts=lambda value: all(test(example, value) is None for test in tests),
    )
