"""Writing Pact files: what is written reads back the same, bytes are stable, older versions list what they drop."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from treaty.contract import generators, rules
from treaty.contract.generators import Generators
from treaty.contract.json_value import JsonValue, Number, dumps, loads
from treaty.contract.model import (
    ABSENT,
    EMPTY,
    NULL,
    Body,
    BodyState,
    HttpInteraction,
    Interaction,
    MessageContents,
    MessageInteraction,
    Pact,
    ProviderState,
    Request,
    Response,
    SynchronousMessageInteraction,
)
from treaty.contract.rules import Combine, Matcher, MatchingRules, RuleList
from treaty.contract.specification import V2, V3, V4
from treaty.pactfile import canonical_json, read_pact, write_pact, write_pact_as

_NAMES = st.sampled_from(["a", "b", "X-Id", "ä", "with space", "q'uote"])
_TEXTS = st.text(max_size=8)
_JSON: st.SearchStrategy[JsonValue] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), _TEXTS, st.sampled_from([Number("1.10"), Number("1e400")])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=6,
)
_UNKNOWN = st.dictionaries(st.sampled_from(["x-one", "x-two"]), _JSON, max_size=2)


def _json_body(value: JsonValue) -> Body:
    return Body(state=BodyState.PRESENT, data=dumps(value).encode(), content_type="application/json")


_BODIES = st.one_of(
    st.sampled_from([ABSENT, NULL, EMPTY]),
    _JSON.filter(lambda value: value is not None and value != "").map(_json_body),
    _TEXTS.filter(bool).map(lambda text: Body(state=BodyState.PRESENT, data=text.encode(), content_type="text/plain")),
    st.binary(min_size=1, max_size=8).map(
        lambda data: Body(state=BodyState.PRESENT, data=data, content_type="image/png", encoded="base64")
    ),
)
_SIMPLE_MATCHERS: st.SearchStrategy[Matcher] = st.one_of(
    st.sampled_from(
        [
            rules.Equality(),
            rules.Integer(),
            rules.Decimal(),
            rules.AnyNumber(),
            rules.Boolean(),
            rules.Null(),
            rules.Values(),
            rules.NotEmpty(),
            rules.Semver(),
            rules.StatusCode(),
            rules.StatusCode(status=(200, 204)),
        ]
    ),
    st.builds(rules.Type, minimum=st.none() | st.integers(0, 9), maximum=st.none() | st.integers(0, 9)),
    st.builds(rules.Regex, pattern=_TEXTS),
    st.builds(rules.Include, value=_TEXTS),
    st.builds(rules.ContentType, value=_TEXTS),
    st.builds(rules.Date, pattern=_TEXTS),
    st.builds(rules.DateTime, pattern=_TEXTS, unknown=_UNKNOWN),
)
_PATHS = st.sampled_from(["$", "$.a", "$.b[*].c", "$['odd key'][0]", "$.*"])
_RULE_LISTS = st.builds(
    RuleList, matchers=st.lists(_SIMPLE_MATCHERS, min_size=1, max_size=2).map(tuple), combine=st.sampled_from(Combine)
)
_MATCHERS = st.one_of(
    _SIMPLE_MATCHERS,
    st.builds(rules.EachKey, rules=st.lists(_SIMPLE_MATCHERS, max_size=2).map(tuple)),
    st.builds(rules.EachValue, rules=st.lists(_SIMPLE_MATCHERS, max_size=2).map(tuple)),
    st.builds(
        rules.ArrayContains,
        variants=st.lists(
            st.builds(rules.Variant, index=st.integers(0, 3), rules=st.dictionaries(_PATHS, _RULE_LISTS, max_size=2)),
            max_size=2,
        ).map(tuple),
    ),
)
_GENERATORS = st.one_of(
    st.builds(generators.RandomInt, minimum=st.integers(0, 9), maximum=st.integers(10, 99)),
    st.builds(generators.RandomDecimal, digits=st.integers(1, 9)),
    st.builds(generators.RandomString, size=st.integers(1, 9)),
    st.builds(generators.RegexText, pattern=_TEXTS),
    st.builds(generators.Uuid, format=st.sampled_from(["", "simple", "URN"])),
    st.builds(generators.DateTimeNow, pattern=_TEXTS, expression=_TEXTS),
    st.builds(generators.FromProviderState, expression=_TEXTS.filter(bool), data_type=st.sampled_from(["", "INTEGER"])),
    st.builds(generators.MockServerUrl, example=_TEXTS, pattern=_TEXTS),
)
_RULES = st.builds(
    MatchingRules,
    path=st.none() | _RULE_LISTS,
    status=st.none() | _RULE_LISTS,
    query=st.dictionaries(_NAMES, _RULE_LISTS, max_size=2),
    header=st.dictionaries(_NAMES, _RULE_LISTS, max_size=2),
    body=st.dictionaries(_PATHS, st.builds(RuleList, matchers=st.tuples(_MATCHERS)), max_size=2),
)
_GENERATOR_SETS = st.builds(
    Generators,
    path=st.none() | _GENERATORS,
    header=st.dictionaries(_NAMES, _GENERATORS, max_size=2),
    body=st.dictionaries(_PATHS, _GENERATORS, max_size=2),
)
_HEADERS = st.dictionaries(
    _NAMES, st.lists(st.sampled_from(["1", "two"]), min_size=1, max_size=2).map(tuple), max_size=2
)
_REQUESTS = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST"]),
    path=st.sampled_from(["/", "/a%20b", ""]),
    query=st.none() | st.dictionaries(_NAMES, st.lists(st.none() | _TEXTS, max_size=2).map(tuple), max_size=2),
    headers=_HEADERS,
    body=_BODIES,
    rules=_RULES,
    generators=_GENERATOR_SETS,
    unknown=_UNKNOWN,
)
_RESPONSES = st.builds(
    Response, status=st.integers(100, 599), headers=_HEADERS, body=_BODIES, rules=_RULES, unknown=_UNKNOWN
)
_MESSAGES = st.builds(MessageContents, contents=_BODIES, metadata=st.dictionaries(_NAMES, _JSON, max_size=2))
_STATES = st.lists(
    st.builds(ProviderState, name=_TEXTS, params=st.dictionaries(_NAMES, _JSON, max_size=2)), max_size=2
).map(tuple)
_INTERACTIONS: st.SearchStrategy[Interaction] = st.one_of(
    st.builds(
        HttpInteraction,
        description=_TEXTS,
        states=_STATES,
        key=_TEXTS,
        pending=st.booleans(),
        comments=_UNKNOWN,
        unknown=_UNKNOWN,
        request=_REQUESTS,
        response=_RESPONSES,
    ),
    st.builds(MessageInteraction, description=_TEXTS, states=_STATES, message=_MESSAGES),
    st.builds(
        SynchronousMessageInteraction,
        description=_TEXTS,
        request=_MESSAGES,
        responses=st.lists(_MESSAGES, max_size=2).map(tuple),
    ),
)
_PACTS = st.builds(
    Pact,
    consumer=_TEXTS,
    provider=_TEXTS,
    interactions=st.lists(_INTERACTIONS, max_size=3).map(tuple),
    metadata=_UNKNOWN,
    unknown=_UNKNOWN,
)


@given(pact=_PACTS)
@settings(max_examples=120, deadline=None)
def test_what_is_written_reads_back_the_same(pact: Pact) -> None:
    """Reading what was written gives an equal pact, and writing that gives the same bytes."""
    written = write_pact(pact)
    again = read_pact(written, source="again")
    assert again == pact
    assert write_pact(again) == written
    assert written.endswith(b"\n")


@given(pact=_PACTS)
@settings(max_examples=50, deadline=None)
def test_the_order_of_maps_does_not_show(pact: Pact) -> None:
    """Maps built in another order give the same bytes."""
    turned = replace(
        pact,
        metadata=dict(reversed(list(pact.metadata.items()))),
        unknown=dict(reversed(list(pact.unknown.items()))),
    )
    assert write_pact(turned) == write_pact(pact)


def _interaction(**more: object) -> HttpInteraction:
    request = Request(
        method="POST",
        path="/orders",
        query={"a": ("1", "2")},
        headers={"Accept": ("text/html", "text/plain")},
        rules=MatchingRules(path=rules.rule_list(rules.Regex(pattern="/.*"))),
    )
    body = _json_body({"id": 1, "note": "x"})
    promised = MatchingRules(
        body={
            "$.id": rules.rule_list(rules.Integer()),
            "$.note": rules.rule_list(rules.Type()),
            "$": rules.rule_list(rules.NotEmpty()),
        }
    )
    response = Response(status=201, headers={"Content-Type": ("application/json",)}, body=body, rules=promised)
    made = HttpInteraction(description="d", request=request, response=response)
    return replace(made, **more)  # type: ignore[arg-type]  # fields of this very class


class TestOlderVersions:
    def test_version_three_drops_what_came_later(self) -> None:
        """V3 keeps rules it knows, and lists the rest."""
        interaction = _interaction(comments={"text": "x"}, pending=True)
        written = write_pact_as(Pact(consumer="c", provider="p", interactions=(interaction,)), V3)
        (back,) = read_pact(written.data, source="v3").http_interactions()
        assert list(back.response.rules.body) == ["$.id", "$.note"]
        assert back.response.body.json() == {"id": 1, "note": "x"}
        assert back.request.query == {"a": ("1", "2")}
        assert written.dropped == (
            "'d': comments",
            "'d': that it is pending",
            "'d': the rule notEmpty at body $",
        )

    def test_version_two_has_only_regex_and_type(self) -> None:
        """V2 keeps these two matchers as flat rules, one state, and the query as text."""
        interaction = _interaction(states=(ProviderState(name="s", params={"n": 1}),))
        written = write_pact_as(Pact(consumer="c", provider="p", interactions=(interaction,)), V2)
        document = loads(written.data)
        assert isinstance(document, dict)
        (found,) = read_pact(written.data, source="v2").http_interactions()
        assert found.request.query == {"a": ("1", "2")}
        assert found.request.rules.path == rules.rule_list(rules.Regex(pattern="/.*"))
        assert list(found.response.rules.body) == ["$.note"]
        assert [state.name for state in found.states] == ["s"]
        assert "'d': the rule at $.body.id" in written.dropped
        assert "'d': provider states beyond the first, and their parameters" in written.dropped

    def test_version_four_drops_nothing(self) -> None:
        """The newest version says everything."""
        pact = Pact(consumer="c", provider="p", interactions=(_interaction(comments={"text": "x"}),))
        written = write_pact_as(pact, V4)
        assert (written.data, written.dropped) == (write_pact(pact), ())

    def test_messages_beside_http_are_listed_as_dropped(self) -> None:
        """V3 cannot hold messages and HTTP in one file."""
        message = MessageInteraction(description="m", message=MessageContents(contents=_json_body({"a": 1})))
        both = Pact(consumer="c", provider="p", interactions=(_interaction(), message))
        alone = Pact(consumer="c", provider="p", interactions=(message,))
        assert any("messages" in line for line in write_pact_as(both, V3).dropped)
        back = read_pact(write_pact_as(alone, V3).data, source="v3").interactions[0]
        assert isinstance(back, MessageInteraction)
        assert back.message.contents.json() == {"a": 1}


def test_canonical_json_sorts_keys_and_keeps_numbers() -> None:
    """Equal values give equal bytes, with the text of their numbers."""
    assert canonical_json({"b": Number("1.10"), "a": [1]}) == b'{\n  "a": [\n    1\n  ],\n  "b": 1.10\n}\n'
