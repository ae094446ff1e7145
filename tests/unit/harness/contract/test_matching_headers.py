"""Headers, and the metadata of messages."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract import rules
from treaty.contract.json_value import JsonValue, Number
from treaty.contract.matching_headers import compile_headers, compile_metadata, group_headers, split_header
from treaty.contract.model import HeaderMap
from treaty.contract.path import Place
from treaty.contract.rules import Combine, RuleList, rule_list

DIGITS = rules.Regex(pattern=r"\d+")


def compare(
    expected: HeaderMap, *lines: tuple[str, str], given_rules: Mapping[str, RuleList] | None = None
) -> list[tuple[Place, str]]:
    """Compare headers; gives place and rule of each fault."""
    faults = compile_headers(expected, given_rules or {})(group_headers(lines))
    assert faults != []
    return [(fault.place(), fault.rule) for fault in faults or ()]


class TestGrouping:
    def test_lines_of_one_name_are_joined_in_order(self) -> None:
        """In any case; blanks at the ends do not count."""
        lines = [("Set-Cookie", "a=1"), ("X", " y "), ("set-cookie", "b=2")]
        assert group_headers(lines) == {"set-cookie": ("a=1", "b=2"), "x": ("y",)}

    @pytest.mark.parametrize(
        ("name", "value", "values"),
        [
            ("accept", "text/html , text/plain;q=0.5", ("text/html", "text/plain;q=0.5")),
            ("vary", "Origin", ("Origin",)),
            ("date", "Mon, 01 Jan 2026", ("Mon, 01 Jan 2026",)),
            ("x-list", "a,b", ("a,b",)),
            ("accept", "", ("",)),
        ],
    )
    def test_only_lists_by_definition_are_split(self, name: str, value: str, values: tuple[str, ...]) -> None:
        assert split_header(name, value) == values

    @given(st.lists(st.sampled_from(["gzip", "br", "zstd"]), min_size=1, max_size=5), st.data())
    def test_a_list_is_the_same_however_it_is_spread_over_lines(self, values: list[str], data: st.DataObject) -> None:
        """RFC 9110 section 5.3: lines of one name may be joined by commas."""
        cut = data.draw(st.integers(0, len(values)))
        parts = [part for part in (values[:cut], values[cut:]) if part]
        lines = [("Accept-Encoding", ", ".join(part)) for part in parts]
        assert group_headers(lines) == {"accept-encoding": tuple(values)}


class TestHeaders:
    def test_a_missing_header_is_told_in_the_case_of_the_contract(self) -> None:
        assert compare({"X-Id": ("1",)}, ("Other", "1")) == [(("X-Id",), "equality")]

    def test_the_number_of_values_counts_without_a_rule(self) -> None:
        expected = {"Vary": ("Origin", "Accept")}
        assert compare(expected, ("Vary", "Origin,Accept")) == []
        assert compare(expected, ("Vary", "Origin")) == [(("Vary",), "equality")]
        assert compare(expected, ("Vary", "Origin,Accept,Cookie")) == [(("Vary",), "equality")]

    @pytest.mark.parametrize(
        ("expected", "actual", "same"),
        [
            ("a, b", "a,b", True),
            ("a,b", "a , b", True),
            ("a b", "ab", False),
            ("A", "a", False),
        ],
    )
    def test_blanks_around_commas_do_not_count(self, expected: str, actual: str, same: bool) -> None:
        assert (compare({"X": (expected,)}, ("X", actual)) == []) is same

    @pytest.mark.parametrize(
        ("expected", "actual", "same"),
        [
            ("text/html", "text/html; charset=utf-8", True),
            ("text/html;charset=utf-8", "text/html; Charset=utf-8", False),
            ("text/html;charset=utf-8", "text/html; charset=UTF-8; level=1", True),
            ("text/html;charset=utf-8", "text/html", False),
            ("text/html", "TEXT/html", False),
        ],
    )
    def test_parameters_of_a_media_type_are_compared_one_by_one(self, expected: str, actual: str, same: bool) -> None:
        """Those of the example must be there, their values in any case; more may be."""
        assert (compare({"Content-Type": (expected,)}, ("Content-Type", actual)) == []) is same

    def test_other_headers_with_parameters_are_compared_as_text(self) -> None:
        assert compare({"X": ("a;b=1",)}, ("X", "a; b=1")) == [(("X",), "equality")]

    def test_a_rule_takes_the_place_of_equality(self) -> None:
        """For one value and for several, however many come."""
        given_rules = {"x-id": rule_list(DIGITS)}
        assert compare({"X-Id": ("1",)}, ("X-ID", "77"), given_rules=given_rules) == []
        assert compare({"X-Id": ("1",)}, ("X-ID", "77"), ("x-id", "78"), given_rules=given_rules) == []
        assert compare({"X-Id": ("1", "2")}, ("X-Id", "x"), given_rules=given_rules) == [(("X-Id", 0), r"regex \d+")]

    @pytest.mark.parametrize("name", ["$.Vary", "$['vary'][1]", "Vary[1]", ""])
    def test_a_rule_is_named_by_the_header_and_not_by_a_path(self, name: str) -> None:
        """As the official engine has it: a path names no header."""
        given_rules = {name: rule_list(rules.Type())}
        assert compare({"Vary": ("Origin",)}, ("Vary", "Origin"), given_rules=given_rules) == []
        assert compare({"Vary": ("Origin",)}, ("Vary", "Other"), given_rules=given_rules) == [(("Vary",), "equality")]

    def test_a_rule_without_matchers_leaves_equality(self) -> None:
        found = compare({"X-Id": ("1",)}, ("X-Id", "2"), given_rules={"X-Id": rule_list()})
        assert found == [(("X-Id",), "equality")]


class TestMetadata:
    @staticmethod
    def compare(
        expected: Mapping[str, JsonValue],
        actual: Mapping[str, JsonValue],
        given_rules: Mapping[str, RuleList] | None = None,
    ) -> list[tuple[Place, str]]:
        faults = compile_metadata(expected, given_rules or {})(actual)
        assert faults != []
        return [(fault.place(), fault.rule) for fault in faults or ()]

    def test_keys_are_exact_and_others_allowed(self) -> None:
        """Unlike the names of headers, they have one case."""
        assert self.compare({"key": 1}, {"key": 1, "more": 2}) == []
        assert self.compare({"key": 1}, {"Key": 1}) == [(("key",), "equality")]

    def test_values_are_json(self) -> None:
        """A number is not the text that spells it, and null is a value."""
        assert self.compare({"a": 1}, {"a": "1"}) == [(("a",), "equality")]
        assert self.compare({"a": Number("1.50")}, {"a": Number("1.5")}) == []
        assert self.compare({"a": None}, {"a": None}) == []
        assert self.compare({"a": None}, {}) == [(("a",), "equality")]

    @pytest.mark.parametrize("key", ["contentType", "content-type", "Content-Type"])
    def test_a_media_type_is_compared_with_its_parameters(self, key: str) -> None:
        """Something else than a text is none."""
        assert self.compare({key: "application/json"}, {key: "application/json;charset=utf-8"}) == []
        assert self.compare({key: "application/json"}, {key: 7}) == [((key,), "equality")]

    def test_a_list_may_be_bounded(self) -> None:
        given_rules = {"a": rule_list(rules.Type(minimum=1, maximum=2))}
        assert self.compare({"a": [1]}, {"a": [2, 3]}, given_rules) == []
        assert self.compare({"a": [1]}, {"a": []}, given_rules) == [(("a",), "type 1..2")]
        assert self.compare({"a": [1]}, {"a": [1, 2, 3]}, given_rules) == [(("a",), "type 1..2")]

    def test_rules_are_combined(self) -> None:
        """By key or by path."""
        either = {"$.partition": rule_list(rules.Null(), rules.Integer(), combine=Combine.OR)}
        assert self.compare({"partition": 1}, {"partition": None}, either) == []
        assert self.compare({"partition": 1}, {"partition": "x"}, either) == [
            (("partition",), "null"),
            (("partition",), "integer"),
        ]
        assert self.compare({"topic": "a"}, {"topic": "7"}, {"topic": rule_list(DIGITS)}) == []
