"""Single texts, lists of texts, and bodies of text or bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract import rules
from treaty.contract.matching_text import (
    compile_bytes,
    compile_list,
    compile_parameters,
    compile_plain_text,
    compile_text,
    single_rules,
)
from treaty.contract.mismatch import Fault
from treaty.contract.path import Place
from treaty.contract.rules import Combine, RuleList, rule_list
from treaty.contract.scopes import Rules, named_scope, root_scope

DIGITS = rules.Regex(pattern=r"\d+")
NOTHING = root_scope({})


def found(faults: list[Fault] | None) -> list[tuple[Place, str]]:
    """Give place and rule of each fault; no faults are None, never an empty list."""
    assert faults != []
    return [(fault.place(), fault.rule) for fault in faults or ()]


def parameters(
    expected: Mapping[str, Sequence[str]], given_rules: Mapping[str, RuleList] | None = None
) -> Callable[[Mapping[str, Sequence[str]]], list[tuple[Place, str]]]:
    """Compile parameters; the check gives place and rule of each fault."""
    check = compile_parameters(expected, named_scope(given_rules or {}))
    return lambda actual: found(check(actual))


class TestText:
    @given(st.text(max_size=5), st.text(max_size=5))
    def test_without_rules_only_the_same_text_will_do(self, expected: str, actual: str) -> None:
        assert (compile_text(expected, None)(actual) is None) is (expected == actual)

    def test_all_matchers_must_accept_unless_any_may(self) -> None:
        """Each that does not is a fault of its own; under OR one that does is enough."""
        matchers = (DIGITS, rules.Include(value="7"))
        every = compile_text("7", Rules(rule_list(*matchers)))
        assert found(every("17")) == []
        assert found(every("x")) == [((), r"regex \d+"), ((), "include 7")]
        some = compile_text("7", Rules(rule_list(*matchers, combine=Combine.OR)))
        assert found(some("1")) == found(some("x7")) == []
        assert len(found(some("x"))) == 2

    def test_rules_for_each_value_of_a_list_hold_for_its_texts(self) -> None:
        """What a list contains says nothing of one text, and a text has no keys."""
        check = compile_text("1", Rules(rule_list(rules.EachValue(rules=(rules.Type(), DIGITS)))))
        assert found(check("2")) == []
        assert found(check("x")) == [((), "eachValue")]
        assert found(compile_text("1", Rules(rule_list(rules.ArrayContains())))("x")) == []
        assert found(compile_text("1", Rules(rule_list(rules.EachKey(rules=(DIGITS,)))))("1")) == [((), "eachKey")]

    def test_a_fault_shows_example_and_text(self) -> None:
        (fault,) = compile_text("a", None)("b") or []
        assert (fault.wanted, fault.got, fault.message) == ("a", "b", "'b' is not 'a'")


class TestParameters:
    def test_names_come_in_any_order_and_values_in_theirs(self) -> None:
        check = parameters({"a": ("1", "2"), "b": ("3",)})
        assert check({"b": ["3"], "a": ["1", "2"]}) == []
        assert check({"a": ["2", "1"], "b": ["3"]}) == [(("a", 0), "equality"), (("a", 1), "equality")]

    def test_what_is_missing_and_what_is_too_much_is_told(self) -> None:
        """Also when there are as many names as expected."""
        check = parameters({"a": ("1",)})
        assert check({}) == [(("a",), "equality")]
        assert check({"a": ["1"], "b": ["2"]}) == [(("b",), "equality")]
        assert check({"b": ["1"]}) == [(("a",), "equality"), (("b",), "equality")]

    def test_without_rules_there_are_as_many_values_as_in_the_example(self) -> None:
        """An empty list of values is not the same as none."""
        check = parameters({"a": ("1", "2")})
        assert check({"a": ["1"]}) == [(("a",), "equality")]
        assert check({"a": ["1", "2", "3"]}) == [(("a",), "equality")]
        assert parameters({"a": ()})({}) == [(("a",), "equality")]
        assert parameters({"a": ()})({"a": []}) == []

    def test_a_rule_of_a_name_is_for_all_its_values(self) -> None:
        check = parameters({"a": ("1",)}, {"a": rule_list(DIGITS)})
        assert check({"a": ["7", "8"]}) == []
        assert check({"a": ["7", "x"]}) == [(("a", 1), r"regex \d+")]

    def test_a_rule_of_one_position_is_for_that_value(self) -> None:
        """The others stay equal to the example."""
        check = compile_parameters({"a": ("1", "2")}, root_scope({"$.a[1]": rule_list(DIGITS)}))
        assert check({"a": ["1", "99"]}) is None
        assert found(check({"a": ["9", "x"]})) == [(("a", 0), "equality"), (("a", 1), r"regex \d+")]

    def test_a_rule_of_one_position_adds_to_that_of_the_name(self) -> None:
        given_rules = {"$.a": rule_list(DIGITS), "$.a[1]": rule_list(rules.Regex(pattern=".."))}
        check = compile_parameters({"a": ("1", "22")}, root_scope(given_rules))
        assert check({"a": ["3", "44"]}) is None
        assert found(check({"a": ["3", "4"]})) == [(("a", 1), "regex ..")]
        assert found(check({"a": ["3", "xx"]})) == [(("a", 1), r"regex \d+")]

    def test_bounds_of_a_whole_form_are_not_for_its_fields(self) -> None:
        """Those of a field are."""
        expected, two = {"a": ("1",)}, rule_list(rules.Type(minimum=2))
        assert compile_parameters(expected, root_scope({"$": two}))({"a": ["2"]}) is None
        assert found(compile_parameters(expected, root_scope({"$.a": two}))({"a": ["2"]})) == [(("a",), "type 2..")]


class TestList:
    def test_values_beyond_the_example_are_held_against_its_first(self) -> None:
        check = compile_list(("1", "a"), Rules(rule_list(rules.Include(value="1"))))
        assert found(check(["1", "1", "21"])) == []
        assert found(check(["1", "1", "2"])) == [((2,), "include 1")]

    @pytest.mark.parametrize("values", [["1"], ["1", "2", "1"], ["2", "1"]])
    def test_equal_lists_are_of_one_length(self, values: list[str]) -> None:
        check = compile_list(("1", "2"), Rules(rule_list(rules.Equality())))
        assert found(check(["1", "2"])) == []
        assert found(check(values))

    def test_a_list_may_have_to_contain_values(self) -> None:
        """In any order, among others: each variant, or the examples when there is none."""
        check = compile_list(("1", "2"), Rules(rule_list(rules.ArrayContains())))
        assert found(check(["2", "x", "1"])) == []
        assert found(check(["2", "x"])) == [((), "arrayContains")]
        variant = rules.Variant(index=1, rules={"$": rule_list(rules.Regex(pattern="[a-z]"))})
        check = compile_list(("1", "2"), Rules(rule_list(rules.ArrayContains(variants=(variant,)))))
        assert found(check(["9", "x"])) == []
        assert found(check(["9"])) == [((), "arrayContains")]
        missing = rules.ArrayContains(variants=(rules.Variant(index=2),))
        assert found(compile_list(("1", "2"), Rules(rule_list(missing)))(["1", "2"])) == [((), "arrayContains")]

    @pytest.mark.parametrize(("size", "accepted"), [(0, False), (1, True), (2, True), (3, False)])
    def test_a_type_may_bound_the_number_of_values(self, size: int, accepted: bool) -> None:
        check = compile_list(("1",), Rules(rule_list(rules.Type(minimum=1, maximum=2))))
        assert found(check(["x"] * size)) == ([] if accepted else [((), "type 1..2")])

    def test_an_example_without_values_says_nothing(self) -> None:
        assert compile_list((), Rules(rule_list(DIGITS)))(["x"]) is None


class TestBodies:
    def test_without_rules_bytes_are_equal(self) -> None:
        """The same for text: a blank more is another body."""
        for check in (compile_plain_text(b"a", NOTHING, "utf-8"), compile_bytes(b"a", NOTHING)):
            assert found(check(b"a")) == []
            assert found(check(b"a ")) == [((), "equality")]

    def test_rules_see_the_text_in_its_character_set(self) -> None:
        """Bytes that are no text there are told as such, with the first rule."""
        scope = root_scope({"$": rule_list(rules.Regex(pattern="größ."))})
        assert found(compile_plain_text("größe".encode("latin-1"), scope, "latin-1")("größ!".encode("latin-1"))) == []
        assert found(compile_plain_text(b"", scope, "utf-8")(b"gr\xf6\xdfe")) == [((), "regex größ.")]
        assert found(compile_plain_text(b"", scope, "no-such-set")(b"a")) == [((), "regex größ.")]

    def test_matchers_of_bytes_are_combined_too(self) -> None:
        png, pdf = rules.ContentType(value="image/png"), rules.ContentType(value="application/pdf")
        every = compile_bytes(b"", root_scope({"$": rule_list(png, pdf)}))
        some = compile_bytes(b"", root_scope({"$": rule_list(png, pdf, combine=Combine.OR)}))
        assert found(every(b"%PDF-1")) == [((), "contentType image/png")]
        assert found(some(b"%PDF-1")) == []
        assert len(found(some(b"GIF8"))) == 2


def test_a_rule_list_without_matchers_is_no_rule() -> None:
    """Then the value must be equal."""
    assert single_rules(None) is None
    assert single_rules(RuleList(matchers=())) is None
    compiled = single_rules(rule_list(DIGITS))
    assert compiled is not None
    assert compiled.names == {"regex"}
