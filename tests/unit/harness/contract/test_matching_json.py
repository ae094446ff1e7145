"""JSON bodies: structure, every matcher, where mismatches lie."""

from __future__ import annotations

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from tests.unit.harness.contract.promises import compare_json
from treaty.contract import rules
from treaty.contract.json_value import JsonValue, Number
from treaty.contract.rules import Combine, Matcher, rule_list


class TestStructure:
    def test_equal_documents_match_whatever_the_order_of_keys(self) -> None:
        """Without rules, values must be equal."""
        assert compare_json({"a": 1, "b": [None, "x"]}, {"b": [None, "x"], "a": 1}) == []

    def test_unexpected_members_are_allowed_in_responses_only(self) -> None:
        """Extra members are fine in an answer and a mismatch in a request."""
        assert compare_json({"a": 1}, {"a": 1, "b": 2}) == []
        assert compare_json({"a": 1}, {"a": 1, "b": 2}, request=True) == [("body.$.b", "equality")]

    def test_all_mismatches_come_in_the_order_of_the_example(self) -> None:
        """Every difference is told, with its place."""
        expected: JsonValue = {"c": 1, "a": {"x": "y"}, "list": [1, 2], "odd key": True}
        actual: JsonValue = {"a": {"x": "z"}, "list": [1], "odd key": False}
        assert [place for place, _ in compare_json(expected, actual)] == [
            "body.$.c",
            "body.$.a.x",
            "body.$.list",
            "body.$['odd key']",
        ]

    @pytest.mark.parametrize(
        ("expected", "actual"),
        [(11, Number("11.0")), (1, True), ("11", 11), (None, ""), ({}, []), ([1], [1, 1]), ([], [1]), ({"a": 1}, None)],
    )
    def test_types_are_not_mixed(self, expected: JsonValue, actual: JsonValue) -> None:
        """11 is not 11.0, true is not 1, "11" is not 11, null is not empty."""
        assert compare_json({"v": expected}, {"v": actual})

    def test_numbers_are_compared_by_value(self) -> None:
        """1.10 equals 1.1, and exponents too large for a float are still told apart."""
        assert compare_json({"v": Number("1.10")}, {"v": Number("1.1")}) == []
        assert compare_json({"v": Number("1e400")}, {"v": Number("1e401")})

    def test_an_empty_object_in_a_request_must_be_empty(self) -> None:
        """A promised empty object accepts no members in a request."""
        assert compare_json({"v": {}}, {"v": {"a": 1}}, request=True) == [("body.$.v", "equality")]
        assert compare_json({"v": {}}, {"v": {"a": 1}}) == []


_ACCEPTS: list[tuple[Matcher, JsonValue, list[JsonValue], list[JsonValue]]] = [
    (rules.Equality(), 1, [1], [2, Number("1.0"), "1"]),
    (rules.Type(), 1, [2, Number("2.5")], ["x", None, True]),
    (rules.Type(), "x", ["", "y"], [None, 1]),
    (rules.Regex(pattern=r"\d+"), "1", ["12", 12], ["a1b", ""]),
    (rules.Regex(pattern=r"66(\.0*)?"), 66, [66, Number("66.0"), Number("66.00"), "66"], [Number("66.10"), 67]),
    (rules.Include(value="b"), "abc", ["xbx"], ["xyz", 1]),
    (rules.Integer(), 1, [2, -1], [Number("1.0"), "1", True]),
    (rules.Decimal(), Number("1.5"), [Number("2.0"), Number("1e3")], [1, "1.5"]),
    (rules.AnyNumber(), 1, [2, Number("2.5")], ["11", None, True]),
    (rules.Boolean(), True, [False, "true"], [0, "yes", None, []]),
    (rules.Null(), None, [None], [0, "", []]),
    (rules.Date(pattern="yyyy-MM-dd"), "2024-02-29", ["2000-01-01"], ["2023-02-29", 5, "x"]),
    (rules.Date(), "2024-02-29", ["2000-01-01"], ["01.01.2000"]),
    (rules.Time(), "10:00:00", ["23:59:59"], ["24:00:00"]),
    (rules.DateTime(), "2024-02-29T10:00:00Z", ["2024-02-29T10:00:00+01:00"], ["2024-02-29 10:00:00"]),
    (rules.NotEmpty(), "x", ["y", 0, [1]], ["", None, [], {}]),
    (rules.Semver(), "1.0.0", ["2.1.0-rc.1+b5"], ["1.0", "01.0.0", 1]),
    (rules.ContentType(value="image/png"), "", ["iVBORw0KGgo="], ["aGVsbG8=", "hello"]),
    (rules.PluginMatcher(kind="csv"), "x", [], ["x"]),
]


@pytest.mark.parametrize(
    ("matcher", "example", "accepted", "refused"), _ACCEPTS, ids=[type(row[0]).__name__ for row in _ACCEPTS]
)
def test_each_matcher_accepts_and_refuses(
    matcher: Matcher, example: JsonValue, accepted: list[JsonValue], refused: list[JsonValue]
) -> None:
    """Each matcher accepts what it stands for and nothing else."""
    given = {"$.v": rule_list(matcher)}
    assert [value for value in accepted if compare_json({"v": example}, {"v": value}, given)] == []
    assert [value for value in refused if not compare_json({"v": example}, {"v": value}, given)] == []


class TestLists:
    def test_a_type_rule_lets_a_list_grow_and_shrink(self) -> None:
        """Elements are held against the example at their position, or against the first; none are needed."""
        given = {"$.v": rule_list(rules.Type())}
        assert compare_json({"v": [1, "x"]}, {"v": [2, "y", 3]}, given) == []
        assert compare_json({"v": [1]}, {"v": []}, given) == []
        assert compare_json({"v": [1, "x"]}, {"v": [2, 3]}, given) == [("body.$.v[1]", "type")]

    def test_bounds_count_the_elements_of_their_own_list_only(self) -> None:
        """`min` and `max` do not apply to lists inside."""
        given = {"$.v": rule_list(rules.Type(minimum=2, maximum=3))}
        assert compare_json({"v": [[1]]}, {"v": [[1], [2]]}, given) == []
        assert compare_json({"v": [1]}, {"v": [1]}, given) == [("body.$.v", "type 2..3")]
        assert compare_json({"v": [1]}, {"v": [1, 2, 3, 4]}, given) == [("body.$.v", "type 2..3")]

    def test_a_wildcard_rule_does_not_let_a_list_grow(self) -> None:
        """A rule for elements says nothing of the number of elements."""
        given = {"$.v[*]": rule_list(rules.Type())}
        assert compare_json({"v": [1]}, {"v": [2]}, given) == []
        assert compare_json({"v": [1]}, {"v": [2, 3]}, given) == [("body.$.v", "equality")]

    def test_array_contains_looks_for_each_variant(self) -> None:
        """Each variant must be like some element, under its own rules."""
        by_type = rules.Variant(index=0, rules={"$.id": rule_list(rules.Integer())})
        exact = rules.Variant(index=1)
        given = {"$": rule_list(rules.ArrayContains(variants=(by_type, exact)))}
        example: JsonValue = [{"id": 1, "kind": "a"}, {"kind": "b"}]
        assert compare_json(example, [{"kind": "b"}, {"kind": "c"}, {"id": 9, "kind": "a"}], given) == []
        assert compare_json(example, [{"kind": "b"}, {"id": "9", "kind": "a"}], given) == [("body.$", "arrayContains")]


class TestObjects:
    def test_maps_keyed_by_id_have_rules_for_keys_and_values(self) -> None:
        """`eachKey` and `eachValue` replace the comparison of keys."""
        each_key = rules.EachKey(rules=(rules.Regex(pattern=r"\d+"),))
        given = {"$.v": rule_list(each_key, rules.EachValue(rules=(rules.Type(),)))}
        example: JsonValue = {"v": {"1": {"n": 1}}}
        assert compare_json(example, {"v": {"7": {"n": 7}, "8": {"n": 8}}}, given) == []
        assert compare_json(example, {"v": {"x": {"n": 7}}}, given) == [("body.$.v.x", r"eachKey regex \d+")]
        assert compare_json(example, {"v": {"7": {"n": "7"}}}, given) == [("body.$.v['7'].n", "type")]

    def test_values_ignores_keys(self) -> None:
        """`values` holds each value against an example, whatever its key."""
        given = {"$.v": rule_list(rules.Values()), "$.v.*": rule_list(rules.Type())}
        assert compare_json({"v": {"a": 1}}, {"v": {"b": 2, "c": 3}}, given) == []
        assert compare_json({"v": {"a": 1}}, {"v": {"b": "2"}}, given) == [("body.$.v.b", "type")]

    def test_rules_cascade_to_what_lies_below(self) -> None:
        """A rule applies to all places below it that have no weightier rule."""
        given = {"$": rule_list(rules.Type()), "$.v.b": rule_list(rules.Equality())}
        assert compare_json({"v": {"a": 1, "b": 1}}, {"v": {"a": 2, "b": 1}}, given) == []
        assert compare_json({"v": {"a": 1, "b": 1}}, {"v": {"a": 2, "b": 2}}, given) == [("body.$.v.b", "equality")]

    def test_an_absent_member_is_missing_whatever_its_rule(self) -> None:
        """No rule makes a member optional."""
        assert compare_json({"v": 1}, {}, {"$.v": rule_list(rules.Type())}) == [("body.$.v", "equality")]


class TestCombined:
    def test_nullable_by_or(self) -> None:
        """Type or null accepts both, and nothing else, for values of every kind."""
        given = {"$.v": rule_list(rules.Type(), rules.Null(), combine=Combine.OR)}
        examples: list[tuple[JsonValue, JsonValue, JsonValue]] = [
            ("x", "y", 1),
            ({"a": 1}, {"a": 2}, 1),
            ([1], [2], "x"),
        ]
        for example, other, wrong in examples:
            assert compare_json({"v": example}, {"v": other}, given) == []
            assert compare_json({"v": example}, {"v": None}, given) == []
            assert compare_json({"v": example}, {"v": wrong}, given)

    def test_and_needs_all(self) -> None:
        """Each matcher that refuses is a mismatch of its own."""
        given = {"$.v": rule_list(rules.Regex(pattern="[a-z]+"), rules.Include(value="b"))}
        assert compare_json({"v": "ab"}, {"v": "cbd"}, given) == []
        assert [rule for _, rule in compare_json({"v": "ab"}, {"v": "12"}, given)] == ["regex [a-z]+", "include b"]


_DOCUMENTS: st.SearchStrategy[JsonValue] = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.sampled_from([Number("1.10"), Number("-0")])
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@for_all(document=_DOCUMENTS)
@settings(deadline=None)
def test_every_document_is_as_promised_by_itself(document: JsonValue) -> None:
    """An example satisfies a promise of itself, exactly and by type, in requests and responses."""
    for given_rules in ({}, {"$": rule_list(rules.Type())}):
        assert compare_json({"v": document}, {"v": document}, given_rules) == []
        assert compare_json({"v": document}, {"v": document}, given_rules, request=True) == []
