"""How matching rules are written in a Pact file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaty.contract import generators
from treaty.contract import rules as kinds
from treaty.contract.json_value import JsonValue, Number
from treaty.contract.rules import Combine, Matcher, MatchingRules, RuleList, rule_list
from treaty.pactfile.node import Fault, Node
from treaty.pactfile.rules_form import read_matcher, read_rules, write_list, write_matcher, write_rules

TEXTS = st.text(max_size=4)
UNKNOWN = st.dictionaries(st.sampled_from(["x-a", "x-b"]), st.integers() | TEXTS, max_size=2)
PLAIN = (
    kinds.Equality,
    kinds.Integer,
    kinds.Decimal,
    kinds.AnyNumber,
    kinds.Boolean,
    kinds.Null,
    kinds.Values,
    kinds.NotEmpty,
    kinds.Semver,
)
SIMPLE: st.SearchStrategy[Matcher] = st.one_of(
    *(st.builds(kind, unknown=UNKNOWN) for kind in PLAIN),
    st.builds(kinds.Type, minimum=st.none() | st.integers(0, 9), maximum=st.none() | st.integers(0, 9)),
    st.builds(kinds.Regex, pattern=TEXTS, unknown=UNKNOWN),
    st.builds(kinds.Include, value=TEXTS),
    st.builds(kinds.ContentType, value=TEXTS),
    st.builds(kinds.Date, pattern=TEXTS),
    st.builds(kinds.Time, pattern=TEXTS, unknown=UNKNOWN),
    st.builds(kinds.DateTime, pattern=TEXTS),
    st.builds(kinds.StatusCode, status=st.sampled_from(["success", "error", (200,), (404, 410), ()])),
)
PATHS = st.sampled_from(["$", "$.a", "$[0].b", "$['odd key'][*]"])
LISTS = st.builds(
    RuleList,
    matchers=st.lists(SIMPLE, min_size=1, max_size=2).map(tuple),
    combine=st.sampled_from(Combine),
    unknown=UNKNOWN,
)
VARIANTS = st.builds(
    kinds.Variant,
    index=st.integers(0, 3),
    rules=st.dictionaries(PATHS, LISTS, max_size=2),
    generators=st.dictionaries(PATHS, st.just(generators.Uuid()), max_size=1),
    unknown=UNKNOWN,
)
MATCHERS: st.SearchStrategy[Matcher] = st.one_of(
    SIMPLE,
    st.builds(kinds.EachKey, rules=st.lists(SIMPLE, max_size=2).map(tuple), unknown=UNKNOWN),
    st.builds(kinds.EachValue, rules=st.lists(SIMPLE, max_size=2).map(tuple)),
    st.builds(kinds.ArrayContains, variants=st.lists(VARIANTS, max_size=2).map(tuple), unknown=UNKNOWN),
)
NAMED = st.dictionaries(st.sampled_from(["a", "X-Id", "c d"]), LISTS, max_size=2)
RULES = st.builds(
    MatchingRules,
    method=st.none() | LISTS,
    path=st.none() | LISTS,
    status=st.none() | LISTS,
    query=NAMED,
    header=NAMED,
    body=st.dictionaries(PATHS, st.builds(RuleList, matchers=st.tuples(MATCHERS)), max_size=2),
    metadata=NAMED,
    unknown=st.dictionaries(st.just("xyzzy"), st.integers(), max_size=1),
)


def one(value: JsonValue, *, plugins: bool = False) -> Matcher:
    return read_matcher(Node(value), plugins=plugins)


def whole(value: JsonValue, *, plugins: bool = False) -> MatchingRules:
    return read_rules(Node(value), plugins=plugins)


def complaint(value: JsonValue) -> Fault:
    """Read rules that are not readable; gives the complaint."""
    with pytest.raises(Fault) as caught:
        whole(value)
    return caught.value


class TestRoundTrips:
    @given(MATCHERS)
    def test_a_matcher_reads_back_the_same(self, matcher: Matcher) -> None:
        """With the keys that we do not know."""
        assert one(write_matcher(matcher)) == matcher

    @given(RULES)
    def test_the_rules_of_a_request_read_back_the_same(self, rules: MatchingRules) -> None:
        """By category, sorted; an unknown category is kept."""
        written = write_rules(rules)
        assert list(written) == sorted(written)
        assert whole(written) == rules

    @given(LISTS)
    def test_the_body_of_a_message_has_a_category_of_its_own(self, rules: RuleList) -> None:
        """``content`` is read as the body."""
        written = write_rules(MatchingRules(body={"$.a": rules}), body="content")
        assert list(written) == ["content"]
        assert whole(written).body == {"$.a": rules}


class TestMatchers:
    @pytest.mark.parametrize(
        ("written", "matcher"),
        [
            ({"match": "real"}, kinds.Decimal()),
            ({"match": "min-type", "min": 2}, kinds.Type(minimum=2)),
            ({"match": "max", "max": Number("3.0")}, kinds.Type(maximum=3)),
            ({"match": "type", "min": None}, kinds.Type()),
            ({"match": "timestamp", "timestamp": "yyyy"}, kinds.DateTime(pattern="yyyy")),
            ({"match": "date", "format": "yyyy"}, kinds.Date(pattern="yyyy")),
            ({"match": "not-empty"}, kinds.NotEmpty()),
            ({"match": "content-type", "value": "image/png"}, kinds.ContentType(value="image/png")),
            ({"match": "each-key", "rules": [{"match": "type"}]}, kinds.EachKey(rules=(kinds.Type(),))),
            ({"match": "eachValue"}, kinds.EachValue()),
            ({"match": "status-code", "status": ["200", 204]}, kinds.StatusCode(status=(200, 204))),
            ({"match": "statusCode"}, kinds.StatusCode()),
            ({"pact:matcher:type": "integer"}, kinds.Integer()),
            ({"regex": "a+"}, kinds.Regex(pattern="a+")),
            ({"min": 1}, kinds.Type(minimum=1)),
            ({"timestamp": "yyyy"}, kinds.DateTime(pattern="yyyy")),
            ({"time": "HH"}, kinds.Time(pattern="HH")),
        ],
    )
    def test_older_and_other_spellings_are_understood(self, written: JsonValue, matcher: Matcher) -> None:
        """In V2 the kind follows from the keys."""
        assert one(written) == matcher

    def test_a_variant_without_rules_must_be_equal(self) -> None:
        """And without an index it is the first."""
        matcher = one({"match": "arrayContains", "variants": [{}]})
        variant = kinds.Variant(index=0, rules={"$": rule_list(kinds.Equality())})
        assert matcher == kinds.ArrayContains(variants=(variant,))

    def test_an_unknown_matcher_is_a_fault_unless_plugins_may_know_it(self) -> None:
        """The nearest name is offered; for plugins it is kept as it is."""
        fault = complaint({"path": {"matchers": [{"match": "decimals"}]}})
        assert fault.tokens == ("path", "matchers", "0", "match")
        assert (fault.why, fault.hint) == ("'decimals' is not a matcher of Pact", "did you mean 'decimal'?")
        written: JsonValue = {"match": "protobuf", "depth": 3}
        made = one(written, plugins=True)
        assert made == kinds.PluginMatcher(kind="protobuf", unknown={"depth": 3})
        assert write_matcher(made) == written

    def test_an_unknown_class_of_status_has_a_hint(self) -> None:
        fault = complaint({"status": {"matchers": [{"match": "statusCode", "status": "clienterror"}]}})
        assert fault.tokens[-1] == "status"
        assert fault.hint == "did you mean 'clientError'?"

    def test_what_says_nothing_is_not_written(self) -> None:
        """Bounds that are zero say something."""
        assert write_matcher(kinds.Type()) == {"match": "type"}
        assert write_matcher(kinds.Type(minimum=0)) == {"match": "type", "min": 0}
        assert write_matcher(kinds.Date()) == {"match": "date"}
        assert write_list(rule_list(kinds.Null())) == {"combine": "AND", "matchers": [{"match": "null"}]}


class TestCategories:
    def test_none_are_none(self) -> None:
        """Absent, null and an empty map are the same here."""
        assert read_rules(None, plugins=False) is kinds.NO_RULES
        assert whole(None) is kinds.NO_RULES
        assert whole({}) == kinds.NO_RULES
        assert not whole({"body": {}})

    @pytest.mark.parametrize(
        ("category", "attribute"), [("headers", "header"), ("contents", "body"), ("content", "body")]
    )
    def test_other_names_of_categories_are_understood(self, category: str, attribute: str) -> None:
        read = whole({category: {"$.a": {"matchers": [{"match": "type"}]}}})
        assert getattr(read, attribute) == {"$.a": rule_list(kinds.Type())}

    def test_a_misspelt_category_is_a_fault(self) -> None:
        """Its rules would silently not hold; with plugins it may be theirs."""
        fault = complaint({"boddy": {}})
        assert (fault.tokens, fault.hint) == (("boddy",), "did you mean 'body'?")
        assert whole({"boddy": {}}, plugins=True).unknown == {"boddy": {}}

    def test_a_single_value_may_be_written_as_a_map(self) -> None:
        """With one key, as some tools do; an empty map is no rule."""
        read = whole({"path": {"": {"matchers": [{"match": "type"}]}}, "status": {}})
        assert read.path == rule_list(kinds.Type())
        assert read.status is None

    def test_a_map_may_be_written_as_a_single_value(self) -> None:
        """Then it is of the root; a member that is called so stays one."""
        assert whole({"body": {"matchers": [{"match": "type"}]}}).body == {"$": rule_list(kinds.Type())}
        named = whole({"query": {"matchers": {"matchers": [{"match": "type"}]}}})
        assert named.query == {"matchers": rule_list(kinds.Type())}

    @pytest.mark.parametrize(("word", "combine"), [("or", Combine.OR), ("AND", Combine.AND), (None, Combine.AND)])
    def test_matchers_are_combined_by_a_word(self, word: str | None, combine: Combine) -> None:
        read = whole({"path": {"combine": word, "matchers": [{"match": "null"}]}}).path
        assert read is not None
        assert read.combine is combine

    @pytest.mark.parametrize(
        ("written", "tokens"),
        [
            ([], ()),
            ({"path": {"combine": "XOR", "matchers": []}}, ("path", "combine")),
            ({"path": {"matchers": {}}}, ("path", "matchers")),
            ({"path": {"matchers": [{}]}}, ("path", "matchers", "0")),
            ({"path": {"matchers": [{"match": "regex"}]}}, ("path", "matchers", "0")),
            ({"body": {"$.a[": {"matchers": []}}}, ("body", "$.a[")),
            ({"body": {"$": {"matchers": [{"match": "type", "min": "x"}]}}}, ("body", "$", "matchers", "0", "min")),
            ({"query": {"a": "type"}}, ("query", "a")),
        ],
    )
    def test_malformed_rules_are_named_by_place(self, written: JsonValue, tokens: tuple[str, ...]) -> None:
        assert complaint(written).tokens == tokens


class TestFlat:
    @pytest.mark.parametrize(
        ("path", "rules"),
        [
            ("$.path", MatchingRules(path=rule_list(kinds.Type()))),
            ("$.body", MatchingRules(body={"$": rule_list(kinds.Type())})),
            ("$.body.a[0]", MatchingRules(body={"$.a[0]": rule_list(kinds.Type())})),
            ("$.body['odd key']", MatchingRules(body={"$['odd key']": rule_list(kinds.Type())})),
            ("$.headers.Accept", MatchingRules(header={"Accept": rule_list(kinds.Type())})),
            ("$.header['X-Id']", MatchingRules(header={"X-Id": rule_list(kinds.Type())})),
            ("$.query.q", MatchingRules(query={"q": rule_list(kinds.Type())})),
            ("$.query.q[0]", MatchingRules(query={"q": rule_list(kinds.Type())})),
            ("$.headers", MatchingRules(unknown={"$.headers": {"match": "type"}})),
            ("$", MatchingRules(unknown={"$": {"match": "type"}})),
            ("$.nonsense.a", MatchingRules(unknown={"$.nonsense.a": {"match": "type"}})),
        ],
    )
    def test_the_rules_of_v2_have_their_category_in_the_path(self, path: str, rules: MatchingRules) -> None:
        """One matcher a path; what belongs nowhere is kept as it is."""
        assert whole({path: {"match": "type"}}) == rules

    def test_a_path_that_is_none_is_named(self) -> None:
        assert complaint({"$.body[": {"match": "type"}}).tokens == ("$.body[",)
