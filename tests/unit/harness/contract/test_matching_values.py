"""What each matcher says of one value."""

from __future__ import annotations

import base64
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract import rules
from treaty.contract.json_value import JsonValue, Number, dumps, loads
from treaty.contract.matching_values import (
    bytes_test,
    describe_rule,
    is_empty,
    is_integer,
    json_equal,
    json_test,
    kind_of,
    plain_text,
    shortest,
    status_test,
    text_test,
)
from treaty.contract.rules import Matcher

PNG = b"\x89PNG\r\n\x1a\n"
NUMBERS = st.sampled_from(["0", "-0", "1", "1.0", "1.10", "1.1", "1e2", "100", "1E400", "-2.50"]).map(loads)
LEAVES = st.none() | st.booleans() | st.integers() | NUMBERS | st.text(max_size=3)
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=6,
)


def reordered(value: JsonValue) -> JsonValue:
    """Turn the order of all keys round."""
    if isinstance(value, dict):
        return {key: reordered(value[key]) for key in reversed(value)}
    return [reordered(item) for item in value] if isinstance(value, list) else value


class TestEquality:
    @given(VALUES)
    def test_a_value_equals_itself_with_its_keys_in_another_order(self, value: JsonValue) -> None:
        assert json_equal(value, loads(dumps(value)))
        assert json_equal(value, reordered(value))

    @given(VALUES, VALUES)
    def test_it_is_mutual_and_keeps_types_apart(self, left: JsonValue, right: JsonValue) -> None:
        assert json_equal(left, right) is json_equal(right, left)
        if json_equal(left, right):
            assert kind_of(left) == kind_of(right)

    @pytest.mark.parametrize(
        ("left", "right", "same"),
        [
            ("1.10", "1.1", True),
            ("1e2", "100.0", True),
            ("1e400", "1E400", True),
            ("11", "11.0", False),
            ("100", "1e2", False),
            ("11", '"11"', False),
            ("1", "true", False),
            ("0", "false", False),
            ("null", '""', False),
            ("[]", "{}", False),
            ("[1, 2]", "[2, 1]", False),
            ('{"a": null}', "{}", False),
            ('"a"', '["a"]', False),
        ],
    )
    def test_of_numbers_and_their_likes(self, left: str, right: str, same: bool) -> None:
        """A whole number differs from a decimal one of the same value; two decimals are compared by value."""
        assert json_equal(loads(left), loads(right)) is same


class TestJson:
    @pytest.mark.parametrize(
        ("matcher", "accepted", "refused"),
        [
            (rules.Integer(), ["1", "-7", "0"], ["1.0", "1e2", "true", '"1"', "null"]),
            (rules.Decimal(), ["1.0", "1e2", "-0"], ["1", '"1.0"', "true"]),
            (rules.AnyNumber(), ["1", "1.5", "1e400"], ['"1"', "false", "null"]),
            (rules.Boolean(), ["true", "false", '"true"'], ['"True"', "0", "null"]),
            (rules.Null(), ["null"], ["0", '""', "[]"]),
            (rules.NotEmpty(), ["0", "false", '"a"', "[0]"], ["null", '""', "[]", "{}"]),
            (rules.Semver(), ['"1.2.3"', '"1.0.0-rc.1+b7"'], ['"1.2"', '"01.2.3"', '"v1.2.3"', "1.2"]),
            (rules.Regex(pattern=r"\d+"), ["12", '"12"'], ['"a12"', '"12 "', "1.5"]),
            (rules.Regex(pattern=r"66\.0"), ["66.00"], ['"66.00"']),
            (rules.Include(value="rue"), ["true", '"a true word"'], ['"false"']),
            (rules.Date(pattern="yyyy-MM-dd"), ['"2026-02-28"'], ['"2026-02-30"', '"28.02.2026"', "null"]),
            (rules.Date(), ['"2026-02-28"'], ['"yesterday"']),
            (rules.ContentType(value="application/json"), ['"{}"'], ['"<a/>"']),
            (rules.PluginMatcher(kind="protobuf"), [], ["1"]),
            (rules.ArrayContains(), ["1"], []),
        ],
    )
    def test_a_matcher_accepts_and_refuses(self, matcher: Matcher, accepted: list[str], refused: list[str]) -> None:
        """As the official engine does, whatever the example is."""
        test = json_test(matcher)
        assert [text for text in accepted if test(None, loads(text)) is not None] == []
        assert [text for text in refused if test(None, loads(text)) is None] == []

    def test_a_type_is_that_of_the_example(self) -> None:
        """Null has a type of its own, and numbers are one type."""
        test = json_test(rules.Type())
        assert test(1, Number("2.5")) is None
        assert test("a", None) == 'null is not of the type of "a" (string)'
        assert test(True, 1) == "1 (number) is not of the type of true (boolean)"

    def test_bytes_in_a_text_may_be_base64(self) -> None:
        """The content type is that of the bytes."""
        text = base64.b64encode(PNG).decode()
        assert json_test(rules.ContentType(value="image/png"))("", text) is None
        assert json_test(rules.ContentType(value="image/jpeg"))("", text) == "the content is image/png, not image/jpeg"

    def test_a_pattern_that_is_none_refuses_everything(self) -> None:
        """With the reason, and without an exception."""
        reason = json_test(rules.Regex(pattern="("))("", "(")
        assert reason is not None
        assert "is not a regular expression" in reason


class TestTexts:
    @pytest.mark.parametrize(
        ("matcher", "accepted", "refused"),
        [
            (rules.Equality(), ["1"], ["1.0", ""]),
            (rules.Type(), ["", "anything"], []),
            (rules.Integer(), ["1", "+1", "007"], ["-1", "1.0", "", "\u0661"]),
            (rules.Decimal(), ["1", "-1.5", "1e3", ".5", "NaN", "-inf"], ["", "1,5", "0x1", "e3"]),
            (rules.AnyNumber(), ["1", "1."], ["one"]),
            (rules.Boolean(), ["true", "false"], ["TRUE", "1", ""]),
            (rules.NotEmpty(), [" "], [""]),
            (rules.Semver(), ["1.2.3"], ["1.2.3.4"]),
            (rules.StatusCode(), ["204"], ["404", "-1", "ok"]),
            (rules.Time(pattern="HH:mm"), ["23:59"], ["24:01", "nine"]),
            (rules.ContentType(value="application/json"), ['{"a": 1}'], ["<a/>"]),
            (rules.Null(), [], ["null", ""]),
            (rules.PluginMatcher(kind="csv"), [], ["1"]),
        ],
    )
    def test_a_matcher_accepts_and_refuses(self, matcher: Matcher, accepted: list[str], refused: list[str]) -> None:
        """Headers, parameters and form fields are texts, and numbers are read from them."""
        test = text_test(matcher)
        assert [text for text in accepted if test("1", text) is not None] == []
        assert [text for text in refused if test("1", text) is None] == []

    def test_a_date_pattern_that_is_none_is_the_reason(self) -> None:
        """It is not the provider's fault, and the sentence says so."""
        reason = text_test(rules.Date(pattern="bbbb"))("", "2026-01-01")
        assert reason is not None
        assert "bbbb" in reason or "'b'" in reason


class TestStatus:
    @pytest.mark.parametrize(
        ("matcher", "status", "accepted"),
        [
            (rules.StatusCode(status="clientError"), 499, True),
            (rules.StatusCode(status="clientError"), 500, False),
            (rules.StatusCode(status="nonError"), 399, True),
            (rules.StatusCode(status="error"), 399, False),
            (rules.StatusCode(status=(200, 204)), 204, True),
            (rules.StatusCode(status=(200, 204)), 201, False),
            (rules.Type(), 500, True),
            (rules.Integer(), 500, True),
            (rules.Regex(pattern="2.."), 204, True),
            (rules.Regex(pattern="2"), 204, False),
            (rules.Include(value="0"), 204, True),
            (rules.Null(), 200, False),
        ],
    )
    def test_a_status_is_of_a_class_or_in_a_list(self, matcher: Matcher, status: int, accepted: bool) -> None:
        assert (status_test(matcher, status) is None) is accepted


class TestBytes:
    @pytest.mark.parametrize(
        ("matcher", "actual", "reason"),
        [
            (rules.Equality(), PNG, None),
            (rules.Equality(), PNG + b"1", "the bytes differ"),
            (rules.Type(), b"", None),
            (rules.ContentType(value="image/png"), PNG + b"1", None),
            (rules.ContentType(value="image/png"), b"%PDF-1", "the content is application/pdf, not image/png"),
            (rules.NotEmpty(), b"", "the body is empty"),
            (rules.Regex(pattern="a+"), b"aa", None),
            (rules.Regex(pattern="a+"), b"\xff", "the body is not text"),
            (rules.Include(value="b"), b"a", "'a' does not include 'b'"),
            (rules.Integer(), b"1", "the matcher 'integer' does not apply to bytes"),
        ],
    )
    def test_bytes_are_equal_of_a_type_or_text(self, matcher: Matcher, actual: bytes, reason: str | None) -> None:
        assert bytes_test(matcher, PNG, actual) == reason


@pytest.mark.parametrize(
    ("matcher", "text"),
    [
        (rules.Integer(), "integer"),
        (rules.Regex(pattern="a+"), "regex a+"),
        (rules.Include(value="x"), "include x"),
        (rules.Type(), "type"),
        (rules.Type(minimum=0), "type 0.."),
        (rules.Type(minimum=1, maximum=3), "type 1..3"),
        (rules.Type(maximum=3), "type ..3"),
        (rules.Type(maximum=0), "type ..0"),
        (rules.Date(), "date yyyy-MM-dd"),
        (rules.DateTime(pattern="HH"), "datetime HH"),
        (rules.StatusCode(), "statusCode success"),
        (rules.StatusCode(status=(200, 404)), "statusCode 200, 404"),
        (rules.PluginMatcher(kind="csv"), "csv (of a plugin)"),
    ],
)
def test_a_rule_is_named_with_what_it_was_given(matcher: Matcher, text: str) -> None:
    assert describe_rule(matcher) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), (1, "1"), (True, "true"), (None, "null"), (Number("66.00"), "66.0"), (["a"], '["a"]')],
)
def test_a_regular_expression_sees_plain_text(value: JsonValue, text: str) -> None:
    """A text without its quotes, everything else as JSON."""
    assert plain_text(value) == text


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("1.10", "1.1"),
        ("1e2", "100.0"),
        ("1e400", "1e400"),
        ("-1e400", "-1e400"),
        ("1e23", "1e23"),
        ("1.5e-7", "1.5e-7"),
        ("1e-10", "1e-10"),
    ],
)
def test_decimals_are_written_at_their_shortest(text: str, short: str) -> None:
    """As the official engine has them after reading; one that is too large for it keeps its text."""
    assert shortest(Number(text)) == short


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (True, "boolean"),
        (0, "number"),
        (Number("-0"), "number"),
        ("", "string"),
        ([], "array"),
        ((), "array"),
        ({}, "object"),
        (MappingProxyType({}), "object"),
    ],
)
def test_every_value_has_one_of_six_kinds(value: JsonValue, kind: str) -> None:
    """Values that were built by hand count as those that were read."""
    assert kind_of(value) == kind


def test_booleans_are_no_integers_and_zero_is_not_empty() -> None:
    """Whatever Python thinks of them."""
    assert not is_integer(True)
    assert is_integer(0)
    assert not is_integer(Number("0.0"))
    values: list[JsonValue] = [0, False, Number("0.0"), "", None, [], {}]
    assert [value for value in values if is_empty(value)] == ["", None, [], {}]
