"""What an interaction says of each place."""

from __future__ import annotations

from typing import Any

from tests.unit.harness.explain.explained import document_of, interactions_of, orders
from treaty.explain.promises import Promise, generic, promises_of


def promises(document: dict[str, Any], description: str) -> dict[str, Promise]:
    interaction = next(each for each in interactions_of(document) if each.description == description)
    return {each.place: each for each in promises_of(interaction)}


def plain(response: dict[str, Any], **interaction: Any) -> dict[str, Any]:
    """Give a pact of another tool, with one interaction."""
    return {
        "consumer": {"name": "a"},
        "provider": {"name": "b"},
        "interactions": [
            {"description": "x", "request": {"method": "GET", "path": "/"}, "response": response, **interaction}
        ],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }


def test_request_status_headers_and_each_leaf_of_the_body_are_told() -> None:
    found = promises(document_of(orders()), "GET /orders/{id} -> 200")
    assert found["request.path"].rule.endswith(r"of the set-up; stubs accept a text of the form /orders/\d+")
    assert found["response.status"].rule == "exactly 200"
    assert found["response.header.Content-Type"].rule == "application/json, with any parameters"
    assert found["response.body.$.status"].rule == 'exactly "new"'
    assert found["response.body.$.id"].note == {"cause": "echo", "of": "path[1]"}
    assert found["response.body.$.items[*].id"].rule == "a whole number"
    assert "response.body.$" not in found


def test_request_bodies_say_what_the_set_up_gives() -> None:
    found = promises(document_of(orders()), "POST /orders -> 201")
    assert "of the set-up; stubs accept a whole number" in found["request.body.$.user_id"].rule


def test_a_type_above_holds_for_what_lies_below_and_an_integer_does_not() -> None:
    """Pact specification V2: matching rules cascade."""
    rules = {"body": {"$.a": {"matchers": [{"match": "type"}]}, "$.b": {"matchers": [{"match": "integer"}]}}}
    document = plain(
        {"status": 200, "headers": {"Content-Type": "application/json"}, "matchingRules": rules,
         "body": {"a": {"x": 1}, "b": {"y": 2}}},
    )  # fmt: skip
    found = promises(document, "x")
    assert found["response.body.$.a.x"].rule == "of the same type as the example, as all below $.a"
    assert found["response.body.$.b.y"].rule == "exactly 2"


def test_keys_that_are_no_words_are_quoted_and_lists_are_told_once() -> None:
    document = plain({"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"a b": [1, 2], "c": []}})
    found = promises(document, "x")
    assert [place for place in found if "body" in place] == ["response.body.$['a b'][*]", "response.body.$.c"]


def test_bodies_that_are_no_json_are_told_as_a_whole() -> None:
    bare = plain({"status": 200, "headers": {"Content-Type": "text/plain"}, "body": "hello"})
    assert promises(bare, "x")["response.body"].rule == "exactly the bytes of the example"
    rules = {"body": {"$": {"matchers": [{"match": "regex", "regex": "h.*"}]}}}
    ruled = plain({"status": 200, "headers": {"Content-Type": "text/plain"}, "body": "hello", "matchingRules": rules})
    assert promises(ruled, "x")["response.body.$"].rule == "a text of the form h.*"


def test_what_only_our_keys_say_of_texts_and_cookies_is_told() -> None:
    notes = {"body.$.self|number[0]": {"cause": "created", "of": "response.body.$.id"},
             "header.Set-Cookie|cookie.sid": {"cause": "created", "present": True}}  # fmt: skip
    document = plain({"status": 200}, comments={"treaty": {"response": notes}}, type="Synchronous/HTTP")
    document["metadata"]["pactSpecification"]["version"] = "4.0"
    found = promises(document, "x")
    assert found["response.body.$.self|number[0]"].rule == "the same as response.body.$.id"
    assert found["response.header.Set-Cookie|cookie.sid"].rule == "it is set"


def test_messages_are_told_too() -> None:
    document = plain({})
    document["interactions"] = []
    document["messages"] = [
        {"description": "m", "contents": {"id": 1}, "metadata": {"contentType": "application/json", "topic": "t"},
         "matchingRules": {"body": {"$.id": {"matchers": [{"match": "integer"}]}}}},
    ]  # fmt: skip
    found = promises(document, "m")
    assert found["message.metadata.topic"].rule == 'exactly "t"'
    assert found["message.body.$.id"].rule == "a whole number"


def test_indexes_inside_texts_stay_in_generic_places() -> None:
    assert generic("body.$.a[3].b|number[0]") == "body.$.a[*].b|number[0]"


def test_what_is_promised_of_all_that_a_provider_holds_stands_with_its_place() -> None:
    document = plain(
        {"status": 200, "headers": {"Content-Type": ["application/json"]},
         "body": {"contentType": "application/json", "encoded": False, "content": {"total": 2}}},
        comments={"treaty": {"closed": {"body.$.total": {"value": 2}}}}, type="Synchronous/HTTP",
    )  # fmt: skip
    document["metadata"]["pactSpecification"]["version"] = "4.0"
    assert promises(document, "x")["response.body.$.total"].rule == "exactly 2; where nothing else is there: 2"
