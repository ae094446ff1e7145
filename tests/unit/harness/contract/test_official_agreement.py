"""Our matching and the official engine give the same verdict, over generated rules and values; exceptions are named."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from treaty.contract.java_dates import DatePatternInvalid, validate
from treaty.contract.json_value import JsonValue, Number, dumps
from treaty.contract.matching import match_message
from treaty.contract.model import ActualMessage
from treaty.contract.regexes import RegexInvalid, full_matcher
from treaty.contract.specification import V3
from treaty.pactfile.node import Node
from treaty.pactfile.reading import FragmentReader

pytest.importorskip("pact_ffi", reason="the official engine (extra `official`) is not installed")

from tests.unit.harness.contract import official

_SLOW = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def ours(
    expected: JsonValue, actual: JsonValue, rules: Mapping[str, JsonValue], *, content_type: str = "application/json"
) -> list[str]:
    """Compare the contents of two messages with our matching."""
    fragment: JsonValue = {
        "contents": expected,
        "metadata": {"contentType": content_type},
        "matchingRules": {"body": rules},
    }
    promised = FragmentReader(V3, plugins=False).contents(Node(fragment))
    body = actual.encode() if isinstance(actual, str) else dumps(actual).encode()
    came = ActualMessage(body=body, metadata={"contentType": content_type})
    return [f"{mismatch.location}: {mismatch.message}" for mismatch in match_message(promised, came)]


# --- generated rules and values -----------------------------------------------------------------------------------

_KEYS = ("a", "b", "c")
_LEAVES: st.SearchStrategy[JsonValue] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 300),
    st.sampled_from(["", "x", "yes", "12", "1.5", "true", "2024-02-29", "1.2.3"]),
    st.sampled_from([Number("1.5"), Number("12.0"), Number("0.25"), Number("-2.5")]),
)
_VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=3),
    max_leaves=8,
)
_PLAIN_MATCHERS: list[JsonValue] = [
    {"match": "equality"},
    {"match": "type"},
    {"match": "type", "min": 1},
    {"match": "type", "max": 2},
    {"match": "type", "min": 1, "max": 2},
    {"match": "regex", "regex": r"\d+|x"},
    {"match": "regex", "regex": r"[a-z]*"},
    {"match": "regex", "regex": r".+"},
    {"match": "include", "value": "1"},
    {"match": "integer"},
    {"match": "decimal"},
    {"match": "number"},
    {"match": "boolean"},
    {"match": "null"},
    {"match": "date", "format": "yyyy-MM-dd"},
    {"match": "semver"},
    {"match": "notEmpty"},
    {"match": "values"},
    {"match": "eachKey", "rules": [{"match": "regex", "regex": "[ab]"}]},
    {"match": "eachValue", "rules": [{"match": "type"}]},
    {"match": "eachValue", "rules": [{"match": "integer"}, {"match": "include", "value": "1"}]},
    {"match": "contentType", "value": "text/plain"},
    {"match": "contentType", "value": "application/json"},
    {"match": "eachValue", "rules": [{"match": "eachValue", "rules": [{"match": "type", "min": 1}]}]},
    {"match": "arrayContains", "variants": []},
    {"match": "arrayContains", "variants": [{"index": 0, "rules": {"$": {"matchers": [{"match": "type"}]}}}]},
]
_RULE_LISTS = st.lists(st.sampled_from(_PLAIN_MATCHERS), max_size=2).map(
    lambda matchers: {"combine": "AND", "matchers": matchers}
)
_CONTAINERS = st.lists(_VALUES, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), _VALUES, max_size=3)


def _places(value: JsonValue, so_far: str = "$") -> list[str]:
    """List paths of a document: each step exact or by a wildcard."""
    found = [so_far]
    if isinstance(value, dict):
        for key, inner in value.items():
            found += _places(inner, f"{so_far}.{key}") + _places(inner, f"{so_far}.*")
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            found += _places(inner, f"{so_far}[{position}]") + _places(inner, f"{so_far}[*]")
    return sorted(set(found))


def _rules(value: JsonValue) -> st.SearchStrategy[dict[str, JsonValue]]:
    return st.dictionaries(st.sampled_from(_places(value)), _RULE_LISTS, max_size=3)


@given(expected=_CONTAINERS, data=st.data())
@_SLOW
def test_json_verdicts_agree(expected: JsonValue, data: st.DataObject) -> None:
    """Whatever the rules (combined by AND) and values, both accept or both reject."""
    rules = data.draw(_rules(expected))
    actual = data.draw(_mutations(expected))
    assume(isinstance(actual, (dict, list)))
    assume(not _ambiguous(rules))
    theirs = official.match_contents(expected, actual, rules)
    mine = ours(expected, actual, rules)
    assert (not mine) == (not theirs), (mine, theirs)


def _mutations(value: JsonValue) -> st.SearchStrategy[JsonValue]:
    """Give values near the example, so that acceptance is not rare."""
    if isinstance(value, dict) and value:
        fixed = {key: _mutations(inner) for key, inner in value.items()}
        return st.one_of(
            st.just(value),
            st.fixed_dictionaries(fixed),
            st.fixed_dictionaries({**fixed, "c": _LEAVES}),
            st.fixed_dictionaries({}, optional=fixed),
            _VALUES,
        )
    if isinstance(value, list) and value:
        return st.one_of(
            st.just(value),
            st.tuples(*map(_mutations, value)).map(list),
            st.lists(_mutations(value[0]), max_size=3),
            _VALUES,
        )
    return st.one_of(st.just(value), _VALUES)


def _ambiguous(rules: Mapping[str, JsonValue]) -> bool:
    """Tell whether two paths may weigh the same for one place: the official engine then chooses by chance."""
    signatures = [(path.count("[") + path.count("."), path.count("*")) for path in rules]
    return len(set(signatures)) < len(signatures)


@given(example=_LEAVES, matchers=st.lists(st.sampled_from(_PLAIN_MATCHERS), min_size=1, max_size=3), data=st.data())
@_SLOW
def test_matchers_combined_by_or_agree_on_leaves(
    example: JsonValue, matchers: list[JsonValue], data: st.DataObject
) -> None:
    """On texts, numbers, booleans and null, matchers combined by OR accept the same values in both."""
    actual = data.draw(st.one_of(st.just(example), _LEAVES))
    rules: dict[str, JsonValue] = {"$.v": {"combine": "OR", "matchers": matchers}}
    theirs = official.match_contents({"v": example}, {"v": actual}, rules)
    mine = ours({"v": example}, {"v": actual}, rules)
    assert (not mine) == (not theirs), (mine, theirs)


# --- text, forms, XML ---------------------------------------------------------------------------------------------

_TEXT_MATCHERS: list[JsonValue] = [
    {"match": "equality"},
    {"match": "type"},
    {"match": "regex", "regex": "[a-z ]+"},
    {"match": "regex", "regex": "a|ab"},
    {"match": "include", "value": "b"},
    {"match": "integer"},
    {"match": "decimal"},
    {"match": "number"},
    {"match": "boolean"},
    {"match": "date"},
    {"match": "time"},
    {"match": "datetime"},
    {"match": "semver"},
    {"match": "notEmpty"},
    {"match": "values"},
    {"match": "null"},
]
_TEXTS = st.sampled_from(
    ["a", "ab", "a b", "12", "-1", "1.5", "1e3", "true", "2024-02-29", "2023-02-29", "12:30:00", "1.0.0", "<x>", "B"]
)
_TEXT_RULES = st.builds(
    lambda matchers, combine: {"combine": combine, "matchers": matchers},
    st.lists(st.sampled_from(_TEXT_MATCHERS), max_size=2),
    st.sampled_from(["AND", "OR"]),
)


@given(expected=_TEXTS, actual=_TEXTS, rules=st.none() | _TEXT_RULES)
@_SLOW
def test_plain_text_verdicts_agree(expected: str, actual: str, rules: JsonValue) -> None:
    """A body of text is judged alike."""
    body_rules = {} if rules is None else {"$": rules}
    theirs = official.match_contents(expected, actual, body_rules, content_type="text/plain")
    mine = ours(expected, actual, body_rules, content_type="text/plain")
    assert (not mine) == (not theirs), (mine, theirs)


_NAMES = st.sampled_from(["a", "b", "c"])
_XML = st.recursive(
    st.builds(lambda name, text: f"<{name}>{text}</{name}>", _NAMES, st.sampled_from(["", "x", "12"])),
    lambda inner: st.builds(
        lambda name, attributes, children: "<{0}{1}>{2}</{0}>".format(
            name, "".join(f' {key}="{value}"' for key, value in attributes.items()), "".join(children)
        ),
        _NAMES,
        st.dictionaries(_NAMES, st.sampled_from(["1", "y"]), max_size=2),
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)
_XML_STEPS = st.sampled_from([".a", ".b", ".c", "['@a']", "['@b']", "['#text']", ".*"])
_XML_RULES = st.dictionaries(
    st.lists(_XML_STEPS, min_size=1, max_size=3).map(lambda steps: "$" + "".join(steps)),
    st.sampled_from(
        [
            {"matchers": [{"match": "type"}]},
            {"matchers": [{"match": "regex", "regex": "[a-z0-9]+"}]},
            {"matchers": [{"match": "equality"}]},
            {"matchers": [{"match": "type", "min": 1}]},
        ]
    ),
    max_size=2,
)


@given(expected=_XML, other=_XML, same=st.booleans(), rules=_XML_RULES)
@_SLOW
def test_xml_verdicts_agree(expected: str, other: str, same: bool, rules: dict[str, JsonValue]) -> None:
    """XML bodies are judged alike, whatever their elements, attributes and rules."""
    actual = expected if same else other
    assume(not _ambiguous(rules))
    theirs = official.match_contents(expected, actual, rules, content_type="application/xml")
    mine = ours(expected, actual, rules, content_type="application/xml")
    assert (not mine) == (not theirs), (mine, theirs)


# --- single values ------------------------------------------------------------------------------------------------

_REGEX_PARTS = st.sampled_from(
    ["a", "b", "[ab]", "[^a]", r"\d", r"\w", r"\s", ".", "(a|b)", "(?:ab)", "(a|ab)", r"\h", "^", "$", r"\A", r"\z"]
)
_PATTERNS = st.lists(
    st.builds(lambda part, times: part + times, _REGEX_PARTS, st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,3}"])),
    max_size=4,
).map("".join)


@given(pattern=_PATTERNS, text=st.text(alphabet="ab1 \n-", max_size=6))
@_SLOW
def test_regular_expressions_agree(pattern: str, text: str) -> None:
    """A pattern matches the same whole texts in both."""
    assume(not any(anchor + times in pattern for anchor in ("^", "$", r"\A", r"\z") for times in "?*+{"))
    try:
        mine = full_matcher(pattern)(text)
    except RegexInvalid:
        mine = False
    assert mine == official.check_regex(pattern, text)


_DATE_PATTERNS = st.sampled_from(
    [
        "yyyy-MM-dd",
        "dd/MM/yyyy",
        "yyMMdd",
        "d MMM yyyy",
        "EEE, d MMM yyyy HH:mm:ss Z",
        "yyyy-MM-dd'T'HH:mm:ss",
        "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'",
        "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
        "yyyy-MM-dd'T'HH:mm:ssX",
        "yyyy-MM-dd'T'HH:mm:ssXX",
        "yyyy-MM-dd'T'HH:mm:ssxxx",
        "HH:mm",
        "hh:mm a",
        "yyyy-'W'ww",
        "H''mm",
        "yyyyTMM",
    ]
)
_DATE_TEXTS = st.sampled_from(
    [
        "2024-02-29",
        "2023-02-29",
        "2024-13-01",
        "2024-1-1",
        "240229",
        "29/02/2024",
        "1 Feb 2024",
        "32 Feb 2024",
        "Thu, 1 Feb 2024 10:00:00 +0100",
        "2024-02-29T10:00:00",
        "2024-02-29T24:00:00",
        "2024-02-29T10:00:00.123Z",
        "2024-02-29T10:00:00.123456Z",
        "2024-02-29T10:00:00.123+01:00",
        "2024-02-29T10:00:00.123+0100",
        "2024-02-29T10:00:00Z",
        "2024-02-29T10:00:00+01",
        "2024-02-29T10:00:00+0100",
        "2024-02-29T10:00:00+10:00",
        "2024-02-29T10:00:60Z",
        "10:00",
        "10:60",
        "12:30 PM",
        "13:30 pm",
        "2024-W05",
        "7'05",
        "",
    ]
)


@given(pattern=_DATE_PATTERNS, text=_DATE_TEXTS)
@settings(max_examples=450, deadline=None)
def test_date_patterns_agree(pattern: str, text: str) -> None:
    """A text is a moment in a Java pattern for both, or for neither."""
    try:
        mine = validate(text, pattern)
    except DatePatternInvalid:
        mine = False
    assert mine == official.validate_datetime(text, pattern)


# --- where we differ, and why -------------------------------------------------------------------------------------

_NULLABLE: JsonValue = {"combine": "OR", "matchers": [{"match": "type"}, {"match": "null"}]}


@pytest.mark.parametrize(
    ("example", "actual"),
    [({"b": 1}, {"b": 2}), ({"b": 1}, None), ([1], None)],
    ids=["object for object", "null for object", "null for list"],
)
def test_nullable_objects_and_lists_are_ours_alone(example: JsonValue, actual: JsonValue) -> None:
    """OR counts on objects too, and null may stand for an object or list; the official engine refuses both."""
    rules = {"$.a": _NULLABLE}
    assert official.match_contents({"a": example}, {"a": actual}, rules)
    assert not ours({"a": example}, {"a": actual}, rules)


def test_offsets_beyond_eleven_hours_are_ours_alone() -> None:
    """New Zealand's +13:00 is an offset; the official engine stops at 11 hours."""
    text, pattern = "2024-02-29T10:00:00+13:00", "yyyy-MM-dd'T'HH:mm:ssXXX"
    assert validate(text, pattern)
    assert not official.validate_datetime(text, pattern)


def test_numbers_beyond_64_bits_are_ours_alone() -> None:
    """A whole number of 23 digits is an integer; the official engine reads it as a float."""
    long = 12345678901234567890123
    rules: dict[str, JsonValue] = {"$.a": {"matchers": [{"match": "integer"}]}}
    assert not ours({"a": 1}, {"a": long}, rules)
    assert official.match_contents({"a": 1}, {"a": long}, rules)
