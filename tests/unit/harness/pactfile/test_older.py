"""Writing V3 and V2: what these versions cannot say is left out, and listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from treaty.contract import generators, rules
from treaty.contract.generators import Generators
from treaty.contract.json_value import JsonValue
from treaty.contract.model import (
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
from treaty.contract.rules import Combine, MatchingRules, RuleList, rule_list
from treaty.contract.specification import V2, V3, Specification
from treaty.pactfile import canonical_json, read_pact
from treaty.pactfile.older import write_older

ORDER = Body(state=BodyState.PRESENT, data=b'{"id":1}', content_type="application/json")
MESSAGE = MessageInteraction(description="m", message=MessageContents(contents=ORDER, metadata={"topic": "orders"}))
ASKED = SynchronousMessageInteraction(description="s", request=MessageContents(), responses=())


def http(
    request: Request | None = None,
    response: Response | None = None,
    *,
    states: tuple[ProviderState, ...] = (),
    comments: Mapping[str, JsonValue] | None = None,
    pending: bool = False,
    key: str = "",
    unknown: Mapping[str, JsonValue] | None = None,
) -> HttpInteraction:
    return HttpInteraction(
        description="d",
        request=request or Request(),
        response=response or Response(),
        states=states,
        comments=comments or {},
        pending=pending,
        key=key,
        unknown=unknown or {},
    )


def write(specification: Specification, *interactions: Interaction) -> tuple[dict[str, Any], list[str]]:
    return write_older(Pact(consumer="web", provider="order", interactions=interactions), specification)


def only(specification: Specification, interaction: HttpInteraction, part: str = "request") -> dict[str, Any]:
    """Write one interaction; gives its request or response, or the whole of it for an empty part."""
    document, _ = write(specification, interaction)
    (written,) = document["interactions"]
    found: dict[str, Any] = written[part] if part else written
    return found


def dropped(specification: Specification, *interactions: Interaction) -> list[str]:
    return write(specification, *interactions)[1]


class TestHead:
    @pytest.mark.parametrize("specification", [V2, V3])
    def test_the_document_names_its_version(self, specification: Specification) -> None:
        """Unknown keys of the top, of the names and of the metadata stay."""
        pact = Pact(
            consumer="web",
            provider="order",
            metadata={"tool": "x"},
            unknown={"_links": {}},
            consumer_unknown={"team": "a"},
        )
        document, left_out = write_older(pact, specification)
        assert document == {
            "consumer": {"name": "web", "team": "a"},
            "provider": {"name": "order"},
            "interactions": [],
            "_links": {},
            "metadata": {"pactSpecification": {"version": specification.number}, "tool": "x"},
        }
        assert left_out == []

    def test_v2_has_one_state_without_parameters(self) -> None:
        states = (ProviderState(name="first", params={"id": 1}), ProviderState(name="second"))
        written = only(V2, http(states=states), "")
        assert written["providerState"] == "first"
        assert "providerStates" not in written
        assert dropped(V2, http(states=states)) == ["'d': provider states beyond the first, and their parameters"]
        assert dropped(V2, http(states=(states[1], states[1]))) == dropped(V2, http(states=states))
        assert dropped(V2, http(states=states[1:])) == []

    def test_v3_has_all_states_with_parameters(self) -> None:
        states = (ProviderState(name="first", params={"b": 1, "a": 2}), ProviderState(name="second"))
        written = only(V3, http(states=states), "")
        assert written["providerStates"] == [{"name": "first", "params": {"a": 2, "b": 1}}, {"name": "second"}]
        assert dropped(V3, http(states=states)) == []

    def test_comments_and_pending_came_with_v4(self) -> None:
        interaction = http(comments={"text": []}, pending=True)
        assert dropped(V3, interaction) == ["'d': comments", "'d': that it is pending"]
        assert dropped(V3, http(key="k")) == ["'d': its key"]

    @pytest.mark.parametrize("specification", [V2, V3])
    def test_unknown_keys_stay(self, specification: Specification) -> None:
        """Of interactions, requests and responses; of states where these are objects, else they are listed."""
        unknown: dict[str, JsonValue] = {"x-b": [1], "x-a": None}
        states = (ProviderState(name="s", unknown=unknown),)
        interaction = http(Request(unknown=unknown), Response(unknown=unknown), unknown=unknown, states=states)
        document, left_out = write(specification, interaction)
        read = read_pact(canonical_json(document), source="a.json").http_interactions()[0]
        assert (read.unknown, read.request.unknown, read.response.unknown) == (unknown, unknown, unknown)
        if specification is V3:
            assert (read.states, left_out) == (states, [])
        else:
            assert left_out == ["'d': provider states beyond the first, and their parameters"]


class TestParts:
    def test_the_query_is_a_text_in_v2_and_a_map_in_v3(self) -> None:
        """By name, the values of one in their order; none differs from an empty one."""
        request = Request(query={"b": ("x y", "1"), "a": ("",)})
        assert only(V2, http(request)) == {"method": "GET", "path": "/", "query": "a=&b=x%20y&b=1"}
        assert only(V3, http(request)) == {"method": "GET", "path": "/", "query": {"a": [""], "b": ["x y", "1"]}}
        assert only(V3, http(Request(query={}))) == {"method": "GET", "path": "/", "query": {}}
        assert only(V3, http(Request(query=None))) == {"method": "GET", "path": "/"}

    def test_headers_are_joined_and_sorted_whatever_their_case(self) -> None:
        request = Request(headers={"b": ("1", "2"), "Accept": ("x",), "A": ("y",)})
        written = only(V3, http(request))
        assert list(written["headers"].items()) == [("A", "y"), ("Accept", "x"), ("b", "1, 2")]

    def test_a_body_is_plain_json(self) -> None:
        assert only(V2, http(response=Response(body=ORDER)), "response") == {"status": 200, "body": {"id": 1}}

    @pytest.mark.parametrize(
        ("body", "header", "left_out"),
        [
            (ORDER, "", []),
            (replace(ORDER, content_type="application/json"), "", []),
            (replace(ORDER, content_type="application/hal+json"), "", ["that its body is application/hal+json"]),
            (replace(ORDER, content_type="application/hal+json"), "application/hal+json", []),
            (replace(ORDER, hint="TEXT"), "", ["what is written beside the content of its body"]),
            (replace(ORDER, unknown={"x": 1}), "", ["what is written beside the content of its body"]),
        ],
    )
    def test_what_a_body_says_of_itself_came_with_v4(self, body: Body, header: str, left_out: list[str]) -> None:
        """Nothing is lost where the header says the same, or where it can be seen."""
        headers = {"Content-Type": (header,)} if header else {}
        found = dropped(V3, http(response=Response(headers=headers, body=body)))
        assert found == [f"'d': {what}" for what in left_out]

    def test_v2_has_no_generators(self) -> None:
        request = Request(generators=Generators(path=generators.Uuid()))
        assert dropped(V2, http(request)) == ["'d': generators"]
        assert dropped(V3, http(request)) == []
        written = only(V3, http(request))
        assert written["generators"] == {"path": {"type": "Uuid"}}


class TestRules:
    def test_v2_has_one_map_from_paths_to_single_matchers(self) -> None:
        found = MatchingRules(
            path=rule_list(rules.Regex(pattern="/a")),
            query={"q": rule_list(rules.Type())},
            header={"X-Id": rule_list(rules.Type())},
            body={"$": rule_list(rules.Type()), "$.a[0]": rule_list(rules.Type(minimum=1))},
        )
        written = only(V2, http(Request(rules=found)))
        assert written["matchingRules"] == {
            "$.body": {"match": "type"},
            "$.body.a[0]": {"match": "type", "min": 1},
            "$.headers['X-Id']": {"match": "type"},
            "$.path": {"match": "regex", "regex": "/a"},
            "$.query.q": {"match": "type"},
        }

    @pytest.mark.parametrize(
        "found",
        [rule_list(rules.Integer()), rule_list(rules.Type(), rules.Regex(pattern="a"))],
    )
    def test_what_v2_cannot_say_is_listed_by_its_path(self, found: RuleList) -> None:
        """Matchers of later versions, and several at one place."""
        response = Response(rules=MatchingRules(body={"$.a": found}, status=rule_list(rules.StatusCode())))
        assert dropped(V2, http(response=response)) == ["'d': the rule at $.body.a", "'d': the rule at $.status"]
        written = only(V2, http(response=response), "response")
        assert written == {"status": 200}

    def test_a_list_without_matchers_says_nothing_that_could_be_lost(self) -> None:
        response = Response(rules=MatchingRules(body={"$.a": RuleList(matchers=())}))
        assert dropped(V2, http(response=response)) == []
        assert only(V2, http(response=response), "response") == {"status": 200}

    def test_categories_that_are_unknown_stay_where_there_are_categories(self) -> None:
        request = Request(rules=MatchingRules(unknown={"future": {"a": 1}}))
        assert only(V3, http(request))["matchingRules"] == {"future": {"a": 1}}
        assert dropped(V3, http(request)) == []
        assert dropped(V2, http(request)) == ["'d': the rules of future"]

    def test_v3_keeps_its_own_matchers_and_lists_those_of_v4(self) -> None:
        """A place with one that is too new loses all of its rules."""
        nullable = rule_list(rules.Type(), rules.Null(), combine=Combine.OR)
        found = MatchingRules(
            status=rule_list(rules.StatusCode()),
            header={"X": rule_list(rules.Integer(), rules.NotEmpty())},
            body={"$.a": nullable, "$.b": rule_list(rules.Semver(), rules.Boolean())},
        )
        response = Response(rules=found)
        assert dropped(V3, http(response=response)) == [
            "'d': the rule of the status",
            "'d': the rule notEmpty at header X",
            "'d': the rule semver, boolean at body $.b",
        ]
        written = only(V3, http(response=response), "response")
        assert written["matchingRules"] == {
            "body": {"$.a": {"combine": "OR", "matchers": [{"match": "type"}, {"match": "null"}]}}
        }

    @pytest.mark.parametrize("name", ["q", "odd key", "it's", "a.b", "back\\slash"])
    def test_any_name_survives_in_a_path_of_v2(self, name: str) -> None:
        """What is written reads back as the rule of the same parameter."""
        request = Request(query={name: ("1",)}, rules=MatchingRules(query={name: rule_list(rules.Type())}))
        document, _ = write(V2, http(request))
        read = read_pact(canonical_json(document), source="a.json").http_interactions()[0]
        assert read.request.rules.query == {name: rule_list(rules.Type())}


class TestMessages:
    def test_v3_writes_a_pact_of_messages_as_such(self) -> None:
        document, left_out = write(V3, MESSAGE)
        assert "interactions" not in document
        assert document["messages"] == [{"description": "m", "contents": {"id": 1}, "metadata": {"topic": "orders"}}]
        assert left_out == []

    def test_messages_beside_http_are_left_out(self) -> None:
        """A V3 file holds one kind."""
        document, left_out = write(V3, http(), MESSAGE)
        assert "messages" not in document
        assert left_out == ["'m': messages cannot be written beside HTTP, or not at all"]

    @pytest.mark.parametrize(
        ("specification", "interaction", "name"), [(V2, MESSAGE, "m"), (V3, ASKED, "s"), (V2, ASKED, "s")]
    )
    def test_messages_that_a_version_does_not_know_are_left_out(
        self, specification: Specification, interaction: Interaction, name: str
    ) -> None:
        document, left_out = write(specification, interaction)
        assert document["interactions"] == []
        assert left_out == [f"{name!r}: messages cannot be written beside HTTP, or not at all"]

    def test_unknown_keys_of_a_message_are_kept(self) -> None:
        document, left_out = write(V3, replace(MESSAGE, unknown={"x": 1}))
        assert document["messages"][0]["x"] == 1
        assert left_out == []

    def test_rules_and_generators_of_a_message_are_kept(self) -> None:
        message = MessageContents(
            contents=ORDER,
            rules=MatchingRules(body={"$.id": rule_list(rules.Integer())}),
            generators=Generators(body={"$.id": generators.RandomInt()}),
        )
        document, _ = write(V3, MessageInteraction(description="m", message=message))
        (written,) = document["messages"]
        assert written["matchingRules"] == {"body": {"$.id": {"combine": "AND", "matchers": [{"match": "integer"}]}}}
        assert written["generators"] == {"body": {"$.id": {"type": "RandomInt", "min": 0, "max": 10}}}
