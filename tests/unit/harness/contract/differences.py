"""Generated promises and values near them, for tests of the difference."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

from treaty.contract import rules as kinds
from treaty.contract.json_value import JsonValue, Number
from treaty.contract.regex_samples import sample
from treaty.contract.rules import Combine, Matcher, RuleList

KEYS = ("a", "b", "c", "7")
PATTERNS = (r"\d+", r"\d+|x", r"[a-z]*", ".+", "x|yes", r"12(\.0+)?", r"\w{1,3}", "true|false", "[^x]*", r"-?\d{1,2}")
LEAVES: st.SearchStrategy[JsonValue] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 300),
    st.sampled_from(["", "x", "yes", "12", "1.5", "true", "2024-02-29", "1.2.3", "é", "1٣"]),
    st.sampled_from([Number("1.5"), Number("12.0"), Number("0.25"), Number("-2.5"), Number("12.00"), Number("1e3")]),
)
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=6,
)
CONTAINERS = st.lists(VALUES, max_size=3) | st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=3)

_TYPE = {"$": kinds.rule_list(kinds.Type())}
MATCHERS: tuple[Matcher, ...] = (
    kinds.Equality(),
    kinds.Type(),
    kinds.Type(),
    kinds.Type(minimum=1),
    kinds.Type(maximum=2),
    kinds.Type(minimum=1, maximum=2),
    *(kinds.Regex(pattern=pattern) for pattern in PATTERNS),
    kinds.Include(value="1"),
    kinds.Integer(),
    kinds.Decimal(),
    kinds.AnyNumber(),
    kinds.Boolean(),
    kinds.Null(),
    kinds.Date(pattern="yyyy-MM-dd"),
    kinds.Date(pattern="yyyy"),
    kinds.Semver(),
    kinds.NotEmpty(),
    kinds.Values(),
    kinds.ContentType(value="text/plain"),
    kinds.StatusCode(status="success"),
    kinds.EachKey(rules=(kinds.Regex(pattern="[ab]"),)),
    kinds.EachKey(rules=(kinds.Regex(pattern="[a-z]"),)),
    kinds.EachValue(rules=(kinds.Type(),)),
    kinds.EachValue(rules=(kinds.Integer(), kinds.Include(value="1"))),
    kinds.ArrayContains(),
    kinds.ArrayContains(variants=(kinds.Variant(index=0, rules=_TYPE),)),
    kinds.ArrayContains(variants=(kinds.Variant(index=1, rules=_TYPE), kinds.Variant(index=0))),
)
RULE_LISTS: st.SearchStrategy[RuleList] = st.builds(
    lambda matchers, combine: RuleList(matchers=tuple(matchers), combine=combine),
    st.lists(st.sampled_from(MATCHERS), min_size=1, max_size=2),
    st.sampled_from(Combine),
)


def places(value: JsonValue, so_far: str = "$") -> list[str]:
    """List paths of a document: each step exact or by a wildcard."""
    found = {so_far}
    if isinstance(value, dict):
        for key, inner in value.items():
            found |= {*places(inner, f"{so_far}['{key}']"), *places(inner, f"{so_far}.*")}
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            found |= {*places(inner, f"{so_far}[{position}]"), *places(inner, f"{so_far}[*]")}
    return sorted(found)


def rules_for(value: JsonValue) -> st.SearchStrategy[dict[str, RuleList]]:
    """Give rules at places of a document."""
    return st.dictionaries(st.sampled_from(places(value)), RULE_LISTS, max_size=3)


def near(value: JsonValue) -> st.SearchStrategy[JsonValue]:
    """Give values near an example, so that a promise often accepts them."""
    if isinstance(value, dict) and value:
        fixed = {key: near(inner) for key, inner in value.items()}
        return st.one_of(
            st.just(value),
            st.fixed_dictionaries(fixed),
            st.fixed_dictionaries({**fixed, "c": LEAVES}),
            st.fixed_dictionaries({}, optional=fixed),
            VALUES,
        )
    if isinstance(value, list) and value:
        return st.one_of(
            st.just(value), st.tuples(*map(near, value)).map(list), st.lists(near(value[0]), max_size=4), VALUES
        )
    return st.just(value) | LEAVES | matched_texts() | VALUES


def matched_texts() -> st.SearchStrategy[JsonValue]:
    """Give texts that one of the regular expressions matches."""
    return st.builds(
        lambda pattern, seed: sample(pattern, Random(seed)) or "", st.sampled_from(PATTERNS), st.integers(0, 50)
    )


def edited(value: JsonValue, rules: dict[str, RuleList]) -> st.SearchStrategy[tuple[JsonValue, dict[str, RuleList]]]:
    """Give a promise that differs from another in few places, or in all."""
    changed = st.one_of(st.just(value), near(value), CONTAINERS)
    return changed.flatmap(
        lambda example: st.tuples(
            st.just(example),
            st.one_of(
                st.just(rules),
                rules_for(example).map(lambda more: {**rules, **more}),
                rules_for(example),
            ),
        )
    )
