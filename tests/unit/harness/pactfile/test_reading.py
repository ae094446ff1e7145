"""Reading Pact files: all versions, what is kept, and complaints that say where."""

from __future__ import annotations

import base64

import pytest

from treaty.contract import rules
from treaty.contract.json_value import JsonValue, Number, dumps
from treaty.contract.model import BodyState, HttpInteraction, MessageInteraction, Pact, SynchronousMessageInteraction
from treaty.contract.specification import V2, V3, V4
from treaty.errors import PactUnreadable
from treaty.pactfile import read_pact


def pact(*interactions: JsonValue, version: str = "4.0", **more: JsonValue) -> bytes:
    """Write a pact file with these interactions."""
    document: dict[str, JsonValue] = {
        "consumer": {"name": "web"},
        "provider": {"name": "order"},
        "interactions": list(interactions),
        "metadata": {"pactSpecification": {"version": version}},
    }
    return dumps({**document, **more}, indent=2).encode()


def http(
    request: dict[str, JsonValue] | None = None,
    response: dict[str, JsonValue] | None = None,
    **more: JsonValue,
) -> JsonValue:
    """Write an interaction over HTTP."""
    return {
        "type": "Synchronous/HTTP",
        "description": "d",
        "request": {"method": "GET", "path": "/", **(request or {})},
        "response": {"status": 200, **(response or {})},
        **more,
    }


def only(read: Pact) -> HttpInteraction:
    """Give the one interaction over HTTP."""
    (interaction,) = read.http_interactions()
    return interaction


def read(data: bytes) -> Pact:
    """Read a file whose name does not matter."""
    return read_pact(data, source="pacts/web-order.json")


def complaint(data: bytes) -> PactUnreadable:
    """Read a file that is not readable, and give the complaint."""
    with pytest.raises(PactUnreadable) as caught:
        read(data)
    return caught.value


class TestBodies:
    def test_the_four_states_differ(self) -> None:
        """Absent, null, empty and present bodies of V4 are told apart."""
        responses: list[dict[str, JsonValue]] = [
            {},
            {"body": {"content": None}},
            {"body": {"content": ""}},
            {"body": {"content": "x"}},
        ]
        states = [only(read(pact(http(response=response)))).response.body.state for response in responses]
        assert states == [BodyState.ABSENT, BodyState.NULL, BodyState.EMPTY, BodyState.PRESENT]

    def test_json_keeps_the_text_of_numbers(self) -> None:
        """The bytes of a JSON body have the digits of the file."""
        content: JsonValue = {"a": Number("1.10"), "b": 12345678901234567890123, "c": Number("1e400")}
        body: JsonValue = {"contentType": "application/json", "encoded": False, "content": content}
        found = only(read(pact(http(response={"body": body})))).response.body
        assert found.data == b'{"a":1.10,"b":12345678901234567890123,"c":1e400}'

    def test_base64_gives_the_bytes(self) -> None:
        """A body encoded as base64 is decoded."""
        body: JsonValue = {
            "contentType": "image/png",
            "encoded": "base64",
            "content": base64.b64encode(b"\x89PNG").decode(),
        }
        assert only(read(pact(http(response={"body": body})))).response.body.data == b"\x89PNG"

    def test_json_as_text_is_taken_as_it_is(self) -> None:
        """A body encoded as json is the text itself; a plain text under a JSON type is a JSON string."""
        texts = []
        for encoded in ("json", False):
            body: JsonValue = {"contentType": "application/json", "encoded": encoded, "content": '{"a": 1}'}
            texts.append(only(read(pact(http(response={"body": body})))).response.body.data)
        assert texts == [b'{"a": 1}', b'"{\\"a\\": 1}"']

    def test_broken_base64_is_a_complaint(self) -> None:
        """Content that should be base64 and is none is reported with its place."""
        body: JsonValue = {"encoded": "base64", "content": "%%%"}
        found = complaint(pact(http(response={"body": body})))
        assert "/interactions/0/response/body/content" in found.where


class TestOlderVersions:
    def test_version_two_has_flat_rules_one_state_and_a_query_text(self) -> None:
        """A V2 file is read into the same model."""
        interaction: JsonValue = {
            "description": "d",
            "providerState": "an order exists",
            "request": {
                "method": "get",
                "path": "/orders",
                "query": "a=1&a=2&b",
                "headers": {"Accept": "text/html, text/plain"},
                "matchingRules": {
                    "$.query.a": {"match": "regex", "regex": r"\d"},
                    "$.headers.Accept": {"match": "type"},
                    "$.path": {"match": "regex", "regex": "/.*"},
                },
            },
            "response": {
                "status": 200,
                "body": {"id": 1},
                "matchingRules": {"$.body.id": {"match": "type"}, "$.body": {"match": "type"}},
            },
        }
        found = read(pact(interaction, version="2.0.0"))
        request, response = only(found).request, only(found).response
        assert found.specification is V2
        assert (request.method, request.query) == ("GET", {"a": ("1", "2"), "b": (None,)})
        assert request.headers == {"Accept": ("text/html", "text/plain")}
        assert request.rules.query == {"a": rules.rule_list(rules.Regex(pattern=r"\d"))}
        assert request.rules.path == rules.rule_list(rules.Regex(pattern="/.*"))
        assert list(response.rules.body) == ["$.id", "$"]
        assert [state.name for state in only(found).states] == ["an order exists"]

    def test_version_three_has_messages(self) -> None:
        """A V3 file of messages is read, with its metadata under either spelling."""
        message: JsonValue = {
            "description": "m",
            "providerStates": [{"name": "s", "params": {"n": 1}}],
            "contents": {"a": 1},
            "metaData": {"contentType": "application/json"},
            "matchingRules": {"body": {"$.a": {"matchers": [{"match": "integer"}]}}},
        }
        document: JsonValue = {
            "consumer": {"name": "c"},
            "provider": {"name": "p"},
            "messages": [message],
            "metadata": {"pactSpecification": {"version": "3.0.0"}},
        }
        found = read(dumps(document).encode())
        (interaction,) = found.interactions
        assert found.specification is V3
        assert isinstance(interaction, MessageInteraction)
        assert interaction.message.metadata == {"contentType": "application/json"}
        assert interaction.states[0].params == {"n": 1}

    @pytest.mark.parametrize(
        ("interaction", "expected"),
        [
            (http(), V4),
            ({"description": "d", "providerStates": [], "request": {}, "response": {}}, V3),
            ({"description": "d", "request": {}, "response": {}}, V2),
        ],
    )
    def test_the_version_is_guessed_when_it_is_missing(self, interaction: JsonValue, expected: object) -> None:
        """A file without a version is read as the oldest that has what it uses."""
        assert read(pact(interaction, metadata={})).specification is expected


def test_version_four_mixes_all_kinds_of_interactions() -> None:
    """HTTP, asynchronous and synchronous messages lie in one file."""
    asynchronous: JsonValue = {
        "type": "Asynchronous/Messages",
        "description": "a",
        "contents": {"contentType": "application/json", "encoded": False, "content": {"a": 1}},
        "matchingRules": {"content": {"$.a": {"matchers": [{"match": "type"}]}}},
    }
    synchronous: JsonValue = {
        "type": "Synchronous/Messages",
        "description": "s",
        "request": {"contents": {"content": "x"}},
        "response": [{"contents": {"content": "y"}}, {"contents": {"content": "z"}}],
    }
    found = read(pact(http(), asynchronous, synchronous))
    kinds = [type(interaction) for interaction in found.interactions]
    assert kinds == [HttpInteraction, MessageInteraction, SynchronousMessageInteraction]
    message = found.interactions[1]
    assert isinstance(message, MessageInteraction)
    assert message.message.rules.body == {"$.a": rules.rule_list(rules.Type())}


def test_unknown_keys_are_kept_everywhere() -> None:
    """What we do not know stays beside what we do."""
    found = read(
        pact(
            http(
                request={"x-request": 1, "matchingRules": {"path": {"matchers": [{"match": "type", "x": 1}], "y": 2}}},
                transport="http",
            ),
            links=["z"],
        )
    )
    interaction = only(found)
    assert found.unknown == {"links": ["z"]}
    assert interaction.unknown == {"transport": "http"}
    assert interaction.request.unknown == {"x-request": 1}
    path = interaction.request.rules.path
    assert path is not None
    assert (path.unknown, path.matchers[0].unknown) == ({"y": 2}, {"x": 1})


class TestComplaints:
    def test_a_wrong_matcher_is_named_with_line_pointer_and_a_guess(self) -> None:
        """The complaint has the form of the design's example."""
        matching: JsonValue = {"body": {"$.total": {"matchers": [{"match": "decimals"}]}}}
        data = pact(http(response={"matchingRules": matching}))
        found = complaint(data)
        line = 1 + data.decode().split('"decimals"')[0].count("\n")
        place = "/interactions/0/response/matchingRules/body/$.total/matchers/0/match"
        assert found.where == f"line {line}, {place}"
        assert found.why == "'decimals' is not a matcher of Pact"
        assert found.hint == "did you mean 'decimal'?"
        assert found.code == "pact-unreadable"

    @pytest.mark.parametrize(
        ("data", "where", "why"),
        [
            (b'{"consumer": {', "line 1, column 15", "not JSON"),
            (b"\xff\xfe\x00", "line 1", "not JSON"),
            (b"[]", "the top of the file", "should be an object, and is a list"),
            (b'{"consumer": {"name": "a"}}', "the top of the file", "has no 'provider'"),
            (b'{"consumer": {}, "provider": {"name": "p"}, "interactions": []}', "/consumer", "has no 'name'"),
            (b'{"consumer": {"name": "a"}, "provider": {"name": "p"}}', "the top", "neither 'interactions' nor"),
            (pact(version="9.0"), "/metadata/pactSpecification/version", "no version of the Pact specification"),
            (pact(http(type="Synchronous/HTP")), "/interactions/0/type", "not a type of interaction"),
            (pact(http(response={"status": "abc"})), "/response/status", "should be a whole number"),
            (pact(http(response={"status": 7})), "/response/status", "not a status"),
            (pact({"description": "d", "request": {}}), "/interactions/0", "has no 'response'"),
            (pact(http(request={"headers": []})), "/request/headers", "should be an object, and is a list"),
            (
                pact(http(response={"matchingRules": {"body": {"$.a[": {"matchers": []}}}})),
                "/body/$.a[",
                "is not a path",
            ),
            (
                pact(http(response={"matchingRules": {"boddy": {}}})),
                "/matchingRules/boddy",
                "not a category of matching rules",
            ),
            (
                pact(http(request={"generators": {"body": {"$.a": {"type": "RandomInteger"}}}})),
                "/generators/body/$.a/type",
                "not a generator of Pact",
            ),
        ],
    )
    def test_each_fault_has_its_place_and_reason(self, data: bytes, where: str, why: str) -> None:
        """A file that cannot be read says where and why."""
        found = complaint(data)
        assert where in found.where
        assert why in found.why
        assert found.what == "pacts/web-order.json is not a Pact file we can read"

    def test_a_reason_is_a_whole_clause(self) -> None:
        """Python's own ends with the word that a place would follow."""
        with pytest.raises(PactUnreadable) as caught:
            read_pact(b'{"a\n"}', source="pact.json")
        assert caught.value.why == "it is not JSON: Invalid control character"

    def test_deep_nesting_is_refused(self) -> None:
        """A file nested very deeply is refused, not a crash."""
        assert "nested too deeply" in complaint(b"[" * 100_000 + b"]" * 100_000).why

    def test_plugins_may_have_matchers_of_their_own(self) -> None:
        """A matcher that only a plugin knows is kept when the file names plugins."""
        metadata: JsonValue = {"pactSpecification": {"version": "4.0"}, "plugins": [{"name": "csv"}]}
        matching: JsonValue = {"body": {"$": {"matchers": [{"match": "csv", "columns": 3}]}}}
        found = only(read(pact(http(response={"matchingRules": matching}), metadata=metadata)))
        assert found.response.rules.body["$"].matchers == (rules.PluginMatcher(kind="csv", unknown={"columns": 3}),)
