"""Operations that method and path do not name, and what their bodies are about."""

from __future__ import annotations

import pytest

from tests.unit.harness.normalize.sessions import Raw, content, media_header
from treaty.contract.json_value import JsonValue
from treaty.normalize.bodies import Payload, decode
from treaty.normalize.operations import NO_OPERATION, Operation, leaves_of, operation_of


def payload(value: JsonValue | Raw) -> Payload:
    return decode(content(value), media_header(value))


def found(value: JsonValue | Raw, **headers: str) -> Operation:
    return operation_of(tuple((name.replace("_", "-"), text) for name, text in headers.items()), payload(value))


def graph(query: str, name: str | None = None) -> dict[str, JsonValue]:
    return {"query": query, "operationName": name}


def envelope(inner: str) -> Raw:
    return Raw(f'<s:Envelope xmlns:s="urn:s"><s:Body>{inner}</s:Body></s:Envelope>'.encode(), "application/soap+xml")


_REMOTE = Raw(b"<methodCall><methodName>notes.get</methodName></methodCall>", "text/xml")


@pytest.mark.parametrize(
    ("operation", "name", "entity", "reads"),
    [
        (found(Raw(b"<a/>", "text/xml"), SOAPAction='"urn:x:lib/GetBooks"'), "urn:x:lib/GetBooks", "book", True),
        (found({}, X_Amz_Target="Store_2026.PutItem"), "Store_2026.PutItem", "item", False),
        (found(Raw(b"Action=DescribeQueue&x=1", "application/x-www-form-urlencoded")), "DescribeQueue", "queue", True),
        (found({"jsonrpc": "2.0", "method": "user.list"}), "user.list", "user", True),
        (found({"jsonrpc": "2.0", "method": "delete_user"}), "delete_user", "user", False),
        (found({"jsonrpc": "2.0", "method": "login"}), "login", "login", False),
        (found(envelope('<AddBook xmlns="urn:x"/>')), "AddBook", "book", False),
        (found(_REMOTE), "notes.get", "note", True),
        (found({"do": "hold.place", "args": []}), "hold.place", "hold", False),
        (found({"method": "acct.get"}), "acct.get", "acct", True),
        (found({"action": "createUser"}), "createUser", "user", False),
        (found({"command": "user_list"}), "user_list", "user", True),
        (found(graph("query ReadNote { note { id } }", "ReadNote")), "ReadNote", "note", True),
        (found(graph("mutation { addNote(text: 1) { id } }")), "addNote", "note", False),
        (found(graph("query A { a } mutation B { b }", "B")), "B", "b", False),
        (found(graph("{ n: notes { id } }")), "notes", "note", True),
    ],
)  # fmt: skip
def test_an_operation_has_a_name_a_thing_and_an_effect(
    operation: Operation, name: str, entity: str, reads: bool
) -> None:
    """Whether it only reads is said by the document of GraphQL, else by its words."""
    assert (operation.name, operation.entity, operation.reads) == (name, entity, reads)


@pytest.mark.parametrize("value", [{"method": "post_office"}, {"method": "card"}, {"action": "cancel"}, {"do": 1}])
def test_a_way_of_paying_or_one_word_is_no_operation(value: JsonValue) -> None:
    """A word without a thing says what happens to what the path names."""
    assert found(value) == NO_OPERATION


@pytest.mark.parametrize("value", [{"query": "shoes"}, [1], [], 7, Raw(b"<a/>", "text/xml"), Raw(b"x", "text/plain")])
def test_other_bodies_name_none(value: JsonValue | Raw) -> None:
    """A search has a query as well."""
    assert found(value) == NO_OPERATION


def names(value: JsonValue, operation: Operation) -> dict[str, str]:
    return {leaf.location: str(leaf.name) for leaf in leaves_of(payload(value), operation, "endpoint")}


def test_variables_are_what_they_are_given_to() -> None:
    """As arguments of a field."""
    body: JsonValue = {
        **graph("mutation Edit($id: ID!, $who: ID!) { editNote(id: $id) { id } user(id: $who) { id } }", "Edit"),
        "variables": {"id": "7", "who": "8"},
    }
    shown = names(body, found(body))
    assert shown["body.$.variables.id"] == "note_id"
    assert shown["body.$.variables.who"] == "user_id"


def test_the_number_of_a_call_is_of_nothing_else() -> None:
    """In one call and in several, whose parts are about different things."""
    one: JsonValue = {"jsonrpc": "2.0", "id": 1, "method": "user.get", "params": {"id": 7}}
    other: JsonValue = {"jsonrpc": "2.0", "id": 2, "method": "note.get", "params": {"id": 8}}
    assert names(one, found(one))["body.$.id"] == "call_id"
    assert names(one, found(one))["body.$.params.id"] == "user_id"
    both = names([one, other], found([one, other]))
    assert (both["body.$[0].id"], both["body.$[1].id"]) == ("call_id", "call_id")
    assert (both["body.$[0].params.id"], both["body.$[1].params.id"]) == ("user_id", "note_id")
    assert found([one, other]).name == "user.get, note.get"
    assert found([one, other]).reads
