"""Which rules decide where; the plain weighing of `treaty.contract.path` is the oracle."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from treaty.contract import rules
from treaty.contract.json_value import loads
from treaty.contract.path import PathInvalid, Place, best, parse_path
from treaty.contract.rules import Combine, RuleList, rule_list
from treaty.contract.scopes import Rules, Scope, each_scope, metadata_scope, named_scope, root_scope


def enter(scope: Scope, *place: str | int) -> Scope:
    for step in place:
        scope = scope.step(step)
    return scope


def marked(*paths: str) -> dict[str, RuleList]:
    """Give each path a rule that can be told from the others."""
    return {path: rule_list(rules.Include(value=path)) for path in paths}


def mark(scope: Scope) -> str:
    """Tell the path whose rules decide in a scope; empty when there are none."""
    if scope.rules is None:
        return ""
    (matcher,) = scope.rules.matchers
    assert isinstance(matcher, rules.Include)
    return matcher.value


NAMES = st.sampled_from(["a", "b", "0", "7"])
STEPS = NAMES | st.integers(0, 8)
TOKENS = st.sampled_from([".a", ".b", "['0']", "[0]", "[7]", "[*]", ".*"])
PATHS = st.lists(st.lists(TOKENS, max_size=4).map(lambda tokens: "$" + "".join(tokens)), max_size=5, unique=True)


@given(paths=PATHS, place=st.lists(STEPS, max_size=5))
@example(paths=["$.a", "$.*.*.*"], place=["a", "b", "a"])
@example(paths=["$.*.*.*", "$.a"], place=["a", "b", "a"])
def test_the_rules_of_a_place_are_those_of_the_best_path(paths: list[str], place: list[str | int]) -> None:
    """Compiled scopes choose as the specification's weighing of whole paths does."""
    where: Place = tuple(place)
    chosen = best([parse_path(path) for path in paths], where)
    deciding = mark(enter(root_scope(marked(*paths)), *place))
    assert (parse_path(deciding) if deciding else None) == chosen


@given(paths=PATHS, places=st.lists(st.lists(STEPS, max_size=4), max_size=6))
def test_what_was_entered_before_does_not_matter(paths: list[str], places: list[list[str | int]]) -> None:
    """Scopes are shared between places that no rule tells apart, and only between these."""
    shared = root_scope(marked(*paths))
    for place in places:
        fresh = enter(root_scope(marked(*paths)), *place)
        used = enter(shared, *place)
        assert (mark(used), used.cascaded, used.direct) == (mark(fresh), fresh.cascaded, fresh.direct)


def test_places_that_no_rule_tells_apart_share_a_scope() -> None:
    """A list of a million elements needs one scope, and the element that a rule names has its own."""
    items = root_scope(marked("$.items[*].id", "$.items[3].id")).step("items")
    assert items.step(0) is items.step(1_000_000)
    assert items.step(3) is not items.step(0)
    assert mark(items.step(3).step("id")) == "$.items[3].id"
    assert mark(items.step(4).step("id")) == "$.items[*].id"


def test_rules_cascade_to_the_places_below() -> None:
    """A place below knows that the rules were not given for itself."""
    scope = root_scope({"$.a": rule_list(rules.Type())})
    assert (scope.rules, scope.typed) == (None, False)
    assert (scope.step("a").cascaded, scope.step("a").typed) == (False, True)
    below = enter(scope, "a", "b", 0)
    assert below.rules is scope.step("a").rules
    assert (below.cascaded, below.typed, below.direct) == (True, True, frozenset())


def test_a_place_stays_typed_below_another_rule() -> None:
    """A closer rule decides, and the type above is still known."""
    scope = root_scope({"$": rule_list(rules.Type()), "$.a": rule_list(rules.Equality())})
    assert scope.step("a").typed
    assert scope.step("a").direct == {"equality"}


def test_the_later_of_two_equal_paths_wins() -> None:
    """And the names of both are known to be given for the place."""
    scope = root_scope({"$.a": rule_list(rules.Type()), "$['a']": rule_list(rules.Integer())}).step("a")
    assert scope.rules is not None
    assert scope.rules.names == {"integer"}
    assert scope.direct == {"type", "integer"}


def test_a_path_that_is_none_is_refused() -> None:
    """Rules of a body have paths."""
    with pytest.raises(PathInvalid):
        root_scope(marked("$["))


def test_rules_without_names_of_headers_are_found_in_lower_case() -> None:
    """Only where it is asked for: parameters and metadata have one case."""
    given_rules = marked("X-Id")
    assert mark(named_scope(given_rules, lower=True).step("x-id")) == "X-Id"
    assert mark(named_scope(given_rules).step("x-id")) == ""
    assert mark(named_scope(given_rules).step("X-Id")) == "X-Id"


@pytest.mark.parametrize("name", ["q", "$.q", "$['q'][1]", "$[", "a.b[0]"])
def test_parameters_and_headers_may_have_any_name(name: str) -> None:
    """Even one that looks like a path."""
    assert mark(named_scope(marked(name)).step(name)) == name
    assert mark(named_scope(marked("$.q")).step("q")) == ""


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("q", ("q",)),
        ("$.q", ("q",)),
        ("$['q'][1]", ("q", 1)),
        ("$[", ("$[",)),
        ("$q", ("$q",)),
        ("a.b[0]", ("a.b[0]",)),
    ],
)
def test_metadata_is_named_by_paths_that_are_written_as_such(name: str, place: Place) -> None:
    """Everything else is a name."""
    assert mark(enter(metadata_scope(marked(name)), *place)) == name


def test_a_list_without_matchers_says_nothing() -> None:
    """What was said above it still holds."""
    nothing, something = RuleList(matchers=()), rule_list(rules.Integer())
    assert root_scope({"$.a": nothing}).step("a").rules is None
    assert named_scope({"a": nothing}).step("a").rules is None
    found = root_scope({"$": something, "$.a": nothing}).step("a")
    assert found.rules is not None
    assert found.rules.names == {"integer"}
    assert found.cascaded


def test_the_rules_of_each_value_hold_one_level_below() -> None:
    """For members and elements, and for what lies in them by cascade."""
    scope = each_scope(rules.EachValue(rules=(rules.Integer(),)))
    assert scope.rules is None
    for step in ("a", 0, "7"):
        found = scope.step(step).rules
        assert found is not None
        assert found.names == {"integer"}
        assert not scope.step(step).cascaded
    assert enter(scope, "a", "b").cascaded


def test_tests_follow_the_order_of_the_matchers() -> None:
    """Of JSON values and of texts; how they are combined is kept."""
    both: Mapping[str, RuleList] = {"$": rule_list(rules.Integer(), rules.Null(), combine=Combine.OR)}
    found = root_scope(both).rules
    assert isinstance(found, Rules)
    assert found.any_of
    one = loads("1")
    assert [test(one, one) is None for test in found.json] == [True, False]
    assert [test("1", "1") is None for test in found.text] == [True, False]
    assert found.json is found.json
